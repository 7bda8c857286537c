// Carries executions: their timers, their calls, their order, and the store that all of it survives in.
import { loadDefinition } from './definition.ts';
import type { EngineOptions } from './engine-options.ts';
import { type Execution, needsAttention, nextDueAt, type TaskPhase } from './execution.ts';
import { awsFunctions } from './jsonata-functions.ts';
import type { Machine } from './machine.ts';
import { Run } from './run.ts';
import { answered, type Outcome } from './run-task.ts';
import { ServiceError } from './service-error.ts';
import { ExecutionTooLarge, type OpenExecution } from './store.ts';
import { Timers } from './timers.ts';

export interface ExecutorOptions {
  readonly engine: EngineOptions;
  /** The definitions that new executions get. */
  readonly machines: readonly Machine[];
  readonly machineArnOf: (machineName: string) => string;
  readonly roleArn: string;
  /** Makes the call of a task; what it throws is a failure of the store, and the call is made again. */
  readonly perform: (arn: string, phase: TaskPhase) => Promise<Outcome>;
}

const FIRED_AT_ONCE = 16;
const LONGEST_SLEEP_MS = 1_000;
const RECOVERY_DELAY_MS = 1_000;

export class Executor {
  private readonly options: EngineOptions;
  private readonly own: ExecutorOptions;
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

  constructor(own: ExecutorOptions) {
    this.own = own;
    this.options = own.engine;
    const { clock, random } = own.engine;
    this.functions = awsFunctions({ now: () => clock.now(), random });
    for (const machine of own.machines) this.machinesByHash.set(machine.hash, machine);
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

  ready(): Promise<void> {
    this.opening ??= this.openStore();
    return this.opening;
  }

  private async openStore(): Promise<void> {
    const { store } = this.options;
    await store.open();
    for (const { hash, definition } of this.own.machines) await store.putDefinition(hash, definition);
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
  inLine<T>(arn: string, task: () => Promise<T>): Promise<T> {
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

  async work<T>(arn: string, task: (run: Run) => T | Promise<T>): Promise<T> {
    await this.ready();
    return this.inLine(arn, () => this.advance(arn, task));
  }

  /** Stores a new execution and runs it up to its first wait, call or end; to be called in its line. */
  async begin(execution: Execution): Promise<void> {
    await this.carryOut(execution, await this.runFor(execution), (run) => run.begin());
  }

  /** As it is between two pieces of work; throws ExecutionDoesNotExist. */
  async read(arn: string): Promise<Execution> {
    await this.ready();
    return this.inLine(arn, () => this.load(arn));
  }

  /** As it is now, or undefined if there is none of that name. */
  async find(arn: string): Promise<Execution | undefined> {
    return this.cache.get(arn) ?? (await this.options.store.read(arn));
  }

  private async load(arn: string): Promise<Execution> {
    const execution = await this.find(arn);
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
    if (!open) this.options.onEnd?.(execution);
  }

  /** What was changed in memory but not stored is forgotten; the execution goes on from what is stored. */
  private afterFault(arn: string, error: unknown): unknown {
    if (error instanceof ServiceError) return error;
    this.cache.delete(arn);
    this.recoverLater(arn);
    return error;
  }

  private recoverLater(arn: string): void {
    if (this.mode !== 'stopped') setTimeout(() => this.recover(arn), RECOVERY_DELAY_MS).unref();
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
      machineArn: this.own.machineArnOf(execution.machineName),
      roleArn: this.own.roleArn,
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
    this.own
      .perform(arn, phase)
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
}
