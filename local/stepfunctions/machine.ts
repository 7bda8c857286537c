// A state machine after loading: checked, with every expression parsed.
import type { Template } from './expressions.ts';
import type { Json } from './json.ts';

export type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

export type Assignments = readonly (readonly [name: string, value: Template])[];

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly output: Template | undefined;
  readonly assign: Assignments;
}

interface Base {
  readonly name: string;
  /** The next state, or undefined where the state ends its graph. */
  readonly next: string | undefined;
  readonly output: Template | undefined;
  readonly assign: Assignments;
}

interface Handled {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Base {
  readonly type: 'Pass';
}
export interface SucceedState extends Base {
  readonly type: 'Succeed';
}
export interface FailState extends Base {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}
export interface WaitState extends Base {
  readonly type: 'Wait';
  readonly until: { readonly kind: 'Seconds' | 'Timestamp'; readonly value: Template };
}
export interface ChoiceRule {
  readonly condition: Template;
  readonly next: string;
  readonly output: Template | undefined;
  readonly assign: Assignments;
}
export interface ChoiceState extends Base {
  readonly type: 'Choice';
  readonly rules: readonly ChoiceRule[];
  readonly fallback: string | undefined;
}

/** How a Task's resource is carried out, and the names that its history events bear. */
export type Resource =
  | { readonly kind: 'function'; readonly arn: string; readonly functionName: string }
  | {
      readonly kind: 'lambda' | 'lambda-token' | 'start' | 'sdk-start';
      readonly resourceType: string;
      readonly resource: string;
    };

export interface TaskState extends Base, Handled {
  readonly type: 'Task';
  readonly resource: Resource;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}
export interface ParallelState extends Base, Handled {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  /** Keys into `Machine.graphs`. */
  readonly branches: readonly string[];
}
export interface MapState extends Base, Handled {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
  /** Key into `Machine.graphs`. */
  readonly processor: string;
}

export type State =
  | PassState
  | SucceedState
  | FailState
  | WaitState
  | ChoiceState
  | TaskState
  | ParallelState
  | MapState;

export interface Graph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface Machine {
  /** SHA-256 of the definition's JSON text: running executions keep the definition they started with. */
  readonly hash: string;
  readonly definition: Json;
  readonly comment: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** The key '' is the machine itself; a Map's processor has the Map's name, a branch the Parallel's name and its index. */
  readonly graphs: ReadonlyMap<string, Graph>;
}
