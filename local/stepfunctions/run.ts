// Moves one execution from one durable point to the next: until every thread waits for a timer, a task or its children.

import { type Failure, StateFailure } from './errors.ts';
import {
  type Chain,
  chains,
  childrenOf,
  dueAtOf,
  type Execution,
  findChain,
  lastOf,
  type TaskPhase,
  type Thread,
} from './execution.ts';
import { evaluate, type Template, unexpectedType } from './expressions.ts';
import { failureFields, HISTORY_LIMIT, type HistoryEvent, HistoryLimitReached, textOf } from './history.ts';
import { exceeds, type Json, PAYLOAD_LIMIT_BYTES } from './json.ts';
import type { Assignments, Machine, State } from './machine.ts';
import { branchFinished } from './run-children.ts';
import { guarded } from './run-failures.ts';
import { runState } from './run-states.ts';
import { timeOutTask } from './run-task.ts';
import { type Seen, scopeOf } from './scope.ts';

export interface RunEnvironment {
  readonly now: number;
  readonly random: () => number;
  readonly functions: Record<string, unknown>;
  /** Without history the event ids still count, but no event is built. */
  readonly history: boolean;
  readonly machineArn: string;
  readonly roleArn: string;
}

/** States entered before the work so far is stored, so that an endless loop of Pass states cannot hold everything up. */
const STATES_PER_COMMIT = 100;

/** Characters of history after which the work so far is stored, so that a transaction stays within its limit. */
const TEXT_PER_COMMIT = 500_000;

interface Way {
  readonly next: string | undefined;
  readonly output: Template | undefined;
  readonly assign: Assignments;
}

export class Run {
  readonly execution: Execution;
  readonly machine: Machine;
  readonly env: RunEnvironment;
  private readonly events: HistoryEvent[] = [];
  /** Tasks that were begun and must be called once this run is stored. */
  readonly calls: { readonly thread: Thread; readonly phase: TaskPhase }[] = [];
  /** Task attempts given up on: nobody waits for their calls any more. */
  readonly timedOut: number[] = [];
  /** Something changed that left no event behind. */
  changed = false;
  private text = 0;
  private readonly ready: Chain[] = [];

  constructor(execution: Execution, machine: Machine, env: RunEnvironment) {
    this.execution = execution;
    this.machine = machine;
    this.env = env;
  }

  // ---- What sets an execution in motion ----

  begin(): void {
    const { execution } = this;
    this.emit('ExecutionStarted', 0, 'executionStarted', () => ({
      ...textOf('input', execution.input),
      roleArn: this.env.roleArn,
    }));
    this.enqueue([execution.root]);
  }

  /** After a restart: runs what was not run, and calls again what never answered. */
  resume(): void {
    for (const chain of chains([this.execution.root])) {
      const thread = lastOf(chain);
      const { phase } = thread;
      if (phase.kind === 'enter' || phase.kind === 'attempt') this.enqueue(chain);
      if (phase.kind === 'task' && phase.invoking) this.calls.push({ thread, phase });
    }
  }

  /** Fires what is due, the earliest first; each may make later ones void. */
  async fire(): Promise<void> {
    while (this.running) {
      const { timeoutAt } = this.execution;
      let first: Chain | undefined;
      let due = this.env.now;
      for (const chain of chains([this.execution.root])) {
        const own = dueAtOf(lastOf(chain));
        if (own !== undefined && (own < due || (own === due && !first))) {
          first = chain;
          due = own;
        }
      }
      if (timeoutAt !== undefined && timeoutAt <= this.env.now && (!first || timeoutAt <= due)) {
        this.timeOut();
        return;
      }
      if (!first) return;
      await this.wake(first);
      await this.drain();
      if (this.unfinished) return;
    }
  }

  private async wake(chain: Chain): Promise<void> {
    const thread = lastOf(chain);
    const { phase } = thread;
    if (phase.kind === 'retry') {
      thread.phase = { kind: 'attempt' };
      this.enqueue(chain);
    } else if (phase.kind === 'wait') {
      await guarded(this, chain, () => this.finish(chain, thread.input, {}));
    } else if (phase.kind === 'task') {
      await guarded(this, chain, () => timeOutTask(this, chain, phase));
    }
  }

