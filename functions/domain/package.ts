import * as v from 'valibot';
import { canonicalJson, sha256 } from './audit.ts';
import { addDays, endOfLocalDay, localDayOf, startOfLocalDay } from './calendar.ts';
import type { Actor, Case, Child, DispositionRecord, FindingRecord, RequestRow } from './case.ts';
import { emptyEvidence, isFinal, taskOf } from './dispositions.ts';
import { RefusedByDomain } from './errors.ts';
import type { Fact } from './lifecycle.ts';
import { packageDays, policyOf } from './policy.ts';
import { escalateAfterSeconds, retryAsked } from './progress.ts';
import type { Redaction } from './redaction.ts';
import { type DataCategory, dataCategories } from './words.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One exported record as it lies in the bucket; the connectors' records fit. */
export const packageRecord = v.object({
  category: v.picklist(dataCategories),
  type: v.string(),
  handle: v.string(),
  data: v.custom<Json>((value) => value !== undefined),
  providedBySubject: v.boolean(),
  othersAt: v.exactOptional(v.array(v.string())),
});
export type PackageRecord = v.InferOutput<typeof packageRecord>;

/** How often one package may be fetched; a further copy is a new request (art. 15(3)). */
export const downloadsInAll = 5;
/** Seconds that a link to a large package opens anything. */
export const linkSeconds = 60;
/** Bytes up to which the package itself is the answer: base64 of it still fits a Lambda's 6 MiB. */
export const inlineBytes = 4 * 1024 * 1024;
/** Days before the end of fetching at which somebody who has not fetched is reminded. */
const reminderDays = 7;

/** Last instant (RFC 3339) at which a released package can be fetched; `undefined` before the answer. */
export function packageEndsAt({ answeredAt }: Pick<RequestRow, 'answeredAt'>): string | undefined {
  return answeredAt === undefined ? undefined : endOfLocalDay(addDays(localDayOf(answeredAt), packageDays));
}

/** The day (YYYY-MM-DD) up to and with which it can be fetched, as the release letter told it. */
export function packageLastDay(answeredAt: string): string {
  return addDays(localDayOf(answeredAt), packageDays);
}

/** When the reminder to fetch is due (RFC 3339). */
export function packageReminderAt({ answeredAt }: Pick<RequestRow, 'answeredAt'>): string | undefined {
  return answeredAt === undefined
    ? undefined
    : startOfLocalDay(addDays(localDayOf(answeredAt), packageDays - reminderDays));
}

/** Whether the package may leave now, and if not, why. */
export function packageAvailability(
  { row }: Pick<Case, 'row'>,
  now: string,
): 'available' | 'not-released' | 'expired' {
  if (row.releasedHash === undefined || (row.status !== 'answered' && row.status !== 'closed'))
    return 'not-released';
  const ends = packageEndsAt(row);
  if (row.package === undefined || row.package.hash !== row.releasedHash || ends === undefined || ends < now)
    return 'expired';
  return 'available';
}

/** A system whose exported records go into the package. */
export interface Source {
  readonly processor: string;
  /** Bytes of its exported records. */
  readonly bytes: number;
}

/** Systems whose records go in, in the order they were planned; what the decision keeps back stays out. */
export function sourcesOf({ row, findings }: Pick<Case, 'row' | 'findings'>): readonly Source[] {
  const keptBack = row.decision?.except?.processors ?? [];
  return (row.processors ?? []).flatMap((processor) => {
    const finding = findings.find((one) => one.processor === processor);
    const bytes = finding?.exportedBytes ?? 0;
    // What may be somebody else's is never handed out; a person looks first (TRUST.md A36).
    const usable = finding?.state === 'found' || finding?.state === 'incomplete';
    return usable && bytes > 0 && !keptBack.includes(processor) ? [{ processor, bytes }] : [];
  });
}

/** Whether a record belongs in the package: not in a kept-back category, and for portability only what the subject gave (art. 20(1)). */
export function belongs(
  { right, decision }: Pick<RequestRow, 'right' | 'decision'>,
  record: PackageRecord,
): boolean {
  if (decision?.except?.categories?.includes(record.category)) return false;
  return right !== 'portability' || record.providedBySubject;
}

