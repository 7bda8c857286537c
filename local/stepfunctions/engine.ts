// The engine: many executions, their timers, their calls, and the store that all of it survives in.
import { executionArn, isExecutionArn, machineArn, parseMachineArn } from './arn.ts';
import { loadDefinition } from './definition.ts';
import { type Failure, failureOfThrown, InvocationFailure } from './errors.ts';
import {
  type Execution,
  type lastOf,
  needsAttention,
  newThread,
  nextDueAt,
  type TaskPhase,
} from './execution.ts';
import { HISTORY_LIMIT, type HistoryEvent } from './history.ts';
import { type Json, PAYLOAD_LIMIT_BYTES, sameJson, throughJson } from './json.ts';
import { awsFunctions, uuidFrom } from './jsonata-functions.ts';
import type { Machine } from './machine.ts';
import { Run } from './run.ts';
import { answered, heartbeat, type Outcome, taskUnderWay, tokenAnswered } from './run-task.ts';
import { ServiceError } from './service-error.ts';
import {
  type ExecutionSummary,
  ExecutionTooLarge,
  type OpenExecution,
  type Page,
  type Store,
} from './store.ts';
import { Timers } from './timers.ts';
import { parseToken } from './token.ts';

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

export type Engine = StepFunctionsEngine;

const REDRIVE_MS = 14 * 24 * 3600 * 1000;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
const FIRED_AT_ONCE = 16;
const LONGEST_SLEEP_MS = 1_000;
const RECOVERY_DELAY_MS = 1_000;

/** Loads all definitions at once, so that a mistake in one shows before anything runs. */
export function createEngine(options: EngineOptions): Engine {
  return new StepFunctionsEngine(options);
}

class StepFunctionsEngine {
  private readonly options: EngineOptions;
  private readonly place: { readonly region: string; readonly accountId: string };
  private readonly served = new Map<string, ServedMachine>();
  private readonly machinesByHash = new Map<string, Machine>();
  private readonly functions: Record<string, unknown>;
  private readonly timers = new Timers();
  /** The last piece of work per execution: the next one waits for it. */
  private readonly lines = new Map<string, Promise<unknown>>();
  /** Executions with work under way; the others are read again when they wake. */
  private readonly cache = new Map<string, Execution>();
  private readonly openEntries = new Map<string, OpenExecution>();
  private readonly calls = new Set<string>();
  private idleWaiters: (() => void)[] = [];
  private opening: Promise<void> | undefined;
  private wakeUp: NodeJS.Timeout | undefined;
  private mode: 'manual' | 'started' | 'stopped' = 'manual';

  constructor(options: EngineOptions) {
    this.options = options;
    this.place = { region: options.region ?? 'eu-central-1', accountId: options.accountId ?? '000000000000' };
    this.functions = awsFunctions({ now: () => options.clock.now(), random: options.random });
    for (const [name, definition] of Object.entries(options.machines)) {
      const machine = loadDefinition(definition);
      this.machinesByHash.set(machine.hash, machine);
      this.served.set(name, {
        name,
        arn: machineArn(this.place, name),
        machine,
        createdAt: options.clock.now(),
      });
    }
  }

  // ---- Time ----

  /** Epoch milliseconds of the next timer of any execution. */
  async nextDueAt(): Promise<number | undefined> {
    await this.ready();
    return this.timers.nextDueAt();
  }

  /** Fires every timer that is due now, and those that fall due at once because of it. */
  async runDue(): Promise<void> {
    await this.ready();
    for (;;) {
      const due: string[] = [];
      const now = this.options.clock.now();
      while (due.length < FIRED_AT_ONCE) {
        const arn = this.timers.takeDue(now);
        if (arn === undefined) break;
        due.push(arn);
      }
      if (due.length === 0) return;
      await Promise.all(due.map((arn) => this.fire(arn, now)));
    }
  }

  private async fire(arn: string, dueBy: number): Promise<void> {
    try {
      await this.work(arn, (run) => run.fire());
    } catch (error) {
      // What could not be stored has not happened: the timer stays due.
      this.timers.set(arn, dueBy);
      throw error;
    }
  }

