import { createKeyedHash } from '../../functions/adapters/secrets/secrets.ts';
import type { CallbackVerdict } from '../../functions/api/public/opendsr-callbacks.ts';
import {
  createPublicApi,
  createSubjectDesk,
  type PublicPorts,
} from '../../functions/api/public/public-api.ts';
import type { PackagePorts } from '../../functions/api/staff/package.ts';
import { PermanentError } from '../../functions/domain/errors.ts';
import type { Uploads } from '../../functions/domain/ports.ts';
import type { SuppressionReason } from '../../functions/domain/suppression.ts';
import type { Handler, Runtime } from '../../functions/runtime/lambda.ts';
import { createActAtProcessor } from '../../functions/steps/act-at-processor.ts';
import { createAnswer } from '../../functions/steps/answer.ts';
import { createAwaitCoolingOff } from '../../functions/steps/await-cooling-off.ts';
import { createAwaitDecision } from '../../functions/steps/await-decision.ts';
import { createAwaitIdentity } from '../../functions/steps/await-identity.ts';
import { createAwaitPurges } from '../../functions/steps/await-purges.ts';
import { createAwaitRelease } from '../../functions/steps/await-release.ts';
import { createAwaitWork } from '../../functions/steps/await-work.ts';
import { createBeginActing } from '../../functions/steps/begin-acting.ts';
import { createBuildPackage } from '../../functions/steps/build-package.ts';
import { createClose } from '../../functions/steps/close.ts';
import { createConfirmReceipt } from '../../functions/steps/confirm-receipt.ts';
import { createEscalate } from '../../functions/steps/escalate.ts';
import { createFindAtProcessor } from '../../functions/steps/find-at-processor.ts';
import { createLookAgain } from '../../functions/steps/look-again.ts';
import { createMailEvents } from '../../functions/steps/mail-events.ts';
import { createPlanSearch } from '../../functions/steps/plan-search.ts';
import type { ConnectedProcessors } from '../../functions/steps/processor-port.ts';
import { createRaiseTask } from '../../functions/steps/raise-task.ts';
import { createRemindIdentity } from '../../functions/steps/remind-identity.ts';
import { createSlaTick } from '../../functions/steps/sla-tick.ts';
import { createSweep } from '../../functions/steps/sweep.ts';
import { createTransmitPackage } from '../../functions/steps/transmit-package.ts';
import { productMachines } from '../../local/machines.ts';
import { createEngine, type Engine as StepFunctions } from '../../local/stepfunctions/engine.ts';
import { createMemoryStore } from '../../local/stepfunctions/store-memory.ts';
import { type CaseStoreDouble, createCaseStoreDouble } from '../doubles/case-store.ts';
import { createEnginePort, createTransmissionsPort } from '../doubles/engine.ts';
import { createFilesDouble } from '../doubles/files.ts';
import { createMailDouble, type SentLetter } from '../doubles/mail.ts';
import { createTestClock, createTestRuntime, seededBytes, type TestClock } from '../doubles/runtime.ts';
import { createSignerDouble } from '../doubles/signer.ts';
import { createVaultDouble } from '../doubles/vault.ts';
import { createVendors, type Vendors, type VendorsOptions } from '../doubles/vendors.ts';
import {
  createLife,
  type Effect,
  type FaultKind,
  faulty,
  type Life,
  vendorWithFaults,
  withFaults,
} from './faults.ts';
import { createChance } from './random.ts';

/** Everything that a function or the two APIs may be given. */
export type Ports = PackagePorts &
  PublicPorts & {
    readonly processors: ConnectedProcessors;
    readonly uploads: Uploads;
    readonly suppress: (email: string, why: SuppressionReason, at: string) => Promise<void>;
    readonly expireGoogleData: undefined;
  };

export const publicUrl = 'https://rights.example';

const creators: Readonly<Record<string, (ports: Ports, runtime: Runtime) => Handler>> = {
  'act-at-processor': createActAtProcessor,
  answer: createAnswer,
  'await-cooling-off': createAwaitCoolingOff,
  'await-decision': createAwaitDecision,
  'await-identity': createAwaitIdentity,
  'await-purges': createAwaitPurges,
  'await-release': createAwaitRelease,
  'await-work': createAwaitWork,
  'begin-acting': createBeginActing,
  'build-package': createBuildPackage,
  close: createClose,
  'confirm-receipt': createConfirmReceipt,
  escalate: createEscalate,
  'find-at-processor': createFindAtProcessor,
  'look-again': createLookAgain,
  'mail-events': createMailEvents,
  'plan-search': createPlanSearch,
  'raise-task': createRaiseTask,
  'remind-identity': createRemindIdentity,
  'sla-tick': createSlaTick,
  sweep: createSweep,
  'transmit-package': createTransmitPackage,
};