/** A file that staff fetched by hand at a system. */
export interface HandFile {
  readonly processor: string;
  readonly name: string;
  readonly bytes: number;
}

/** Fingerprint (64 hex) of everything that decides a package's content: the same fingerprint gives the same bytes. */
export function inputsOf(
  current: Pick<Case, 'row' | 'findings'>,
  redactions: readonly Redaction[],
  handFiles: readonly HandFile[],
): string {
  const { row, findings } = current;
  return sha256(
    canonicalJson({
      form: 1,
      id: row.id,
      right: row.right,
      language: row.language,
      processors: row.processors ?? [],
      except: row.decision?.except ?? null,
      findings: [...findings]
        .sort((a, b) => (a.processor < b.processor ? -1 : 1))
        .map(({ processor, at, state, exportedBytes }) => ({ processor, at, state, exportedBytes })),
      redactions: redactions.map(({ id, reason, what }) => ({ id, reason, what })),
      handFiles,
    }),
  );
}

/** Records per system that the package holds. */
export type Tally = { readonly [category in DataCategory]?: number };

/** What became of the request at each system, from what went into the package; open work becomes a task (DESIGN.md §3.6). */
export function exportResults(
  current: Case,
  at: string,
  options: {
    readonly tallies: ReadonlyMap<string, Tally>;
    readonly handFiles: readonly HandFile[];
    /** Whether a system can be exported from by call, by hand, or not at all. */
    readonly capability: (processor: string) => 'automated' | 'manual' | 'none';
  },
): readonly Child[] {
  const { row } = current;
  return (row.processors ?? []).flatMap((processor): readonly Child[] => {
    const before = current.dispositions.find((one) => one.processor === processor);
    const counted = Object.values(options.tallies.get(processor) ?? {}).reduce((sum, one) => sum + one, 0);
    const result = resultAt(current, processor, counted, options);
    // What a person has settled by hand is not unsettled by building again.
    if (before && isFinal(before) && result.disposition === 'failed') return [];
    const record: DispositionRecord = {
      processor,
      action: 'export',
      at,
      looks: (before?.looks ?? 0) + 1,
      ...('code' in result ? { ...result, evidence: emptyEvidence(result.code) } : result),
    };
    if (before && sameResult(before, record)) return [];
    const children: Child[] = [{ kind: 'disposition', value: record }];
    const open = current.tasks.find(
      (task) => task.processor === processor && task.operation === 'export' && task.state === 'open',
    );
    if (result.disposition === 'failed' && !open)
      children.push({
        kind: 'task',
        value: taskOf({ processor, at, plannedBy: row.plannedBy, action: 'export' }, 'export', result.code),
      });
    if (result.disposition !== 'failed' && open)
      children.push({ kind: 'task', value: { ...open, state: 'done', doneAt: at, doneBy: 'system' } });
    return children;
  });
}

type Result =
  | { readonly disposition: 'failed' | 'not-applicable'; readonly code: string }
  | {
      readonly disposition: 'nothing-found' | 'done-by-hand' | 'done-confirmed';
      readonly evidence: DispositionRecord['evidence'];
    };

function resultAt(
  { row, findings }: Case,
  processor: string,
  counted: number,
  {
    handFiles,
    capability,
  }: {
    readonly handFiles: readonly HandFile[];
    readonly capability: (processor: string) => 'automated' | 'manual' | 'none';
  },
): Result {
  const failed = (code: string): Result => ({ disposition: 'failed', code });
  const notApplicable = (code: string): Result => ({ disposition: 'not-applicable', code });
  if (row.decision?.except?.processors?.includes(processor)) return notApplicable('kept-back');
  const finding = findings.find((one) => one.processor === processor);
  if (finding === undefined) return failed('no-result');
  switch (finding.state) {
    case 'nothing':
      // The register's own reason why this right has nothing to work on there.
      return finding.code !== undefined && finding.code !== retryAsked
        ? notApplicable(finding.code)
        : { disposition: 'nothing-found', evidence: looked('searched', 1) };
    case 'failed':
      return failed(finding.code ?? 'failed');
    case 'ambiguous':
      return failed('ambiguous-mailbox');
    case 'incomplete':
      return failed('search-incomplete');
    case 'by-hand':
      return byHand(handFiles, processor);
    case 'found':
      break;
  }
  const can = capability(processor);
  if (can === 'none') return notApplicable('no-such-operation');
  if (can === 'manual') return byHand(handFiles, processor);
  if (finding.exportedBytes === undefined) return failed('not-exported');
  if (counted > 0)
    return { disposition: 'done-confirmed', evidence: looked('records-exported', counted, finding) };
  return notApplicable(row.right === 'portability' ? 'not-portable-data' : 'kept-back');
}