  /** Runs ready threads until none is left or it is time to store; `unfinished` then says which. */
  async drain(): Promise<void> {
    for (
      let count = 0;
      count < STATES_PER_COMMIT && this.running && this.text < TEXT_PER_COMMIT;
      count += 1
    ) {
      const chain = this.ready.shift();
      if (!chain) return;
      // A Map or Parallel that failed meanwhile has let go of its threads.
      if (!isCurrent(chain)) continue;
      await guarded(this, chain, () => this.step(chain));
    }
  }

  /** The events since the last time, to be stored. */
  takeEvents(): HistoryEvent[] {
    this.text = 0;
    return this.events.splice(0);
  }

  get unfinished(): boolean {
    return this.running && this.ready.length > 0;
  }

  get running(): boolean {
    return this.execution.status === 'RUNNING';
  }

  find(threadId: number): Chain | undefined {
    return this.running ? findChain(this.execution, threadId) : undefined;
  }

  enqueue(chain: Chain): void {
    this.ready.push(chain);
  }

  // ---- Ends ----

  abort(failure: Failure): void {
    this.emit('ExecutionAborted', this.execution.root.lastEventId, 'executionAborted', () =>
      failureFields(failure),
    );
    this.close('ABORTED', failure);
  }

  private timeOut(): void {
    this.emit('ExecutionTimedOut', this.execution.root.lastEventId, 'executionTimedOut', () => ({
      error: 'States.Timeout',
    }));
    this.close('TIMED_OUT', { error: 'States.Timeout' });
  }

  fail(failure: Failure): void {
    this.emit('ExecutionFailed', this.execution.root.lastEventId, 'executionFailed', () =>
      failureFields(failure),
    );
    this.close('FAILED', failure);
  }

  private close(status: Execution['status'], failure?: Failure, output?: Json): void {
    const { execution } = this;
    execution.status = status;
    execution.stoppedAt = this.env.now;
    if (failure) execution.failure = failure;
    if (output !== undefined) execution.output = output;
  }

  /** Ends the execution where the history is full, or where it cannot be stored. */
  failForGood(cause: string): void {
    if (!this.running) return;
    this.record('ExecutionFailed', this.execution.root.lastEventId, 'executionFailed', () => ({
      error: 'States.Runtime',
      cause,
    }));
    this.close('FAILED', { error: 'States.Runtime', cause });
  }

  /** Takes up the unsuccessful states of a closed execution again, with the input they had. */
  redrive(): void {
    const { execution } = this;
    const previous = execution.lastEventId;
    execution.status = 'RUNNING';
    execution.redriveCount += 1;
    execution.redrivenAt = this.env.now;
    delete execution.stoppedAt;
    delete execution.failure;
    if (this.machine.timeoutSeconds !== undefined) {
      execution.timeoutAt = this.env.now + this.machine.timeoutSeconds * 1000;
    }
    const id = this.emit('ExecutionRedriven', previous, 'executionRedriven', () => ({
      redriveCount: execution.redriveCount,
    }));
    for (const chain of chains([execution.root])) {
      const thread = lastOf(chain);
      if (thread.phase.kind === 'done') continue;
      thread.lastEventId = id;
      if (thread.phase.kind === 'parallel' || thread.phase.kind === 'map') continue;
      if (thread.phase.kind !== 'enter') thread.phase = { kind: 'attempt' };
      thread.attempts = [];
      thread.retryCount = 0;
      this.enqueue(chain);
    }
  }

  // ---- One state ----

  stateOf(thread: Thread): State {
    const state = this.machine.graphs.get(thread.graph)?.states.get(thread.state);
    if (!state) throw new Error(`the definition has no state "${thread.state}"`);
    return state;
  }

  private async step(chain: Chain): Promise<void> {
    const thread = lastOf(chain);
    const state = this.stateOf(thread);
    if (thread.phase.kind === 'enter') this.enter(thread, state);
    await runState(this, chain, state);
  }

  private enter(thread: Thread, state: State): void {
    thread.beforeEventId = thread.lastEventId;
    thread.lastEventId = this.emit(`${state.type}StateEntered`, thread.lastEventId, 'stateEntered', () => ({
      name: state.name,
      ...textOf('input', thread.input),
    }));
    thread.enteredEventId = thread.lastEventId;
    thread.enteredAt = this.env.now;
    thread.attempts = [];
    thread.retryCount = 0;
    thread.phase = { kind: 'attempt' };
  }

