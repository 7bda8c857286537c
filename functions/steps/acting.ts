import * as v from 'valibot';
import { addDays, localDayOf } from '../domain/calendar.ts';
import type { Case, Child, DispositionRecord } from '../domain/case.ts';
import {
  type Acted,
  doneBySystem,
  emptyEvidence,
  type Place,
  retainedOf,
  type Seen,
  settle,
  taskOf,
} from '../domain/dispositions.ts';
import { PermanentError, QuarantineError, TransientError } from '../domain/errors.ts';
import { classOf } from '../domain/findings.ts';
import { sealedSubject } from '../domain/intake.ts';
import { knownBeforehand, ofFinding, placeOf } from '../domain/known-beforehand.ts';
import type { CaseStore, Vault } from '../domain/ports.ts';
import { expectedReport } from '../domain/processor-reports.ts';
import { retryAsked } from '../domain/progress.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import type { SuppressionReason } from '../domain/suppression.ts';
import type { Action } from '../domain/words.ts';
import type { ActInput, Correction, Finding } from '../processors/contract.ts';
import type { Runtime } from '../runtime/lambda.ts';
import { processorFailed } from './processor-failed.ts';
import type { ConnectedProcessors } from './processor-port.ts';
import { isRestrictedForAnother } from './restrictions.ts';
import { type Keys, readFinding, readKeys, saveFinding, sealedName } from './sealed.ts';

export interface ActingPorts {
  readonly store: Pick<CaseStore, 'claim' | 'claims' | 'count' | 'load' | 'replace'>;
  readonly vault: Vault;
  readonly processors: ConnectedProcessors;
  readonly suppress: (email: string, why: SuppressionReason, at: string) => Promise<void>;
}

/** The same ports with all that is sealed for one request read at once. */
export async function opened<Ports extends ActingPorts>(ports: Ports, id: string): Promise<Ports> {
  return { ...ports, vault: await ports.vault.open(id) };
}

const suppressionFor = {
  erase: 'erased',
  'opt-out': 'objected-to-marketing',
} as const satisfies Partial<Record<Action, SuppressionReason>>;

/**
 * Acts at one system and looks whether it worked. Repeatable: what was done before is found done, under the same idempotency key. Returns
 * the records to write; throws what the state machine retries or turns into a task.
 */
export async function actAt(
  ports: ActingPorts,
  runtime: Runtime,
  current: Case,
  name: string,
  action: Action,
): Promise<readonly Child[]> {
  const at = new Date(runtime.now()).toISOString();
  const place = placeOf(current, name, action, at);
  const known = knownBeforehand(current, place);
  if (known) return known;
  const plain = (acted: Acted) => settle(place, acted, undefined, undefined);
  const definition = ports.processors.definition(name);
  const retried = current.dispositions.some(
    (record) => record.processor === name && record.action === action && record.code === retryAsked,
  );
  const searched = await freshFinding(ports, current, name, at, retried);
  const { record, finding } = searched;
  const found = (children: readonly Child[]) => [...searched.children, ...children];
  const settledBySearch = ofFinding(place, record.state);
  if (settledBySearch) return found(settledBySearch);
  if (record.state === 'incomplete') return found(plain(failure('search-incomplete')));
  if (action === 'lift' && (await isRestrictedForAnother(ports.store, current, name)))
    return found(plain({ result: 'not-applicable', why: 'restricted-for-another' }));
  const capability = definition.capabilities[action];
  if (capability === 'none') return found(plain({ result: 'not-applicable', why: 'no-such-operation' }));
  if (capability === 'manual' || record.state === 'by-hand')
    return found(plain({ result: 'manual', instructions: action }));

  const granted = grantedOf(current, finding);
  if (granted.holdings.length === 0) return found(plain({ result: 'not-applicable', why: 'kept-back' }));
  const blocked = action === 'erase' ? granted.holdings.find((holding) => holding.blocker) : undefined;
  if (blocked?.blocker) return found(plain(failure(blocked.blocker)));

  const input = await inputFor(ports, current, name, action, granted, at);
  if (action === 'erase' || action === 'opt-out')
    await ports.suppress(input.keys.email, suppressionFor[action], at);
  const processor = await ports.processors.connect(name);
  const reportId = processor.reportsAs?.(input.idempotencyKey);
  // Before anything is asked: the report may be here sooner than the answer.
  if (reportId !== undefined)
    await ports.store.claim(
      expectedReport(name, reportId, { requestId: current.row.id, heard: 'pending' }, at),
      at,
    );
  const acted = await processor.act(action, input);
  const job = acted.result === 'accepted' && acted.job !== undefined ? { job: acted.job } : {};
  const seen =
    acted.result === 'done' || acted.result === 'accepted'
      ? await processor.confirm({ ...input, action, ...job })
      : undefined;
  await report(ports.store, runtime, name, acted, seen);
  const retained = action === 'erase' ? retainedOf(classOf(granted, true).holdings) : undefined;
  return found([
    ...settle(place, acted, seen, retained),
    ...closedTasks(current, name, action, at, acted, seen),
  ]);
}