function byHand(handFiles: readonly HandFile[], processor: string): Result {
  const given = handFiles.filter((file) => file.processor === processor).length;
  return given > 0
    ? {
        disposition: 'done-by-hand',
        evidence: { ...looked('files-added', given), class: 'staff-statement' },
      }
    : { disposition: 'failed', code: 'by-hand' };
}

function looked(observation: string, count: number, finding?: FindingRecord): DispositionRecord['evidence'] {
  return {
    class: 'looked-again',
    looked: count,
    requestIds: [],
    handles: [...new Set(finding?.holdings.map((holding) => holding.handle) ?? [])].slice(0, 50),
    observation,
  };
}

function sameResult(a: DispositionRecord, b: DispositionRecord): boolean {
  return (
    a.disposition === b.disposition &&
    a.code === b.code &&
    a.evidence.looked === b.evidence.looked &&
    a.evidence.observation === b.evidence.observation
  );
}

/** The fact that a package is ready for reading. Approvals of an earlier one do not carry over (TRUST.md A50). */
export function packageBuilt(
  built: { readonly hash: string; readonly bytes: number },
  at: string,
  children: readonly Child[],
): Fact {
  return {
    type: 'package-built',
    by: 'system',
    at,
    data: { hash: built.hash, bytes: built.bytes },
    set: {
      package: { hash: built.hash, bytes: built.bytes, builtAt: at, approvals: [] },
      releasedHash: undefined,
      lookAt: new Date(Date.parse(at) + escalateAfterSeconds * 1000).toISOString(),
    },
    children,
  };
}

/**
 * A colleague's approval of exactly the package that they read. Throws `RefusedByDomain`: `wrong-status`, `package-changed` (another
 * hash than the one that stands now), `second-person-needed` (the same colleague again).
 */
export function release(current: Case, hash: string, by: Actor, at: string): readonly Fact[] {
  const { row } = current;
  if (row.status !== 'awaiting-release') throw new RefusedByDomain('wrong-status');
  if (row.package === undefined || row.package.hash !== hash) throw new RefusedByDomain('package-changed');
  if (row.releasedHash === hash) return [];
  const { approvals } = row.package;
  if (approvals.includes(by)) throw new RefusedByDomain('second-person-needed');
  const approved = { ...row.package, approvals: [...approvals, by] };
  const enough = approved.approvals.length >= policyOf(row.right).peopleToRelease;
  const lookAt = row.lookAt;
  return [
    {
      type: 'release-approved',
      by,
      at,
      data: { hash, number: approved.approvals.length },
      set: { package: approved, lookAt },
    },
    ...(enough
      ? [{ type: 'released', by, at, data: { hash }, set: { releasedHash: hash } } satisfies Fact]
      : []),
  ];
}

/** Whatever was approved no longer stands: the package is built again from the changed marks. */
export function packageChanged(by: Actor, at: string, data: NonNullable<Fact['data']>): Fact {
  return { type: 'package-redacted', by, at, data, set: { package: undefined, releasedHash: undefined } };
}

export function packageFetched({ row }: Pick<Case, 'row'>, hash: string, number: number, at: string): Fact {
  return {
    type: 'package-fetched',
    by: 'subject',
    at,
    data: { hash, number },
    set: { lookAt: row.lookAt },
  };
}
