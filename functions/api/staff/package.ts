import * as v from 'valibot';
import type { Case, RequestRow } from '../../domain/case.ts';
import { RefusedByDomain } from '../../domain/errors.ts';
import { newReference } from '../../domain/identity.ts';
import {
  belongs,
  inputsOf,
  linkSeconds,
  type PackageRecord,
  packageChanged,
  release,
  sourcesOf,
} from '../../domain/package.ts';
import { exportKey, packageKey } from '../../domain/package-files.ts';
import type { Files } from '../../domain/ports.ts';
import {
  type Redaction,
  recordKeyOf,
  redactionReason,
  redactionsInAll,
  redactionTarget,
} from '../../domain/redaction.ts';
import { type OwnWords, suggestionsFor } from '../../domain/redaction-suggestions.ts';
import { readSubject } from '../../domain/sealed-subject.ts';
import { dataCategories } from '../../domain/words.ts';
import { parseRecord, readManifest } from '../../packages/builder.ts';
import { linesOf } from '../../packages/lines.ts';
import { readHandFiles, readRedactions, saveRedactions } from '../../packages/marks.ts';
import { ApiProblem } from '../problem.ts';
import { act, actorOf, type Colleague, mustNotBeOwn, type StaffPorts, sealWords } from './cases.ts';

export interface PackagePorts extends StaffPorts {
  readonly files: Files;
}

export const releaseInput = v.strictObject({
  packageHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not-a-hash')),
});

export const redactionsInput = v.strictObject({
  redactions: v.pipe(
    v.array(v.strictObject({ what: redactionTarget, reason: redactionReason })),
    v.minLength(1, 'empty'),
    v.maxLength(200, 'too-many'),
  ),
});

export const packageQuery = v.strictObject({
  processor: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/, 'not-a-processor'))),
  category: v.exactOptional(v.picklist(dataCategories, 'not-a-category')),
  cursor: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,3}\.\d{1,12}$/, 'not-a-cursor'))),
  limit: v.exactOptional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/, 'not-a-limit'), v.transform(Number))),
});
export type PackageQuery = v.InferOutput<typeof packageQuery>;

/** Read for one page at most, so that a rare category in a large export comes in several pages rather than in one slow call. */
const bytesPerPage = 16 * 1024 * 1024;
/** Sent in one page at most; an answer must fit a Lambda's 6 MiB. */
const bytesSent = 2 * 1024 * 1024;

export interface ReviewRecord {
  readonly record: string;
  readonly processor: string;
  readonly category: string;
  readonly type: string;
  readonly providedBySubject: boolean;
  /** As exported, before any mark; `null` where it is too large to show and only in the file. */
  readonly data: PackageRecord['data'];
  readonly tooLarge?: true;
  readonly flagged: readonly string[];
  readonly suggestions: ReturnType<typeof suggestionsFor>;
  readonly redactions: readonly string[];
}

/** What goes into the package, for reading before it leaves: by system and category, with the marks and what looks like other people's. */
export async function reviewPackage(ports: PackagePorts, id: string, query: PackageQuery) {
  const current = await mustBeThere(ports, id);
  const { row } = current;
  const redactions = await readRedactions(ports.vault, id);
  const manifest = row.package ? await readManifest(ports.files, id, row.package.hash) : undefined;
  const page = await readPage(ports, current, query, redactions);
  return {
    reference: id,
    version: row.version,
    status: row.status,
    package: row.package ?? null,
    released: row.releasedHash !== undefined,
    contents: Object.entries(manifest?.systems ?? {}).map(([processor, { tally, leftOut }]) => ({
      processor,
      records: tally,
      leftOut,
    })),
    handFiles: await readHandFiles(ports.files, id),
    redactions: redactions.map((one) => ({
      ...one,
      // A mark that left out nothing is shown as such: its record has changed since.
      ...(manifest?.unmatched.includes(one.id) ? { unmatched: true } : {}),
    })),
    ...page,
  };
}

async function readPage(
  ports: PackagePorts,
  current: Case,
  query: PackageQuery,
  redactions: readonly Redaction[],
): Promise<{ readonly records: readonly ReviewRecord[]; readonly cursor?: string }> {
  const sources = sourcesOf(current).filter(
    ({ processor }) => query.processor === undefined || query.processor === processor,
  );
  const own = await ownWords(ports, current);
  const [first = 0, from = 0] = (query.cursor ?? '0.0').split('.').map(Number);
  const records: ReviewRecord[] = [];
  let read = 0;
  let sent = 0;
  for (const [index, { processor, bytes }] of sources.entries()) {
    if (index < first) continue;
    const start = index === first ? from : 0;
    if (start >= bytes) continue;
    const stream = await ports.files.get(exportKey(current.row.id, processor), start);
    if (stream === undefined) continue;
    for await (const line of linesOf(stream, start)) {
      read += line.bytes.byteLength;
      const record = parseRecord(line.bytes);
      if (wanted(current.row, query, record)) {
        const shown = reviewRecord(processor, line.bytes, record, redactions, own);
        records.push(shown);
        sent += shown.tooLarge ? 0 : line.bytes.byteLength;
      }
      if (records.length >= (query.limit ?? 50) || sent >= bytesSent || read >= bytesPerPage)
        return { records, cursor: `${index}.${line.next}` };
    }
  }
  return { records };
}

function wanted(row: RequestRow, query: PackageQuery, record: PackageRecord): boolean {
  return belongs(row, record) && (query.category === undefined || record.category === query.category);
}

