import type { Execution } from './execution.ts';
import type { Json } from './json.ts';
import type { Machine } from './machine.ts';
import type { Store } from './store.ts';

export interface EngineOptions {
  /** Definitions by state machine name; loading refuses what is not supported (`InvalidDefinition`). */
  readonly machines: Readonly<Record<string, unknown>>;
  /**
   * Calls a function and gives its answer. A thrown error becomes the task's error, its `name` the error name;
   * throw `InvocationFailure` for an error of the Lambda service. May be called again for the same payload after a crash.
   */
  readonly invoke: (functionName: string, payload: Json) => Promise<unknown>;
  /** Epoch milliseconds; may stand still or jump forward. */
  readonly clock: { readonly now: () => number };
  readonly store: Store;
  /** Numbers in [0, 1): jitter, $random, $uuid, execution names and the secret part of task tokens. */
  readonly random: () => number;
  readonly region?: string;
  readonly accountId?: string;
  /** False builds no history events (ids still count): for simulations. */
  readonly history?: boolean;
  /** Told of each execution that has come to its end, once that is stored. */
  readonly onEnd?: (execution: Execution) => void;
  /** Told of errors that no caller waits for: a store that fails, a defect of the engine. */
  readonly onFault?: (error: unknown) => void;
}

export interface StartRequest {
  /** Name or ARN of the state machine, the ARN with or without version or alias. */
  readonly machine: string;
  readonly name?: string | undefined;
  /** JSON text; `{}` where absent. */
  readonly input?: string | undefined;
  /** The task attempt that starts it; the same attempt again gets the same execution. */
  readonly origin?: string;
}

export interface Started {
  readonly executionArn: string;
  readonly startedAt: number;
}

/** A state machine as the engine serves it. */
export interface ServedMachine {
  readonly name: string;
  readonly arn: string;
  readonly machine: Machine;
  readonly createdAt: number;
}
