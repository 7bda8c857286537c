import { converge, mustLoad } from './converge.ts';
import type { CaseStore, Engine } from './ports.ts';
import { escalationsInAll, progressOf } from './progress.ts';

export interface ReconcileOptions {
  /** RFC 3339. */
  readonly now: string;
  /** Start a new execution when the last one has ended; `false` only wakes. */
  readonly restart: boolean;
}

/** After this much more time than planned the sweep looks again at a request whose execution is alive and waiting. */
const waitSlackMs = 24 * 60 * 60 * 1000;

/**
 * Makes the executions follow the row: wakes whoever waits for news that is there, starts what was never started, and starts anew what
 * ended too early (TRUST.md F6, F7, F10, F12, F28). Safe to repeat at any time, from any place.
 */
export async function reconcile(
  store: CaseStore,
  engine: Engine,
  id: string,
  { now, restart }: ReconcileOptions,
): Promise<'woken' | 'running' | 'started' | 'resting'> {
  const current = await mustLoad(store, id);
  let woken = false;
  for (const { wait, token } of await store.tokens(id)) {
    const progress = progressOf(current, wait, now);
    if (!progress) continue;
    const answer = await engine.wake(token, { ...progress });
    woken ||= answer === 'woken';
    // Told or dead, this token is of no more use.
    await store.dropToken(id, wait, token);
  }
  if (woken) return 'woken';
  const state = await engine.requestState(id, current.row.executions);
  if (state === 'running') {
    // A look that is planned for later stays where it is.
    if (current.row.lookAt <= now)
      await store.touch(current.row, new Date(Date.parse(now) + waitSlackMs).toISOString());
    return 'running';
  }
  if (state === 'absent') {
    await engine.startRequest(id, current.row.executions);
    return 'started';
  }
  if (!restart || current.row.status === 'closed' || isParked(current, now)) return 'resting';
  await startAnew(store, engine, id, { now, instead: current.row.executions });
  return 'started';
}

/**
 * Gives a request its next execution in place of the one with the number `instead`, on the definition that is live; whoever comes second
 * starts the same one again, which does nothing. The steps find in the row what has been done already.
 */
export async function startAnew(
  store: CaseStore,
  engine: Pick<Engine, 'startRequest'>,
  id: string,
  { now, instead }: { readonly now: string; readonly instead: number },
): Promise<void> {
  const { row: after } = await converge(store, id, ({ row }) =>
    row.executions > instead
      ? []
      : [
          {
            type: 'execution-started',
            by: 'system',
            at: now,
            data: { number: row.executions + 1 },
            set: { executions: row.executions + 1 },
          },
        ],
  );
  await engine.startRequest(id, after.executions);
}

/**
 * A request whose step failed for good rests until a person has dealt with that: starting it again would only fail again. So does one that
 * waited for people through every escalation, until they have acted (F26).
 */
function isParked(current: Awaited<ReturnType<typeof mustLoad>>, now: string): boolean {
  const { row, tasks } = current;
  if (tasks.some((task) => task.state === 'open' && task.processor === 'request')) return true;
  if (row.escalations < escalationsInAll) return false;
  const wait = { 'awaiting-decision': 'decision', 'awaiting-release': 'release' } as const;
  const waitsFor =
    row.status === 'awaiting-decision' || row.status === 'awaiting-release' ? wait[row.status] : undefined;
  return waitsFor !== undefined && progressOf(current, waitsFor, now) === undefined;
}
