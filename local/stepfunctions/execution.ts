// The state of one execution, as it is stored: plain JSON, complete enough to go on after a crash.
import type { Failure } from './errors.ts';
import type { Json } from './json.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machineName: string;
  /** As the caller gave it: the plain ARN, or with a version or alias after it. */
  readonly requestedArn: string;
  readonly definitionHash: string;
  readonly input: Json;
  /** Epoch milliseconds, as all instants here. */
  readonly startedAt: number;
  /** The task attempt that started it, so that the same attempt repeated after a crash finds its own child. */
  readonly origin?: string;
  status: ExecutionStatus;
  stoppedAt?: number;
  output?: Json;
  failure?: Failure;
  redriveCount: number;
  redrivenAt?: number;
  redriveToken?: string;
  timeoutAt?: number;
  lastEventId: number;
  /** Source of ids that are never used twice in this execution: threads and task attempts. */
  serial: number;
  /** Counts stored versions; a store refuses a commit that does not follow the stored one. */
  revision: number;
  root: Thread;
}

/** One path of control: the execution itself, a branch of a Parallel, or an iteration of a Map. */
export interface Thread {
  readonly id: number;
  /** Key into `Machine.graphs`. */
  readonly graph: string;
  readonly item?: { readonly index: number; readonly value: Json };
  state: string;
  input: Json;
  variables: Record<string, Json>;
  lastEventId: number;
  /** The event before StateEntered: AWS hangs a failed evaluation there, not on StateEntered. */
  beforeEventId: number;
  enteredEventId: number;
  enteredAt: number;
  retryCount: number;
  /** Attempts used per retrier of the state. */
  attempts: number[];
  phase: Phase;
}

export type Phase =
  | { readonly kind: 'enter' }
  | { readonly kind: 'attempt' }
  | { readonly kind: 'retry'; readonly dueAt: number }
  | { readonly kind: 'wait'; readonly dueAt: number }
  | TaskPhase
  | { readonly kind: 'parallel'; readonly branches: readonly Thread[] }
  | MapPhase
  | { readonly kind: 'done'; readonly output: Json };

export interface TaskPhase {
  readonly kind: 'task';
  readonly attempt: number;
  readonly call: Call;
  /** Secret part of the task token. */
  readonly nonce?: string;
  /** An answer of the function (or of StartExecution) is awaited; false once only the token can end the task. */
  invoking: boolean;
  readonly timeoutAt?: number;
  readonly heartbeatMs?: number;
  heartbeatAt?: number;
}

export type Call =
  | { readonly kind: 'function'; readonly functionName: string; readonly payload: Json }
  | {
      readonly kind: 'start';
      /** Started as an AWS SDK integration, whose result and error names differ from the optimized one's. */
      readonly sdk: boolean;
      readonly machineArn: string;
      readonly name: string | undefined;
      readonly input: string;
    };

export interface MapPhase {
  readonly kind: 'map';
  readonly items: readonly Json[];
  readonly concurrency: number;
  /** More failed iterations than this fail the Map with States.ExceedToleratedFailureThreshold; absent: the first fails it. */
  readonly tolerated?: number;
  next: number;
  running: Thread[];
  results: Json[];
  finished: number;
  failed: number;
}

/** From the root to one thread, the last. */
export type Chain = readonly Thread[];

export function lastOf(chain: Chain): Thread {
  const thread = chain[chain.length - 1];
  if (!thread) throw new Error('a chain has at least one thread');
  return thread;
}

export function childrenOf(thread: Thread): readonly Thread[] {
  const { phase } = thread;
  if (phase.kind === 'parallel') return phase.branches;
  return phase.kind === 'map' ? phase.running : [];
}

/** Every thread of the execution with its chain, parents first. */
export function* chains(chain: Chain): Generator<Chain> {
  yield chain;
  for (const child of childrenOf(lastOf(chain))) yield* chains([...chain, child]);
}

export function findChain(execution: Execution, threadId: number): Chain | undefined {
  for (const chain of chains([execution.root])) if (lastOf(chain).id === threadId) return chain;
  return undefined;
}

/** When this thread itself must be woken, its children apart. */
export function dueAtOf(thread: Thread): number | undefined {
  const { phase } = thread;
  if (phase.kind === 'retry' || phase.kind === 'wait') return phase.dueAt;
  if (phase.kind !== 'task') return undefined;
  const { timeoutAt, heartbeatAt } = phase;
  if (timeoutAt === undefined) return heartbeatAt;
  return heartbeatAt === undefined ? timeoutAt : Math.min(timeoutAt, heartbeatAt);
}

/** The earliest instant at which anything in the execution falls due. */
export function nextDueAt(execution: Execution): number | undefined {
  if (execution.status !== 'RUNNING') return undefined;
  let due = execution.timeoutAt;
  const visit = (thread: Thread): void => {
    const own = dueAtOf(thread);
    if (own !== undefined && (due === undefined || own < due)) due = own;
    for (const child of childrenOf(thread)) visit(child);
  };
  visit(execution.root);
  return due;
}

/** Whether something is under way that a restart must take up again: a call without answer, or a state not yet run. */
export function needsAttention(execution: Execution): boolean {
  if (execution.status !== 'RUNNING') return false;
  const visit = (thread: Thread): boolean => {
    const { kind } = thread.phase;
    if (kind === 'enter' || kind === 'attempt') return true;
    if (thread.phase.kind === 'task' && thread.phase.invoking) return true;
    return childrenOf(thread).some(visit);
  };
  return visit(execution.root);
}

export function newThread(
  id: number,
  graph: string,
  state: string,
  input: Json,
  lastEventId: number,
  item?: Thread['item'],
): Thread {
  return {
    id,
    graph,
    ...(item && { item }),
    state,
    input,
    variables: {},
    lastEventId,
    beforeEventId: lastEventId,
    enteredEventId: 0,
    enteredAt: 0,
    retryCount: 0,
    attempts: [],
    phase: { kind: 'enter' },
  };
}
