// Task states: calling, answering, timing out.
import { functionNameOf } from './definition-resources.ts';
import { type Failure, StateFailure } from './errors.ts';
import { type Call, type Chain, lastOf, type TaskPhase } from './execution.ts';
import { unexpectedType } from './expressions.ts';
import { failureFields, textOf } from './history.ts';
import { isJsonObject, type Json } from './json.ts';
import { uuidFrom } from './jsonata-functions.ts';
import type { Resource, TaskState } from './machine.ts';
import type { Run } from './run.ts';
import { guarded } from './run-failures.ts';
import { tokenOf } from './token.ts';

/** How an attempt ended, as the caller of the function saw it. */
export type Outcome =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly failure: Failure };

export async function startTask(run: Run, chain: Chain, state: TaskState): Promise<void> {
  const thread = lastOf(chain);
  const { execution, env } = run;
  const { resource } = state;
  execution.serial += 1;
  const attempt = execution.serial;
  const nonce = resource.kind === 'lambda-token' ? uuidFrom(env.random) : undefined;
  const token = nonce === undefined ? undefined : tokenOf(execution.arn, thread.id, attempt, nonce);
  const args = state.arguments ? await run.evaluate(state.arguments, chain, { token }) : thread.input;
  run.checkSize(args, state.name);
  const timeout = state.timeoutSeconds && (await run.evaluateInteger(state.timeoutSeconds, chain, 1));
  const heartbeat = state.heartbeatSeconds && (await run.evaluateInteger(state.heartbeatSeconds, chain, 1));
  if (timeout !== undefined && heartbeat !== undefined && state.heartbeatSeconds && heartbeat >= timeout) {
    throw unexpectedType(state.heartbeatSeconds, 'number smaller than TimeoutSeconds', heartbeat);
  }
  const call = callOf(state, args);
  scheduled(run, chain, resource, args, timeout, heartbeat);
  const phase: TaskPhase = {
    kind: 'task',
    attempt,
    call,
    invoking: true,
    ...(nonce !== undefined && { nonce }),
    ...(timeout !== undefined && { timeoutAt: env.now + timeout * 1000 }),
    ...(heartbeat !== undefined && {
      heartbeatMs: heartbeat * 1000,
      heartbeatAt: env.now + heartbeat * 1000,
    }),
  };
  thread.phase = phase;
  run.calls.push({ thread, phase });
}

function callOf(state: TaskState, args: Json): Call {
  const { resource } = state;
  if (resource.kind === 'function')
    return { kind: 'function', functionName: resource.functionName, payload: args };
  const object = isJsonObject(args) ? args : {};
  if (resource.kind === 'lambda' || resource.kind === 'lambda-token') {
    const unknown = Object.keys(object).filter((key) => key !== 'FunctionName' && key !== 'Payload');
    const functionName =
      typeof object.FunctionName === 'string' ? functionNameOf(object.FunctionName) : undefined;
    if (functionName === undefined || unknown.length > 0)
      throw badArguments(state, 'FunctionName and Payload');
    return { kind: 'function', functionName, payload: object.Payload ?? {} };
  }
  const { StateMachineArn: machineArn, Name: name, Input: input = {} } = object;
  const unknown = Object.keys(object).filter((key) => !['StateMachineArn', 'Name', 'Input'].includes(key));
  if (
    typeof machineArn !== 'string' ||
    (name !== undefined && typeof name !== 'string') ||
    unknown.length > 0
  ) {
    throw badArguments(state, 'StateMachineArn, Name and Input');
  }
  return {
    kind: 'start',
    sdk: resource.kind === 'sdk-start',
    machineArn,
    name,
    input: typeof input === 'string' ? input : JSON.stringify(input),
  };
}

function badArguments(state: TaskState, takes: string): StateFailure {
  return new StateFailure({
    error: 'States.Runtime',
    cause: `The Arguments of the state '${state.name}' do not fit its resource, which takes ${takes}.`,
  });
}

