import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import aslValidator from 'asl-validator';
import type * as v from 'valibot';
import { codedErrors } from '../../functions/domain/errors.ts';
import { machines, ownSubstitutions, placeholderOf } from '../../infra/machines.ts';
import { loadDefinition } from '../../local/stepfunctions/definition.ts';
import { next, retriedErrors, type StepName, steps } from '../../workflows/contract.ts';

interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly Payload?: Record<string, unknown> };
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}
interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}
interface Machine {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const files = readdirSync('workflows').filter((name) => name.endsWith('.asl.json'));
const definitions = files.map((file) => ({
  file,
  machine: JSON.parse(readFileSync(join('workflows', file), 'utf8')) as Machine,
}));

function flatten(machine: Machine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[state.ItemProcessor, ...(state.Branches ?? [])].flatMap((inner) => (inner ? flatten(inner) : [])),
  ]);
}
const states = definitions.flatMap(({ file, machine }) =>
  flatten(machine).map(([name, state]) => ({ file, name, state })),
);
const tasks = states.filter(({ state }) => state.Type === 'Task');
const invocations = tasks.filter(({ state }) => state.Resource?.includes('lambda:invoke'));
const stepOf = (state: State): string =>
  /^\$\{(\w+)Arn\}$/.exec(state.Arguments?.FunctionName ?? '')?.[1] ?? '';
const isStep = (name: string): name is StepName => name in steps;
const entriesOf = (schema: v.GenericSchema): Record<string, { type: string }> =>
  'entries' in schema ? (schema.entries as Record<string, { type: string }>) : {};

/** Every `{% … %}` of a definition with the place it stands at. */
function expressions(value: unknown, at: string): { readonly at: string; readonly text: string }[] {
  if (typeof value === 'string') return value.includes('{%') ? [{ at, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => expressions(inner, `${at}.${key}`));
}

test('the reader finds the machines and their states', () => {
  expect(files).toEqual(['package-transmission.asl.json', 'rights-request.asl.json', 'sla-clock.asl.json']);
  expect(invocations.length).toBeGreaterThan(20);
});

test('every function that the machines name is in the contract, and every step of the contract is used', () => {
  const used = [...new Set(invocations.map(({ state }) => stepOf(state)))].sort();
  expect(used).toEqual(Object.keys(steps).sort());
});

test('every function that the stack substitutes is named by its machine, and no other', () => {
  for (const [machine, { functions, starts }] of Object.entries(machines)) {
    const text = readFileSync(join('workflows', `${machine}.asl.json`), 'utf8');
    const placeholders = [
      ...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '')),
    ].sort();
    const own = Object.keys(ownSubstitutions(text));
    expect(placeholders).toEqual([...[...functions, ...starts].map(placeholderOf), ...own].sort());
  }
});

test('payloads hold exactly the fields that the contract names', () => {
  for (const { name, state } of invocations) {
    const step = stepOf(state);
    if (!isStep(step)) throw new Error(`${name} invokes what is no step`);
    const sent = Object.keys(state.Arguments?.Payload ?? {}).sort();
    const entries = Object.entries(entriesOf(steps[step].input));
    const known = entries.map(([field]) => field);
    const needed = entries.filter(([, schema]) => schema.type !== 'exact_optional').map(([field]) => field);
    expect([name, sent.filter((field) => !known.includes(field))]).toEqual([name, []]);
    expect([name, needed.filter((field) => !sent.includes(field))]).toEqual([name, []]);
  }
});

test('what a machine reads of an answer is in the contract’s output', () => {
  for (const { name, state } of invocations) {
    const step = stepOf(state);
    if (!isStep(step) || steps[step].waitsFor) continue;
    const read = [...JSON.stringify(state).matchAll(/\$states\.result\.Payload\.(\w+)/g)].map(
      (one) => one[1] ?? '',
    );
    const known = Object.keys(entriesOf(steps[step].output));
    expect([name, read.filter((field) => !known.includes(field))]).toEqual([name, []]);
  }
});

test('exactly the steps that wait are given the token', () => {
  for (const { name, state } of invocations) {
    const step = stepOf(state);
    if (!isStep(step)) throw new Error(`${name} invokes what is no step`);
    const waits = steps[step].waitsFor !== undefined;
    expect([name, state.Resource?.endsWith('.waitForTaskToken')]).toEqual([name, waits]);
    expect([name, JSON.stringify(state.Arguments).includes('$states.context.Task.Token')]).toEqual([
      name,
      waits,
    ]);
  }
});

test('every choice asks for a value that the contract knows, and has a way out for all others', () => {
  const known: readonly string[] = [...next.options, 'wait'];
  for (const { name, state } of states.filter((one) => one.state.Type === 'Choice')) {
    expect([name, state.Default === undefined]).toEqual([name, false]);
    for (const { Condition } of state.Choices ?? []) {
      const value = /= '([a-z]+)'/.exec(Condition)?.[1];
      if (value !== undefined) expect([name, known.includes(value)]).toEqual([name, true]);
    }
  }
});

test('F8 F18 every invocation retries exactly the errors that time mends: jittered, slower and slower, bounded', () => {
  for (const { name, state } of invocations) {
    expect([name, state.Retry?.length]).toEqual([name, 1]);
    const [retry] = state.Retry ?? [];
    expect([name, retry?.ErrorEquals]).toEqual([name, [...retriedErrors]]);
    expect(retry?.JitterStrategy).toBe('FULL');
    expect(retry?.BackoffRate).toBeGreaterThanOrEqual(1.5);
    expect(retry?.MaxAttempts).toBeGreaterThanOrEqual(3);
    expect(retry?.MaxAttempts).toBeLessThanOrEqual(12);
    expect(retry?.MaxDelaySeconds).toBeGreaterThan(retry?.IntervalSeconds ?? Number.POSITIVE_INFINITY);
  }
});

