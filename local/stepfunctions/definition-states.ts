// Checks and compiles one state of each type.
import { Fields, type Problems } from './definition-fields.ts';
import { compileResource } from './definition-resources.ts';
import { RESERVED_ERRORS } from './errors.ts';
import { isObject } from './json.ts';
import type { Catcher, Retrier, State } from './machine.ts';

const MAX_SECONDS = 99_999_999;
const MAX_RETRY_DELAY_SECONDS = 31_622_400;

type LoadGraph = (key: string, raw: Record<string, unknown>) => void;

/** Undefined where the state has no shape that could be compiled; its problems are reported then. */
export function compileState(
  name: string,
  raw: unknown,
  problems: Problems,
  loadGraph: LoadGraph,
): State | undefined {
  if (!isObject(raw)) {
    problems.add(name, '', 'is an object');
    return undefined;
  }
  const fields = new Fields(raw, name, problems);
  const type = fields.take('Type');
  fields.text('Comment');
  const language = fields.take('QueryLanguage');
  if (language !== undefined && language !== 'JSONata') {
    fields.problem('QueryLanguage', 'is "JSONata" (JSONPath is not supported)');
  }
  const state = compileType(type, name, fields, loadGraph);
  if (state) fields.finish();
  else if (typeof type !== 'string' || !KNOWN.has(type)) {
    fields.problem('Type', `is one of ${[...KNOWN].join(', ')}`);
  }
  return state;
}

const KNOWN = new Set(['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map']);

function compileType(type: unknown, name: string, fields: Fields, loadGraph: LoadGraph): State | undefined {
  switch (type) {
    case 'Pass':
      return { type, name, ...transition(fields), ...values(fields) };
    case 'Succeed':
      return { type, name, next: undefined, output: fields.template('Output'), assign: [] };
    case 'Fail':
      return {
        type,
        name,
        next: undefined,
        output: undefined,
        assign: [],
        error: fields.textTemplate('Error'),
        cause: fields.textTemplate('Cause'),
      };
    case 'Wait':
      return compileWait(name, fields);
    case 'Choice':
      return compileChoice(name, fields);
    case 'Task':
      return compileTask(name, fields);
    case 'Parallel':
      return compileParallel(name, fields, loadGraph);
    case 'Map':
      return compileMap(name, fields, loadGraph);
    default:
      return undefined;
  }
}

function values(fields: Fields) {
  return { output: fields.template('Output'), assign: fields.assignments() };
}

function transition(fields: Fields): { next: string | undefined } {
  const end = fields.take('End');
  const next = fields.text('Next');
  if (end !== undefined && end !== true) fields.problem('End', 'is true, or absent');
  if ((end === true) === (next !== undefined)) fields.problem('Next', 'there is exactly one of Next and End');
  return { next };
}

function compileWait(name: string, fields: Fields): State | undefined {
  const seconds = fields.integerTemplate('Seconds', 0, MAX_SECONDS);
  const timestamp = fields.textTemplate('Timestamp');
  const common = { ...transition(fields), ...values(fields) };
  const value = seconds ?? timestamp;
  if (!value || (seconds && timestamp)) {
    fields.problem('Seconds', 'there is exactly one of Seconds and Timestamp');
    return undefined;
  }
  const kind = seconds ? 'Seconds' : 'Timestamp';
  if (kind === 'Timestamp' && value.kind === 'constant' && instantOf(value.value) === undefined) {
    fields.problem('Timestamp', 'is an RFC 3339 instant with an upper-case T and a Z or an offset');
  }
  return { type: 'Wait', name, ...common, until: { kind, value } };
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds of an RFC 3339 instant, rounded up so that a Wait never ends early; undefined if it is none. */
export function instantOf(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (!parts) return undefined;
  const [, day, time, fraction = '', zone] = parts;
  const whole = Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(whole)) return undefined;
  // Date.parse rolls 30 February over into March, so the day must come back as it went in.
  if (!new Date(Date.parse(`${day}T00:00:00Z`)).toISOString().startsWith(day ?? '')) return undefined;
  return whole + Math.ceil(Number(`0${fraction}`) * 1000);
}

function compileChoice(name: string, fields: Fields): State | undefined {
  const rules = fields.objects('Choices') ?? [];
  const fallback = fields.text('Default');
  if (rules.length === 0) fields.problem('Choices', 'is an array with at least one rule');
  return {
    type: 'Choice',
    name,
    next: undefined,
    fallback,
    ...values(fields),
    rules: rules.map((rule) => {
      const condition = rule.template('Condition');
      if (!condition) rule.problem('Condition', 'is missing');
      if (condition && condition.kind !== 'expression' && !isBoolean(condition)) {
        rule.problem('Condition', 'is true, false or an expression');
      }
      rule.text('Comment');
      const compiled = {
        condition: condition ?? { kind: 'constant' as const, value: false },
        next: rule.requiredText('Next'),
        ...values(rule),
      };
      rule.finish();
      return compiled;
    }),
  };
}

function isBoolean(template: { kind: string; value?: unknown }): boolean {
  return template.kind === 'constant' && typeof template.value === 'boolean';
}