function reviewRecord(
  processor: string,
  line: Uint8Array,
  record: PackageRecord,
  redactions: readonly Redaction[],
  own: OwnWords,
): ReviewRecord {
  const key = recordKeyOf(line);
  const large = line.byteLength > bytesSent;
  return {
    record: key,
    processor,
    category: record.category,
    type: record.type,
    providedBySubject: record.providedBySubject,
    data: large ? null : record.data,
    ...(large ? { tooLarge: true as const } : {}),
    flagged: record.othersAt ?? [],
    suggestions: large ? [] : suggestionsFor(record, own),
    redactions: redactions
      .filter(({ what }) => 'record' in what && what.record === key && what.processor === processor)
      .map(({ id }) => id),
  };
}

/** The subject's own address and name as far as we know them; they are never suggested for leaving out. */
async function ownWords({ vault }: PackagePorts, { row }: Case): Promise<OwnWords> {
  const subject = await readSubject(vault, row.id);
  const keys = v.safeParse(
    v.object({ keys: v.object({ otherEmails: v.optional(v.array(v.string()), []) }) }),
    await vault.get(row.id, 'keys'),
  );
  return {
    mailboxes: [subject.email, ...(keys.success ? keys.output.keys.otherEmails : [])],
    names: subject.name ? [subject.name] : [],
    phones: [],
  };
}

async function mustBeThere({ store }: Pick<StaffPorts, 'store'>, id: string): Promise<Case> {
  const current = await store.load(id);
  if (!current) throw new ApiProblem({ type: 'not-found' });
  return current;
}

/** Marks what is to be left out. Every approval so far is void, and the package is built again (TRUST.md A50). */
export async function addRedactions(
  ports: PackagePorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: v.InferOutput<typeof redactionsInput>['redactions'],
  world: { readonly now: number; readonly randomBytes: (size: number) => Uint8Array },
): Promise<readonly Redaction[]> {
  const by = actorOf(colleague);
  const at = new Date(world.now).toISOString();
  const added = asked.map(
    ({ what, reason }): Redaction => ({
      id: newReference(world.randomBytes).slice(0, 12),
      at,
      by,
      reason,
      what,
    }),
  );
  await act(ports, id, expected, world.now, async (current) => {
    await mustNotBeOwn(ports, current, colleague);
    const known = await readRedactions(ports.vault, id);
    if (known.length + added.length > redactionsInAll) throw new RefusedByDomain('too-many-redactions');
    mustAwaitRelease(current);
    // Sealed first: an event without its mark would release what nobody wanted released.
    await saveRedactions(ports.vault, id, [...known, ...added]);
    const words = await sealWords(ports, current.row, 'marks', { marks: added });
    return [
      packageChanged(by, at, {
        added: added.length,
        marks: added.map((one) => one.id),
        reasons: [...new Set(added.map((one) => one.reason))],
        ...words,
      }),
    ];
  });
  return added;
}

export async function removeRedaction(
  ports: PackagePorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  mark: string,
  now: number,
): Promise<void> {
  const by = actorOf(colleague);
  const at = new Date(now).toISOString();
  await act(ports, id, expected, now, async (current) => {
    await mustNotBeOwn(ports, current, colleague);
    mustAwaitRelease(current);
    const known = await readRedactions(ports.vault, id);
    if (!known.some((one) => one.id === mark)) throw new ApiProblem({ type: 'not-found' });
    await saveRedactions(
      ports.vault,
      id,
      known.filter((one) => one.id !== mark),
    );
    return [packageChanged(by, at, { removed: 1, marks: [mark] })];
  });
}

export function mustAwaitRelease({ row }: Case): void {
  if (row.status !== 'awaiting-release') throw new RefusedByDomain('wrong-status');
}

/** One colleague's approval of the package they read; the second different one lets it go. */
export async function releasePackage(
  ports: PackagePorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  hash: string,
  now: number,
): Promise<'approved' | 'released'> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  const after = await act(ports, id, expected, now, async (current) => {
    await mustNotBeOwn(ports, current, colleague);
    const facts = release(current, hash, by, at);
    const manifest = await readManifest(ports.files, id, hash);
    const inputs = inputsOf(
      current,
      await readRedactions(ports.vault, id),
      await readHandFiles(ports.files, id),
    );
    // A mark whose event was lost half-way: what stands there is not what was asked for, so it is built again.
    if (manifest?.inputs !== inputs) return [packageChanged(by, at, { lost: hash })];
    if (manifest.unmatched.length > 0) throw new RefusedByDomain('redaction-without-effect');
    return facts;
  });
  if (after.row.package?.hash !== hash) throw new ApiProblem({ type: 'conflict', detail: 'package-changed' });
  return after.row.releasedHash === hash ? 'released' : 'approved';
}

/** An address of the very bytes that the hash names, for reading them as the subject will get them. */
export async function packageLink(
  ports: PackagePorts,
  id: string,
  now: number,
): Promise<{ readonly url: string; readonly expiresAt: string; readonly hash: string }> {
  const { row } = await mustBeThere(ports, id);
  if (!row.package) throw new ApiProblem({ type: 'not-found' });
  const { hash } = row.package;
  return {
    url: await ports.files.link(packageKey(id, hash), linkSeconds, `package-${hash.slice(0, 12)}.zip`),
    expiresAt: new Date(now + linkSeconds * 1000).toISOString(),
    hash,
  };
}
