// The engine as its users see it: the Step Functions API as functions, and control over time.
import { executionArn, isExecutionArn, machineArn, parseMachineArn } from './arn.ts';
import { loadDefinition } from './definition.ts';
import type { EngineOptions, ServedMachine, Started, StartRequest } from './engine-options.ts';
import { type Failure, failureOfThrown } from './errors.ts';
import { type Chain, type Execution, newThread, type TaskPhase } from './execution.ts';
import { Executor } from './executor.ts';
import { HISTORY_LIMIT, type HistoryEvent } from './history.ts';
import { type Json, PAYLOAD_LIMIT_BYTES, sameJson, throughJson } from './json.ts';
import { uuidFrom } from './jsonata-functions.ts';
import type { Run } from './run.ts';
import { heartbeat, type Outcome, taskUnderWay, tokenAnswered } from './run-task.ts';
import { ServiceError } from './service-error.ts';
import type { ExecutionSummary, Page } from './store.ts';
import { parseToken } from './token.ts';

export type { EngineOptions, ServedMachine, Started, StartRequest } from './engine-options.ts';

export type Engine = StepFunctionsEngine;

const REDRIVE_MS = 14 * 24 * 3600 * 1000;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/** Loads all definitions at once, so that a mistake in one shows before anything runs. */
export function createEngine(options: EngineOptions): Engine {
  return new StepFunctionsEngine(options);
}

class StepFunctionsEngine {
  private readonly options: EngineOptions;
  private readonly place: { readonly region: string; readonly accountId: string };
  private readonly served = new Map<string, ServedMachine>();
  private readonly executor: Executor;

  constructor(options: EngineOptions) {
    this.options = options;
    this.place = { region: options.region ?? 'eu-central-1', accountId: options.accountId ?? '000000000000' };
    const createdAt = options.clock.now();
    for (const [name, definition] of Object.entries(options.machines)) {
      const machine = loadDefinition(definition);
      this.served.set(name, { name, arn: machineArn(this.place, name), machine, createdAt });
    }
    this.executor = new Executor({
      engine: options,
      machines: this.machines().map(({ machine }) => machine),
      machineArnOf: (name) => machineArn(this.place, name),
      roleArn: `arn:aws:iam::${this.place.accountId}:role/local`,
      perform: (arn, phase) => this.perform(arn, phase),
    });
  }

  // ---- Time ----

  /** Epoch milliseconds of the next timer of any execution. */
  nextDueAt(): Promise<number | undefined> {
    return this.executor.nextDueAt();
  }

  /** Fires every timer that is due now, and those that fall due at once because of it. */
  runDue(): Promise<void> {
    return this.executor.runDue();
  }

  /**
   * Resolves with true when no call and no transition is under way; a call given up by its timeout does not count.
   * With `patienceMs` (of real time) it resolves with false when that has passed: a function may itself wait for the clock.
   */
  idle(patienceMs?: number): Promise<boolean> {
    return this.executor.idle(patienceMs);
  }

  /** Wakes by itself from now on, in real time. */
  start(): Promise<void> {
    return this.executor.start();
  }

  /** Begins nothing more; resolves when what was being stored is stored. Calls under way are made again at the next start. */
  stop(): Promise<void> {
    return this.executor.stop();
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
    await this.executor.ready();
    const { name: machineName, arn: plainArn, machine } = this.machine(nameOrArn);
    const name = givenName ?? uuidFrom(this.options.random);
    if (!NAME.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
    const input = parseText(text, 'InvalidExecutionInput', 'input');
    const arn = executionArn(this.place, machineName, name);
    return this.executor.inLine(arn, async () => {
      const existing = await this.executor.find(arn);
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
      await this.executor.begin(execution);
      return { executionArn: arn, startedAt };
    });
  }

  /** Ends a running execution; a closed one stays as it is. */
  async stopExecution(arn: string, failure: Failure): Promise<{ stoppedAt: number }> {
    checkExecutionArn(arn);
    return this.executor.work(arn, (run) => {
      if (run.running) run.abort(failure);
      return { stoppedAt: run.execution.stoppedAt ?? this.options.clock.now() };
    });
  }

  async describeExecution(arn: string): Promise<Execution> {
    checkExecutionArn(arn);
    return this.executor.read(arn);
  }

  async listExecutions(
    nameOrArn: string,
    status: Execution['status'] | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<ExecutionSummary>> {
    await this.executor.ready();
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
    return this.executor.work(arn, (run) => {
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
    task: (run: Run, chain: Chain, phase: TaskPhase) => void | Promise<void>,
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
    await this.executor.work(arn, (run) => {
      const found = taskUnderWay(run, threadId, attempt);
      if (!found) {
        throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
      }
      if (found.phase.nonce !== nonce)
        throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
      return task(run, found.chain, found.phase);
    });
  }

  // ---- Calls ----

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
        const name = `${prefix}.${error.code.replace(/(Exception)?$/, 'Exception')}`;
        return { ok: false, failure: { error: name, cause: error.message } };
      }
      // The store failed, not the task: the call is made again.
      if (call.kind === 'start') throw error;
      return { ok: false, failure: failureOfThrown(error) };
    }
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
