import { type SerialEvidence, serialEvidence } from '../../domain/abuse.ts';
import type { AuditEvent } from '../../domain/audit.ts';
import type { Actor, Case } from '../../domain/case.ts';
import { after } from '../../domain/converge.ts';
import { ConflictError, RefusedByDomain } from '../../domain/errors.ts';
import { mailboxKey } from '../../domain/identity.ts';
import { type Fact, record } from '../../domain/lifecycle.ts';
import type { CaseStore, Engine, KeyedHash, Mail, Vault } from '../../domain/ports.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { type CommittedWords, commitWords } from '../../domain/sealed-words.ts';
import type { ManualTask } from '../../processors/contract.ts';
import { ApiProblem } from '../problem.ts';

export interface StaffPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly hash: KeyedHash;
  readonly mail: Mail;
  readonly engine: Engine;
  readonly publicUrl: string;
  /** 32 random bytes. */
  readonly salt: () => Uint8Array;
  /** The task texts of every processor that ships or is configured. */
  readonly manualTasks: (processor: string) => Readonly<Record<string, ManualTask>>;
}

/**
 * Seals words that an event will speak of, and returns what the event says of them. Sealed first: an event without its words could prove nothing.
 * Throws 409 where the words of the case were destroyed: nothing new is sealed under it.
 */
export async function sealWords(
  { vault, salt }: Pick<StaffPorts, 'vault' | 'salt'>,
  { id, anonymisedAt }: Pick<Case['row'], 'id' | 'anonymisedAt'>,
  kind: string,
  words: object,
): Promise<CommittedWords['data']> {
  if (anonymisedAt) throw new ApiProblem({ type: 'conflict', detail: 'words-destroyed' });
  const { name, sealed, data } = commitWords({ kind }, words, salt());
  await vault.put(id, name, sealed);
  return data;
}

/** The member of staff who acts: a name from the signed-in session, never from a request's body. */
export interface Colleague {
  readonly name: string;
  readonly email?: string;
}

export const actorOf = (colleague: Colleague): Actor => `staff:${colleague.name}`;

export interface CaseRead {
  readonly current: Case;
  readonly events: readonly AuditEvent[];
  readonly series: SerialEvidence;
}

/** A person's latest confirmed requests are enough to see a series by. */
const seriesAtMost = 40;

export async function readCase({ store }: Pick<StaffPorts, 'store'>, id: string): Promise<CaseRead> {
  const current = await store.load(id);
  if (!current) throw new ApiProblem({ type: 'not-found' });
  const [events, history] = await Promise.all([
    store.events(id),
    store.claims({ owner: current.row.mailbox, startsWith: 'hist#' }, seriesAtMost),
  ]);
  const others = await Promise.all(
    history.filter(({ value }) => value !== id).map(({ value }) => store.row(value)),
  );
  const series = serialEvidence(
    current.row,
    others.filter((row) => row !== undefined),
  );
  return { current, events, series };
}

/**
 * Applies what a colleague decided on a version that was read. Another version in between is 412; a refusal of the domain is 422 with its
 * code; afterwards whoever waits for the row is woken.
 */
export async function act(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  now: number,
  decideFacts: (current: Case) => readonly Fact[] | Promise<readonly Fact[]>,
): Promise<Case> {
  const current = await ports.store.load(id);
  if (!current) throw new ApiProblem({ type: 'not-found' });
  if (expected !== 'any' && expected !== current.row.version)
    throw new ApiProblem({ type: 'version-changed' });
  let changed: Case;
  try {
    const facts = await decideFacts(current);
    if (facts.length === 0) return current;
    const change = record(current, facts);
    await ports.store.commit({ changes: [change] });
    changed = after(current, change);
  } catch (error) {
    if (error instanceof ConflictError) throw new ApiProblem({ type: 'version-changed' });
    if (error instanceof RefusedByDomain) throw refused(error);
    throw error;
  }
  await reconcile(ports.store, ports.engine, id, { now: new Date(now).toISOString(), restart: true });
  return changed;
}

/** Codes that mean somebody else was first or the order of steps is another: a conflict. The rest is against the law or the policy. */
const conflicts: ReadonlySet<string> = new Set([
  'already-decided',
  'wrong-status',
  'decision-differs',
  'decision-already-made',
  'package-changed',
]);
const forbidden: ReadonlySet<string> = new Set(['own-case', 'second-person-needed', 'not-theirs']);

export function refused(error: RefusedByDomain): ApiProblem {
  const type = conflicts.has(error.code) ? 'conflict' : forbidden.has(error.code) ? 'not-allowed' : 'refused';
  return new ApiProblem({ type, detail: error.code });
}

/** Nobody decides about a request from their own mailbox (TRUST.md A47). */
export async function mustNotBeOwn(ports: StaffPorts, current: Case, colleague: Colleague): Promise<void> {
  if (!colleague.email) return;
  const own = await ports.hash.of('mailbox', mailboxKey(colleague.email));
  if (own === current.row.mailbox) throw new RefusedByDomain('own-case');
}
