import type { VirtualClock } from './clock.ts';

/** Something that has work at known instants: the engine's timers, the sweep's schedule, a vendor's delayed purge. */
export interface Scheduled {
  /** A jump to `target` (epoch ms) begins. */
  jumpStarts?(target: number): void;
  /** Epoch ms of its next work, or undefined when nothing waits. */
  nextDueAt(): Promise<number | undefined> | number | undefined;
  /** Does what is due at the clock's present. */
  runDue(): Promise<void>;
}

export interface TimelineOptions {
  readonly clock: VirtualClock;
  readonly sources: readonly Scheduled[];
  /** Resolves when nothing is in flight. */
  readonly settle: () => Promise<void>;
}

export interface Timeline {
  /** Moves the clock to `target` (computed from the present once earlier jumps are done), running what falls due on the way, in order. */
  advanceTo(target: (now: number) => number): Promise<void>;
  /** A jump is under way, so nobody else should do timed work. */
  readonly isJumping: boolean;
}

/** Work that is due again at the same instant this often is not progress but a loop. */
const stallLimit = 10_000;

export class TimeStalled extends Error {
  override readonly name = 'TimeStalled';
}

export function createTimeline({ clock, sources, settle }: TimelineOptions): Timeline {
  let jumps: Promise<unknown> = Promise.resolve();
  let jumping = false;

  async function earliest(): Promise<number | undefined> {
    const due = await Promise.all(sources.map((source) => source.nextDueAt()));
    const known = due.filter((instant) => instant !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  async function jump(target: number): Promise<void> {
    jumping = true;
    clock.hold();
    for (const source of sources) source.jumpStarts?.(target);
    try {
      await settle();
      for (let atSameInstant = 0; ; atSameInstant++) {
        const next = await earliest();
        const present = clock.now();
        if (next === undefined || next > target) break;
        if (next > present) {
          clock.moveTo(next);
          atSameInstant = 0;
        } else if (atSameInstant > stallLimit) {
          throw new TimeStalled(`work is due again and again at ${new Date(present).toISOString()}`);
        }
        for (const source of sources) await source.runDue();
        await settle();
      }
      clock.moveTo(target);
      for (const source of sources) await source.runDue();
      await settle();
    } finally {
      clock.release();
      jumping = false;
    }
  }

  return {
    get isJumping() {
      return jumping;
    },
    advanceTo(target) {
      // Two jumps at once would run each other's work at the wrong instants, so they queue.
      const done = jumps.then(() => jump(target(clock.now())));
      jumps = done.catch(() => undefined);
      return done;
    },
  };
}
