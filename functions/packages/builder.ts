import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { RequestRow } from '../domain/case.ts';
import { PermanentError, QuarantineError } from '../domain/errors.ts';
import {
  belongs,
  type HandFile,
  type Json,
  type PackageRecord,
  packageRecord,
  type Source,
} from '../domain/package.ts';
import { exportKey, handFileKey, manifestKey, packageKey, partKeys } from '../domain/package-files.ts';
import type { Files } from '../domain/ports.ts';
import { createRedactor, type Redaction, recordKeyOf } from '../domain/redaction.ts';
import { dataCategories } from '../domain/words.ts';
import { linesOf } from './lines.ts';
import { handFileName } from './overview.ts';
import { type NamedContent, partFiles } from './part.ts';
import { readAll } from './read-all.ts';
import { type ZipEntry, zipDirectory, zipEntry } from './zip.ts';

/** A part is made of records up to one of these: it is what is held in memory at once. */
const partBytes = 2 * 1024 * 1024;
const partRecords = 2000;

const count = v.pipe(v.number(), v.integer());
const tally = v.object(v.entriesFromList(dataCategories, v.exactOptional(count)));
const progress = v.object({
  /** Records in the package, and files of them. */
  tally,
  pages: tally,
  leftOut: v.record(v.string(), v.object({ records: count, places: count })),
});
export type Progress = v.InferOutput<typeof progress>;

const zipEntrySchema = v.object({
  name: v.string(),
  crc: count,
  packed: count,
  size: count,
  method: v.union([v.literal(0), v.literal(8)]),
  offset: count,
});

/** What stands beside each stored part: written after it, so that a part without it does not count. */
const partIndex = v.object({
  entries: v.array(zipEntrySchema),
  bytes: count,
  /** Where the next part begins; absent after the last. */
  next: v.exactOptional(v.object({ source: count, at: count })),
  systems: v.record(v.string(), progress),
  /** Ids of marks that have left out something so far. */
  used: v.array(v.string()),
});
type PartIndex = v.InferOutput<typeof partIndex>;

/** What a package was made of; kept beside it. */
export const packageManifest = v.object({
  inputs: v.string(),
  systems: v.record(v.string(), progress),
  /** Marks that left out nothing: what they meant is not there any more, and nobody may believe that it was taken out. */
  unmatched: v.array(v.string()),
  files: count,
});
export type PackageManifest = v.InferOutput<typeof packageManifest>;

export interface BuildJob {
  readonly row: Pick<RequestRow, 'id' | 'right' | 'language' | 'decision'>;
  /** Fingerprint of everything below. */
  readonly inputs: string;
  readonly sources: readonly Source[];
  readonly handFiles: readonly HandFile[];
  readonly redactions: readonly Redaction[];
  readonly titleOf: (processor: string) => string;
  /** The files that every package has, made when the counts are known. */
  readonly overview: (systems: ReadonlyMap<string, Progress>) => readonly NamedContent[];
}

export type BuildStep =
  | { readonly state: 'more' }
  | {
      readonly state: 'built';
      /** SHA-256 (hex) of the package's bytes. */
      readonly hash: string;
      readonly bytes: number;
      readonly manifest: PackageManifest;
    };

/**
 * Goes on with a package where the last call ended and stops when `mayGoOn` says so. Each part is one or more whole entries of the archive,
 * stored apart; the last call joins them. The same job gives the same bytes however it was cut up, and repeating any of it is harmless.
 */
export async function buildPackage(
  files: Files,
  job: BuildJob,
  mayGoOn: (partsMade: number) => boolean,
): Promise<BuildStep> {
  const stored = [...(await storedParts(files, job))];
  const redact = createRedactor(job.redactions);
  for (let made = 0; ; made += 1) {
    const place = stored.length === 0 ? firstPlace : stored.at(-1)?.next;
    if (place === undefined || job.sources.length === 0) return join(files, job, stored, undefined);
    if (made > 0 && !mayGoOn(made)) return { state: 'more' };
    const part = await makePart(files, job, redact, place, stored.at(-1));
    // The last part goes into the archive from memory: only what a later call goes on from is worth storing.
    if (part.index.next === undefined) return join(files, job, stored, part);
    await storePart(files, job, stored.length, part);
    stored.push(part.index);
  }
}

