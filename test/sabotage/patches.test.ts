import { existsSync, readFileSync } from 'node:fs';
import { patches } from './patches.ts';

test('each patch has a name of its own', () => {
  expect(patches.length).toBeGreaterThan(25);
  expect(new Set(patches.map((one) => one.name)).size).toBe(patches.length);
});

test.each(patches.map((one) => [one.name, one] as const))(
  '“%s” still takes away something that is there, and names tests that are',
  (_name, patch) => {
    expect(readFileSync(patch.file, 'utf8').split(patch.find)).toHaveLength(2);
    expect(patch.replace).not.toBe(patch.find);
    expect(existsSync(patch.tests)).toBe(true);
    // Titles of tables are put together when they run, so their beginning is looked for.
    const known = readFileSync(patch.tests, 'utf8');
    const [first = ''] = patch.titled.split(' ');
    expect(known).toContain(first);
  },
);
