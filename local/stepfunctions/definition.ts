// Loads a definition in the supported subset of the Amazon States Language, or says all that is wrong with it.
import { createHash } from 'node:crypto';
import { Fields, type Problem, Problems } from './definition-fields.ts';
import { compileState } from './definition-states.ts';
import { isObject, throughJson } from './json.ts';
import type { Graph, Machine, State } from './machine.ts';

export type { Problem } from './definition-fields.ts';

/** Thrown by `loadDefinition`; `problems` names state and field of each thing that is wrong or not supported. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      `definition refused: ${problems.map(({ state, field, message }) => `${state ? `state "${state}", ` : ''}${field}: ${message}`).join('; ')}`,
    );
    this.problems = problems;
  }
}

const STATE_NAME_LIMIT = 80;

/**
 * Checks and compiles a definition (a parsed JSON value or JSON text). Throws `InvalidDefinition`.
 * What is not supported is a problem, never ignored: see docs/states-language-subset.md.
 */
export function loadDefinition(source: unknown): Machine {
  const problems = new Problems();
  const definition = parse(source, problems);
  const graphs = new Map<string, Graph>();
  const names = new Set<string>();

  const loadGraph = (
    key: string,
    raw: Record<string, unknown>,
    owner: string | undefined,
    outer: Set<string>,
  ) => {
    const at = (field: string, message: string) => problems.add(owner, field, message);
    const states = new Map<string, State>();
    const rawStates = raw.States;
    if (!isObject(rawStates) || Object.keys(rawStates).length === 0) {
      at('States', 'is an object with at least one state');
      return;
    }
    for (const name of assignedNames(Object.values(rawStates))) {
      if (outer.has(name))
        at('States', `"${name}" is assigned here and in an outer scope; names must differ`);
    }
    for (const [name, rawState] of Object.entries(rawStates)) {
      if (names.has(name)) problems.add(name, 'States', 'state names are unique in the whole state machine');
      if (name.length > STATE_NAME_LIMIT)
        problems.add(name, 'States', `names have at most ${STATE_NAME_LIMIT} characters`);
      names.add(name);
      const state = compileState(name, rawState, problems, (childKey, childRaw) =>
        loadGraph(childKey, childRaw, name, visibleAt(name, rawStates, outer)),
      );
      if (state) states.set(name, state);
    }
    const startAt = raw.StartAt;
    if (typeof startAt !== 'string' || !Object.hasOwn(rawStates, startAt)) {
      at('StartAt', 'names a state of States');
      return;
    }
    checkReachable(rawStates, startAt, states, problems);
    graphs.set(key, { startAt, states });
  };

  const fields = new Fields(definition, undefined, problems);
  if (fields.take('QueryLanguage') !== 'JSONata') {
    problems.add(undefined, 'QueryLanguage', 'is "JSONata" (JSONPath is not supported)');
  }
  const comment = fields.text('Comment');
  const version = fields.text('Version');
  if (version !== undefined && version !== '1.0') problems.add(undefined, 'Version', 'is "1.0"');
  const timeoutSeconds = fields.integer('TimeoutSeconds', 1, 99_999_999);
  fields.take('StartAt');
  fields.take('States');
  fields.finish();
  loadGraph('', definition, undefined, new Set());
  if (problems.list.length > 0) throw new InvalidDefinition(problems.list);
  const json = throughJson(definition);
  const hash = createHash('sha256').update(JSON.stringify(json)).digest('hex');
  return { hash, definition: json, comment, timeoutSeconds, graphs };
}

function parse(source: unknown, problems: Problems): Record<string, unknown> {
  let value = source;
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source);
    } catch {
      problems.add(undefined, '', 'is not JSON');
      throw new InvalidDefinition(problems.list);
    }
  }
  if (isObject(value)) return value;
  problems.add(undefined, '', 'is a JSON object');
  throw new InvalidDefinition(problems.list);
}

/** Names that these states assign, in their own Assign, in a Catch, or in a Choice rule. */
function assignedNames(states: readonly unknown[]): Set<string> {
  const names = new Set<string>();
  for (const state of states) {
    if (!isObject(state)) continue;
    for (const holder of [state, ...list(state.Catch), ...list(state.Choices)]) {
      if (isObject(holder) && isObject(holder.Assign))
        for (const name of Object.keys(holder.Assign)) names.add(name);
    }
  }
  return names;
}

/** What can have been assigned when a Map or Parallel starts: the outer names and those of the states on the way to it. */
function visibleAt(name: string, states: Record<string, unknown>, outer: Set<string>): Set<string> {
  const before = new Set<string>();
  const pending = [name];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    for (const [candidate, state] of Object.entries(states)) {
      if (candidate !== name && !before.has(candidate) && leadsTo(state, target)) {
        before.add(candidate);
        pending.push(candidate);
      }
    }
  }
  return new Set([...outer, ...assignedNames([...before].map((one) => states[one]))]);
}

function leadsTo(state: unknown, target: string): boolean {
  if (!isObject(state)) return false;
  if (state.Next === target || state.Default === target) return true;
  return [...list(state.Catch), ...list(state.Choices)].some((one) => isObject(one) && one.Next === target);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Every transition leads to a state of the same graph, and every state can be reached from the first. */
function checkReachable(
  raw: Record<string, unknown>,
  startAt: string,
  states: ReadonlyMap<string, State>,
  problems: Problems,
): void {
  const reached = new Set([startAt]);
  const pending = [startAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = states.get(name);
    if (!state) continue;
    for (const [field, target] of transitions(state)) {
      if (!Object.hasOwn(raw, target))
        problems.add(name, field, `"${target}" is not a state of the same States`);
      else if (!reached.has(target)) {
        reached.add(target);
        pending.push(target);
      }
    }
  }
  // A state that could not be compiled hides its transitions, so reachability is judged only where all compiled.
  if (states.size !== Object.keys(raw).length) return;
  for (const name of Object.keys(raw)) {
    if (!reached.has(name)) problems.add(name, 'Next', 'no transition leads to this state');
  }
}

function transitions(state: State): [field: string, target: string][] {
  const found: [string, string][] = [];
  if (state.next !== undefined) found.push(['Next', state.next]);
  if (state.type === 'Choice') {
    state.rules.forEach((rule, i) => {
      found.push([`Choices/${i}/Next`, rule.next]);
    });
    if (state.fallback !== undefined) found.push(['Default', state.fallback]);
  }
  if (state.type === 'Task' || state.type === 'Map' || state.type === 'Parallel') {
    state.catch.forEach((catcher, i) => {
      found.push([`Catch/${i}/Next`, catcher.next]);
    });
  }
  return found;
}