function scheduled(
  run: Run,
  chain: Chain,
  resource: Resource,
  args: Json,
  timeout: number | undefined,
  heartbeat: number | undefined,
): void {
  const thread = lastOf(chain);
  const limits = {
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  if (resource.kind === 'function') {
    thread.lastEventId = run.emit(
      'LambdaFunctionScheduled',
      thread.lastEventId,
      'lambdaFunctionScheduled',
      () => ({
        resource: resource.arn,
        ...textOf('input', args),
        ...(timeout !== undefined && { timeoutInSeconds: timeout }),
      }),
    );
    thread.lastEventId = run.emit('LambdaFunctionStarted', thread.lastEventId);
    return;
  }
  const { resourceType, resource: name } = resource;
  thread.lastEventId = run.emit('TaskScheduled', thread.lastEventId, 'taskScheduled', () => ({
    resourceType,
    resource: name,
    region: run.execution.arn.split(':')[3] ?? '',
    parameters: JSON.stringify(args),
    ...limits,
  }));
  thread.lastEventId = run.emit('TaskStarted', thread.lastEventId, 'taskStarted', () => ({
    resourceType,
    resource: name,
  }));
}

/** The task of a chain with this attempt still under way, or undefined: late and doubled answers are nobody's. */
export function taskUnderWay(
  run: Run,
  threadId: number,
  attempt: number,
): { chain: Chain; phase: TaskPhase } | undefined {
  const chain = run.find(threadId);
  if (!chain) return undefined;
  const { phase } = lastOf(chain);
  return phase.kind === 'task' && phase.attempt === attempt ? { chain, phase } : undefined;
}

/** The function (or StartExecution) answered. */
export async function answered(run: Run, threadId: number, attempt: number, outcome: Outcome): Promise<void> {
  const found = taskUnderWay(run, threadId, attempt);
  if (!found?.phase.invoking) return;
  const { chain, phase } = found;
  const thread = lastOf(chain);
  const state = run.stateOf(thread);
  if (state.type !== 'Task') return;
  const { resource } = state;
  if (!outcome.ok) return guarded(run, chain, () => taskFailed(run, chain, outcome.failure));
  await guarded(run, chain, async () => {
    const result = resultOf(resource, outcome.value, phase);
    run.checkSize(result, resource.kind === 'function' ? resource.arn : resource.resource);
    if (resource.kind !== 'lambda-token') {
      await succeeded(run, chain, result);
      return;
    }
    phase.invoking = false;
    thread.lastEventId = run.emit('TaskSubmitted', thread.lastEventId, 'taskSubmitted', () => ({
      resourceType: resource.resourceType,
      resource: resource.resource,
      ...textOf('output', result),
    }));
  });
}

function resultOf(resource: Resource, value: Json, phase: TaskPhase): Json {
  if (resource.kind !== 'lambda' && resource.kind !== 'lambda-token') return value;
  return {
    ExecutedVersion: '$LATEST',
    Payload: value,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: `local-${phase.attempt}` },
    StatusCode: 200,
  };
}

async function succeeded(run: Run, chain: Chain, result: Json): Promise<void> {
  const thread = lastOf(chain);
  const state = run.stateOf(thread);
  if (state.type !== 'Task') return;
  const { resource } = state;
  thread.lastEventId =
    resource.kind === 'function'
      ? run.emit('LambdaFunctionSucceeded', thread.lastEventId, 'lambdaFunctionSucceeded', () =>
          textOf('output', result),
        )
      : run.emit('TaskSucceeded', thread.lastEventId, 'taskSucceeded', () => ({
          resourceType: resource.resourceType,
          resource: resource.resource,
          ...textOf('output', result),
        }));
  await run.finish(chain, result, { result });
}

function taskFailed(run: Run, chain: Chain, failure: Failure, timedOut = false): never {
  const thread = lastOf(chain);
  const state = run.stateOf(thread);
  if (state.type === 'Task') {
    const { resource } = state;
    const end = timedOut ? 'TimedOut' : 'Failed';
    thread.lastEventId =
      resource.kind === 'function'
        ? run.emit(`LambdaFunction${end}`, thread.lastEventId, `lambdaFunction${end}`, () =>
            failureFields(failure),
          )
        : run.emit(`Task${end}`, thread.lastEventId, `task${end}`, () => ({
            resourceType: resource.resourceType,
            resource: resource.resource,
            ...failureFields(failure),
          }));
  }
  // Whatever still answers for this attempt comes too late.
  thread.phase = { kind: 'attempt' };
  throw new StateFailure(failure);
}

/** The task's token came back with a result or a failure. */
export async function tokenAnswered(run: Run, chain: Chain, outcome: Outcome): Promise<void> {
  await guarded(run, chain, () => {
    if (!outcome.ok) return taskFailed(run, chain, outcome.failure);
    run.checkSize(outcome.value, lastOf(chain).state);
    return succeeded(run, chain, outcome.value);
  });
}

export function heartbeat(run: Run, phase: TaskPhase): void {
  if (phase.heartbeatMs === undefined) return;
  phase.heartbeatAt = run.env.now + phase.heartbeatMs;
  run.changed = true;
}

/** TimeoutSeconds or HeartbeatSeconds ran out. */
export function timeOutTask(run: Run, chain: Chain, phase: TaskPhase): never {
  run.timedOut.push(phase.attempt);
  const timedOut = phase.timeoutAt !== undefined && phase.timeoutAt <= run.env.now;
  const error = timedOut ? 'States.Timeout' : 'States.HeartbeatTimeout';
  return taskFailed(run, chain, { error }, true);
}
