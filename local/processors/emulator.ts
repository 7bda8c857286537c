import { type Fault, findActingLie, findFault, type Lie, spend } from './faults.ts';
import { jsonFile } from './json-file.ts';
import { type Change, changesBetween, restoreChanges, twistBody } from './lies.ts';

/** One emulated vendor. `app` is a `Hono<EmulatorEnv>`, its routes are relative to the vendor's base address and answer in the vendor's own shapes. */
export interface Emulator {
  readonly app: { fetch(request: Request, env: EmulatorEnv['Bindings']): Response | Promise<Response> };
  /** Whom this vendor knows now, and with how many records; people without records are left out. */
  holds(): readonly Holds[];
  /** Does what the vendor does by itself as time passes (purges, jobs); called before every request and whenever the clock moved. */
  tick?(nowMs: number): void;
  /** Hands over what the vendor has to tell by itself; what was not taken is offered again the next time. */
  deliver?(send: (report: Report) => Promise<boolean>): Promise<void>;
  /** Body of the vendor's own error for a scripted status; default is a plain problem document. */
  errorBody?(status: number): unknown;
  /** This vendor's part of the processors' configuration, and the secrets it names, for the given base address. */
  configuration(baseUrl: string): EmulatorConfiguration;
}

/** A POST that a vendor makes by itself. */
export interface Report {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Holds {
  readonly email: string;
  readonly records: number;
}

export interface EmulatorConfiguration {
  /** As in functions/processors, without `enabled`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The key in the configuration file; `['opendsr', name]` for processors known by configuration only. Default: the emulator's name. */
  readonly place?: readonly [string, string];
}

/** `c.env` inside an emulator's routes. */
export interface EmulatorEnv {
  Bindings: {
    /** The scripted lie that this call is to tell if it acts; only emulators with a form of their own for it need to look. */
    readonly lie: Lie | undefined;
  };
}

export interface EmulatorState<Data> {
  /**
   * The vendor's records, as plain JSON; best as objects keyed by id. Routes change it in place, and it is saved after every call.
   * Read it anew in each call: a scripted lie may replace it. A call that changed it counts as one that acted, so sign-in tokens and
   * the like do not belong in here.
   */
  readonly data: Data;
}

export interface EmulatorDependencies<Data> {
  readonly state: EmulatorState<Data>;
  /** Epoch milliseconds, on the virtual clock. */
  readonly now: () => number;
}

export interface EmulatorDefinition<Data> {
  /** The processor's name; also the folder in the address and the file of the state. */
  readonly name: string;
  /** The records at the very first start. */
  seed(nowMs: number): Data;
  create(deps: EmulatorDependencies<Data>): Emulator;
}

/** An emulator that the hub can open without knowing the type of its records. */
export interface EmulatorFactory {
  readonly name: string;
  open(options: { readonly path: string; readonly now: () => number }): OpenEmulator;
}

export interface OpenEmulator {
  readonly name: string;
  readonly faults: readonly Fault[];
  addFaults(faults: readonly Fault[]): void;
  clearFaults(): void;
  holds(): readonly Holds[];
  tick(): void;
  deliver(send: (report: Report) => Promise<boolean>): Promise<void>;
  configuration(baseUrl: string): EmulatorConfiguration;
  /** Answers a request whose path is relative to the vendor's base address; undefined where the connection is to be dropped. */
  answer(request: Request): Promise<Response | undefined>;
  /** Back to the seeds, without faults. */
  reset(): void;
}

interface Saved<Data> {
  data: Data;
  faults: Fault[];
  returning: { readonly at: number; readonly changes: readonly Change[] }[];
}

const weekMs = 7 * 86_400_000;

export function defineEmulator<Data>(definition: EmulatorDefinition<Data>): EmulatorFactory {
  return { name: definition.name, open: (options) => openEmulator(definition, options) };
}

function openEmulator<Data>(
  definition: EmulatorDefinition<Data>,
  options: { readonly path: string; readonly now: () => number },
): OpenEmulator {
  const { now } = options;
  const file = jsonFile<Saved<Data>>(options.path);
  const fresh = (): Saved<Data> => ({ data: definition.seed(now()), faults: [], returning: [] });
  const saved = file.read() ?? fresh();
  let onDisk = '';
  const emulator = definition.create({
    now,
    state: {
      get data() {
        return saved.data;
      },
    },
  });
  save();

  function save(): void {
    const json = JSON.stringify(saved);
    if (json === onDisk) return;
    file.write(saved);
    onDisk = json;
  }

  function tick(): void {
    const due = saved.returning.filter(({ at }) => at <= now());
    saved.returning = saved.returning.filter(({ at }) => at > now());
    for (const { changes } of due) saved.data = restoreChanges(saved.data, changes);
    emulator.tick?.(now());
    save();
  }

  function scripted(fault: Fault): Response | undefined {
    const status = fault.status ?? scriptedStatus(fault);
    if (status === undefined) return undefined;
    const body = fault.body ?? emulator.errorBody?.(status === 200 ? 500 : status) ?? { status };
    const isText = typeof body === 'string';
    return new Response(isBodyless(status) ? null : isText ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': isText ? 'text/plain' : 'application/json', ...fault.headers },
    });
  }

