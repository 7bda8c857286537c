// JSONata templates: parsed once when a definition is loaded, evaluated against `$states` and the variables.
import jsonata from 'jsonata';
import { isObject, type Json, type JsonObject } from './json.ts';

/** What an expression can see. `variables` and `context` are built only when an expression needs them. */
export interface Scope {
  readonly input: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
  variable(name: string): Json | undefined;
  variables(): Record<string, Json>;
  context(): JsonObject;
  readonly functions: Record<string, unknown>;
}

export interface Expression {
  /** The text between `{%` and `%}`, trimmed. */
  readonly source: string;
  /** For plain paths: an answer without the JSONata interpreter, or `UNDECIDED` where only that can tell. */
  readonly quick?: (scope: Scope) => Json | undefined | typeof UNDECIDED;
  readonly full: (scope: Scope) => Promise<unknown>;
}

export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly field: string }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** An expression that gave nothing, threw, or gave what is not JSON; `field` is where it stands in the state. */
export class QueryFailure extends Error {
  override readonly name = 'QueryFailure';
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

export const UNDECIDED = Symbol('undecided');

/** A runaway expression ends after this many milliseconds of real time, or at this depth, instead of hanging the engine. */
const GUARDS = { timeout: 5_000, stack: 1_000 };

/** Compiles any JSON value; strings between `{%` and `%}` are expressions. `problem` is told of what cannot be. */
export function compileTemplate(
  value: unknown,
  field: string,
  problem: (field: string, message: string) => void,
): Template {
  if (typeof value === 'string') {
    const source = expressionSource(value);
    if (source === undefined) {
      if (value.startsWith('{%') || value.endsWith('%}')) {
        problem(field, 'an expression starts with "{%" and ends with "%}"');
      }
      return { kind: 'constant', value };
    }
    return { kind: 'expression', expression: compileExpression(source, field, problem), field };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileTemplate(item, `${field}/${i}`, problem));
    return items.every((item) => item.kind === 'constant')
      ? { kind: 'constant', value: items.map((item) => item.value) }
      : { kind: 'array', items };
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compileTemplate(item, `${field}/${key}`, problem)] as const,
    );
    const constants: JsonObject = {};
    for (const [key, item] of entries) {
      if (item.kind !== 'constant') return { kind: 'object', entries };
      constants[key] = item.value;
    }
    return { kind: 'constant', value: constants };
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number') {
    return { kind: 'constant', value };
  }
  problem(field, 'is not a JSON value');
  return { kind: 'constant', value: null };
}

/** The expression inside `{% ... %}`, or undefined for any other string. */
export function expressionSource(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}')
    ? text.slice(2, -2).trim()
    : undefined;
}

/** Every expression text in a template, for checks that look at what is referred to. */
export function* sourcesOf(template: Template): Generator<string> {
  if (template.kind === 'expression') yield template.expression.source;
  else if (template.kind === 'array') for (const item of template.items) yield* sourcesOf(item);
  else if (template.kind === 'object') for (const [, item] of template.entries) yield* sourcesOf(item);
}

function compileExpression(
  source: string,
  field: string,
  problem: (field: string, message: string) => void,
): Expression {
  let compiled: jsonata.Expression | undefined;
  try {
    compiled = jsonata(source, GUARDS);
    for (const message of new Set(refusals(compiled.ast(), true))) problem(field, message);
  } catch (error) {
    problem(field, `is not JSONata: ${messageOf(error)}`);
  }
  const usesContext = /\$states(?!\s*\.\s*(input|result|errorOutput)\b)/.test(source);
  const full = async (scope: Scope): Promise<unknown> => {
    if (!compiled) throw new QueryFailure('expression does not parse', field);
    const states: Record<string, unknown> = { input: scope.input };
    if (scope.result !== undefined) states.result = scope.result;
    if (scope.errorOutput !== undefined) states.errorOutput = scope.errorOutput;
    if (usesContext) states.context = scope.context();
    return compiled.evaluate(undefined, { ...scope.functions, ...scope.variables(), states });
  };
  const quick = quickPath(source);
  return quick ? { source, quick, full } : { source, full };
}

/** Variables and paths of plain names, by far the most common expressions, need no interpreter. */
function quickPath(source: string): Expression['quick'] {
  const path = /^\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)$/.exec(source);
  const root = path?.[1];
  if (!path || root === undefined) return undefined;
  const names = path[2] ? path[2].slice(1).split('.') : [];
  if (names.some((name) => ['and', 'or', 'in', 'true', 'false', 'null'].includes(name))) return undefined;
  if (root !== 'states') {
    return (scope) => {
      const value = scope.variable(root);
      // An unknown name may still be a JSONata function, which only the interpreter can report properly.
      return value === undefined ? UNDECIDED : walk(value, names, 0);
    };
  }
  const [part, ...rest] = names;
  if (part === 'input') return (scope) => walk(scope.input, rest, 0);
  if (part === 'result') return (scope) => walk(scope.result, rest, 0);
  if (part === 'errorOutput') return (scope) => walk(scope.errorOutput, rest, 0);
  if (part === 'context') return (scope) => walk(scope.context(), rest, 0);
  return undefined;
}