  /**
   * Resolves with true when no call and no transition is under way; a call given up by its timeout does not count.
   * With `patienceMs` (of real time) it resolves with false when that has passed: a function may itself wait for the clock.
   */
  async idle(patienceMs?: number): Promise<boolean> {
    await this.ready();
    let patient = true;
    let impatience: NodeJS.Timeout | undefined;
    if (patienceMs !== undefined && !this.isIdle) {
      impatience = setTimeout(() => {
        patient = false;
        this.wakeWaiters();
      }, patienceMs);
    }
    while (patient && !this.isIdle) {
      await new Promise<void>((resolve) => {
        this.idleWaiters.push(resolve);
      });
    }
    clearTimeout(impatience);
    return this.isIdle;
  }

  /** Wakes by itself from now on, in real time. */
  async start(): Promise<void> {
    this.mode = 'started';
    await this.ready();
    this.arm();
  }

  /** Begins nothing more; resolves when what was being stored is stored. Calls under way are made again at the next start. */
  async stop(): Promise<void> {
    this.mode = 'stopped';
    clearTimeout(this.wakeUp);
    await this.opening?.catch(() => {});
    await Promise.allSettled([...this.lines.values()]);
  }

  private get isIdle(): boolean {
    return this.lines.size === 0 && this.calls.size === 0;
  }

  private settle(): void {
    if (this.isIdle) this.wakeWaiters();
  }