async function storedParts(files: Files, job: BuildJob): Promise<readonly PartIndex[]> {
  const parts: PartIndex[] = [];
  for (;;) {
    const text = await readText(files, partKeys(job.row.id, job.inputs, parts.length).index);
    if (text === undefined) return parts;
    const index = v.parse(partIndex, JSON.parse(text));
    parts.push(index);
    if (index.next === undefined) return parts;
  }
}

type Redactor = ReturnType<typeof createRedactor>;

/** Whole entries of the archive, and what a later call needs to go on from there. */
interface Part {
  readonly index: PartIndex;
  readonly bytes: Uint8Array;
}

interface Place {
  readonly source: number;
  readonly at: number;
}
const firstPlace: Place = { source: 0, at: 0 };

/** Goes on at a place through as many systems as one part holds. */
async function makePart(
  files: Files,
  job: BuildJob,
  redact: Redactor,
  from: Place,
  before: PartIndex | undefined,
): Promise<Part> {
  const systems = { ...before?.systems };
  const used = new Set(before?.used);
  const contents: NamedContent[] = [];
  const room = { bytes: partBytes, records: partRecords };
  let place: Place | undefined = from;
  while (place !== undefined && room.bytes > 0 && room.records > 0)
    place = await readSource(files, job, redact, { place, room, systems, used, contents });
  const { bytes, entries } = pack(contents);
  return {
    bytes,
    index: {
      entries,
      bytes: bytes.byteLength,
      ...(place ? { next: place } : {}),
      systems,
      used: [...used].sort(),
    },
  };
}

/** What a part is gathered in while its systems are read one after the other. */
interface Gathering {
  readonly place: Place;
  /** What the part still holds. */
  readonly room: { bytes: number; records: number };
  readonly systems: Record<string, Progress>;
  readonly used: Set<string>;
  readonly contents: NamedContent[];
}

/** Adds the records of one system, as far as there is room, and answers where to go on; `undefined` after the last. */
async function readSource(
  files: Files,
  job: BuildJob,
  redact: Redactor,
  { place, room, systems, used, contents }: Gathering,
): Promise<Place | undefined> {
  const source = job.sources[place.source];
  if (source === undefined) throw new PermanentError('package-source-missing');
  const { processor } = source;
  const own = systems[processor] ?? { tally: {}, pages: {}, leftOut: {} };
  const counts = { tally: { ...own.tally }, leftOut: { ...own.leftOut } };
  const { records, next } = await readRecords(files, job, processor, place.at, room, (line, record) => {
    const redacted = redact(processor, recordKeyOf(line), record);
    for (const one of redacted.used) {
      used.add(one.id);
      const sofar = counts.leftOut[one.reason] ?? { records: 0, places: 0 };
      counts.leftOut[one.reason] =
        redacted.record === undefined
          ? { ...sofar, records: sofar.records + 1 }
          : { ...sofar, places: sofar.places + 1 };
    }
    if (redacted.record !== undefined)
      counts.tally[record.category] = (counts.tally[record.category] ?? 0) + 1;
    return redacted.record;
  });
  const part = partFiles(
    {
      right: job.row.right,
      language: job.row.language,
      processor,
      title: job.titleOf(processor),
      pages: own.pages,
    },
    records,
  );
  contents.push(...part.files);
  systems[processor] = { tally: counts.tally, leftOut: counts.leftOut, pages: part.pages };
  if (next !== undefined) return { source: place.source, at: next };
  return place.source + 1 < job.sources.length ? { source: place.source + 1, at: 0 } : undefined;
}

async function storePart(files: Files, job: BuildJob, number: number, { index, bytes }: Part): Promise<void> {
  const keys = partKeys(job.row.id, job.inputs, number);
  await files.put(keys.bytes, bytes, 'application/octet-stream');
  await files.put(keys.index, Buffer.from(JSON.stringify(index)), 'application/json');
}

