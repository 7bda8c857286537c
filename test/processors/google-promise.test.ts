import { keepGooglePromise } from '../../functions/steps/google-data.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';
import { createTestClock, createTestRuntime } from '../doubles/runtime.ts';
import { openDesk } from '../journeys/desk.ts';

const hourMs = 3_600_000;
const sweepMs = 300_000;

describe('the promise to keep google user data for one calendar year', () => {
  function setUp() {
    const clock = createTestClock('2026-03-05T09:00:00.000Z');
    const lines: string[] = [];
    const runtime = createTestRuntime(clock.now, { write: (line) => lines.push(line) });
    const failures = () => lines.filter((line) => line.includes('"ProcessorFailed"')).length;
    return { clock, runtime, store: createCaseStoreDouble(), failures };
  }

  test('is looked after once a day, however often the sweep runs', async () => {
    const { clock, runtime, store, failures } = setUp();
    const days: string[] = [];
    const expire = async () => {
      days.push(new Date(clock.at).toISOString().slice(0, 10));
      return { erased: 1, left: 0 };
    };
    for (let hour = 0; hour < 48; hour += 1) {
      await keepGooglePromise(store, expire, runtime);
      clock.at += hourMs;
    }
    expect(days).toEqual(['2026-03-05', '2026-03-05', '2026-03-06']);
    expect(failures()).toBe(0);
  });

  test('is tried again by the first sweep an hour after it failed, and a person learns of it', async () => {
    const { clock, runtime, store, failures } = setUp();
    const tries: number[] = [];
    const expire = async () => {
      tries.push(clock.at);
      if (tries.length < 3) throw new Error('unreachable');
      return { erased: 2, left: 0 };
    };
    for (let minute = 0; minute < 6 * 60; minute += 5) {
      await keepGooglePromise(store, expire, runtime);
      clock.at += sweepMs;
    }
    expect(tries.map((at) => at - (tries[0] ?? 0))).toEqual([0, hourMs + sweepMs, 2 * (hourMs + sweepMs)]);
    expect(failures()).toBe(2);
  });

  test('counts what did not go as a failure of the processor', async () => {
    const { runtime, store, failures } = setUp();
    await keepGooglePromise(store, async () => ({ erased: 0, left: 2 }), runtime);
    expect(failures()).toBe(1);
  });

  test('is kept by the running product: what was fetched a year ago is gone, and not a day too early', async () => {
    // Ada's grant was fetched thirty days before the start.
    const desk = await openDesk();
    const held = () => desk.edition.processors.view().find((one) => one.name === 'google-oauth')?.holds;
    await desk.edition.advance('P333D');
    expect(held()).toHaveLength(1);
    await desk.edition.advance('P3D');
    expect(held()).toEqual([]);
    await desk.stop();
  }, 120_000);
});