function walk(
  start: Json | undefined,
  names: readonly string[],
  from: number,
): Json | undefined | typeof UNDECIDED {
  let value = start;
  for (let i = from; i < names.length; i += 1) {
    if (value === undefined || value === null || typeof value !== 'object') return undefined;
    // JSONata maps a path over an array, so an array on the way is for the interpreter.
    if (Array.isArray(value)) return UNDECIDED;
    const name = names[i] ?? '';
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Evaluates a template; throws `QueryFailure`. Answers at once, without a promise, wherever no interpreter is needed. */
export function evaluate(template: Template, scope: Scope): Json | Promise<Json> {
  if (template.kind === 'constant') return template.value;
  if (template.kind === 'expression') {
    const { expression, field } = template;
    const quick = expression.quick ? expression.quick(scope) : UNDECIDED;
    if (quick === UNDECIDED) return evaluateFully(expression, field, scope);
    if (quick === undefined) {
      throw new QueryFailure(`${quoted(expression, field)} returned nothing (undefined).`, field);
    }
    return quick;
  }
  if (template.kind === 'array') {
    const items = template.items.map((item) => evaluate(item, scope));
    return items.some(isPromise) ? inOrder(items) : items.filter(isSettled);
  }
  const values = template.entries.map(([, item]) => evaluate(item, scope));
  const build = (settled: Json[]): JsonObject => {
    const object: JsonObject = {};
    template.entries.forEach(([key], i) => {
      object[key] = settled[i] ?? null;
    });
    return object;
  };
  return values.some(isPromise) ? inOrder(values).then(build) : build(values.filter(isSettled));
}

function isPromise(value: Json | Promise<Json>): value is Promise<Json> {
  return value instanceof Promise;
}

function isSettled(value: Json | Promise<Json>): value is Json {
  return !(value instanceof Promise);
}

/** All of them, but the first failure in the order of the template is the one reported. */
async function inOrder(values: readonly (Json | Promise<Json>)[]): Promise<Json[]> {
  const outcomes = await Promise.allSettled(values);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function evaluateFully(expression: Expression, field: string, scope: Scope): Promise<Json> {
  let result: unknown;
  try {
    result = await expression.full(scope);
  } catch (error) {
    const message = `${quoted(expression, field)} threw an error during evaluation. ${messageOf(error)}`;
    throw new QueryFailure(message, field);
  }
  if (result === undefined) {
    throw new QueryFailure(`${quoted(expression, field)} returned nothing (undefined).`, field);
  }
  const json = plain(result);
  if (json === undefined) {
    throw new QueryFailure(`${quoted(expression, field)} returned an unsupported result type.`, field);
  }
  return json;
}

/** AWS's wording for an expression that is JSON but not of the type that the field takes. */
export function unexpectedType(template: Template, expected: string, value: Json): QueryFailure {
  const was = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const tail = `returned an unexpected result type. Expected '${expected}', but was '${was}' for value: ${JSON.stringify(value)}`;
  return template.kind === 'expression'
    ? new QueryFailure(`${quoted(template.expression, template.field)} ${tail}`, template.field)
    : new QueryFailure(`The value ${tail}`);
}

function quoted(expression: Expression, field: string): string {
  return `The JSONata expression '${expression.source}' specified for the field '${field}'`;
}

/** JSONata errors are plain objects with a code and a message. */
function messageOf(error: unknown): string {
  if (!isObject(error) && !(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'unknown error';
  return `${code}${message}`;
}

/**
 * A clean copy: JSONata marks its sequences with properties of their own, which must not travel on as data.
 * Undefined where there is a function anywhere inside.
 */
function plain(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON text has no negative zero.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (Array.isArray(value)) {
    const copy: Json[] = [];
    for (const item of value) {
      if (item === undefined) continue;
      const clean = plain(item);
      if (clean === undefined) return undefined;
      copy.push(clean);
    }
    return copy;
  }
  if (!isObject(value) || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const clean = plain(item);
    if (clean === undefined) return undefined;
    copy[key] = clean;
  }
  return copy;
}

/**
 * What Step Functions has no meaning for: `$`, `$$` and bare names at the top level (there is no input document), and `$eval`.
 */
function* refusals(node: unknown, top: boolean): Generator<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* refusals(item, top);
    return;
  }
  if (!isObject(node)) return;
  const { type, value } = node;
  if (type === 'variable' && value === 'eval') yield '$eval does not exist in Step Functions; $parse does';
  if (top) {
    if (type === 'variable' && (value === '' || value === '$')) {
      yield `$${value} has no meaning at the top level: start from $states or a variable`;
    }
    if (type === 'name')
      yield `the bare name "${String(value)}" has no meaning at the top level: start from $states`;
    if (type === 'wildcard' || type === 'descendant' || type === 'parent') {
      yield `"${type}" has no meaning at the top level: start from $states or a variable`;
    }
  }
  if (type === 'path' && Array.isArray(node.steps)) {
    yield* refusals(node.steps[0], top);
    yield* refusals(node.steps.slice(1), false);
    yield* refusals(node.group, false);
    return;
  }
  for (const [key, child] of Object.entries(node)) {
    const inner =
      type === 'lambda' || type === 'transform' || key === 'predicate' || key === 'stages' || key === 'group';
    yield* refusals(child, top && !inner);
  }
}
