import {
  caseOf,
  childItem,
  eventItem,
  eventOf,
  rowItem,
  rowOf,
  submissionItem,
  submissionOf,
} from '../../functions/adapters/dynamodb/codec.ts';
import type { AuditEvent } from '../../functions/domain/audit.ts';
import type { Case, Child, RequestRow } from '../../functions/domain/case.ts';
import { ConflictError } from '../../functions/domain/errors.ts';
import { childKey } from '../../functions/domain/lifecycle.ts';
import type { CaseStore, Claim, Commit, Page, Submission, Wait } from '../../functions/domain/ports.ts';
import { InvalidCursor } from './cursor.ts';

/** The store in this process' memory, with the semantics of the one table; the contract test holds the two to each other. */
export interface CaseStoreDouble extends CaseStore {
  /** Every row, in no order. */
  rows(): readonly RequestRow[];
  /** What `load` gives, at once. */
  peek(id: string): Case | undefined;
  /** What time-to-live would have deleted by an instant (epoch ms). */
  forgetExpired(now: number): void;
  /** The records beside every row that a transaction or a note has just written. */
  onWrite: ((id: string, written: Written) => void) | undefined;
}

export interface Written {
  readonly before: RequestRow | undefined;
  readonly row: RequestRow | undefined;
  readonly events: readonly AuditEvent[];
  readonly children: readonly Child[];
}

interface Kept {
  row: RequestRow | undefined;
  readonly events: AuditEvent[];
  readonly children: Map<string, Child>;
  assembled: Case | undefined;
  expiresAt: number | undefined;
}

/** DynamoDB's limits on one transaction. */
const itemsPerTransaction = 100;

class InvalidTransaction extends Error {
  override readonly name = 'InvalidTransaction';
}

const seconds = (at: string) => Math.floor(Date.parse(at) / 1000);

