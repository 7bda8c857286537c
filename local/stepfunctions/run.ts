// Moves one execution from one durable point to the next: until every thread waits for a timer, a task or its children.

import { instantOf } from './definition-states.ts';
import { errorOutputOf, type Failure, matches, StateFailure } from './errors.ts';
import {
  type Chain,
  chains,
  dueAtOf,
  type Execution,
  findChain,
  lastOf,
  type TaskPhase,
  type Thread,
} from './execution.ts';
import { evaluate, QueryFailure, type Scope, type Template, unexpectedType } from './expressions.ts';
import { failureFields, HISTORY_LIMIT, type HistoryEvent, HistoryLimitReached, textOf } from './history.ts';
import { exceeds, type Json, type JsonObject, PAYLOAD_LIMIT_BYTES } from './json.ts';
import type { Assignments, Catcher, ChoiceState, Machine, State, TaskState, WaitState } from './machine.ts';
import { branchFailed, branchFinished, startMap, startParallel } from './run-children.ts';
import { startTask, timeOutTask } from './run-task.ts';
import { tokenOf } from './token.ts';

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

/** The result or error a caught state hands on, visible as `$states.result` or `$states.errorOutput`. */
interface Seen {
  readonly result?: Json;
  readonly errorOutput?: Json;
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
      await this.guarded(chain, () => this.finish(chain, thread.input, {}));
    } else if (phase.kind === 'task') {
      await this.guarded(chain, () => timeOutTask(this, chain, phase));
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
      await this.guarded(chain, () => this.step(chain));
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

  private fail(failure: Failure): void {
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
    switch (state.type) {
      case 'Pass':
      case 'Succeed':
        return this.finish(chain, thread.input, {});
      case 'Choice':
        return this.choose(chain, state);
      case 'Wait':
        return this.wait(chain, state);
      case 'Task':
        return startTask(this, chain, state);
      case 'Parallel':
        return startParallel(this, chain, state);
      case 'Map':
        return startMap(this, chain, state);
      case 'Fail': {
        const error = state.error && (await this.evaluateText(state.error, chain));
        const cause = state.cause && (await this.evaluateText(state.cause, chain));
        throw new StateFailure({
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        });
      }
    }
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

  private async choose(chain: Chain, state: ChoiceState): Promise<void> {
    const thread = lastOf(chain);
    for (const rule of state.rules) {
      const answer = await this.evaluate(rule.condition, chain);
      if (typeof answer !== 'boolean') throw unexpectedType(rule.condition, 'boolean', answer);
      if (answer) return this.exit(chain, rule.next, rule.output, rule.assign, thread.input, {});
    }
    if (state.fallback === undefined) {
      throw new StateFailure({
        error: 'States.NoChoiceMatched',
        cause: `No rule of the state '${state.name}' matched, and it has no Default.`,
      });
    }
    return this.exit(chain, state.fallback, state.output, state.assign, thread.input, {});
  }

  private async wait(chain: Chain, state: WaitState): Promise<void> {
    const thread = lastOf(chain);
    const { kind, value } = state.until;
    let dueAt: number | undefined;
    try {
      const until = await this.evaluate(value, chain);
      if (kind === 'Seconds') {
        if (!Number.isInteger(until) || Number(until) < 0)
          throw unexpectedType(value, 'non-negative integer', until);
        dueAt = this.env.now + Number(until) * 1000;
      } else {
        dueAt = instantOf(until);
        if (dueAt === undefined) {
          const shown = typeof until === 'string' ? until : JSON.stringify(until);
          throw new QueryFailure(
            `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`,
            'Timestamp',
          );
        }
      }
    } catch (error) {
      // AWS hangs a Wait's failed evaluation on its StateEntered, unlike that of the other states.
      thread.beforeEventId = thread.lastEventId;
      throw error;
    }
    if (dueAt <= this.env.now) return this.finish(chain, thread.input, {});
    thread.phase = { kind: 'wait', dueAt };
  }

  /** Ends a state that went well: `result` is what it hands on unless Output says otherwise. */
  async finish(chain: Chain, result: Json, seen: Seen): Promise<void> {
    const state = this.stateOf(lastOf(chain));
    await this.exit(chain, state.next, state.output, state.assign, result, seen);
  }

  private async exit(
    chain: Chain,
    next: string | undefined,
    outputTemplate: Template | undefined,
    assign: Assignments,
    otherwise: Json,
    seen: Seen,
  ): Promise<void> {
    const thread = lastOf(chain);
    const state = this.stateOf(thread);
    let output = otherwise;
    if (outputTemplate) output = await this.evaluate(outputTemplate, chain, seen);
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

  // ---- Failure, Retry, Catch ----

  /** Runs a piece of work of one thread and turns what it throws into the state's error. */
  async guarded(chain: Chain, work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof HistoryLimitReached) {
        this.failForGood(`The execution reached the maximum number of history events (${HISTORY_LIMIT}).`);
        return;
      }
      const failure = this.failureOf(error, chain);
      await this.guarded(chain, () => this.failed(chain, failure));
    }
  }

  private failureOf(error: unknown, chain: Chain): Failure {
    if (error instanceof StateFailure) return error.failure;
    if (!(error instanceof QueryFailure)) throw error;
    const thread = lastOf(chain);
    const failure = {
      error: 'States.QueryEvaluationError',
      cause: `An error occurred while executing the state '${thread.state}' (entered at the event id #${thread.enteredEventId}). ${error.message}`,
    };
    const atEntry = thread.lastEventId === thread.enteredEventId;
    const previous = atEntry ? thread.beforeEventId : thread.lastEventId;
    thread.lastEventId = this.emit('EvaluationFailed', previous, 'evaluationFailed', () => ({
      ...failureFields(failure),
      ...(error.field !== undefined && { location: error.field }),
      state: thread.state,
    }));
    const { type } = this.stateOf(thread);
    if (type === 'Map' || type === 'Parallel') {
      thread.lastEventId = this.emit(`${type}StateFailed`, thread.lastEventId);
    }
    return failure;
  }

  /** A state failed: its Retry, its Catch, its parent, and at last the execution. */
  async failed(chain: Chain, failure: Failure): Promise<void> {
    const thread = lastOf(chain);
    const state = this.stateOf(thread);
    if (state.type === 'Task' || state.type === 'Map' || state.type === 'Parallel') {
      if (this.retried(thread, state, failure)) {
        if (thread.phase.kind === 'attempt') this.enqueue(chain);
        return;
      }
      const catcher = state.catch.find(({ errorEquals }) => matches(errorEquals, failure.error));
      if (catcher) {
        try {
          await this.caught(chain, catcher, failure);
          return;
        } catch (error) {
          if (error instanceof HistoryLimitReached) throw error;
          // An error inside a catcher is not the catcher's to catch: the state fails with it.
          return this.giveUp(chain, this.failureOf(error, chain));
        }
      }
    }
    return this.giveUp(chain, failure);
  }

  private async giveUp(chain: Chain, failure: Failure): Promise<void> {
    const thread = lastOf(chain);
    const { kind } = thread.phase;
    // What a redrive starts from: this state, with the input it has; a Map or Parallel keeps its finished parts.
    if (kind !== 'parallel' && kind !== 'map') thread.phase = { kind: 'attempt' };
    if (chain.length > 1) return branchFailed(this, chain, failure);
    this.fail(failure);
  }

  private retried(thread: Thread, state: { retry: TaskState['retry'] }, failure: Failure): boolean {
    const index = state.retry.findIndex(({ errorEquals }) => matches(errorEquals, failure.error));
    const retrier = state.retry[index];
    if (!retrier) return false;
    const used = thread.attempts[index] ?? 0;
    if (used >= retrier.maxAttempts) return false;
    thread.attempts = state.retry.map((_, i) => (thread.attempts[i] ?? 0) + (i === index ? 1 : 0));
    thread.retryCount += 1;
    let seconds = retrier.intervalSeconds * retrier.backoffRate ** used;
    if (retrier.maxDelaySeconds !== undefined) seconds = Math.min(seconds, retrier.maxDelaySeconds);
    if (retrier.jitter) seconds *= this.env.random();
    const delay = Math.round(seconds * 1000);
    thread.phase = delay > 0 ? { kind: 'retry', dueAt: this.env.now + delay } : { kind: 'attempt' };
    return true;
  }

  private async caught(chain: Chain, catcher: Catcher, failure: Failure): Promise<void> {
    const errorOutput = errorOutputOf(failure);
    await this.exit(chain, catcher.next, catcher.output, catcher.assign, errorOutput, { errorOutput });
  }

  // ---- Evaluation ----

  evaluate(template: Template, chain: Chain, seen: Seen = {}): Json | Promise<Json> {
    return template.kind === 'constant' ? template.value : evaluate(template, this.scope(chain, seen));
  }

  private async evaluateText(template: Template, chain: Chain): Promise<string> {
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

  scope(chain: Chain, seen: Seen, over: { item?: Thread['item']; token?: string } = {}): Scope {
    const thread = lastOf(chain);
    return {
      ...seen,
      input: thread.input,
      functions: this.env.functions,
      variable: (name) => {
        for (let i = chain.length - 1; i >= 0; i -= 1) {
          const variables = chain[i]?.variables;
          if (variables && Object.hasOwn(variables, name)) return variables[name];
        }
        return undefined;
      },
      variables: () => Object.assign({}, ...chain.map(({ variables }) => variables)),
      context: () => this.context(chain, over.item, over.token),
    };
  }

  private context(chain: Chain, ownItem: Thread['item'], token: string | undefined): JsonObject {
    const { execution, env } = this;
    const thread = lastOf(chain);
    const item = ownItem ?? chain.findLast((one) => one.item !== undefined)?.item;
    const taskToken =
      token ??
      (thread.phase.kind === 'task' && thread.phase.nonce !== undefined
        ? tokenOf(execution.arn, thread.id, thread.phase.attempt, thread.phase.nonce)
        : undefined);
    return {
      Execution: {
        Id: execution.arn,
        Input: execution.input,
        Name: execution.name,
        RoleArn: env.roleArn,
        StartTime: new Date(execution.startedAt).toISOString(),
        RedriveCount: execution.redriveCount,
        ...(execution.redrivenAt !== undefined && {
          RedriveTime: new Date(execution.redrivenAt).toISOString(),
        }),
      },
      StateMachine: { Id: env.machineArn, Name: execution.machineName },
      State: {
        Name: thread.state,
        EnteredTime: new Date(thread.enteredAt).toISOString(),
        RetryCount: thread.retryCount,
      },
      ...(taskToken !== undefined && { Task: { Token: taskToken } }),
      ...(item && { Map: { Item: { Index: item.index, Value: item.value } } }),
    };
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
