import { createEngine, type Engine } from '../../local/stepfunctions/engine.ts';
import { InvocationFailure } from '../../local/stepfunctions/errors.ts';
import type { HistoryEvent } from '../../local/stepfunctions/history.ts';
import { isObject, type Json, type JsonObject } from '../../local/stepfunctions/json.ts';
import { createMemoryStore } from '../../local/stepfunctions/store-memory.ts';
import { type RecordedExecution, type RecordedJourney, type RecordedTask, recordedOf } from './histories.ts';

export interface Replayed {
  readonly executions: readonly RecordedExecution[];
  /** Calls that the definition makes and that were never recorded, as `function payload`. */
  readonly unasked: readonly string[];
  /** Recorded calls that it did not make. */
  readonly left: readonly RecordedTask[];
}

const keyOf = (name: string, payload: JsonObject): string =>
  `${name} ${JSON.stringify(payload, Object.keys(payload).sort())}`;

/** Runs the executions of a journey on these definitions, each call answered as it was recorded, as fast as its timers allow. */
export async function replay(
  definitions: Readonly<Record<string, unknown>>,
  { executions }: RecordedJourney,
): Promise<Replayed> {
  const clock = { at: executions[0]?.startedAt ?? 0, now: () => clock.at };
  const answers = new Map<string, RecordedTask[]>();
  for (const task of executions.flatMap(({ tasks }) => tasks)) {
    const key = keyOf(task.function, task.payload);
    answers.set(key, [...(answers.get(key) ?? []), task]);
  }
  const unasked: string[] = [];
  /** Tokens that a recorded wait was woken with; handed in once the call that brought them has been answered. */
  const woken: { readonly token: string; readonly output: Json }[] = [];

  const engine = createEngine({
    machines: definitions,
    clock,
    store: createMemoryStore(),
    random: () => 0.5,
    async invoke(name, given) {
      const payload = isObject(given) ? given : {};
      const { token } = payload;
      const waits = typeof token === 'string';
      const key = keyOf(name, waits ? { ...payload, token: 'token' } : payload);
      const task = answers.get(key)?.shift();
      if (!task) {
        unasked.push(key);
        throw new InvocationFailure('NeverRecorded');
      }
      if (task.failed) throw new InvocationFailure(task.failed.error, task.failed.cause);
      if (waits && task.result !== undefined) woken.push({ token, output: task.result });
      // What nobody answered in time goes on at its timeout.
      return waits || task.timedOut ? {} : task.result;
    },
  });

  const first = executions.filter(({ machine }) => machine === 'rights-request');
  for (const { machine, name, input } of first) {
    await engine.startExecution({ machine, name, input: JSON.stringify(input) });
    await runOut(engine, clock, woken);
  }
  return {
    executions: await Promise.all(executions.map(({ machine, name }) => readBack(engine, machine, name))),
    unasked,
    left: [...answers.values()].flat(),
  };
}

async function runOut(
  engine: Engine,
  clock: { at: number },
  woken: { readonly token: string; readonly output: Json }[],
): Promise<void> {
  for (;;) {
    await engine.idle();
    const next = woken.shift();
    if (next) {
      await engine.sendTaskSuccess(next.token, JSON.stringify(next.output));
      continue;
    }
    const due = await engine.nextDueAt();
    if (due === undefined) return;
    clock.at = Math.max(clock.at, due);
    await engine.runDue();
  }
}

async function readBack(engine: Engine, machine: string, name: string): Promise<RecordedExecution> {
  const arn = `arn:aws:states:eu-central-1:000000000000:execution:${machine}:${name}`;
  const { status } = await engine.describeExecution(arn);
  const events: HistoryEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await engine.history(arn, 1000, false, cursor);
    events.push(...page.items);
    cursor = page.cursor;
  } while (cursor);
  return recordedOf({ machine, name, status }, events);
}