/** Records from a place on, as far as there is room; `next` is where to go on, absent at the end of the file. */
async function readRecords(
  files: Files,
  job: BuildJob,
  processor: string,
  from: number,
  room: Gathering['room'],
  use: (line: Uint8Array, record: PackageRecord) => PackageRecord | undefined,
): Promise<{ readonly records: readonly PackageRecord[]; readonly next?: number }> {
  const stream = await files.get(exportKey(job.row.id, processor), from);
  if (stream === undefined) throw new PermanentError('export-missing');
  const records: PackageRecord[] = [];
  let full: number | undefined;
  for await (const line of linesOf(stream, from)) {
    // One more line shows that there is a next part.
    if (full !== undefined) return { records, next: full };
    room.bytes -= line.bytes.byteLength;
    room.records -= 1;
    const record = parseRecord(line.bytes);
    const wanted = belongs(job.row, record) ? use(line.bytes, record) : undefined;
    if (wanted !== undefined) records.push(wanted);
    if (room.bytes <= 0 || room.records <= 0) full = line.next;
  }
  return { records };
}

export function parseRecord(line: Uint8Array): PackageRecord {
  try {
    const record = v.parse(packageRecord, JSON.parse(Buffer.from(line).toString('utf8')));
    if (!deeperThan(record.data, deepestRecord)) return record;
  } catch {
    // What the line holds is somebody's data and must not get into an error.
    throw new QuarantineError('exported-record-of-unknown-shape');
  }
  throw new QuarantineError('exported-record-too-deep');
}

/** Levels of one record; far more than any system nests, and far fewer than exhaust a call stack. */
const deepestRecord = 200;

function deeperThan(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}

function pack(contents: readonly NamedContent[], from = 0) {
  const chunks: Uint8Array[] = [];
  const entries: ZipEntry[] = [];
  let at = from;
  for (const { name, content } of contents) {
    const { bytes, entry } = zipEntry(name, content, at);
    chunks.push(bytes);
    entries.push(entry);
    at += bytes.byteLength;
  }
  return { bytes: Buffer.concat(chunks), entries };
}

/** Writes the archive: read twice, because its name is the hash of its bytes. */
async function join(
  files: Files,
  job: BuildJob,
  stored: readonly PartIndex[],
  inMemory: Part | undefined,
): Promise<BuildStep> {
  const parts = inMemory ? [...stored, inMemory.index] : stored;
  const last = parts.at(-1);
  const systems = last?.systems ?? {};
  const byHand: NamedContent[] = [];
  for (const file of job.handFiles) {
    const content = await readAll(files, handFileKey(job.row.id, file.processor, file.name));
    if (content === undefined) throw new PermanentError('hand-file-missing');
    byHand.push({ name: handFileName(file), content });
  }
  const entries: ZipEntry[] = [];
  let at = 0;
  for (const part of parts) {
    for (const entry of part.entries) entries.push({ ...entry, offset: entry.offset + at });
    at += part.bytes;
  }
  const rest = pack([...job.overview(new Map(Object.entries(systems))), ...byHand], at);
  entries.push(...rest.entries);
  const directory = zipDirectory(entries, at + rest.bytes.byteLength);

  async function* archive(): AsyncIterable<Uint8Array> {
    for (const [number, part] of stored.entries()) {
      if (part.bytes === 0) continue;
      const stream = await files.get(partKeys(job.row.id, job.inputs, number).bytes);
      if (stream === undefined) throw new PermanentError('package-part-missing');
      yield* stream;
    }
    if (inMemory) yield inMemory.bytes;
    yield rest.bytes;
    yield directory;
  }

  const digest = createHash('sha256');
  for await (const chunk of archive()) digest.update(chunk);
  const hash = digest.digest('hex');
  const { bytes } = await files.put(packageKey(job.row.id, hash), archive(), 'application/zip');
  const used = new Set(last?.used);
  const manifest: PackageManifest = {
    inputs: job.inputs,
    systems,
    unmatched: job.redactions
      .filter(({ id, what }) => !used.has(id) && !('flagged' in what))
      .map(({ id }) => id),
    files: entries.length,
  };
  await files.put(manifestKey(job.row.id, hash), Buffer.from(JSON.stringify(manifest)), 'application/json');
  return { state: 'built', hash, bytes, manifest };
}

/** The manifest of a package, if it is there. */
export async function readManifest(
  files: Pick<Files, 'get'>,
  requestId: string,
  hash: string,
): Promise<PackageManifest | undefined> {
  const text = await readText(files, manifestKey(requestId, hash));
  return text === undefined ? undefined : v.parse(packageManifest, JSON.parse(text));
}

async function readText(files: Pick<Files, 'get'>, key: string): Promise<string | undefined> {
  const bytes = await readAll(files, key);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