  private wakeWaiters(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  private arm(atLeastMs = 0): void {
    if (this.mode !== 'started') return;
    clearTimeout(this.wakeUp);
    const dueAt = this.timers.nextDueAt();
    if (dueAt === undefined) return;
    // The clock may be moved, so a far timer is looked at again and again rather than slept through.
    const delay = Math.min(Math.max(dueAt - this.options.clock.now(), atLeastMs), LONGEST_SLEEP_MS);
    this.wakeUp = setTimeout(() => {
      this.runDue().then(
        () => this.arm(),
        (error) => {
          this.options.onFault?.(error);
          this.arm(RECOVERY_DELAY_MS);
        },
      );
    }, delay);
    this.wakeUp.unref();
  }

  // ---- After a restart ----

  private ready(): Promise<void> {
    this.opening ??= this.openStore();
    return this.opening;
  }

  private async openStore(): Promise<void> {
    const { store } = this.options;
    await store.open();
    for (const { machine } of this.served.values())
      await store.putDefinition(machine.hash, machine.definition);
    const waiting: string[] = [];
    for (const entry of await store.openExecutions()) {
      this.openEntries.set(entry.arn, entry);
      this.timers.set(entry.arn, entry.dueAt);
      if (entry.attention) waiting.push(entry.arn);
    }
    for (const arn of waiting) this.recover(arn);
  }

  private recover(arn: string): void {
    if (this.mode === 'stopped') return;
    this.inLine(arn, () => this.advance(arn, (run) => run.resume())).catch((error) => {
      this.options.onFault?.(error);
      this.recoverLater(arn);
    });
  }

  // ---- One execution at a time ----

  /** Runs `task` when all earlier work on the execution is done. */
  private inLine<T>(arn: string, task: () => Promise<T>): Promise<T> {
    const before = this.lines.get(arn);
    const result = before ? before.then(task, task) : task();
    const line: Promise<void> = result.then(
      () => this.leave(arn, line),
      () => this.leave(arn, line),
    );
    this.lines.set(arn, line);
    return result;
  }

  private leave(arn: string, line: Promise<unknown>): void {
    if (this.lines.get(arn) === line) this.lines.delete(arn);
    this.settle();
  }

  private async work<T>(arn: string, task: (run: Run) => T | Promise<T>): Promise<T> {
    await this.ready();
    return this.inLine(arn, () => this.advance(arn, task));
  }

  private async load(arn: string): Promise<Execution> {
    const execution = this.cache.get(arn) ?? (await this.options.store.read(arn));
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Reads, runs until nothing more can run, stores on the way, then makes the calls. */
  private async advance<T>(arn: string, task: (run: Run) => T | Promise<T>): Promise<T> {
    if (this.mode === 'stopped') throw new ServiceError('ServiceUnavailable', 'The engine is stopped.');
    const execution = await this.load(arn);
    return this.carryOut(execution, await this.runFor(execution), task);
  }

  private async carryOut<T>(execution: Execution, run: Run, task: (run: Run) => T | Promise<T>): Promise<T> {
    const before = execution.lastEventId;
    let answer: { value: T } | undefined;
    try {
      answer = { value: await task(run) };
      await run.drain();
      if (run.changed || execution.lastEventId !== before) await this.commit(run);
      while (run.unfinished) {
        await run.drain();
        await this.commit(run);
      }
    } catch (error) {
      if (!(error instanceof ExecutionTooLarge) || !answer) throw this.afterFault(execution.arn, error);
      await this.failTooLarge(execution.arn);
      return answer.value;
    }
    this.timers.set(execution.arn, nextDueAt(execution));
    this.arm();
    for (const attempt of run.timedOut) this.calls.delete(`${execution.arn} ${attempt}`);
    for (const { thread, phase } of run.calls) this.call(execution.arn, thread.id, phase);
    return answer.value;
  }

  private async commit(run: Run): Promise<void> {
    const { execution } = run;
    const { arn } = execution;
    execution.revision += 1;
    const open: OpenExecution | undefined = run.running
      ? { arn, dueAt: nextDueAt(execution), attention: needsAttention(execution) }
      : undefined;
    await this.options.store.commit({
      execution,
      events: run.takeEvents(),
      open,
      previouslyOpen: this.openEntries.get(arn),
    });
    if (open) this.openEntries.set(arn, open);
    else this.openEntries.delete(arn);
    if (open?.attention) this.cache.set(arn, execution);
    else this.cache.delete(arn);
  }

  /** What was changed in memory but not stored is forgotten; the execution goes on from what is stored. */
  private afterFault(arn: string, error: unknown): unknown {
    if (error instanceof ServiceError) return error;
    this.cache.delete(arn);
    this.recoverLater(arn);
    return error;
  }

  private recoverLater(arn: string): void {
    if (this.mode === 'started') setTimeout(() => this.recover(arn), RECOVERY_DELAY_MS).unref();
  }

  private async failTooLarge(arn: string): Promise<void> {
    this.cache.delete(arn);
    const run = await this.runFor(await this.load(arn));
    run.failForGood('The state of the execution is larger than the local store can hold.');
    await this.commit(run);
    this.timers.set(arn, undefined);
  }

  private async runFor(execution: Execution): Promise<Run> {
    const { clock, random, history = true } = this.options;
    return new Run(execution, await this.machineOf(execution), {
      now: clock.now(),
      random,
      functions: this.functions,
      history,
      machineArn: machineArn(this.place, execution.machineName),
      roleArn: `arn:aws:iam::${this.place.accountId}:role/local`,
    });
  }

  /** Executions keep the definition they started with, also when the engine has a newer one. */
  private async machineOf({ definitionHash, machineName }: Execution): Promise<Machine> {
    const known = this.machinesByHash.get(definitionHash);
    if (known) return known;
    const definition = await this.options.store.definition(definitionHash);
    if (definition === undefined)
      throw new Error(`the definition that ${machineName} ran is not in the store`);
    const machine = loadDefinition(definition);
    this.machinesByHash.set(definitionHash, machine);
    return machine;
  }

  // ---- Calls ----

  private call(arn: string, threadId: number, phase: TaskPhase): void {
    const key = `${arn} ${phase.attempt}`;
    if (this.calls.has(key)) return;
    this.calls.add(key);
    this.perform(arn, phase)
      .then((outcome) =>
        this.mode === 'stopped'
          ? undefined
          : this.work(arn, (run) => answered(run, threadId, phase.attempt, outcome)),
      )
      .catch((error) => {
        this.options.onFault?.(error);
        this.recoverLater(arn);
      })
      .finally(() => {
        this.calls.delete(key);
        this.settle();
      });
  }

  private async perform(arn: string, { call, attempt }: TaskPhase): Promise<Outcome> {
    try {
      if (call.kind === 'function') {
        const value = await this.options.invoke(call.functionName, throughJson(call.payload));
        return { ok: true, value: throughJson(value) };
      }
      const { executionArn: child, startedAt } = await this.startExecution({
        machine: call.machineArn,
        name: call.name,
        input: call.input,
        origin: `${arn} ${attempt}`,
      });
      return {
        ok: true,
        value: call.sdk ? sdkStarted(child, startedAt) : optimizedStarted(child, startedAt),
      };
    } catch (error) {
      if (call.kind === 'start' && error instanceof ServiceError) {
        const prefix = call.sdk ? 'Sfn' : 'StepFunctions';
        const failure = new InvocationFailure(
          `${prefix}.${error.code.replace(/(Exception)?$/, 'Exception')}`,
          error.message,
        );
        return { ok: false, failure: failure.failure };
      }
      // The store failed, not the task: the call is made again.
      if (call.kind === 'start') throw error;
      return { ok: false, failure: failureOfThrown(error) };
    }
  }

  // ---- The service ----

  machines(): ServedMachine[] {
    return [...this.served.values()];
  }

  /** By name or ARN; throws StateMachineDoesNotExist or InvalidArn. */
  machine(nameOrArn: string): ServedMachine {
    const parsed = nameOrArn.startsWith('arn:') ? parseMachineArn(nameOrArn) : { name: nameOrArn };
    if (!parsed) throw new ServiceError('InvalidArn', `Invalid Arn: '${nameOrArn}'`);
    const machine = this.served.get(parsed.name);
    if (!machine) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${nameOrArn}'`);
    }
    return machine;
  }

  /** Resolves when the execution is stored and has run up to its first wait, call or end. */
  async startExecution({
    machine: nameOrArn,
    name: givenName,
    input: text = '{}',
    origin,
  }: StartRequest): Promise<Started> {
    await this.ready();
    const { name: machineName, arn: plainArn, machine } = this.machine(nameOrArn);
    const name = givenName ?? uuidFrom(this.options.random);
    if (!NAME.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
    const input = parseText(text, 'InvalidExecutionInput', 'input');
    const arn = executionArn(this.place, machineName, name);
    return this.inLine(arn, async () => {
      const existing = this.cache.get(arn) ?? (await this.options.store.read(arn));
      if (existing) {
        const same = existing.status === 'RUNNING' && sameJson(existing.input, input);
        if (same || (origin !== undefined && existing.origin === origin)) {
          return { executionArn: arn, startedAt: existing.startedAt };
        }
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const startedAt = this.options.clock.now();
      const execution: Execution = {
        arn,
        name,
        machineName,
        requestedArn: nameOrArn.startsWith('arn:') ? nameOrArn : plainArn,
        definitionHash: machine.hash,
        input,
        startedAt,
        ...(origin !== undefined && { origin }),
        status: 'RUNNING',
        redriveCount: 0,
        ...(machine.timeoutSeconds !== undefined && { timeoutAt: startedAt + machine.timeoutSeconds * 1000 }),
        lastEventId: 0,
        serial: 1,
        revision: 0,
        root: newThread(1, '', machine.graphs.get('')?.startAt ?? '', input, 0),
      };
      await this.carryOut(execution, await this.runFor(execution), (run) => run.begin());
      return { executionArn: arn, startedAt };
    });
  }

  /** Ends a running execution; a closed one stays as it is. */
  async stopExecution(arn: string, failure: Failure): Promise<{ stoppedAt: number }> {
    checkExecutionArn(arn);
    return this.work(arn, (run) => {
      if (run.running) run.abort(failure);
      return { stoppedAt: run.execution.stoppedAt ?? this.options.clock.now() };
    });
  }

  async describeExecution(arn: string): Promise<Execution> {
    checkExecutionArn(arn);
    await this.ready();
    return this.inLine(arn, () => this.load(arn));
  }

  async listExecutions(
    nameOrArn: string,
    status: Execution['status'] | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<ExecutionSummary>> {
    await this.ready();
    return this.options.store.list(this.machine(nameOrArn).name, status, limit, cursor);
  }

  async history(arn: string, limit = 100, reverse = false, cursor?: string): Promise<Page<HistoryEvent>> {
    await this.describeExecution(arn);
    return this.options.store.events(arn, limit, reverse, cursor);
  }

  /** `output` is JSON text. */
  async sendTaskSuccess(taskToken: string, output: string): Promise<void> {
    const value = parseText(output, 'InvalidOutput', 'output');
    await this.answerToken(taskToken, { ok: true, value });
  }

  async sendTaskFailure(taskToken: string, failure: Failure): Promise<void> {
    await this.answerToken(taskToken, { ok: false, failure });
  }

  async sendTaskHeartbeat(taskToken: string): Promise<void> {
    await this.withToken(taskToken, (run, _chain, phase) => {
      heartbeat(run, phase);
    });
  }

  /** Runs the unsuccessful part of a closed execution again (14 days from its end, as on AWS); a client token again is a repeat. */
  async redriveExecution(arn: string, clientToken?: string): Promise<{ redrivenAt: number }> {
    checkExecutionArn(arn);
    return this.work(arn, (run) => {
      const { redriveToken, redrivenAt } = run.execution;
      if (clientToken !== undefined && clientToken === redriveToken && redrivenAt !== undefined)
        return { redrivenAt };
      const reason = notRedrivable(run.execution, this.options.clock.now());
      if (reason) throw new ServiceError('ExecutionNotRedrivable', reason);
      run.redrive();
      if (clientToken !== undefined) run.execution.redriveToken = clientToken;
      return { redrivenAt: this.options.clock.now() };
    });
  }

  private async answerToken(taskToken: string, outcome: Outcome): Promise<void> {
    await this.withToken(taskToken, (run, chain) => tokenAnswered(run, chain, outcome));
  }

  private async withToken(
    taskToken: string,
    task: (run: Run, chain: Parameters<typeof lastOf>[0], phase: TaskPhase) => void | Promise<void>,
  ): Promise<void> {
    const token = parseToken(taskToken);
    if (!token) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    const { executionArn: arn, threadId, attempt, nonce } = token;
    try {
      await this.describeExecution(arn);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    }
    await this.work(arn, (run) => {
      const found = taskUnderWay(run, threadId, attempt);
      if (!found) {
        throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
      }
      if (found.phase.nonce !== nonce)
        throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
      return task(run, found.chain, found.phase);
    });
  }
}

/** Why an execution cannot be redriven at this instant, or undefined if it can. */
export function notRedrivable(execution: Execution, now: number): string | undefined {
  const { status, stoppedAt = now, lastEventId } = execution;
  if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (now - stoppedAt > REDRIVE_MS) return "Execution's redrivable period exceeded";
  if (lastEventId >= HISTORY_LIMIT - 1) return 'Execution history event limit exceeded';
  return undefined;
}

function checkExecutionArn(arn: string): void {
  if (!isExecutionArn(arn)) throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
}

function parseText(text: string, code: string, field: string): Json {
  if (Buffer.byteLength(text, 'utf8') > PAYLOAD_LIMIT_BYTES) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${PAYLOAD_LIMIT_BYTES}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    // The text itself stays out of the message, for it may hold personal data.
    throw new ServiceError(code, `Invalid ${field}: not JSON text`);
  }
}

function sdkStarted(arn: string, startedAt: number): Json {
  return { ExecutionArn: arn, StartDate: new Date(startedAt).toISOString() };
}

function optimizedStarted(arn: string, startedAt: number): Json {
  return {
    ExecutionArn: arn,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    StartDate: startedAt / 1000,
  };
}
