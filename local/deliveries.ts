import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { openStateFile } from './state-file.ts';
import type { Scheduled } from './timeline.ts';

/** Events that nobody waits for, handed to functions as Lambda does it: kept until taken, tried again twice, then set aside. */
export interface Deliveries extends Scheduled {
  send(functionName: string, event: unknown): void;
  /** Resolves when no event is being handed over. */
  idle(): Promise<void>;
  /** What was given up, as a dead-letter queue would hold it; oldest first. */
  dead(): readonly Delivery[];
  /** Hands over again what was given up, as a redrive of the queue does; resolves with how many, once each has been tried. */
  redrive(): Promise<number>;
}

const delivery = v.object({
  id: v.string(),
  function: v.string(),
  event: v.unknown(),
  attempts: v.number(),
  /** Epoch ms, virtual; undefined once it was given up. */
  dueAt: v.optional(v.number()),
});
export type Delivery = v.InferOutput<typeof delivery>;

export interface DeliveriesOptions {
  /** Where they are kept, so that a killed edition delivers them after its next start. */
  readonly file: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** What the first attempt waits for: the call that caused the event. */
  readonly notBefore?: () => Promise<unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Waits before the second and the third attempt, in ms: Lambda's own for asynchronous calls. */
const retryAfter = [60_000, 120_000];

export function openDeliveries(options: DeliveriesOptions): Deliveries {
  const { file, invoke, now, notBefore = async () => undefined } = options;
  const state = openStateFile(file, v.array(delivery), () => []);
  const underWay = new Map<string, Promise<void>>();
  const waiting = () => state.value.filter(({ id, dueAt }) => dueAt !== undefined && !underWay.has(id));

  function replace(id: string, next: Delivery | undefined): void {
    state.save(state.value.flatMap((one) => (one.id === id ? (next ?? []) : one)));
  }

  async function attempt({ dueAt: _, ...one }: Delivery): Promise<void> {
    try {
      if (one.attempts === 0) await notBefore();
      await invoke(one.function, one.event);
      replace(one.id, undefined);
    } catch {
      // The cause is in the function's log.
      const pause = retryAfter[one.attempts];
      const next = { ...one, attempts: one.attempts + 1 };
      replace(one.id, pause === undefined ? next : { ...next, dueAt: now() + pause });
    }
  }

  function begin(one: Delivery): Promise<void> {
    const attempted = attempt(one).finally(() => underWay.delete(one.id));
    underWay.set(one.id, attempted);
    return attempted;
  }

  return {
    send(functionName, event) {
      const fresh = { id: randomUUID(), function: functionName, event, attempts: 0, dueAt: now() };
      state.save([...state.value, fresh]);
      void begin(fresh);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
    dead: () => state.value.filter(({ dueAt }) => dueAt === undefined),
    async redrive() {
      const given = state.value.filter(({ dueAt }) => dueAt === undefined);
      const again = given.map((one) => ({ ...one, attempts: 0, dueAt: now() }));
      const ids = new Set(given.map(({ id }) => id));
      state.save([...state.value.filter(({ id }) => !ids.has(id)), ...again]);
      await Promise.all(again.map(begin));
      return again.length;
    },
    nextDueAt() {
      const due = waiting().flatMap(({ dueAt }) => dueAt ?? []);
      return due.length > 0 ? Math.min(...due) : undefined;
    },
    async runDue() {
      await Promise.all(
        waiting()
          .filter(({ dueAt = 0 }) => dueAt <= now())
          .map(attempt),
      );
    },
  };
}
