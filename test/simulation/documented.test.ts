import { readFileSync } from 'node:fs';
import { invariants } from './invariant-list.ts';

const page = readFileSync('docs/simulation.md', 'utf8');

test('docs/simulation.md names each watched invariant with its place in the design, and no other', () => {
  const table = /<!-- invariants -->\n.*\n.*\n([\s\S]*?)<!-- \/invariants -->/.exec(page)?.[1] ?? '';
  const rows = Object.entries(invariants)
    .sort(([, a], [, b]) => a.design - b.design)
    .map(([name, { design, says }]) => `| ${design} | \`${name}\` | ${says} |\n`);
  expect(table).toBe(rows.join(''));
});

test('each of the eight invariants of the design is watched by something', () => {
  const watched = new Set(Object.values(invariants).map(({ design }) => design));
  expect([...watched].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
