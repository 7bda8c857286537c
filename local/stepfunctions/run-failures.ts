// What becomes of an error: the state's Retry, its Catch, its parent, and at last the end of the execution.
import { errorOutputOf, type Failure, matches, StateFailure } from './errors.ts';
import { type Chain, lastOf, type Thread } from './execution.ts';
import { QueryFailure } from './expressions.ts';
import { failureFields, HISTORY_LIMIT, HistoryLimitReached } from './history.ts';
import type { Retrier } from './machine.ts';
import type { Run } from './run.ts';
import { branchFailed } from './run-children.ts';

/** Runs a piece of work of one thread and turns what it throws into the error of the thread's state. */
export async function guarded(run: Run, chain: Chain, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof HistoryLimitReached) {
      run.failForGood(`The execution reached the maximum number of history events (${HISTORY_LIMIT}).`);
      return;
    }
    await guarded(run, chain, () => failed(run, chain, failureOf(run, error, chain)));
  }
}

/** Errors that are neither a state's nor a query's are defects and go to the engine's caller. */
function failureOf(run: Run, error: unknown, chain: Chain): Failure {
  if (error instanceof StateFailure) return error.failure;
  if (!(error instanceof QueryFailure)) throw error;
  const thread = lastOf(chain);
  const failure = {
    error: 'States.QueryEvaluationError',
    cause: `An error occurred while executing the state '${thread.state}' (entered at the event id #${thread.enteredEventId}). ${error.message}`,
  };
  const atEntry = thread.lastEventId === thread.enteredEventId;
  const previous = atEntry ? thread.beforeEventId : thread.lastEventId;
  thread.lastEventId = run.emit('EvaluationFailed', previous, 'evaluationFailed', () => ({
    ...failureFields(failure),
    ...(error.field !== undefined && { location: error.field }),
    state: thread.state,
  }));
  const { type } = run.stateOf(thread);
  if (type === 'Map' || type === 'Parallel') {
    thread.lastEventId = run.emit(`${type}StateFailed`, thread.lastEventId);
  }
  return failure;
}

async function failed(run: Run, chain: Chain, failure: Failure): Promise<void> {
  const thread = lastOf(chain);
  const state = run.stateOf(thread);
  if (state.type !== 'Task' && state.type !== 'Map' && state.type !== 'Parallel') {
    return giveUp(run, chain, failure);
  }
  if (retried(run, thread, state.retry, failure)) {
    if (thread.phase.kind === 'attempt') run.enqueue(chain);
    return;
  }
  const catcher = state.catch.find(({ errorEquals }) => matches(errorEquals, failure.error));
  if (!catcher) return giveUp(run, chain, failure);
  try {
    const errorOutput = errorOutputOf(failure);
    await run.exit(chain, catcher, errorOutput, { errorOutput });
  } catch (error) {
    if (error instanceof HistoryLimitReached) throw error;
    // An error inside a catcher is not the catcher's to catch: the state fails with it.
    return giveUp(run, chain, failureOf(run, error, chain));
  }
}

function retried(run: Run, thread: Thread, retriers: readonly Retrier[], failure: Failure): boolean {
  const index = retriers.findIndex(({ errorEquals }) => matches(errorEquals, failure.error));
  const retrier = retriers[index];
  const used = thread.attempts[index] ?? 0;
  if (!retrier || used >= retrier.maxAttempts) return false;
  thread.attempts = retriers.map((_, i) => (thread.attempts[i] ?? 0) + (i === index ? 1 : 0));
  thread.retryCount += 1;
  const delay = Math.round(delaySeconds(retrier, used, run.env.random) * 1000);
  thread.phase = delay > 0 ? { kind: 'retry', dueAt: run.env.now + delay } : { kind: 'attempt' };
  return true;
}

/** IntervalSeconds grown by BackoffRate for each attempt used, capped, then jittered. */
function delaySeconds(retrier: Retrier, used: number, random: () => number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds, jitter } = retrier;
  const grown = intervalSeconds * backoffRate ** used;
  const capped = maxDelaySeconds === undefined ? grown : Math.min(grown, maxDelaySeconds);
  return jitter ? capped * random() : capped;
}

async function giveUp(run: Run, chain: Chain, failure: Failure): Promise<void> {
  const thread = lastOf(chain);
  const { kind } = thread.phase;
  // What a redrive starts from: this state, with the input it has; a Map or Parallel keeps its finished parts.
  if (kind !== 'parallel' && kind !== 'map') thread.phase = { kind: 'attempt' };
  if (chain.length > 1) return branchFailed(run, chain, failure);
  run.fail(failure);
}
