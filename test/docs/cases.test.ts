import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  casesDocument,
  everyCase,
  namedIn,
  namedTests,
  untested,
} from '../../local/commands/cases-document.ts';

test('the list is whole: sixty attacks, forty-four faults', () => {
  const ids = everyCase.map(([id]) => id);
  const whole = (letter: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  expect(ids).toEqual([...whole('A', 60), ...whole('F', 44)]);
});

test('every case has a test that names it', () => {
  expect(untested(namedTests())).toEqual([]);
});

test('docs/cases.md is what the tests’ titles give (else: node local/run.mjs local/commands/cases.ts)', () => {
  expect(readFileSync('docs/cases.md', 'utf8')).toBe(casesDocument());
});

test('no test of the suite is skipped, left for later or run alone', () => {
  const marks =
    /\b(?:test|it|describe)\.(?:skip|todo|only|failing)(?:\.each)?\(|\bx(?:test|it|describe)\(|\bfdescribe\(/;
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  expect(files.length).toBeGreaterThan(80);
  // A condition that a machine cannot meet may leave a test out (`has ? test : test.skip`); a call may not.
  const marked = files.filter((name) => marks.test(readFileSync(join('test', name), 'utf8')));
  expect(marked).toEqual([]);
});

test('titles are read in every form that tests write them, and nothing else is', () => {
  const source = `
    // test('A1 a comment is no test', () => {});
    test('A2 plain', () => {});
    describe("A3 with \\"quotes\\"", () => {});
    test.each([1])(\`A4 F5 of a table %d\`, () => {});
    test.each([['A6 a row', 1], ['no case', 2]])('%s', () => {});
    const address = 'A7 is no title';
    test('A99 is no case', () => {});
  `;
  expect(namedIn(source).map(({ cases }) => cases)).toEqual([['A2'], ['A3'], ['A4', 'F5'], ['A6']]);
});
