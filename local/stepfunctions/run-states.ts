// What each type of state does once it is entered.
import { instantOf } from './definition-states.ts';
import { StateFailure } from './errors.ts';
import { type Chain, lastOf } from './execution.ts';
import { QueryFailure, unexpectedType } from './expressions.ts';
import type { ChoiceState, FailState, State, WaitState } from './machine.ts';
import type { Run } from './run.ts';
import { startMap, startParallel } from './run-children.ts';
import { startTask } from './run-task.ts';

export async function runState(run: Run, chain: Chain, state: State): Promise<void> {
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return run.finish(chain, lastOf(chain).input, {});
    case 'Choice':
      return choose(run, chain, state);
    case 'Wait':
      return wait(run, chain, state);
    case 'Fail':
      return fail(run, chain, state);
    case 'Task':
      return startTask(run, chain, state);
    case 'Parallel':
      return startParallel(run, chain, state);
    case 'Map':
      return startMap(run, chain, state);
  }
}

async function choose(run: Run, chain: Chain, state: ChoiceState): Promise<void> {
  const { input } = lastOf(chain);
  for (const rule of state.rules) {
    const answer = await run.evaluate(rule.condition, chain);
    if (typeof answer !== 'boolean') throw unexpectedType(rule.condition, 'boolean', answer);
    if (answer) return run.exit(chain, rule, input, {});
  }
  if (state.fallback === undefined) {
    throw new StateFailure({
      error: 'States.NoChoiceMatched',
      cause: `No rule of the state '${state.name}' matched, and it has no Default.`,
    });
  }
  const { fallback: next, output, assign } = state;
  return run.exit(chain, { next, output, assign }, input, {});
}

async function wait(run: Run, chain: Chain, state: WaitState): Promise<void> {
  const thread = lastOf(chain);
  let dueAt: number;
  try {
    dueAt = await endOf(run, chain, state);
  } catch (error) {
    // AWS hangs a Wait's failed evaluation on its StateEntered, unlike that of the other states.
    thread.beforeEventId = thread.lastEventId;
    throw error;
  }
  if (dueAt <= run.env.now) return run.finish(chain, thread.input, {});
  thread.phase = { kind: 'wait', dueAt };
}

async function endOf(run: Run, chain: Chain, { until: { kind, value } }: WaitState): Promise<number> {
  if (kind === 'Seconds') return run.env.now + (await run.evaluateInteger(value, chain, 0)) * 1000;
  const until = await run.evaluate(value, chain);
  const instant = instantOf(until);
  if (instant !== undefined) return instant;
  const shown = typeof until === 'string' ? until : JSON.stringify(until);
  throw new QueryFailure(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`,
    'Timestamp',
  );
}

async function fail(run: Run, chain: Chain, state: FailState): Promise<void> {
  const error = state.error && (await run.evaluateText(state.error, chain));
  const cause = state.cause && (await run.evaluateText(state.cause, chain));
  throw new StateFailure({ ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
}