  /** Lets the emulator work, and then makes its work a lie if one is scripted and the call acted. */
  async function work(request: Request, method: string, path: string): Promise<Response> {
    const actingLie = findActingLie(saved.faults, method, path);
    const before = structuredClone(saved.data);
    const response = await emulator.app.fetch(request, { lie: actingLie?.lie });
    const changes = changesBetween(before, saved.data);
    const acted = JSON.stringify(before) !== JSON.stringify(saved.data);
    if (actingLie?.lie === undefined || !acted) return response;
    spend(saved.faults, actingLie);
    if (actingLie.lie === 'keep') saved.data = before;
    if (actingLie.lie === 'restore-later') saved.returning.push({ at: now() + weekMs, changes });
    return response;
  }

  async function answerByEmulator(request: Request, fault: Fault | undefined): Promise<Response | undefined> {
    tick();
    const response = await work(request, request.method, new URL(request.url).pathname);
    save();
    if (fault?.cancel === 'after') return undefined;
    if (fault?.lie === undefined || response.body === null) return response;
    return new Response(twistBody(fault.lie, await response.text()), response);
  }

  /** Calls are worked on one after the other, so that each lie sees only its own call's changes; delays run side by side. */
  let previous: Promise<unknown> = Promise.resolve();
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = previous.then(task);
    previous = done.catch(() => undefined);
    return done;
  }

  async function answer(request: Request): Promise<Response | undefined> {
    const fault = findFault(saved.faults, request.method, new URL(request.url).pathname);
    if (fault !== undefined) spend(saved.faults, fault);
    save();
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.cancel === 'before') return undefined;
    if (fault?.bodyBytes !== undefined) return largeAnswer(fault.bodyBytes);
    const byScript = fault === undefined ? undefined : scripted(fault);
    return byScript ?? inTurn(() => answerByEmulator(request, fault));
  }

  return {
    name: definition.name,
    get faults() {
      return saved.faults;
    },
    addFaults(faults) {
      saved.faults.push(...structuredClone(faults));
      save();
    },
    clearFaults() {
      saved.faults = [];
      save();
    },
    holds: () => emulator.holds().filter(({ records }) => records > 0),
    tick,
    async deliver(send) {
      await emulator.deliver?.(send);
      save();
    },
    configuration: (baseUrl) => emulator.configuration(baseUrl),
    answer,
    reset() {
      Object.assign(saved, fresh());
      save();
    },
  };
}

function scriptedStatus(fault: Fault): number | undefined {
  if (fault.lie === 'error-in-200') return 200;
  if (fault.lie === 'false-404') return 404;
  return fault.body === undefined ? undefined : 200;
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function largeAnswer(bytes: number): Response {
  const chunk = new Uint8Array(65_536).fill(0x20);
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(chunk.subarray(0, Math.min(left, chunk.byteLength)));
      left -= chunk.byteLength;
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