function compileTask(name: string, fields: Fields): State | undefined {
  const resourceText = fields.requiredText('Resource');
  const args = fields.template('Arguments');
  const resource = compileResource(resourceText, fields, args);
  const timeoutSeconds = fields.integerTemplate('TimeoutSeconds', 1, MAX_SECONDS);
  const heartbeatSeconds = fields.integerTemplate('HeartbeatSeconds', 1, MAX_SECONDS);
  if (timeoutSeconds?.kind === 'constant' && heartbeatSeconds?.kind === 'constant') {
    if (Number(heartbeatSeconds.value) >= Number(timeoutSeconds.value)) {
      fields.problem('HeartbeatSeconds', 'is smaller than TimeoutSeconds');
    }
  }
  const common = { ...transition(fields), ...values(fields), ...handlers(fields) };
  if (!resource) {
    fields.finish();
    return undefined;
  }
  return { type: 'Task', name, ...common, resource, arguments: args, timeoutSeconds, heartbeatSeconds };
}

function compileParallel(name: string, fields: Fields, loadGraph: LoadGraph): State {
  const branches = fields.objects('Branches') ?? [];
  if (branches.length === 0) fields.problem('Branches', 'is an array with at least one branch');
  branches.forEach((branch, i) => {
    for (const field of ['StartAt', 'States']) branch.take(field);
    branch.text('Comment');
    branch.finish();
    loadGraph(`${name}[${i}]`, branch.raw);
  });
  return {
    type: 'Parallel',
    name,
    ...transition(fields),
    ...values(fields),
    ...handlers(fields),
    arguments: fields.template('Arguments'),
    branches: branches.map((_, i) => `${name}[${i}]`),
  };
}

function compileMap(name: string, fields: Fields, loadGraph: LoadGraph): State {
  const rawProcessor = fields.take('ItemProcessor');
  if (isObject(rawProcessor)) {
    const processor = fields.inside(rawProcessor, 'ItemProcessor');
    for (const field of ['StartAt', 'States']) processor.take(field);
    processor.text('Comment');
    const config = processor.take('ProcessorConfig');
    if (config !== undefined && !(isObject(config) && Object.keys(config).every((key) => key === 'Mode'))) {
      processor.problem('ProcessorConfig', 'has no field but Mode');
    } else if (isObject(config) && config.Mode !== undefined && config.Mode !== 'INLINE') {
      processor.problem('ProcessorConfig/Mode', 'is "INLINE": Distributed Map is not supported');
    }
    processor.finish();
    loadGraph(name, rawProcessor);
  } else fields.problem('ItemProcessor', 'is an object with StartAt and States');
  const items = fields.template('Items');
  if (items?.kind === 'constant' && !Array.isArray(items.value)) {
    fields.problem('Items', 'is an array or an expression');
  } else if (items?.kind === 'object') fields.problem('Items', 'is an array or an expression');
  return {
    type: 'Map',
    name,
    ...transition(fields),
    ...values(fields),
    ...handlers(fields),
    items,
    itemSelector: fields.template('ItemSelector'),
    maxConcurrency: fields.integerTemplate('MaxConcurrency', 0, MAX_SECONDS) ?? {
      kind: 'constant',
      value: 0,
    },
    toleratedFailureCount: fields.integerTemplate('ToleratedFailureCount', 0, MAX_SECONDS),
    toleratedFailurePercentage: fields.integerTemplate('ToleratedFailurePercentage', 0, 100),
    processor: name,
  };
}

function handlers(fields: Fields): { retry: Retrier[]; catch: Catcher[] } {
  const retriers = fields.objects('Retry') ?? [];
  const catchers = fields.objects('Catch') ?? [];
  return {
    retry: retriers.map((retrier, i) => compileRetrier(retrier, i === retriers.length - 1)),
    catch: catchers.map((catcher, i) => {
      catcher.text('Comment');
      const compiled = {
        errorEquals: errorNames(catcher, i === catchers.length - 1),
        next: catcher.requiredText('Next'),
        ...values(catcher),
      };
      catcher.finish();
      return compiled;
    }),
  };
}

function compileRetrier(retrier: Fields, last: boolean): Retrier {
  retrier.text('Comment');
  const errorEquals = errorNames(retrier, last);
  const intervalSeconds = retrier.integer('IntervalSeconds', 1, MAX_SECONDS) ?? 1;
  const maxAttempts = retrier.integer('MaxAttempts', 0, MAX_SECONDS) ?? 3;
  const backoffRate = retrier.number('BackoffRate', 1, Number.MAX_SAFE_INTEGER) ?? 2;
  const maxDelaySeconds = retrier.integer('MaxDelaySeconds', 1, MAX_RETRY_DELAY_SECONDS);
  if (maxDelaySeconds !== undefined && maxDelaySeconds < intervalSeconds) {
    retrier.problem('MaxDelaySeconds', 'is at least IntervalSeconds');
  }
  const jitter = retrier.text('JitterStrategy') ?? 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE') retrier.problem('JitterStrategy', 'is "FULL" or "NONE"');
  retrier.finish();
  return {
    errorEquals,
    intervalSeconds,
    maxAttempts,
    backoffRate,
    maxDelaySeconds,
    jitter: jitter === 'FULL',
  };
}

function errorNames(fields: Fields, last: boolean): string[] {
  const value = fields.take('ErrorEquals');
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
    fields.problem('ErrorEquals', 'is an array of at least one error name');
    return [];
  }
  if (value.includes('States.ALL') && (value.length > 1 || !last)) {
    fields.problem('ErrorEquals', '"States.ALL" stands alone, and in the last entry');
  }
  for (const name of value) {
    if (name.startsWith('States.') && !RESERVED_ERRORS.has(name)) {
      fields.problem('ErrorEquals', `"${name}" is not an error name of the States Language`);
    }
  }
  return value;
}
