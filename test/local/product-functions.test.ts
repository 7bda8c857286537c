import { readdirSync, readFileSync } from 'node:fs';
import { productMachines } from '../../local/machines.ts';
import { entryFunctions, productFunctions } from '../../local/product-functions.ts';

const names = productFunctions.map(({ name }) => name).sort();

test('the edition runs every entrypoint, under the name of its file', () => {
  const files = readdirSync('functions/entrypoints').map((file) => file.replace(/\.ts$/, ''));
  expect(names).toEqual(files.sort());
});

test('what HTTP, schedule and mail call is there', () => {
  expect(names).toEqual(expect.arrayContaining(Object.values(entryFunctions)));
});

test('every placeholder of the state machines is filled, with a function or a machine that there is', () => {
  const placed = readdirSync('workflows')
    .filter((file) => file.endsWith('.asl.json'))
    .flatMap((file) => readFileSync(`workflows/${file}`, 'utf8').match(/\$\{\w+\}/g) ?? []);
  expect(placed.length).toBeGreaterThan(10);
  const machines = productMachines();
  const filled = JSON.stringify(machines);
  expect(filled).not.toContain('${');
  const functions = [...filled.matchAll(/:function:([a-z-]+)/g)].map((match) => match[1]);
  expect(names).toEqual(expect.arrayContaining([...new Set(functions)]));
  const started = [...filled.matchAll(/:stateMachine:([a-z-]+)/g)].map((match) => match[1]);
  expect(Object.keys(machines)).toEqual(expect.arrayContaining([...new Set(started)]));
});
