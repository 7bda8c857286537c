import { measureBurst } from './burst.ts';
import { measureSweep } from './sweep.ts';
import { measureWaiting } from './waiting.ts';

// Small slices of `npm run load`: what must hold at any size. Times are only printed there.

test('A26 F7 a burst of submissions: each is taken or told to wait, and what was taken stands', async () => {
  const burst = await measureBurst(120, 20);
  expect(burst.taken + burst.heldBack).toBe(120);
  expect(burst).toMatchObject({ other: 0, lost: 0 });
  expect(burst.rows).toBe(burst.taken);
  expect(burst.taken).toBeGreaterThan(100);
}, 240_000);

test('F11 F12 many requests that wait at once: every letter comes at its own due time', async () => {
  const waiting = await measureWaiting(120);
  expect(waiting.executions).toBe(240);
  expect(waiting.letters).toBe(240);
  expect(waiting.worstDriftMs).toBeLessThanOrEqual(1000);
}, 240_000);

test('F12 F23 the sweep over many rows: bounded runs that go on where the last one ended, each row once', async () => {
  const load = await measureSweep(2_600, 1_300);
  expect(load).toMatchObject({ twice: 0, missed: 0 });
  expect(load.runs.map((run) => run.seen)).toEqual([500, 500, 300, 0]);
  const [first] = load.runs;
  // Five pages of a hundred, four reads for each that is looked at, and the gauges; none for the rest of the table.
  expect(first?.calls.QueryCommand).toBeLessThanOrEqual(5 + 500 * 4 + 20);
  expect(first?.calls.ScanCommand).toBeUndefined();
}, 240_000);
