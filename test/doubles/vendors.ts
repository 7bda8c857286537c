import { addDays, localDayOf } from '../../functions/domain/calendar.ts';
import { ConfigurationError, QuarantineError, TransientError } from '../../functions/domain/errors.ts';
import type { RetentionGround } from '../../functions/domain/grounds.ts';
import type { Action, DataCategory } from '../../functions/domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  Evidence,
  ExportedRecord,
  Finding,
  Processor,
  ProcessorDefinition,
  SubjectKeys,
} from '../../functions/processors/contract.ts';
import { definitions } from '../../functions/processors/registry.ts';
import type { ConnectedProcessors } from '../../functions/steps/processor-port.ts';

/**
 * How a vendor treats one person's data. `prompt`: does it at once · `slow`: promises and keeps it · `late`: keeps its promise only
 * days after the promised day · `lying`: says done and does nothing · `returning`: does it, and five days later the data is back once ·
 * `garbled`: gives an answer that nobody can trust.
 */
export const manners = ['prompt', 'slow', 'late', 'lying', 'returning', 'garbled'] as const;
export type Manner = (typeof manners)[number];

export interface VendorRecord {
  readonly handle: string;
  readonly category: DataCategory;
  readonly count: number;
  readonly retained?: { readonly ground: RetentionGround; readonly until: string };
}

interface Kept {
  record: VendorRecord;
  /** Actions in force, each from an instant (epoch ms) on. */
  readonly done: Map<Action, number>;
  /** Epoch ms from which an erased record is back. */
  back: number | undefined;
}

/** Something that really changed at a vendor. */
export interface VendorEffect {
  readonly vendor: string;
  readonly mailbox: string;
  readonly action: Action;
  readonly handle: string;
  readonly key: string;
}

export interface VendorCall {
  readonly vendor: string;
  readonly method: 'find' | 'export' | 'act' | 'confirm';
  readonly mailbox: string;
  readonly action?: Action;
  readonly key?: string;
  /** What was searched with. */
  readonly keys?: SubjectKeys;
  readonly at: number;
}

/** A system that reports by itself has been asked to do something. */
export interface Asked {
  readonly vendor: string;
  /** The id that its reports will name. */
  readonly reportId: string;
  /** Epoch ms from which it is really done; `undefined` where it never is. */
  readonly doneAt: number | undefined;
}

export interface VendorsOptions {
  readonly names: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly manner?: (vendor: string, mailbox: string) => Manner;
  /** Whether the vendor answers nothing at all now. */
  readonly isDown?: (vendor: string, now: number) => boolean;
  /** Systems that report by themselves how far they are. */
  readonly reporting?: readonly string[];
}

export interface Vendors extends ConnectedProcessors {
  hold(vendor: string, mailbox: string, records: readonly VendorRecord[]): void;
  /** Handles of what a vendor still holds of a mailbox and no law keeps; of some kinds only where named. */
  left(vendor: string, mailbox: string, action?: Action): readonly VendorRecord[];
  /** A person does by hand what was asked. */
  byHand(vendor: string, mailbox: string, action: Action): void;
  readonly effects: readonly VendorEffect[];
  readonly calls: readonly VendorCall[];
  onCall: ((call: VendorCall) => void) | undefined;
  /** Runs before the answer to the question comes back, as a hasty vendor's own call may. */
  onAsked: ((asked: Asked) => Promise<void>) | undefined;
}

const dayMs = 86_400_000;
const slowDays = 6;
const lateDays = 9;
const backAfterDays = 5;
/** What undoes what. */
const opposite: Partial<Record<Action, Action>> = { lift: 'restrict', restrict: 'lift' };