/** What the decision lets us touch: a grant in part keeps kinds of data back. */
function grantedOf({ row }: Case, finding: Finding): Finding {
  const kept = row.decision?.except?.categories ?? [];
  return { ...finding, holdings: finding.holdings.filter((holding) => !kept.includes(holding.category)) };
}

async function inputFor(
  { vault }: ActingPorts,
  { row }: Case,
  name: string,
  action: Action,
  finding: Finding,
  at: string,
): Promise<ActInput> {
  const { keys } = await readKeys(vault, row.id);
  const corrections = await correctionsOf(vault, row.id);
  return {
    keys,
    finding,
    idempotencyKey: `${row.id}.${name}.${action}`,
    right: row.right,
    cutoff: row.decision?.at ?? at,
    ...(corrections.length > 0 ? { corrections } : {}),
  };
}

/** The corrections of the request and of those that were merged into it; of two for one field the later words count. */
async function correctionsOf(vault: Vault, id: string): Promise<Correction[]> {
  const { corrections } = await readSubject(vault, id);
  const all = [...(corrections ?? [])];
  for (const sealed of (await vault.names(id)).filter((one) => one.startsWith('merged.'))) {
    const merged = v.safeParse(sealedSubject, await vault.get(id, sealed));
    if (merged.success) all.push(...(merged.output.corrections ?? []));
  }
  return [...new Map(all.map((one) => [one.field, one])).values()];
}

/** The kinds of errors that a system may cause; any other is a fault of ours. */
export function isOfProcessors(error: unknown): error is TransientError | PermanentError | QuarantineError {
  return (
    error instanceof TransientError || error instanceof PermanentError || error instanceof QuarantineError
  );
}

/** Looks in a row that cannot be made before a person looks instead. */
const missedInAll = 10;

/**
 * What stands after a look that could not be made: it takes nothing back of what was seen before, nor when it was seen, and there is another
 * one the next day. A system that never lets itself be looked at is work for a person in the end.
 */
export function afterMissedLook(
  current: Case,
  record: DispositionRecord,
  action: Action,
  code: string,
  at: string,
): readonly Child[] {
  const missed = (record.missed ?? 0) + 1;
  return missed < missedInAll
    ? [{ kind: 'disposition', value: putOff({ ...record, missed }, at) }]
    : failedAt(current, record, action, code, at);
}

/** A failure that is a person's work, unless it is already. The new code takes the place of what a person asked for, which would be due for ever. */
export function failedAt(
  { row, tasks }: Case,
  { processor, looks }: DispositionRecord,
  action: Action,
  code: string,
  at: string,
): readonly Child[] {
  const isKnown = tasks.some((task) => task.processor === processor && task.state === 'open');
  const task = taskOf({ processor, at, plannedBy: row.plannedBy, action }, action, code);
  return [
    {
      kind: 'disposition',
      value: {
        processor,
        action,
        disposition: 'failed',
        code,
        at,
        // Each failure moves the next try further away.
        looks: looks + 1,
        evidence: emptyEvidence(code),
      },
    },
    ...(isKnown ? [] : [{ kind: 'task', value: task } as const]),
  ];
}

