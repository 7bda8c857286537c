// Plays state machines on a virtual clock and tells their history in short lines.
import { createEngine, type Engine, type EngineOptions } from '../../../local/stepfunctions/engine.ts';
import type { Execution } from '../../../local/stepfunctions/execution.ts';
import type { HistoryEvent } from '../../../local/stepfunctions/history.ts';
import { isObject, type Json, type JsonObject } from '../../../local/stepfunctions/json.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';

export const START = Date.parse('2026-01-05T10:00:00Z');
export const DAY = 24 * 3600 * 1000;

export type States = Record<string, Record<string, unknown>>;

/** A definition that starts at the first of the states. */
export function machine(states: States, top: Record<string, unknown> = {}): Record<string, unknown> {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
}

export function branch(states: States): Record<string, unknown> {
  return { StartAt: Object.keys(states)[0], States: states };
}

/** A Task that calls the named function by lambda:invoke with the state's input, and hands on its answer. */
export function task(name: string, more: Record<string, unknown> = { End: true }): Record<string, unknown> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
    ...('Output' in more || 'Catch' in more ? {} : { Output: '{% $states.result.Payload %}' }),
    ...more,
  };
}

/** Like `task`, but waits for its token; the function gets it as `token`. */
export function ask(name: string, more: Record<string, unknown> = { End: true }): Record<string, unknown> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: name, Payload: { token: '{% $states.context.Task.Token %}' } },
    ...more,
  };
}

/** An error with a name of its own, as functions throw them. */
export function named(name: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { name });
}

export interface Clock {
  at: number;
  now: () => number;
}

export function createClock(at = START): Clock {
  const clock = { at, now: () => clock.at };
  return clock;
}

/** The call number counts from 1 per function. */
export type Functions = Record<string, (payload: JsonObject, call: number) => unknown>;

export interface Call {
  name: string;
  payload: Json;
  at: number;
}

export function inProcess(functions: Functions, clock: Clock, calls: Call[] = []): EngineOptions['invoke'] {
  const counts = new Map<string, number>();
  return async (name, payload) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    calls.push({ name, payload, at: clock.at });
    const handler = functions[name];
    if (!handler) throw named('NoSuchFunction', name);
    return handler(isObject(payload) ? payload : { value: payload }, count);
  };
}

export function repeatable(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Moves the clock from timer to timer until there is none, or the next is later than `until`. Patience is for functions that never answer. */
export async function runAll(
  engine: Engine,
  clock: Clock,
  until = Number.POSITIVE_INFINITY,
  patienceMs?: number,
): Promise<void> {
  await engine.idle(patienceMs);
  for (
    let due = await engine.nextDueAt();
    due !== undefined && due <= until;
    due = await engine.nextDueAt()
  ) {
    clock.at = Math.max(clock.at, due);
    await engine.runDue();
    await engine.idle(patienceMs);
  }
  if (Number.isFinite(until)) clock.at = Math.max(clock.at, until);
}

/** `3<2 TaskScheduled Name`: id, previous id, type, and the state's or Map's name where the event has one. */
export function line(event: HistoryEvent): string {
  let name = '';
  for (const [key, details] of Object.entries(event)) {
    if (!key.endsWith('EventDetails') || !isObject(details)) continue;
    if (typeof details.name === 'string') name = ` ${details.name}`;
    if (typeof details.index === 'number') name += `#${details.index}`;
  }
  return `${event.id}<${event.previousEventId} ${event.type}${name}`;
}

export interface Played {
  readonly execution: Execution;
  readonly events: HistoryEvent[];
  readonly lines: string[];
  readonly calls: Call[];
  readonly engine: Engine;
  readonly clock: Clock;
  /** Milliseconds of virtual time. */
  readonly took: number;
}

/** Runs one execution of `definition` to its end, as fast as its timers allow. */
export async function play(
  definition: unknown,
  input: Json = {},
  functions: Functions = {},
  options: Partial<EngineOptions> & { patienceMs?: number } = {},
): Promise<Played> {
  const clock = createClock();
  const calls: Call[] = [];
  const engine = createEngine({
    machines: { played: definition },
    invoke: inProcess(functions, clock, calls),
    clock,
    store: createMemoryStore(),
    random: () => 0.5,
    ...options,
  });
  const { executionArn } = await engine.startExecution({
    machine: 'played',
    name: 'one',
    input: JSON.stringify(input),
  });
  await runAll(engine, clock, Number.POSITIVE_INFINITY, options.patienceMs);
  const execution = await engine.describeExecution(executionArn);
  const events = (await engine.history(executionArn, 1000)).items;
  const took = (execution.stoppedAt ?? clock.at) - execution.startedAt;
  return { execution, events, lines: events.map(line), calls, engine, clock, took };
}
