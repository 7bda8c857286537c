import { existsSync, readFileSync } from 'node:fs';
import { lawDocument } from '../../local/commands/law-document.ts';
import { promises, rules } from '../../local/commands/law-rules.ts';

test('docs/law.md is what its data gives (else: node local/run.mjs local/commands/law.ts)', () => {
  expect(readFileSync('docs/law.md', 'utf8')).toBe(lawDocument());
});

test('every rule and every promise has a test', () => {
  for (const one of [...rules, ...promises]) expect(one.proofs.length).toBeGreaterThan(0);
});

test.each(promises.map((one) => [one.promise, one.proofs] as const))(
  'a promise is kept by a whole journey, not by its parts alone: %s',
  (_promise, proofs) => {
    const whole = proofs.filter(({ file }) => /^test\/journeys\/|journey\.test\.ts$/.test(file));
    expect(whole.length).toBeGreaterThan(0);
  },
);

test.each(rules.map((one) => [one.rule, one.code]))('the code of a rule exists: %s', (_rule, code) => {
  expect(existsSync(code)).toBe(true);
});

const proofs = [...rules, ...promises].flatMap((one) =>
  one.proofs.map((proof) => [proof.file, proof.title] as const),
);

test.each(proofs)('%s has a test “%s”', (file, title) => {
  const source = readFileSync(file, 'utf8');
  // A title in a table of cases stands as a plain string, others behind `test(`; either way it must be in the source as code, not in a comment.
  const code = source.replace(/^\s*\/\/.*$/gm, '');
  expect(code.includes(title)).toBe(true);
  expect(code).not.toMatch(/\b(?:test|describe|it)\.(?:skip|only|todo)\b/);
});
