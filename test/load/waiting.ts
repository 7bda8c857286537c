import { identitySchedule } from '../../functions/domain/policy.ts';
import { createWorld } from '../simulation/world.ts';

export interface Waiting {
  readonly cases: number;
  /** Of the executions and clocks that wait at once. */
  readonly executions: number;
  readonly heapBytesPerCase: number;
  /** Letters that fell due while all of them waited, and the furthest that one was from its own due time (ms of virtual time). */
  readonly letters: number;
  readonly worstDriftMs: number;
}

const dayMs = 86_400_000;
const collected = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/**
 * Many requests that wait for their confirmation at once, each with its work and its clock: the real state machines and functions on a
 * virtual clock, with stores in memory, so that the heap holds the rows too. Then time moves, and every reminder must come at its own time.
 */
export async function measureWaiting(cases: number): Promise<Waiting> {
  const world = createWorld({ seed: 'waiting', sweepEveryHours: 24 * 365 });
  const before = collected();
  for (let number = 0; number < cases; number += 1) {
    const answer = await world.fetch('/api/requests', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `p${number}@example.org`, rights: ['erasure'], language: 'en' }),
    });
    // The budget of a minute is the burst's matter.
    if (answer.status !== 202) throw new Error(`answered ${answer.status}`);
    // No two at the same time, and none at a round one.
    await world.runUntil(world.clock.at + 31_537);
  }
  const heapBytesPerCase = (collected() - before) / cases;
  const running = (machine: string) => world.engine.listExecutions(machine, 'RUNNING', 2 * cases);
  const [work, clocks] = await Promise.all([running('rights-request'), running('sla-clock')]);
  const due = new Map<string, readonly string[]>();
  for (const row of world.store.rows())
    due.set(row.id, identitySchedule(row.receiptAt ?? row.recordedAt, row.plannedBy).reminders);

  let letters = 0;
  let worstDriftMs = 0;
  world.onLetter = ({ reference, letterId, at }) => {
    const number = /^identity-reminder-(\d)$/.exec(letterId)?.[1];
    const planned = due.get(reference)?.[Number(number) - 1];
    if (planned === undefined) return;
    letters += 1;
    worstDriftMs = Math.max(worstDriftMs, Math.abs(at - Date.parse(planned)));
  };
  await world.runUntil(world.clock.at + 13 * dayMs);
  return {
    cases,
    executions: work.items.length + clocks.items.length,
    heapBytesPerCase,
    letters,
    worstDriftMs,
  };
}
