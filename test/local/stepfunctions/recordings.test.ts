// Runs executions recorded on AWS, where the folder with the recordings lies beside the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../../local/stepfunctions/engine.ts';
import { InvocationFailure } from '../../../local/stepfunctions/errors.ts';
import type { HistoryEvent } from '../../../local/stepfunctions/history.ts';
import { isObject, type Json } from '../../../local/stepfunctions/json.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';

interface Task {
  state: string;
  resource: string;
  input: Json;
  arguments?: Json;
  succeeded?: Json;
  failed?: { error: string; cause?: string };
  result?: Json;
}
interface Recording {
  definition: { States: Record<string, unknown> };
  input: Json;
  tasks: Task[];
  placeholders?: string[];
  expected: {
    status: string;
    output?: Json;
    error?: string;
    cause?: string;
    events: RecordedEvent[];
    unordered?: [number, number][];
    missing?: number;
  };
}
interface RecordedEvent {
  id: number | number[];
  previousEventId: number;
  type: string;
  [details: string]: unknown;
}

const folder = join(process.cwd(), '..', 'shared', 'asl-recordings');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:000000000000:function:recorded';

/** Rule 1 of the recordings' README: JSONata throughout, and a valid ARN where there are placeholders. */
function prepared(value: unknown): Json {
  if (Array.isArray(value)) return value.map(prepared);
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([key]) => key !== 'QueryLanguage');
    return Object.fromEntries(entries.map(([key, item]) => [key, prepared(item)]));
  }
  if (typeof value === 'string' && value.startsWith('arn:<') && value.includes(':lambda:'))
    return FUNCTION_ARN;
  return value as Json;
}

/** Rule 3: a text that is or holds a placeholder fits any text; JSON texts inside texts are compared as texts. */
function fits(expected: unknown, actual: unknown, placeholders: readonly string[]): boolean {
  if (typeof expected === 'string' && placeholders.some((one) => expected.includes(one))) {
    return typeof actual === 'string';
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => fits(item, actual[i], placeholders))
    );
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return false;
    const keys = Object.keys(expected);
    return (
      keys.length === Object.keys(actual).length &&
      keys.every((key) => Object.hasOwn(actual, key) && fits(expected[key], actual[key], placeholders))
    );
  }
  return Object.is(expected, actual);
}

/** The event in the recordings' shape: JSON texts as values, and only the details that were recorded. */
function neutral(event: HistoryEvent, like: RecordedEvent): Record<string, unknown> {
  const result: Record<string, unknown> = { type: event.type };
  for (const [key, value] of Object.entries(event)) {
    if (!key.endsWith('EventDetails') || !isObject(value)) continue;
    const name = key.slice(0, -'EventDetails'.length);
    const details: Record<string, unknown> = {};
    for (const [field, item] of Object.entries(value)) {
      if (field.endsWith('Details') || field === 'roleArn' || field === 'region') continue;
      if (field === 'assignedVariables' && isObject(item)) {
        details[field] = Object.fromEntries(Object.entries(item).map(([k, v]) => [k, JSON.parse(String(v))]));
      } else if (['input', 'output', 'parameters'].includes(field)) details[field] = JSON.parse(String(item));
      else details[field] = item;
    }
    result[name] = details;
  }
  if (isObject(like.evaluationFailed) && isObject(result.evaluationFailed)) {
    result.evaluationFailed = { ...result.evaluationFailed, cause: like.evaluationFailed.cause };
  }
  return result;
}

function recordedOf({
  id: _id,
  previousEventId: _previous,
  ...rest
}: RecordedEvent): Record<string, unknown> {
  return rest;
}

async function play(recording: Recording) {
  const definition = {
    ...(prepared(recording.definition) as Record<string, Json>),
    QueryLanguage: 'JSONata',
  };
  const pending = recording.tasks.map((task) => prepared(task) as unknown as Task);
  const calls: { payload: Json; task: Task | undefined }[] = [];
  let now = Date.parse('2026-01-05T10:00:00Z');
  const engine = createEngine({
    machines: { recorded: definition },
    clock: { now: () => now },
    random: () => 0.5,
    store: createMemoryStore(),
    invoke: async (_name, payload) => {
      const task = pending.shift();
      calls.push({ payload, task });
      if (task?.failed) throw new InvocationFailure(task.failed.error, task.failed.cause);
      return task?.succeeded;
    },
  });
  const { executionArn } = await engine.startExecution({
    machine: 'recorded',
    name: 'one',
    input: JSON.stringify(recording.input ?? {}),
  });
  await engine.idle();
  for (let due = await engine.nextDueAt(); due !== undefined; due = await engine.nextDueAt()) {
    now = due;
    await engine.runDue();
    await engine.idle();
  }
  const execution = await engine.describeExecution(executionArn);
  const events = (await engine.history(executionArn, 1000)).items;
  return { execution, events, calls, left: pending.length, definition };
}

(files.length > 0 ? describe : describe.skip)('executions recorded on AWS', () => {
  test.each(files)('%s', async (file) => {
    const recording: Recording = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { expected, placeholders = [] } = recording;
    const { execution, events, calls, left } = await play(recording);
    const match = (wanted: unknown, actual: unknown) => {
      // The plain comparison only words the failure.
      if (!fits(wanted, actual, placeholders)) expect(actual).toEqual(wanted);
    };

    expect(left).toBe(0);
    for (const { payload, task } of calls) {
      expect(task).toBeDefined();
      match(prepared(task?.input), payload);
    }
    expect(execution.status).toBe(expected.status);
    match(expected.output, execution.output);
    expect(execution.failure?.error).toBe(expected.error);
    match(expected.cause, execution.failure?.cause);

    const [from, to] = expected.unordered?.[0] ?? [Number.POSITIVE_INFINITY, -1];
    const missing = expected.missing ?? 0;
    expect(events).toHaveLength(expected.events.length + missing);
    const inner = new Set<number>();
    expected.events.forEach((wanted, i) => {
      if (i >= from && i <= to) {
        const at = events.findIndex(
          (event, j) =>
            j >= from &&
            j <= to + missing &&
            !inner.has(j) &&
            fits(prepared(recordedOf(wanted)), neutral(event, wanted), placeholders),
        );
        if (at < 0) expect(events.map(({ type }) => type)).toContain(JSON.stringify(wanted));
        inner.add(at);
        return;
      }
      const event = events[i > to && to >= 0 ? i + missing : i];
      if (!event) throw new Error(`no event for ${wanted.type}`);
      match(prepared(recordedOf(wanted)), neutral(event, wanted));
      expect({ type: event.type, id: event.id, previous: event.previousEventId }).toEqual({
        type: wanted.type,
        id: wanted.id,
        previous: wanted.previousEventId,
      });
    });
  });

  test('there are as many as were counted', () => {
    expect(files).toHaveLength(94);
  });
});
