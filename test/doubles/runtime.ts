import { createHash } from 'node:crypto';
import type { Runtime } from '../../functions/runtime/lambda.ts';
import { createLog } from '../../functions/runtime/log.ts';
import { createMetrics } from '../../functions/runtime/metrics.ts';

/** A clock that stands still until it is moved. */
export interface TestClock {
  at: number;
  readonly now: () => number;
}

export function createTestClock(startAt: string): TestClock {
  const clock: TestClock = { at: Date.parse(startAt), now: () => clock.at };
  return clock;
}

/** Bytes that repeat with their seed and are spread well enough for names and codes. */
export function seededBytes(seed: string | number): (size: number) => Uint8Array {
  let block = 0;
  let rest = Buffer.alloc(0);
  return (size) => {
    while (rest.byteLength < size) {
      rest = Buffer.concat([rest, createHash('sha256').update(`${seed} ${block}`).digest()]);
      block += 1;
    }
    const taken = rest.subarray(0, size);
    rest = rest.subarray(size);
    return taken;
  };
}

/** The world as functions see it, with its log lines kept. */
export function createTestRuntime(
  now: () => number,
  options: {
    readonly randomBytes?: (size: number) => Uint8Array;
    readonly write?: (line: string) => void;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Runtime {
  const write = options.write ?? (() => undefined);
  return {
    env: options.env ?? {},
    now,
    wallNow: now,
    randomBytes: options.randomBytes ?? seededBytes('runtime'),
    sleep: async () => undefined,
    log: createLog({ function: 'test', write, now }),
    metrics: createMetrics({ write, now }),
  };
}
