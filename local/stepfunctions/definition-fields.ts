// Reading the fields of a definition so that none goes unread.
import { compileTemplate, type Template } from './expressions.ts';
import { isObject } from './json.ts';
import type { Assignments } from './machine.ts';

export interface Problem {
  /** The state it is in; absent for the top of the definition. */
  readonly state?: string;
  readonly field: string;
  readonly message: string;
}

export class Problems {
  readonly list: Problem[] = [];

  add(state: string | undefined, field: string, message: string): void {
    this.list.push(state === undefined ? { field, message } : { state, field, message });
  }
}

/** Fields of other modes, languages and services that a reader may expect, and why they are refused. */
const NOT_SUPPORTED: Record<string, string> = {
  InputPath: 'belongs to JSONPath, which is not supported',
  OutputPath: 'belongs to JSONPath, which is not supported',
  ResultPath: 'belongs to JSONPath, which is not supported',
  ResultSelector: 'belongs to JSONPath, which is not supported',
  Parameters: 'belongs to JSONPath, which is not supported: use Arguments or ItemSelector',
  ItemsPath: 'belongs to JSONPath, which is not supported: use Items',
  Result: 'belongs to JSONPath, which is not supported: use Output',
  SecondsPath: 'belongs to JSONPath, which is not supported: use Seconds',
  TimestampPath: 'belongs to JSONPath, which is not supported: use Timestamp',
  TimeoutSecondsPath: 'belongs to JSONPath, which is not supported: use TimeoutSeconds',
  HeartbeatSecondsPath: 'belongs to JSONPath, which is not supported: use HeartbeatSeconds',
  ItemReader: 'Distributed Map is not supported',
  ItemBatcher: 'Distributed Map is not supported',
  ResultWriter: 'Distributed Map is not supported',
  Label: 'Distributed Map is not supported',
  Iterator: 'is the old name: use ItemProcessor',
  Credentials: 'other roles and accounts are not supported',
};

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}\u200c\u200d]*$/u;
const VARIABLE_NAME_LIMIT = 80;

/** One object of a definition. Each reader marks its field as known; `finish` reports what nobody knew. */
export class Fields {
  readonly raw: Record<string, unknown>;
  private readonly state: string | undefined;
  private readonly problems: Problems;
  private readonly prefix: string;
  private readonly known = new Set<string>();

  constructor(raw: Record<string, unknown>, state: string | undefined, problems: Problems, prefix = '') {
    this.raw = raw;
    this.state = state;
    this.problems = problems;
    this.prefix = prefix;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.raw, field);
  }

  problem(field: string, message: string): void {
    this.problems.add(this.state, this.prefix + field, message);
  }

  take(field: string): unknown {
    this.known.add(field);
    return this.has(field) ? this.raw[field] : undefined;
  }

  text(field: string): string | undefined {
    const value = this.take(field);
    if (value === undefined || typeof value === 'string') return value;
    this.problem(field, 'is a string');
    return undefined;
  }

  requiredText(field: string): string {
    const value = this.text(field);
    if (!value) this.problem(field, 'is missing or empty');
    return value ?? '';
  }

  number(field: string, lowest: number, highest: number): number | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= lowest && value <= highest) return value;
    this.problem(field, `is a number from ${lowest} to ${highest}`);
    return undefined;
  }

  integer(field: string, lowest: number, highest: number): number | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest) return Number(value);
    this.problem(field, `is a whole number from ${lowest} to ${highest}`);
    return undefined;
  }

  /** A number that may also be an expression; literals are checked now, expressions when evaluated. */
  integerTemplate(field: string, lowest: number, highest: number): Template | undefined {
    const template = this.template(field);
    if (template?.kind === 'constant') {
      const { value } = template;
      if (!(Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest)) {
        this.problem(field, `is a whole number from ${lowest} to ${highest}, or an expression`);
      }
    } else if (template && template.kind !== 'expression') {
      this.problem(field, 'is a whole number or an expression');
    }
    return template;
  }

  /** A string that may also be an expression. */
  textTemplate(field: string): Template | undefined {
    const template = this.template(field);
    if (!template || template.kind === 'expression') return template;
    if (template.kind !== 'constant' || typeof template.value !== 'string') {
      this.problem(field, 'is a string or an expression');
    }
    return template;
  }

  template(field: string): Template | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    return compileTemplate(value, this.prefix + field, (at, message) => {
      this.problems.add(this.state, at, message);
    });
  }

  /** `Assign`: variable names to values, all evaluated on the values from before the state. */
  assignments(): Assignments {
    const value = this.take('Assign');
    if (value === undefined) return [];
    if (!isObject(value)) {
      this.problem('Assign', 'is an object of variable names and values');
      return [];
    }
    return Object.entries(value).map(([name, item]) => {
      const field = `Assign/${name}`;
      if (name === 'states') this.problem(field, '"states" is reserved');
      if (!VARIABLE_NAME.test(name) || name.length > VARIABLE_NAME_LIMIT) {
        this.problem(field, `variable names are identifiers of at most ${VARIABLE_NAME_LIMIT} characters`);
      }
      const template = compileTemplate(item, this.prefix + field, (at, message) => {
        this.problems.add(this.state, at, message);
      });
      return [name, template] as const;
    });
  }

  /** The fields of an object that is the value of `field`. */
  inside(raw: Record<string, unknown>, field: string): Fields {
    return new Fields(raw, this.state, this.problems, `${this.prefix}${field}/`);
  }

  /** The objects of an array field, each as Fields of its own. */
  objects(field: string): Fields[] | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.problem(field, 'is an array');
      return undefined;
    }
    return value.flatMap((item, i) => {
      if (isObject(item)) {
        return [new Fields(item, this.state, this.problems, `${this.prefix}${field}/${i}/`)];
      }
      this.problem(`${field}/${i}`, 'is an object');
      return [];
    });
  }

  /** Reports every field that no reader asked for. */
  finish(): void {
    for (const field of Object.keys(this.raw)) {
      if (!this.known.has(field))
        this.problem(field, NOT_SUPPORTED[field] ?? 'is not a field that is allowed here');
    }
  }
}
