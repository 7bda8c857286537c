import baseline from './baseline.json' with { type: 'json' };
import { type Counts, countAll, flat } from './counts.ts';

// Two whole requests and every bundle, on a machine that may be busy with other tests.
jest.setTimeout(240_000);

let counts: Counts;
beforeAll(async () => {
  counts = await countAll();
});

/** These are the bill; a change that needs more says so by a new baseline. */
const exact = /transitions|calls|RoundTrips|mails/;
/** Sizes and units move a little with every text. */
const slack = 1.05;

test('no count has grown over the baseline (after a wanted change: npm run bench -- --write)', () => {
  const before: Readonly<Record<string, number>> = baseline;
  const grown = Object.entries(flat(counts))
    .map(([name, value]) => ({ name, value, known: before[name] ?? 0 }))
    .filter(({ name, value, known }) => value > known * (exact.test(name) ? 1 : slack))
    .map(({ name, value, known }) => `${name}: ${known} before, ${value} now`);
  expect(grown).toEqual([]);
});

test('the baseline names only what is counted', () => {
  expect(Object.keys(baseline).sort()).toEqual(Object.keys(flat(counts)).sort());
});

test('the bounds that hold by design', () => {
  expect(counts.usage.access.transitions).toBeLessThanOrEqual(45);
  expect(counts.intakeRoundTrips).toBeLessThanOrEqual(3);
  expect(counts.worstHistory).toBeLessThanOrEqual(2500);
});
