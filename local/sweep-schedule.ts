import type { VirtualClock } from './clock.ts';
import type { Scheduled } from './timeline.ts';

const minute = 60_000;
const hour = 60 * minute;
/** What EventBridge does on AWS. */
export const sweepEvery = 5 * minute;
/** A long jump sweeps less often: each sweep reads rows, and the engine's own timers keep the exact instants anyway. */
const sweepsPerJump = 24;

export interface SweepSchedule extends Scheduled {
  /** Runs the sweep when five virtual minutes have passed since the last one; for a clock that flows by itself. */
  runWhenDue(): Promise<void>;
}

export interface SweepOptions {
  /** Flowing time sweeps at once and not five minutes after a start, or an edition that is restarted often would never sweep. */
  readonly dueAtStart: boolean;
}

export function createSweepSchedule(
  clock: VirtualClock,
  sweep: () => Promise<void>,
  options: SweepOptions,
): SweepSchedule {
  let last = options.dueAtStart ? clock.now() - sweepEvery : clock.now();
  let jump: { readonly target: number; readonly every: number; sweptAtEnd: boolean } | undefined;

  async function run(): Promise<void> {
    last = clock.now();
    await sweep();
  }

  return {
    jumpStarts(target) {
      const span = target - clock.now();
      const every = Math.min(24 * hour, Math.max(hour, Math.ceil(span / sweepsPerJump)));
      jump = { target, every, sweptAtEnd: false };
    },
    nextDueAt() {
      return !jump || jump.sweptAtEnd ? undefined : Math.min(jump.target, last + jump.every);
    },
    async runDue() {
      if (!jump || jump.sweptAtEnd) return;
      const now = clock.now();
      if (now >= jump.target) {
        jump.sweptAtEnd = true;
        await run();
      } else if (now >= last + jump.every) await run();
    },
    async runWhenDue() {
      if (clock.now() >= last + sweepEvery) await run();
    },
  };
}