export function createCaseStoreDouble(): CaseStoreDouble {
  const cases = new Map<string, Kept>();
  const submissions = new Map<string, Submission>();
  const links = new Map<string, string>();
  const claims = new Map<string, { value: string; expires: number | undefined }>();
  const counters = new Map<string, number>();
  const waiting = new Map<string, Map<Wait, string>>();

  function kept(id: string): Kept {
    const known = cases.get(id);
    if (known) return known;
    const fresh: Kept = {
      row: undefined,
      events: [],
      children: new Map(),
      assembled: undefined,
      expiresAt: undefined,
    };
    cases.set(id, fresh);
    return fresh;
  }

  /** Writes and reads through the real codec, so that what the table would refuse is refused here too. */
  const through = {
    row: (row: RequestRow) => rowOf(rowItem(row)),
    event: (event: AuditEvent) => eventOf(eventItem(event)),
    child(child: Child): Child {
      caseOf([{ sk: { S: childKey(child) }, ...childItem(child) }]);
      return JSON.parse(JSON.stringify(child));
    },
    submission: (value: Submission) => submissionOf(submissionItem(value)),
  };

  function checkSubmission(change: NonNullable<Commit['submission']>): void {
    const stored = submissions.get(change.after.id);
    const { before } = change;
    const unchanged = before
      ? stored !== undefined &&
        (stored.code?.hash ?? '-') === (before.code?.hash ?? '-') &&
        (stored.token?.hash ?? '-') === (before.token?.hash ?? '-')
      : stored === undefined;
    if (!unchanged) throw new ConflictError('row-changed');
  }

  function putSubmission({ before, after }: NonNullable<Commit['submission']>): void {
    submissions.set(after.id, through.submission(after));
    if (after.token && after.token.hash !== before?.token?.hash) links.set(after.token.hash, after.id);
  }

  function checkOneEach(commit: Commit): void {
    const names = [
      ...commit.changes.flatMap(({ row, events, children }) => [
        `row ${row.id}`,
        ...events.map((event) => `event ${row.id} ${event.seq}`),
        ...children.map((child) => `child ${row.id} ${childKey(child)}`),
      ]),
      ...(commit.claims ?? []).map((claim) => `claim ${claim.key}`),
      ...(commit.releases ?? []).map((key) => `claim ${key}`),
      ...(commit.submission ? [`submission ${commit.submission.after.id}`] : []),
    ];
    if (new Set(names).size !== names.length) throw new InvalidTransaction('one item twice in a transaction');
    if (names.length === 0 || names.length > itemsPerTransaction)
      throw new InvalidTransaction(`${names.length} items in a transaction`);
  }

  function commit(wanted: Commit): void {
    checkOneEach(wanted);
    const rows = wanted.changes.map((change) => through.row(change.row));
    const events = wanted.changes.map((change) => change.events.map(through.event));
    const children = wanted.changes.map((change) => change.children.map(through.child));
    for (const { row, before, events: added } of wanted.changes) {
      const stored = cases.get(row.id);
      if ((stored?.row?.version ?? 0) !== before) throw new ConflictError('row-changed');
      if (added.some((event) => stored?.events[event.seq])) throw new ConflictError('row-changed');
    }
    for (const claim of wanted.claims ?? []) {
      if (claims.has(claim.key)) throw new ConflictError('row-changed');
    }
    if (wanted.submission) checkSubmission(wanted.submission);

    const written: [string, Written][] = [];
    for (const [index, { row }] of wanted.changes.entries()) {
      const target = kept(row.id);
      const previous = target.row;
      target.row = rows[index];
      target.assembled = undefined;
      for (const event of events[index] ?? []) target.events[event.seq] = event;
      for (const child of children[index] ?? []) target.children.set(childKey(child), child);
      written.push([
        row.id,
        { before: previous, row: target.row, events: events[index] ?? [], children: children[index] ?? [] },
      ]);
    }
    for (const claim of wanted.claims ?? []) claims.set(claim.key, claimOf(claim));
    for (const key of wanted.releases ?? []) claims.delete(key);
    if (wanted.submission) putSubmission(wanted.submission);
    for (const [id, one] of written) double.onWrite?.(id, one);
  }

  const claimOf = (claim: Claim) => ({
    value: claim.value,
    expires: claim.expiresAt === undefined ? undefined : seconds(claim.expiresAt),
  });

  function page(
    sorted: readonly (readonly [string, RequestRow])[],
    limit: number,
    cursor: string | undefined,
  ): Page<RequestRow> {
    const after = cursor === undefined ? 0 : sorted.findIndex(([key]) => key === readCursor(cursor)) + 1;
    const items = sorted.slice(after, after + limit);
    const last = items.at(-1)?.[0];
    const rows = items.map(([, row]) => row);
    return items.length === limit && last !== undefined
      ? { items: rows, cursor: Buffer.from(last).toString('base64url') }
      : { items: rows };
  }

  function readCursor(cursor: string): string {
    const key = Buffer.from(cursor, 'base64url').toString();
    if (!key.includes('#')) throw new InvalidCursor('not a cursor of this list');
    return key;
  }

  function peek(id: string): Case | undefined {
    const found = cases.get(id);
    if (!found?.row) return undefined;
    found.assembled ??= assemble(found.row, found.children);
    return found.assembled;
  }

  const all = () => [...cases.values()].flatMap(({ row }) => (row ? [row] : []));
  const byKey = (keyOf: (row: RequestRow) => string, rows: readonly RequestRow[]) =>
    rows.map((row) => [keyOf(row), row] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const openRows = () => all().filter((row) => row.status !== 'closed');

  const double: CaseStoreDouble = {
    onWrite: undefined,
    rows: all,
    peek,
    forgetExpired(now) {
      for (const [id, one] of cases)
        if (one.expiresAt !== undefined && one.expiresAt <= now / 1000) cases.delete(id);
      for (const [key, claim] of claims)
        if (claim.expires !== undefined && claim.expires <= now / 1000) claims.delete(key);
    },

    row: async (id) => cases.get(id)?.row,
    load: async (id) => peek(id),
    events: async (id) => [...(cases.get(id)?.events ?? [])],
    commit: async (wanted) => commit(wanted),
    async note(id, child) {
      const target = kept(id);
      const stored = through.child(child);
      target.children.set(childKey(child), stored);
      target.assembled = undefined;
      double.onWrite?.(id, { before: target.row, row: target.row, events: [], children: [stored] });
    },
    open: async ({ dueBefore, limit, cursor }) =>
      page(
        byKey((row) => `${row.plannedBy}#${row.id}`, openRows()).filter(
          ([key]) => dueBefore === undefined || key < dueBefore,
        ),
        limit,
        cursor,
      ),
    closed: async ({ limit, cursor }) =>
      page(
        byKey(
          (row) => `${row.closedAt}#${row.id}`,
          all().filter((row) => row.status === 'closed'),
        ).reverse(),
        limit,
        cursor,
      ),
    overdueForLook: async ({ before, limit, cursor }) =>
      page(
        byKey(
          (row) => `${row.lookAt}#${row.id}`,
          all().filter((row) => row.lookAt < before && !(row.status === 'closed' && row.anonymisedAt)),
        ).filter(([key]) => key < before),
        limit,
        cursor,
      ),
    async touch(row, lookAt) {
      const found = cases.get(row.id);
      if (found?.row?.version !== row.version) return;
      found.row = { ...found.row, lookAt };
      found.assembled = undefined;
    },
    async lookBy(id, lookAt) {
      const found = cases.get(id);
      if (!found?.row) return;
      found.row = { ...found.row, lookAt };
      found.assembled = undefined;
    },
    async expire(id, at) {
      kept(id).expiresAt = seconds(at);
    },
    countOpen: async (bound) => Math.min(openRows().length, bound),

    submission: async (id) => submissions.get(id),
    submissionByToken: async (hash) => submissions.get(links.get(hash) ?? ''),
    async saveSubmission(before, after) {
      checkSubmission({ before, after });
      putSubmission({ before, after });
    },
    async takeTry(id, limits) {
      const stored = submissions.get(id);
      const code = stored?.code;
      if (!stored || !code) return undefined;
      const left =
        code.tries < limits.perCode && stored.totalTries < limits.total && code.expiresAt > limits.now;
      if (!left) return undefined;
      const taken: Submission = {
        ...stored,
        code: { ...code, tries: code.tries + 1 },
        totalTries: stored.totalTries + 1,
      };
      submissions.set(id, taken);
      return taken;
    },

    async claim(claim, now) {
      const held = claims.get(claim.key);
      const free = !held || (held.expires !== undefined && held.expires < seconds(now));
      if (!free) return { heldBy: held.value };
      claims.set(claim.key, claimOf(claim));
      return 'claimed';
    },
    async claimed(key, now) {
      const held = claims.get(key);
      const over = now !== undefined && held?.expires !== undefined && held.expires < seconds(now);
      return over ? undefined : held?.value;
    },
    async replace(claim) {
      claims.set(claim.key, claimOf(claim));
    },
    async release(key) {
      claims.delete(key);
    },
    claims: async ({ owner, startsWith }, limit) =>
      [...claims]
        .filter(([key]) => key.startsWith(`${owner}/${startsWith}`))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([key, { value }]) => ({ key, value })),
    async count(counter, window) {
      const key = `${counter} ${window.key}`;
      const uses = (counters.get(key) ?? 0) + 1;
      counters.set(key, uses);
      return uses;
    },
    counted: async (counter, fromKey) =>
      [...counters]
        .filter(([key]) => key.startsWith(`${counter} `) && key.slice(counter.length + 1) >= fromKey)
        .reduce((sum, [, uses]) => sum + uses, 0),

    async saveToken(id, wait, token) {
      const tokens = waiting.get(id) ?? new Map<Wait, string>();
      waiting.set(id, tokens.set(wait, token));
    },
    tokens: async (id) =>
      [...(waiting.get(id) ?? [])]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([wait, token]) => ({ wait, token })),
    async dropToken(id, wait, token) {
      const tokens = waiting.get(id);
      if (tokens?.get(wait) === token) tokens.delete(wait);
    },
  };
  return double;
}

/** In the order in which a query over the partition gives the records. */
function assemble(row: RequestRow, children: ReadonlyMap<string, Child>): Case {
  const sorted = [...children].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, child]) => child);
  return {
    row,
    findings: sorted.flatMap((child) => (child.kind === 'finding' ? [child.value] : [])),
    dispositions: sorted.flatMap((child) => (child.kind === 'disposition' ? [child.value] : [])),
    tasks: sorted.flatMap((child) => (child.kind === 'task' ? [child.value] : [])),
    letters: sorted.flatMap((child) => (child.kind === 'letter' ? [child.value] : [])),
    notes: sorted.flatMap((child) => (child.kind === 'note' ? [child.value] : [])),
  };
}
