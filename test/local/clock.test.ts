import { createVirtualClock, InvalidAdvance, instantAfter, type VirtualClock } from '../../local/clock.ts';
import { createSweepSchedule } from '../../local/sweep-schedule.ts';
import { createTimeline, type Scheduled, TimeStalled } from '../../local/timeline.ts';
import { temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const start = Date.parse('2026-03-05T09:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const at = (instant: number) => new Date(instant).toISOString();

function manual(startAt = start): VirtualClock {
  return createVirtualClock({ mode: 'manual', startAt });
}

describe('a flowing clock', () => {
  test('flows with the real one, jumps on top of it, and finds its offset again', () => {
    let real = start;
    const file = folder.in('flowing.json');
    const clock = createVirtualClock({ mode: 'flowing', file, realNow: () => real });
    real += 1000;
    expect(clock.now()).toBe(start + 1000);
    clock.moveTo(start + day);
    real += 500;
    expect(clock.now()).toBe(start + day + 500);
    const again = createVirtualClock({ mode: 'flowing', file, realNow: () => real + hour });
    expect(again.now()).toBe(start + day + 500 + hour);
  });

  test('stands still while it is held', () => {
    let real = start;
    const clock = createVirtualClock({ mode: 'flowing', realNow: () => real });
    clock.hold();
    real += hour;
    expect(clock.now()).toBe(start);
    clock.release();
    real += 1;
    expect(clock.now()).toBe(start + 1);
  });

  test('never runs backwards, even when the machine does', () => {
    let real = start;
    const clock = createVirtualClock({ mode: 'flowing', realNow: () => real });
    expect(clock.now()).toBe(start);
    real -= hour;
    expect(clock.now()).toBe(start);
    clock.moveTo(start - day);
    expect(clock.now()).toBe(start);
  });
});

test('a manual clock stands where it was left', () => {
  const file = folder.in('manual.json');
  const clock = createVirtualClock({ mode: 'manual', file, startAt: start });
  clock.moveTo(start + day);
  const again = createVirtualClock({ mode: 'manual', file, startAt: 0 });
  expect(again.now()).toBe(start + day);
});

describe('a duration', () => {
  test.each([
    ['P10D', '2026-03-15T09:00:00.000Z'],
    ['PT36H', '2026-03-06T21:00:00.000Z'],
    ['P1M', '2026-04-05T09:00:00.000Z'],
    ['P30D', '2026-04-04T09:00:00.000Z'],
    ['PT0S', '2026-03-05T09:00:00.000Z'],
    ['P10Y', '2036-03-05T09:00:00.000Z'],
    ['P1Y2M3DT4H5M6S', '2027-05-08T13:05:06.000Z'],
  ])('%s leads to %s: days are 24 hours, summer time or not', (duration, end) => {
    expect(at(instantAfter(start, duration))).toBe(end);
  });

  test.each(['-PT1S', 'P', '', '10 days', 'P10Y1D', 'P300000Y', null, 10, {}])(
    '%p is refused',
    (duration) => {
      expect(() => instantAfter(start, duration)).toThrow(InvalidAdvance);
    },
  );
});

/** Work at given instants, each of which may make more work. */
function workAt(
  clock: VirtualClock,
  done: string[],
  name: string,
  instants: number[],
  more = (_: number): number[] => [],
): Scheduled {
  let waiting = [...instants];
  return {
    nextDueAt: () => (waiting.length > 0 ? Math.min(...waiting) : undefined),
    async runDue() {
      const due = waiting.filter((instant) => instant <= clock.now()).sort((a, b) => a - b);
      waiting = waiting.filter((instant) => instant > clock.now());
      for (const instant of due) {
        done.push(`${name} due ${at(instant)} ran ${at(clock.now())}`);
        waiting.push(...more(instant));
      }
    },
  };
}

const settle = async () => undefined;

describe('a jump', () => {
  test('runs what falls due at its own instant, in order, and what comes of it', async () => {
    const clock = manual();
    const done: string[] = [];
    const more = (instant: number) => (instant < start + 2 * hour ? [instant + 90 * 60_000] : []);
    const sources = [
      workAt(clock, done, 'a', [start + 3 * hour, start + 30 * day]),
      workAt(clock, done, 'b', [start + hour], more),
    ];
    await createTimeline({ clock, sources, settle }).advanceTo((now) => now + day);
    expect(done).toEqual([
      `b due ${at(start + hour)} ran ${at(start + hour)}`,
      `b due ${at(start + 2.5 * hour)} ran ${at(start + 2.5 * hour)}`,
      `a due ${at(start + 3 * hour)} ran ${at(start + 3 * hour)}`,
    ]);
    expect(clock.now()).toBe(start + day);
  });

  test('includes what is due at its very end, and what was overdue before it', async () => {
    const clock = manual();
    const done: string[] = [];
    const sources = [workAt(clock, done, 'a', [start - day, start + day])];
    await createTimeline({ clock, sources, settle }).advanceTo((now) => now + day);
    expect(done).toEqual([
      `a due ${at(start - day)} ran ${at(start)}`,
      `a due ${at(start + day)} ran ${at(start + day)}`,
    ]);
  });

  test('waits for another one', async () => {
    const clock = manual();
    const timeline = createTimeline({ clock, sources: [], settle });
    await Promise.all([timeline.advanceTo((now) => now + day), timeline.advanceTo((now) => now + day)]);
    expect(clock.now()).toBe(start + 2 * day);
  });

  test('says so when work makes itself due again and again, and lets the next jump run', async () => {
    const clock = manual();
    const sources = [workAt(clock, [], 'a', [start + hour], (instant) => [instant])];
    const timeline = createTimeline({ clock, sources, settle });
    await expect(timeline.advanceTo((now) => now + day)).rejects.toThrow(TimeStalled);
    expect(timeline.isJumping).toBe(false);
  });

  test('of the flowing clock ends where it should, however long it takes', async () => {
    let real = start;
    const clock = createVirtualClock({ mode: 'flowing', realNow: () => real });
    const slow: Scheduled = {
      nextDueAt: () => undefined,
      async runDue() {
        real += 5000;
      },
    };
    await createTimeline({ clock, sources: [slow], settle }).advanceTo((now) => now + day);
    expect(clock.now()).toBe(start + day);
  });
});

describe('the sweep', () => {
  function scheduled(clock: VirtualClock, dueAtStart = false) {
    const runs: number[] = [];
    const sweep = async () => void runs.push(clock.now());
    const schedule = createSweepSchedule(clock, sweep, { dueAtStart });
    return { runs, schedule, timeline: createTimeline({ clock, sources: [schedule], settle }) };
  }

  test.each([
    ['two hours and a half', 2.5 * hour, [hour, 2 * hour, 2.5 * hour]],
    ['ten minutes', 10 * 60_000, [10 * 60_000]],
    ['no time', 0, [0]],
  ])('of a jump over %s runs hourly and at the end', async (_, span, after) => {
    const { runs, timeline } = scheduled(manual());
    await timeline.advanceTo((now) => now + span);
    expect(runs.map((instant) => instant - start)).toEqual(after);
  });

  test('of a long jump runs daily', async () => {
    const { runs, timeline } = scheduled(manual());
    await timeline.advanceTo((now) => now + 365 * day);
    const gaps = runs.map((instant, index) => instant - (runs[index - 1] ?? start));
    expect(Math.max(...gaps)).toBe(24 * hour);
    expect(runs.at(-1)).toBe(start + 365 * day);
  });

  test('of flowing time runs at once and then every five minutes', async () => {
    let real = start;
    const clock = createVirtualClock({ mode: 'flowing', realNow: () => real });
    const { runs, schedule } = scheduled(clock, true);
    for (let second = 0; second < 900; second++) {
      real += 1000;
      await schedule.runWhenDue();
    }
    expect(runs.map((instant) => Math.floor((instant - start) / 60_000))).toEqual([0, 5, 10]);
  });
});
