import type { Case, RequestRow } from '../../functions/domain/case.ts';
import { ConfigurationError, InvalidInput } from '../../functions/domain/errors.ts';
import type { CaseStore, Engine } from '../../functions/domain/ports.ts';
import { reconcile, startAnew } from '../../functions/domain/reconcile.ts';
import {
  type HeldMailbox,
  mailboxesToEraseAgain,
  type SuppressionLedger,
} from '../../functions/domain/suppression.ts';
import type { ActResult, Processor } from '../../functions/processors/contract.ts';
import type { KnownVersion } from '../../workflows/versions.ts';

/** What an operator may do to a case without seeing whose it is. */
export interface OperationPorts {
  readonly store: CaseStore;
  readonly engine: Engine;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A row that the sweep should have looked at this long ago is not being looked after. */
const neglectedAfterMs = 15 * 60 * 1000;
const mostListed = 200;

export class NoSuchRequest extends Error {
  override readonly name = 'NoSuchRequest';
}

async function caseOf({ store }: Pick<OperationPorts, 'store'>, reference: string): Promise<Case> {
  const found = await store.load(reference);
  if (!found) throw new NoSuchRequest(reference);
  return found;
}

/** Where a case stands, in ids, codes and dates only: nothing here says whose it is or what they wrote. */
export async function inspect(ports: OperationPorts, reference: string, withEvents = false) {
  const { row, tasks, findings, dispositions, letters } = await caseOf(ports, reference);
  const tokens = await ports.store.tokens(reference);
  const events = withEvents ? await ports.store.events(reference) : [];
  return {
    reference: row.id,
    right: row.right,
    status: row.status,
    outcome: row.outcome,
    receivedAt: row.receivedAt,
    plannedBy: row.plannedBy,
    legalBy: row.legalBy,
    answeredAt: row.answeredAt ?? null,
    execution: {
      number: row.executions,
      version: row.machineVersion ?? beforeVersions,
      state: await ports.engine.requestState(reference, row.executions),
      waitsFor: tokens.map(({ wait }) => wait),
    },
    lookAt: row.lookAt,
    findings: findings.map(({ processor, state, code }) => ({ processor, state, code })),
    dispositions: dispositions.map(({ processor, disposition, code, expectedBy }) => ({
      processor,
      disposition,
      code,
      expectedBy,
    })),
    tasks: tasks.map(({ processor, operation, state, dueAt, code }) => ({
      processor,
      operation,
      state,
      dueAt,
      code,
    })),
    letters: letters.map(({ kind, state, at }) => ({ kind, state, at })),
    // Which member of staff it was is for the case file, not for the operator.
    events: events.map(({ seq, at, type, by }) => ({ seq, at, type, by: by.split(':')[0] })),
  };
}

/** Makes the executions follow the row, now instead of at the next sweep. Does nothing twice. */
export async function restart(ports: OperationPorts, reference: string) {
  await caseOf(ports, reference);
  const now = new Date(ports.now()).toISOString();
  return reconcile(ports.store, ports.engine, reference, { now, restart: true });
}

/** Open requests that the sweep should long have looked at, longest neglected first. */
export async function stuck(ports: OperationPorts) {
  const before = new Date(ports.now() - neglectedAfterMs).toISOString();
  const { items, unreadable = [] } = await ports.store.overdueForLook({ before, limit: mostListed });
  const readable = await Promise.all(
    items.map(async (row) => ({
      reference: row.id,
      status: row.status,
      plannedBy: row.plannedBy,
      openTasks: row.openTasks,
      lookAt: row.lookAt,
      execution: await ports.engine.requestState(row.id, row.executions),
    })),
  );
  return [...readable, ...unreadable.map((id) => ({ reference: id, status: 'unreadable' as const }))];
}

/** How a request is shown that began before the version was written down. */
export const beforeVersions = 'unrecorded';

async function* openRows({ store }: Pick<OperationPorts, 'store'>): AsyncGenerator<RequestRow> {
  let cursor: string | undefined;
  do {
    const page = await store.open({ limit: 500, ...(cursor ? { cursor } : {}) });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor);
}

export interface VersionInUse {
  readonly version: string;
  /** What the list of versions says of its open cases; `unlisted` when it does not know it. */
  readonly openCases: KnownVersion['openCases'] | 'unlisted';
  /** The newest of the list: what a deploy of this checkout makes live. */
  readonly newest: boolean;
  readonly open: number;
}

/** How many open requests run on each version of the definition: one that has none left can go from the list. */
export async function versionsInUse(
  ports: Pick<OperationPorts, 'store'>,
  known: readonly KnownVersion[],
): Promise<VersionInUse[]> {
  const counts = new Map(known.map(({ version }) => [version, 0]));
  for await (const { machineVersion = beforeVersions } of openRows(ports))
    counts.set(machineVersion, (counts.get(machineVersion) ?? 0) + 1);
  return [...counts].map(([version, open]) => ({
    version,
    openCases: known.find((one) => one.version === version)?.openCases ?? 'unlisted',
    newest: version === known.at(-1)?.version,
    open,
  }));
}

export interface MovePorts extends OperationPorts {
  /** Ends an execution that runs; `absent` when there is none. */
  readonly stop: (id: string, executions: number) => Promise<'stopped' | 'absent'>;
}

/** Takes one request to the version that is live: ends its execution and starts it anew from its row, which does nothing twice. */
export async function move(ports: MovePorts, reference: string) {
  const { row } = await caseOf(ports, reference);
  const now = new Date(ports.now()).toISOString();
  if (row.status === 'closed' || (await ports.engine.requestState(reference, row.executions)) !== 'running')
    return reconcile(ports.store, ports.engine, reference, { now, restart: true });
  await ports.stop(reference, row.executions);
  // Should this process end here, the sweep finds a request without an execution and does the rest.
  await startAnew(ports.store, ports.engine, reference, { now, instead: row.executions });
  return 'moved' as const;
}

/** The same for every open request on one of these versions; counts by what became of it. */
export async function moveAll(
  ports: MovePorts,
  from: ReadonlySet<string>,
): Promise<Partial<Record<Awaited<ReturnType<typeof move>>, number>>> {
  const results: Partial<Record<Awaited<ReturnType<typeof move>>, number>> = {};
  for await (const { id, machineVersion = beforeVersions } of openRows(ports)) {
    if (!from.has(machineVersion)) continue;
    const result = await move(ports, id);
    results[result] = (results[result] ?? 0) + 1;
  }
  return results;
}

export interface ReplayPorts {
  readonly ledger: Pick<SuppressionLedger, 'list'>;
  readonly held: () => AsyncIterable<HeldMailbox>;
  readonly hashOf: (address: string) => string;
  readonly account: Pick<Processor, 'find' | 'act'>;
}

/**
 * After the account system came back from a backup: erases again who had been erased since (F40), and touches nobody else. Counts by
 * result; addresses stay inside.
 * @param since RFC 3339 instant at which the backup was taken
 */
export async function replayErasures(
  ports: ReplayPorts,
  since: string,
): Promise<Partial<Record<ActResult['result'], number>>> {
  if (Number.isNaN(Date.parse(since))) throw new InvalidInput('not-an-instant', 'since');
  const results: Partial<Record<ActResult['result'], number>> = {};
  const erased = ports.ledger.list(new Date(since).toISOString());
  for await (const mailbox of mailboxesToEraseAgain(ports.held(), erased, ports.hashOf)) {
    const { email, accountId, createdAt } = mailbox;
    const finding = await ports.account.find({ email });
    const { result } = await ports.account.act('erase', {
      keys: { email, ...finding.keys, accountId },
      finding,
      idempotencyKey: `replay-${accountId}`,
      // The account that came back is as old as it was; a new one made since is another person's start.
      cutoff: createdAt,
    });
    results[result] = (results[result] ?? 0) + 1;
  }
  return results;
}

/** The credentials of the processors with one of them replaced, as the secret's new text. */
export function withCredential(current: string, name: string, value: string): string {
  let known: unknown;
  try {
    known = JSON.parse(current);
  } catch {
    throw new ConfigurationError('processor-secrets-are-no-json');
  }
  if (!known || typeof known !== 'object' || Array.isArray(known))
    throw new ConfigurationError('processor-secrets-are-no-object');
  if (!/^[\w/+=.@-]{1,256}$/.test(name)) throw new InvalidInput('not-a-secret-name', 'name');
  if (value === '') throw new InvalidInput('empty-credential', 'value');
  return JSON.stringify({ ...known, [name]: value });
}
