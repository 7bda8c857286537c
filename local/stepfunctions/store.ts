// What the engine needs of a store. One commit is one transition: all of it is there after a crash, or none.
import type { Execution, ExecutionStatus } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { Json } from './json.ts';

/** What the engine must know of a running execution without reading it. */
export interface OpenExecution {
  readonly arn: string;
  /** Epoch milliseconds of its next timer. */
  readonly dueAt: number | undefined;
  /** It has work that a restart must take up at once. */
  readonly attention: boolean;
}

export interface Commit {
  /** With its new revision; revision 1 is a new execution. */
  readonly execution: Execution;
  /** The events since the last commit, in the order of their ids. */
  readonly events: readonly HistoryEvent[];
  /** Undefined once the execution is closed. */
  readonly open: OpenExecution | undefined;
  /** What the last commit had as `open`, so that an index entry that stays the same need not be written. */
  readonly previouslyOpen: OpenExecution | undefined;
}

export interface ExecutionSummary {
  readonly arn: string;
  readonly name: string;
  readonly requestedArn: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
}

export interface Page<T> {
  readonly items: T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface Store {
  /** Makes the store ready; may be called more than once. */
  open(): Promise<void>;
  openExecutions(): Promise<OpenExecution[]>;
  read(arn: string): Promise<Execution | undefined>;
  /** Throws `RevisionConflict` or `ExecutionTooLarge`, and then has changed nothing. */
  commit(commit: Commit): Promise<void>;
  events(arn: string, limit: number, reverse: boolean, cursor?: string): Promise<Page<HistoryEvent>>;
  /** The latest start first. */
  list(
    machineName: string,
    status: ExecutionStatus | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<ExecutionSummary>>;
  putDefinition(hash: string, definition: Json): Promise<void>;
  definition(hash: string): Promise<Json | undefined>;
}

/** Another engine works on the same store, which only one may. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
}

/** The execution's state is beyond what the store can hold in one transaction. */
export class ExecutionTooLarge extends Error {
  override readonly name = 'ExecutionTooLarge';
}

export function summaryOf(execution: Execution): ExecutionSummary {
  const { arn, name, requestedArn, status, startedAt, stoppedAt, redriveCount, redrivenAt } = execution;
  return {
    arn,
    name,
    requestedArn,
    status,
    startedAt,
    redriveCount,
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(redrivenAt !== undefined && { redrivenAt }),
  };
}
