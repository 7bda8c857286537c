import { type Simulated, simulate } from './simulate.ts';

/** Worlds of their own size and weather; `npm run simulate` lives through thousands. */
const slice: readonly { readonly seed: number; readonly cases: number; readonly faultRate: number }[] = [
  { seed: 1, cases: 25, faultRate: 0 },
  { seed: 2, cases: 25, faultRate: 0.02 },
  { seed: 3, cases: 25, faultRate: 0.02 },
  { seed: 4, cases: 25, faultRate: 0.02 },
  { seed: 5, cases: 15, faultRate: 0.05 },
];

describe('whole lives of requests, more than a year each', () => {
  test.each(slice)(
    'F2 F9 F12 F14 F22 seed $seed: $cases requests, a fault at $faultRate of all effects, no invariant broken',
    async (options) => {
      const result = await simulate(options);
      expect(result.broken).toEqual([]);
      expect(result.cases).toBeGreaterThanOrEqual(options.cases);
      expect(result.closed).toBe(result.cases);
      if (options.faultRate > 0) expect(result.faults).toBeGreaterThan(20);
    },
    60_000,
  );

  test('a seed lives the same life twice', async () => {
    const told = ({ broken: _, ...rest }: Simulated) => rest;
    const options = { seed: 11, cases: 6, faultRate: 0.03, days: 120 };
    expect(told(await simulate(options))).toEqual(told(await simulate(options)));
  }, 60_000);
});
