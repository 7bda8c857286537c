import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item } from '../../functions/adapters/dynamodb/codec.ts';
import type { HistoryEvent } from '../../local/stepfunctions/history.ts';
import { isObject, type Json, type JsonObject } from '../../local/stepfunctions/json.ts';

/** One call of a function by an execution: what it was given and what came of it. */
export interface RecordedTask {
  readonly state: string;
  readonly function: string;
  /** A task token is written as `token`. */
  readonly payload: JsonObject;
  /** What the state got: the function's answer, or what a waiting state was woken with. */
  readonly result?: Json;
  readonly failed?: { readonly error: string; readonly cause?: string };
  /** Nobody answered in time. */
  readonly timedOut?: true;
}

export interface RecordedExecution {
  readonly machine: string;
  readonly name: string;
  /** Epoch milliseconds, of the virtual clock. */
  readonly startedAt: number;
  readonly input: Json;
  readonly status: string;
  /** States in the order in which they were entered; those of Map iterations run side by side and are left out. */
  readonly states: readonly string[];
  readonly tasks: readonly RecordedTask[];
}

/** A request from its start to its end, on one version of the definitions. */
export interface RecordedJourney {
  readonly journey: string;
  readonly executions: readonly RecordedExecution[];
}

/** Stands for the reference of a request in what was recorded: of the same shape, and nobody's. */
export const recordedReference = '0'.repeat(26);
const token = 'token';

const textDetails = (event: HistoryEvent | undefined): Record<string, unknown> =>
  Object.entries(event ?? {})
    .flatMap(([key, details]) => (key.endsWith('EventDetails') && isObject(details) ? [details] : []))
    .at(0) ?? {};
const jsonOf = (value: unknown): Json => (typeof value === 'string' ? JSON.parse(value) : {});
const objectOf = (value: Json): JsonObject => (isObject(value) ? value : {});

/** What of a history a later version must still be able to do: its calls, their results and its way. */
export function recordedOf(
  execution: { readonly machine: string; readonly name: string; readonly status: string },
  events: readonly HistoryEvent[],
): RecordedExecution {
  const byId = new Map(events.map((event) => [event.id, event]));
  const before = (event: HistoryEvent, type: string): HistoryEvent | undefined => {
    let at = byId.get(event.previousEventId);
    while (at && at.type !== type) at = byId.get(at.previousEventId);
    return at;
  };
  const outcomes = new Map<number, HistoryEvent>();
  for (const event of events)
    if (['TaskSucceeded', 'TaskFailed', 'TaskTimedOut'].includes(event.type)) {
      const scheduled = before(event, 'TaskScheduled');
      if (scheduled) outcomes.set(scheduled.id, event);
    }
  const [first] = events;
  return {
    ...execution,
    startedAt: first?.timestamp ?? 0,
    input: jsonOf(textDetails(first).input),
    states: events.flatMap((event) =>
      event.type.endsWith('StateEntered') && !before(event, 'MapIterationStarted')
        ? [String(textDetails(event).name)]
        : [],
    ),
    tasks: events.flatMap((event): RecordedTask[] => {
      if (event.type !== 'TaskScheduled' || textDetails(event).resourceType !== 'lambda') return [];
      const { FunctionName: arn, Payload: payload } = objectOf(jsonOf(textDetails(event).parameters));
      const outcome = outcomes.get(event.id);
      if (!outcome) return [];
      const waits = String(textDetails(event).resource).endsWith('waitForTaskToken');
      const state = before(event, 'TaskStateEntered');
      const called = {
        state: String(textDetails(state).name),
        function: String(arn).split(':').at(-1) ?? '',
        payload: { ...objectOf(payload ?? {}), ...(waits ? { token } : {}) },
      };
      const details = textDetails(outcome);
      if (outcome.type === 'TaskSucceeded') {
        const output = jsonOf(details.output);
        return [{ ...called, result: waits ? output : (objectOf(output).Payload ?? {}) }];
      }
      if (outcome.type === 'TaskTimedOut') return [{ ...called, timedOut: true }];
      const cause = typeof details.cause === 'string' ? { cause: details.cause } : {};
      return [{ ...called, failed: { error: String(details.error), ...cause } }];
    }),
  };
}

export const goldenFolder = join('test', 'golden');

/** Versions that have recordings, as the folders are named. */
export const recordedVersions = (): string[] =>
  existsSync(goldenFolder) ? readdirSync(goldenFolder).sort() : [];

/** JSON lines: small, and a difference between two recordings is a line. */
const linesOf = (...path: readonly string[]): unknown[] =>
  readFileSync(join(goldenFolder, ...path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const textOf = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

// What stands in these files was written by the functions beside those that read it.
interface DefinitionLine {
  readonly machine: string;
  readonly definition: unknown;
}
type JourneyLine =
  | { readonly journey: string }
  | { readonly execution: Omit<RecordedExecution, 'tasks'> }
  | { readonly task: RecordedTask };

/** The definitions of a version as they were written, by the names of their machines. */
export const definitionsOf = (version: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (linesOf(version, 'definitions.jsonl') as DefinitionLine[]).map((line) => [
      line.machine,
      line.definition,
    ]),
  );

export const definitionsText = (definitions: Readonly<Record<string, unknown>>): string =>
  textOf(Object.entries(definitions).map(([machine, definition]) => ({ machine, definition })));

export const journeysOf = (version: string): readonly RecordedJourney[] =>
  readdirSync(join(goldenFolder, version, 'journeys'))
    .sort()
    .map((file) => journeyOf(linesOf(version, 'journeys', file) as JourneyLine[]));

function journeyOf(lines: readonly JourneyLine[]): RecordedJourney {
  let journey = '';
  const executions: (Omit<RecordedExecution, 'tasks'> & { tasks: RecordedTask[] })[] = [];
  for (const line of lines)
    if ('journey' in line) journey = line.journey;
    else if ('execution' in line) executions.push({ ...line.execution, tasks: [] });
    else executions.at(-1)?.tasks.push(line.task);
  return { journey, executions };
}

export const journeyText = ({ journey, executions }: RecordedJourney): string =>
  textOf([
    { journey },
    ...executions.flatMap(({ tasks, ...execution }) => [{ execution }, ...tasks.map((task) => ({ task }))]),
  ]);

/** An item of the table, by what it is an example of. */
export interface RecordedItem {
  readonly example: string;
  readonly item: Item;
}
export const recordedItems = (version: string): readonly RecordedItem[] =>
  linesOf(version, 'items.jsonl') as RecordedItem[];

export const itemsText = (items: readonly RecordedItem[]): string => textOf(items);