/** The same record, due again the next day. */
export function putOff(record: DispositionRecord, at: string): DispositionRecord {
  const tomorrow = addDays(localDayOf(at), 1);
  return {
    ...record,
    // Only a failure is counted from its latest try.
    ...(record.disposition === 'failed' ? { at } : {}),
    ...(record.disposition === 'accepted' ? { expectedBy: tomorrow } : {}),
    ...(record.lookAgainOn ? { lookAgainOn: tomorrow } : {}),
  };
}

/** Looks again at what a system only accepted, without asking it anew. */
export async function lookAgainAt(
  ports: ActingPorts,
  runtime: Runtime,
  current: Case,
  record: DispositionRecord,
  action: Action,
): Promise<readonly Child[]> {
  const at = new Date(runtime.now()).toISOString();
  const name = record.processor;
  const sealed = (await readFinding(ports.vault, current.row.id, name)) ?? { holdings: [], complete: true };
  const finding = grantedOf(current, sealed);
  const input = await inputFor(ports, current, name, action, finding, at);
  const processor = await ports.processors.connect(name);
  const seen = await processor.confirm({
    ...input,
    action,
    ...(record.job === undefined ? {} : { job: record.job }),
  });
  const place: Place = {
    processor: name,
    action,
    at,
    today: localDayOf(at),
    plannedBy: current.row.plannedBy,
    looks: record.looks + 1,
    isSecondLook: record.lookAgainOn !== undefined,
  };
  const promised: Acted = {
    result: 'accepted',
    evidence: record.evidence,
    expectedBy: record.expectedBy ?? place.today,
    ...(record.job === undefined ? {} : { job: record.job }),
  };
  await report(ports.store, runtime, name, promised, seen);
  const retained = action === 'erase' ? retainedOf(classOf(finding, true).holdings) : undefined;
  return settle(place, promised, seen, retained);
}

/** The finding that was decided on; searched anew only where the first search did not succeed or a person asked for another try. */
async function freshFinding(ports: ActingPorts, current: Case, name: string, at: string, anew: boolean) {
  const known = current.findings.find((finding) => finding.processor === name);
  const nothing: Finding = { holdings: [], complete: true };
  if (known && !anew && known.state !== 'failed' && known.state !== 'incomplete') {
    const finding = (await readFinding(ports.vault, current.row.id, name)) ?? nothing;
    return { record: known, finding, children: [] as readonly Child[] };
  }
  const { keys, complete } = await completeKeys(ports, current.row.id);
  const processor = await ports.processors.connect(name);
  const finding = await processor.find(keys);
  await saveFinding(ports.vault, current.row.id, name, finding);
  const record = { processor: name, at, ...classOf(finding, complete) };
  return { record, finding, children: [{ kind: 'finding', value: record }] as readonly Child[] };
}

/** The keys of the search; where the account system was silent then, it is asked once more. */
async function completeKeys({ vault, processors }: ActingPorts, id: string): Promise<Keys> {
  const known = await readKeys(vault, id);
  if (known.complete || !processors.names.includes('account')) return known;
  const account = await (await processors.connect('account')).find(known.keys);
  const keys: Keys = { keys: { ...known.keys, ...account.keys }, complete: account.complete };
  await vault.put(id, sealedName.keys, keys);
  return keys;
}

const failure = (code: string): Acted => ({ result: 'failed', code, evidence: emptyEvidence(code) });

/** A system that said yes and still has the data is worth an alarm of its own. */
async function report(
  store: ActingPorts['store'],
  runtime: Runtime,
  processor: string,
  acted: Acted,
  seen: Seen | undefined,
): Promise<void> {
  if (acted.result === 'failed') await processorFailed(store, runtime, processor, acted.code);
  if (seen?.seen === 'still-there') runtime.metrics.emit('LieDetected', 1, 'Count', { Processor: processor });
}

function closedTasks(
  current: Case,
  name: string,
  action: Action,
  at: string,
  acted: Acted,
  seen: Seen | undefined,
): readonly Child[] {
  const worked = acted.result !== 'failed' && acted.result !== 'manual' && seen?.seen !== 'still-there';
  if (!worked) return [];
  return current.tasks
    .filter((task) => task.processor === name && task.operation === action && task.state === 'open')
    .map((task) => ({ kind: 'task', value: doneBySystem(task, at) }));
}
