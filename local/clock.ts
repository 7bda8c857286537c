import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';

/**
 * The virtual clock of this edition. `flowing` is the real clock plus an offset that only grows; `manual` stands still until it is moved.
 * Both are kept in a file, so that a killed edition never wakes up before the instants that its rows already hold.
 */
export interface VirtualClock {
  /** Epoch milliseconds; never less than what it answered before. */
  now(): number;
  /** False while it is held, and always for a manual clock. */
  readonly isFlowing: boolean;
  /** Stops the flow, so that everything due at one instant runs at that instant. */
  hold(): void;
  /** Lets time flow on from where it was held or moved to. */
  release(): void;
  /** Moves forward to an instant (epoch ms); one that has passed changes nothing. */
  moveTo(instant: number): void;
}

export type ClockMode = 'flowing' | 'manual';

export interface ClockOptions {
  readonly mode: ClockMode;
  /** Where the clock is kept between starts; without it the clock is forgotten. */
  readonly file?: string;
  /** Epoch ms of the first start; default is the real time. */
  readonly startAt?: number;
  /** Epoch ms of the machine. */
  readonly realNow?: () => number;
}

const savedClock = v.variant('mode', [
  v.object({ mode: v.literal('flowing'), offset: v.pipe(v.number(), v.integer()) }),
  v.object({ mode: v.literal('manual'), now: v.pipe(v.number(), v.integer()) }),
]);

export function createVirtualClock(options: ClockOptions): VirtualClock {
  const realNow = options.realNow ?? Date.now;
  const { mode, file } = options;
  let offset = 0;
  let held: number | undefined;
  let latest = Number.NEGATIVE_INFINITY;

  const saved =
    file && existsSync(file) ? v.parse(savedClock, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  if (saved?.mode === 'flowing') offset = saved.offset;
  else if (saved?.mode === 'manual') offset = saved.now - realNow();
  else if (options.startAt !== undefined) offset = options.startAt - realNow();
  if (mode === 'manual') held = realNow() + offset;

  function save(): void {
    if (!file) return;
    const state = mode === 'flowing' ? { mode, offset } : { mode, now: held };
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  }
  save();

  const clock: VirtualClock = {
    get isFlowing() {
      return held === undefined;
    },
    now() {
      // The machine's own clock may be set back; ours must not be, since rows already hold later instants.
      latest = Math.max(latest, held ?? realNow() + offset);
      return latest;
    },
    hold() {
      held = clock.now();
    },
    release() {
      if (mode === 'manual' || held === undefined) return;
      offset = held - realNow();
      held = undefined;
      save();
    },
    moveTo(instant) {
      if (instant <= clock.now()) return;
      if (held !== undefined) held = instant;
      offset = instant - realNow();
      save();
    },
  };
  return clock;
}

export class InvalidAdvance extends Error {
  override readonly name = 'InvalidAdvance';
}

const longestJump = Temporal.Duration.from('P10Y');

/**
 * The instant (epoch ms) that lies an ISO 8601 duration after `from`. Days are 24 hours; months and years follow the UTC calendar.
 * Throws `InvalidAdvance` for anything but a duration of zero to ten years.
 */
export function instantAfter(from: number, duration: unknown): number {
  if (typeof duration !== 'string')
    throw new InvalidAdvance('advance must be an ISO 8601 duration such as "P10D"');
  let parsed: Temporal.Duration;
  try {
    parsed = Temporal.Duration.from(duration);
  } catch {
    throw new InvalidAdvance('advance must be an ISO 8601 duration such as "P10D" or "PT36H"');
  }
  if (parsed.sign < 0) throw new InvalidAdvance('time does not run backwards: advance must not be negative');
  const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC');
  let end: Temporal.ZonedDateTime;
  try {
    end = start.add(parsed);
  } catch {
    throw new InvalidAdvance('advance is at most ten years at once');
  }
  if (Temporal.ZonedDateTime.compare(end, start.add(longestJump)) > 0) {
    throw new InvalidAdvance('advance is at most ten years at once');
  }
  return end.epochMilliseconds;
}