export function createVendors(options: VendorsOptions): Vendors {
  const { now } = options;
  const held = new Map<string, Kept[]>();
  const effects: VendorEffect[] = [];
  const calls: VendorCall[] = [];
  const returned = new Set<string>();
  const place = (vendor: string, mailbox: string) => `${vendor} ${mailbox}`;
  const kept = (vendor: string, mailbox: string) => held.get(place(vendor, mailbox)) ?? [];
  const mannerOf = (vendor: string, mailbox: string) => options.manner?.(vendor, mailbox) ?? 'prompt';

  function isDone(one: Kept, action: Action): boolean {
    const from = one.done.get(action);
    if (from === undefined || from > now()) return false;
    return !(action === 'erase' && one.back !== undefined && one.back <= now());
  }
  const isThere = (one: Kept) => !isDone(one, 'erase');

  function left(vendor: string, mailbox: string, action: Action = 'erase'): readonly VendorRecord[] {
    return kept(vendor, mailbox)
      .filter((one) => isThere(one) && !isDone(one, action) && !(action === 'erase' && one.record.retained))
      .map(({ record }) => record);
  }

  function apply(
    vendor: string,
    mailbox: string,
    action: Action,
    key: string,
    handles: readonly string[],
    from: number,
  ) {
    for (const one of kept(vendor, mailbox)) {
      if (!handles.includes(one.record.handle) || isDone(one, action)) continue;
      if (action === 'erase' && one.record.retained) continue;
      const planned = one.done.get(action);
      if (planned !== undefined && planned > now() && from > now()) continue;
      one.done.set(action, from);
      const undone = opposite[action];
      if (undone !== undefined) one.done.delete(undone);
      one.back = undefined;
      effects.push({ vendor, mailbox, action, handle: one.record.handle, key });
    }
  }

  function definition(name: string): ProcessorDefinition {
    const found = definitions.find((one) => one.name === name && options.names.includes(name));
    if (!found) throw new ConfigurationError('processor-not-enabled');
    return found;
  }

  function connect(name: string): Processor {
    definition(name);
    function called(call: Omit<VendorCall, 'vendor' | 'at'>): Manner {
      const whole = { vendor: name, at: now(), ...call };
      calls.push(whole);
      vendors.onCall?.(whole);
      if (options.isDown?.(name, now())) throw new TransientError('vendor-down');
      const manner = mannerOf(name, call.mailbox);
      if (manner === 'garbled' && call.method !== 'act') throw new QuarantineError('response-shape');
      return manner;
    }
    const seen = (observation: string, handles: readonly string[]): Evidence => ({
      class: 'looked-again',
      looked: handles.length,
      requestIds: [],
      handles: [],
      observation,
    });
    const touched = (input: ActInput, action: Action) =>
      kept(name, input.keys.email).filter(
        (one) =>
          input.finding.holdings.some((holding) => holding.handle === one.record.handle) &&
          !(action === 'erase' && one.record.retained),
      );
    return {
      name,
      async find(keys): Promise<Finding> {
        const { email } = keys;
        called({ method: 'find', mailbox: email, keys });
        const there = kept(name, email).filter(isThere);
        return {
          complete: true,
          holdings: there.map(({ record }) => record),
          ...(name === 'account' && there[0] ? { keys: { accountId: there[0].record.handle } } : {}),
        };
      },
      async *export({ email }, finding): AsyncIterable<ExportedRecord> {
        called({ method: 'export', mailbox: email });
        for (const { handle, category } of finding.holdings) {
          yield {
            category,
            type: 'record',
            handle,
            providedBySubject: category !== 'usage',
            data: { handle, mailbox: email },
          };
        }
      },
      async act(action, input): Promise<ActResult> {
        const mailbox = input.keys.email;
        const manner = called({ method: 'act', mailbox, action, key: input.idempotencyKey });
        const handles = touched(input, action)
          .filter((one) => !isDone(one, action))
          .map((one) => one.record.handle);
        const evidence = { ...seen('asked', handles), class: 'vendor-acknowledged' as const };
        const asked = async (doneAt: number | undefined) => {
          if (options.reporting?.includes(name))
            await vendors.onAsked?.({ vendor: name, reportId: reportIdOf(input.idempotencyKey), doneAt });
        };
        if (manner === 'slow' || manner === 'late') {
          const promised = now() + slowDays * dayMs;
          const from = manner === 'late' ? promised + lateDays * dayMs : promised;
          apply(name, mailbox, action, input.idempotencyKey, handles, from);
          await asked(from);
          const expectedBy = addDays(localDayOf(new Date(promised).toISOString()), 1);
          return { result: 'accepted', evidence, expectedBy, job: `job-${name}` };
        }
        if (manner !== 'lying') apply(name, mailbox, action, input.idempotencyKey, handles, now());
        const again = place(name, mailbox);
        if (manner === 'returning' && action === 'erase' && !returned.has(again)) {
          returned.add(again);
          for (const one of kept(name, mailbox)) {
            if (handles.includes(one.record.handle)) one.back = now() + backAfterDays * dayMs;
          }
        }
        await asked(manner === 'lying' ? undefined : now());
        return { result: 'done', evidence };
      },
      async confirm(input): Promise<Confirmation> {
        called({
          method: 'confirm',
          mailbox: input.keys.email,
          action: input.action,
          key: input.idempotencyKey,
        });
        const open = touched(input, input.action).filter((one) => !isDone(one, input.action));
        const evidence = seen(
          open.length === 0 ? 'done' : 'open',
          touched(input, input.action).map((one) => one.record.handle),
        );
        if (open.length === 0) return { seen: 'confirmed', evidence };
        return { seen: 'still-there', code: 'record-remains', evidence };
      },
      ...(options.reporting?.includes(name) ? { reportsAs: reportIdOf } : {}),
      async check() {},
    };
  }

  const vendors: Vendors = {
    names: options.names,
    further: {},
    definition,
    connect: async (name) => connect(name),
    hold(vendor, mailbox, records) {
      const fresh = records.map((record): Kept => ({ record, done: new Map(), back: undefined }));
      held.set(place(vendor, mailbox), [...kept(vendor, mailbox), ...fresh]);
    },
    left,
    byHand(vendor, mailbox, action) {
      const handles = kept(vendor, mailbox).map((one) => one.record.handle);
      apply(vendor, mailbox, action, 'by-hand', handles, now());
    },
    effects,
    calls,
    onCall: undefined,
    onAsked: undefined,
  };
  return vendors;
}

const reportIdOf = (idempotencyKey: string) => `report-${idempotencyKey.replaceAll('.', '-')}`;