test('nothing retries every error there is', () => {
  for (const { state } of states)
    for (const { ErrorEquals } of state.Retry ?? [])
      expect(ErrorEquals.filter((one) => one === 'States.ALL' || one === 'States.TaskFailed')).toEqual([]);
});

test('the errors that the code throws by name are the ones that the machines retry, and no caught name is unknown', () => {
  const sources = readFileSync('functions/domain/errors.ts', 'utf8');
  const ours = [...sources.matchAll(/override readonly name = '(\w+)'/g)].map((match) => match[1] ?? '');
  expect(ours).toEqual(expect.arrayContaining(['TransientError', 'ConflictError', 'PermanentError']));
  expect([...codedErrors].sort()).toEqual([...ours].sort());
  const named = states.flatMap(({ state }) => [
    ...(state.Retry ?? []).flatMap((one) => one.ErrorEquals),
    ...(state.Catch ?? []).flatMap((one) => one.ErrorEquals),
  ]);
  for (const name of new Set(named.filter((one) => !one.includes('.')))) expect(ours).toContain(name);
  expect(named).not.toContain('PermanentError');
});

test('whatever becomes a task says which error it was and, where there is one, which code', () => {
  for (const { name, state } of tasks)
    for (const one of (state.Catch ?? []) as readonly { Next: string; Assign?: Record<string, string> }[]) {
      const [error, code] =
        one.Next === 'Raise Task'
          ? ['failedError', 'failedCode']
          : one.Next.startsWith('Note ')
            ? ['error', 'code']
            : [];
      if (error === undefined || code === undefined || name.startsWith('Note ')) continue;
      expect([name, one.Assign?.[error]]).toEqual([name, '{% $states.errorOutput.Error %}']);
      expect([name, one.Assign?.[code]]).toEqual([
        name,
        expect.stringContaining('$states.errorOutput.Cause'),
      ]);
    }
});

test('every task has a timeout and catches everything, whatever fails', () => {
  for (const { name, state } of tasks) {
    expect([name, state.TimeoutSeconds === undefined]).toEqual([name, false]);
    expect([name, state.Catch?.at(-1)?.ErrorEquals]).toEqual([name, ['States.ALL']]);
  }
});

test('every wait for people ends by itself, and its end is a way of its own', () => {
  const waits = tasks.filter(({ state }) => state.Resource?.endsWith('.waitForTaskToken'));
  expect(waits).toHaveLength(Object.values(steps).filter((one) => one.waitsFor).length);
  for (const { name, state } of waits) {
    expect(state.TimeoutSeconds).toMatch(/^\{% \$\w+ %\}$/);
    const [first] = state.Catch ?? [];
    expect([name, first?.ErrorEquals]).toEqual([name, ['States.Timeout']]);
  }
});

test('no machine can fail: every end is an outcome', () => {
  expect(states.filter(({ state }) => state.Type === 'Fail')).toEqual([]);
  for (const { file, machine } of definitions)
    for (const [name, state] of Object.entries(machine.States))
      if (state.Type === 'Map' || state.Type === 'Parallel')
        expect([file, name, state.Catch?.at(-1)?.ErrorEquals]).toEqual([file, name, ['States.ALL']]);
});

test('every state is reached', () => {
  for (const { file, machine } of definitions) {
    const check = (inner: Machine) => {
      const reached = new Set([inner.StartAt]);
      for (const name of reached) {
        const state = inner.States[name];
        if (!state) throw new Error(`${file} leads to ${name}, which is not there`);
        const ways = [
          state.Next,
          state.Default,
          ...(state.Catch ?? []).map((one) => one.Next),
          ...(state.Choices ?? []).map((one) => one.Next),
        ];
        for (const way of ways) if (way !== undefined) reached.add(way);
        if (state.ItemProcessor) check(state.ItemProcessor);
      }
      expect(Object.keys(inner.States).filter((name) => !reached.has(name))).toEqual([]);
    };
    check(machine);
  }
});

test('expressions are one line of at most 120 characters, in JSONata, without a word or figure of policy', () => {
  for (const { file, machine } of definitions) {
    expect(machine.QueryLanguage).toBe('JSONata');
    for (const { at, text } of expressions(machine, file)) {
      expect([at, text.length <= 120]).toEqual([at, true]);
      expect([at, text.includes('\n')]).toEqual([at, false]);
      expect([at, /[^\w$.'](?:[2-9]|\d{2,})\b/.test(text)]).toEqual([at, false]);
    }
    expect(JSON.stringify(machine)).not.toMatch(/@[a-z]+\.|arn:aws:lambda|\b\d{12}\b/);
  }
});

test('states are named as people speak: verbs for work, questions for choices, and each says why it is there', () => {
  for (const { name, state } of states) {
    expect([name, /^[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*\??$/.test(name)]).toEqual([name, true]);
    expect([name, name.endsWith('?')]).toEqual([name, state.Type === 'Choice']);
    expect(name.length).toBeLessThanOrEqual(80);
    if (state.Type !== 'Pass') expect([name, (state.Comment ?? '').length > 15]).toEqual([name, true]);
  }
  expect(new Set(states.map(({ file, name }) => `${file} ${name}`)).size).toBe(states.length);
});

test.each(definitions)(
  '$file is clean to the public validator and to this machine’s engine',
  ({ machine }) => {
    const verdict = aslValidator(structuredClone(machine));
    expect(verdict.isValid ? '' : verdict.errorsText()).toBe('');
    expect(() => loadDefinition(structuredClone(machine))).not.toThrow();
  },
);