  /** Ends a state that went well: `result` is what it hands on unless Output says otherwise. */
  async finish(chain: Chain, result: Json, seen: Seen): Promise<void> {
    const state = this.stateOf(lastOf(chain));
    await this.exit(chain, state, result, seen);
  }

  /** Leaves the state by one of its ways: its own, a rule's, or a catcher's. */
  async exit(
    chain: Chain,
    { next, output: template, assign }: Way,
    otherwise: Json,
    seen: Seen,
  ): Promise<void> {
    const thread = lastOf(chain);
    const state = this.stateOf(thread);
    let output = otherwise;
    if (template) output = await this.evaluate(template, chain, seen);
    this.checkSize(output, state.name);
    let assigned: Record<string, Json> | undefined;
    if (assign.length > 0) {
      // Every value is computed from the variables as they were, then all are assigned.
      assigned = {};
      for (const [name, template] of assign) {
        const value = await this.evaluate(template, chain, seen);
        this.checkSize(value, state.name);
        assigned[name] = value;
      }
    }
    const variables = assigned;
    thread.lastEventId = this.emit(`${state.type}StateExited`, thread.lastEventId, 'stateExited', () => ({
      name: state.name,
      ...textOf('output', output),
      ...(variables && {
        assignedVariables: Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]),
        ),
        assignedVariablesDetails: { truncated: false },
      }),
    }));
    if (variables) thread.variables = { ...thread.variables, ...variables };
    if (next !== undefined) {
      thread.state = next;
      thread.input = output;
      thread.phase = { kind: 'enter' };
      this.enqueue(chain);
      return;
    }
    if (chain.length > 1) return branchFinished(this, chain, output);
    thread.phase = { kind: 'done', output };
    this.emit('ExecutionSucceeded', thread.lastEventId, 'executionSucceeded', () => textOf('output', output));
    this.close('SUCCEEDED', undefined, output);
  }

  // ---- Evaluation ----

  evaluate(template: Template, chain: Chain, seen: Seen = {}): Json | Promise<Json> {
    if (template.kind === 'constant') return template.value;
    const { functions, machineArn, roleArn } = this.env;
    const source = { execution: this.execution, functions, machineArn, roleArn };
    return evaluate(template, scopeOf(source, chain, seen));
  }

  async evaluateText(template: Template, chain: Chain): Promise<string> {
    const value = await this.evaluate(template, chain);
    if (typeof value !== 'string') throw unexpectedType(template, 'string', value);
    return value;
  }

  /** A whole number at or above `lowest`, for the fields that take one. */
  async evaluateInteger(template: Template, chain: Chain, lowest: number): Promise<number> {
    const value = await this.evaluate(template, chain);
    if (typeof value !== 'number') throw unexpectedType(template, 'number', value);
    if (!Number.isInteger(value) || value < lowest) {
      throw unexpectedType(template, lowest > 0 ? 'positive integer' : 'non-negative integer', value);
    }
    return value;
  }

  /** Throws States.DataLimitExceeded where `value` is beyond the quota for payloads. */
  checkSize(value: Json, name: string): void {
    if (!exceeds(value, PAYLOAD_LIMIT_BYTES)) return;
    throw new StateFailure({
      error: 'States.DataLimitExceeded',
      cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
  }

  // ---- History ----

  /** Appends an event and returns its id. The details are built only where history is kept. */
  emit(type: string, previous: number, key?: string, details?: () => Record<string, unknown>): number {
    if (this.execution.lastEventId >= HISTORY_LIMIT - 1 && !type.startsWith('Execution')) {
      throw new HistoryLimitReached();
    }
    return this.record(type, previous, key, details);
  }

  private record(
    type: string,
    previous: number,
    key?: string,
    details?: () => Record<string, unknown>,
  ): number {
    this.execution.lastEventId += 1;
    const id = this.execution.lastEventId;
    if (this.env.history) {
      const event = { id, previousEventId: previous, timestamp: this.env.now, type };
      const built = key && details ? details() : undefined;
      this.events.push(built ? { ...event, [`${key}EventDetails`]: built } : event);
      for (const value of Object.values(built ?? {}))
        if (typeof value === 'string') this.text += value.length;
    }
    return id;
  }
}

function isCurrent(chain: Chain): boolean {
  const { kind } = lastOf(chain).phase;
  if (kind !== 'enter' && kind !== 'attempt') return false;
  return chain.every((thread, i) => {
    const parent = chain[i - 1];
    return parent === undefined || childrenOf(parent).includes(thread);
  });
}