/** A function call as something outside sees it: what went in, what came out. */
export interface Invocation {
  readonly name: string;
  readonly payload: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface WorldOptions {
  readonly seed: number | string;
  /** RFC 3339. */
  readonly startAt?: string;
  readonly vendors?: Partial<Omit<VendorsOptions, 'now'>>;
  readonly inject?: (effect: Effect, caller: string) => FaultKind | undefined;
  /** How a killed function looks to the state machine. */
  readonly deathAs?: () => string;
  /** Whether a call of a function is delivered twice. */
  readonly twice?: (name: string) => boolean;
  readonly history?: boolean;
  /** Hours between two sweeps, which on AWS are five minutes apart. */
  readonly sweepEveryHours?: number;
  readonly machines?: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly clock: TestClock;
  readonly store: CaseStoreDouble;
  readonly vault: ReturnType<typeof createVaultDouble>;
  readonly files: ReturnType<typeof createFilesDouble>;
  readonly mail: ReturnType<typeof createMailDouble>;
  readonly vendors: Vendors;
  readonly engine: StepFunctions;
  readonly ports: Ports;
  readonly runtime: Runtime;
  /** Letters whose sender could not know whether they went out, by name; counted once per doubt. */
  readonly doubts: ReadonlyMap<string, number>;
  /** Requests whose functions are not called any more, so that one that never ends does not hold up the others. */
  readonly stopped: Set<string>;
  /** Whether the engine keeps histories. */
  readonly hasHistory: boolean;
  readonly suppressed: readonly { readonly email: string; readonly why: string }[];
  onInvocation: ((invocation: Invocation) => void) | undefined;
  onLine: ((line: string) => void) | undefined;
  onLetter: ((letter: SentLetter) => void) | undefined;
  /** Calls a function as Lambda does. */
  invoke(name: string, payload: unknown): Promise<unknown>;
  /** Runs something as one process that the faults may kill. Rejects when it dies. */
  live<Result>(caller: string, work: (ports: Ports) => Promise<Result>): Promise<Result>;
  /** The public API as a browser reaches it. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Something that people do at an instant (epoch ms); those at the same instant run at once. */
  at(when: number, work: () => Promise<unknown>): void;
  /** Moves time on, running all that falls due in order. */
  runUntil(when: number): Promise<void>;
  sweep(): Promise<unknown>;
  /** From now on nothing fails any more. */
  calm(): void;
}

export const vendorNames = [
  'account',
  'mailchimp',
  'intercom',
  'google-analytics',
  'stripe',
  'telegram',
  'linkedin',
  'hotjar',
] as const;

const hourMs = 3_600_000;

/** The header of a report that really comes from the vendor; what a signature proves is tested with the connector. */
export const reportSeal = { 'x-report-seal': 'genuine' } as const;

function heardFrom(headers: Readonly<Record<string, string>>, body: Uint8Array): CallbackVerdict {
  if (headers['x-report-seal'] !== reportSeal['x-report-seal'])
    return { ok: false, status: 403, code: 'signature' };
  return { ok: true, callback: JSON.parse(Buffer.from(body).toString('utf8')) };
}

export function createWorld(options: WorldOptions): World {
  const clock = createTestClock(options.startAt ?? '2026-03-05T09:00:00.000Z');
  const { now } = clock;
  const chance = createChance(`${options.seed}/engine`);
  const store = createCaseStoreDouble();
  const vault = createVaultDouble();
  const files = createFilesDouble();
  const mail = createMailDouble(now);
  const vendors = createVendors({ names: vendorNames, ...options.vendors, now });
  const hash = createKeyedHash(async () => Buffer.alloc(32, 7));
  const suppressed: { email: string; why: string }[] = [];
  const doubts = new Map<string, number>();
  const agenda: { when: number; work: () => Promise<unknown> }[] = [];
  const stopped = new Set<string>();
  let calm = false;

  const runtime = createTestRuntime(now, {
    randomBytes: seededBytes(options.seed),
    write: (line) => world.onLine?.(line),
  });
  const engine = createEngine({
    machines: options.machines ?? productMachines(),
    invoke: (arn, payload) => invoke(arn.split(':').at(-1) ?? arn, payload),
    clock,
    store: createMemoryStore(),
    random: chance.next,
    history: options.history ?? false,
    onFault: (error) => {
      throw error;
    },
  });
  const suppress = async (email: string, why: SuppressionReason) => void suppressed.push({ email, why });
  const heard = {
    async send(letter: Parameters<typeof mail.send>[0]) {
      const id = await mail.send(letter);
      world.onLetter?.({ ...letter, messageId: id, at: now() });
      return id;
    },
  };
  const ports: Ports = {
    store,
    vault,
    files,
    mail: heard,
    hash,
    engine: createEnginePort(engine),
    processors: vendors,
    suppress,
    publicUrl,
    salt: () => runtime.randomBytes(32),
    transmissions: createTransmissionsPort(engine),
    uploads: { put: async () => ({ outcome: 'taken' }) },
    transmissionReach: 'public',
    callbacks: async (name) =>
      options.vendors?.reporting?.includes(name)
        ? async (headers, body) => heardFrom(headers, body)
        : undefined,
    expireGoogleData: undefined,
    // The company's own jobs are no part of the simulated world.
    suppression: {
      ledger: { entriesOf: async () => [], lift: async () => undefined },
      hashOf: async (address) => hash.of('suppression', address),
      credential: async () => '',
    },
    signer: createSignerDouble(),
    manualTasks: (name) => (vendors.names.includes(name) ? vendors.definition(name).manualTasks : {}),
  };

  function mortal(life: Life, caller: string): Ports {
    const inject = (effect: Effect) => (calm ? undefined : options.inject?.(effect, caller));
    return {
      ...ports,
      store: withFaults('store', store, life, inject),
      vault: withFaults('vault', vault, life, inject),
      files: withFaults('files', files, life, inject),
      mail: withFaults('mail', heard, life, inject),
      engine: withFaults('engine', ports.engine, life, inject),
      suppress: faulty('suppress', 'call', suppress, life, inject) as Ports['suppress'],
      processors: {
        names: vendors.names,
        further: vendors.further,
        definition: vendors.definition,
        connect: async (name) => vendorWithFaults(await vendors.connect(name), life, inject),
      },
    };
  }

  async function live<Result>(caller: string, work: (ports: Ports) => Promise<Result>): Promise<Result> {
    if (!options.inject) return work(ports);
    const life = createLife(options.deathAs?.());
    try {
      return await Promise.race([work(mortal(life, caller)), life.ended]);
    } catch (error) {
      // A person who saw an error asks again.
      if (caller.endsWith('-api')) life.ambiguous = true;
      throw error;
    } finally {
      if (life.ambiguous)
        for (const letter of life.letters) doubts.set(letter, (doubts.get(letter) ?? 0) + 1);
    }
  }

  async function once(name: string, payload: unknown): Promise<unknown> {
    const create = creators[name];
    if (!create) throw new RangeError(`no function ${name}`);
    const { requestId = '' } = payload as { requestId?: string };
    if (stopped.has(requestId)) throw new PermanentError('stopped-by-the-simulation');
    try {
      const result = await live(name, (given) => create(given, runtime)(payload));
      world.onInvocation?.({ name, payload, result });
      return result;
    } catch (error) {
      world.onInvocation?.({ name, payload, error });
      throw error;
    }
  }

  async function invoke(name: string, payload: unknown): Promise<unknown> {
    if (calm || !options.twice?.(name)) return once(name, payload);
    const [first] = await Promise.allSettled([once(name, payload), once(name, payload)]);
    if (first?.status === 'rejected') throw first.reason;
    return first?.value;
  }

  const desk = createSubjectDesk(ports, runtime);
  const calmApi = createPublicApi(ports, runtime, desk);
  const sweepMs = (options.sweepEveryHours ?? 6) * hourMs;
  let nextSweep = clock.at + sweepMs;

  async function runUntil(when: number): Promise<void> {
    await engine.idle();
    for (;;) {
      const first = agenda[0]?.when ?? Number.POSITIVE_INFINITY;
      const due = Math.min(first, (await engine.nextDueAt()) ?? Number.POSITIVE_INFINITY, nextSweep);
      if (due > when) break;
      clock.at = Math.max(clock.at, due);
      const together: Promise<unknown>[] = [];
      while (agenda[0] && agenda[0].when <= clock.at) {
        const next = agenda.shift();
        if (next) together.push(next.work());
      }
      if (nextSweep <= clock.at) {
        nextSweep = clock.at + sweepMs;
        together.push(sweep());
      }
      await Promise.all(together);
      await engine.runDue();
      await engine.idle();
    }
    clock.at = Math.max(clock.at, when);
  }

  async function sweep(): Promise<unknown> {
    try {
      return await invoke('sweep', { source: 'aws.scheduler' });
    } catch {
      // The next one starts over from the rows.
      return undefined;
    }
  }

  const world: World = {
    clock,
    store,
    vault,
    files,
    mail,
    vendors,
    engine,
    ports,
    runtime,
    doubts,
    stopped,
    suppressed,
    hasHistory: options.history ?? false,
    onInvocation: undefined,
    onLine: undefined,
    onLetter: undefined,
    invoke,
    live,
    fetch: (path, init) =>
      options.inject
        ? live('public-api', async (given) => createPublicApi(given, runtime).request(path, init))
        : Promise.resolve(calmApi.request(path, init)),
    at(when, work) {
      const later = agenda.findIndex((one) => one.when > when);
      agenda.splice(later < 0 ? agenda.length : later, 0, { when, work });
    },
    runUntil,
    sweep,
    calm() {
      calm = true;
    },
  };
  return world;
}
