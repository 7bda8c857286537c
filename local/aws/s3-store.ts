import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';

const storedObject = v.object({
  key: v.string(),
  /** Name of the file that holds the bytes. */
  file: v.string(),
  size: v.number(),
  /** With its quotes, as on the wire. */
  etag: v.string(),
  /** Base64, big endian, as S3 writes it. */
  crc32: v.string(),
  /** Epoch ms, virtual. */
  lastModified: v.number(),
  /** Response headers that the writer set: content-type, content-disposition, x-amz-meta-… */
  headers: v.record(v.string(), v.string()),
  tags: v.record(v.string(), v.string()),
});
export type StoredObject = v.InferOutput<typeof storedObject>;

/** Bytes that were written but belong to no object yet: one part of a multipart upload, or an object about to be named. */
export interface StoredBytes {
  readonly file: string;
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  readonly crc32: string;
}

export interface ExpiryRule {
  /** Keys that begin so. */
  readonly prefix: string;
  /** Whole days after the object was written. */
  readonly days: number;
}

export interface BucketStore {
  /** Streams bytes to the disk. Nothing is visible before `put` names them. */
  write(bytes: Readable): Promise<StoredBytes>;
  /** Joins written bytes in order. */
  join(parts: readonly StoredBytes[]): Promise<StoredBytes>;
  /** Makes the bytes the object of this key, in one rename. */
  put(object: Omit<StoredObject, 'file' | 'size' | 'crc32'>, bytes: StoredBytes): StoredObject;
  /** Absent and expired are the same. */
  get(key: string): StoredObject | undefined;
  setTags(key: string, tags: Record<string, string>): void;
  delete(key: string): void;
  discard(bytes: StoredBytes): void;
  /** Living objects whose key begins so, in the order of their UTF-8 bytes. */
  list(prefix: string): StoredObject[];
  read(object: StoredObject, range?: { readonly start: number; readonly end: number }): Readable;
  /** Epoch ms at which the lifecycle rules end the object; undefined when none does. */
  expiresAt(object: Pick<StoredObject, 'key' | 'lastModified'>): number | undefined;
  /** Deletes what has expired. */
  expire(): void;
}

const day = 86_400_000;

export function openBucketStore(
  folder: string,
  options: { readonly now: () => number; readonly lifecycle: readonly ExpiryRule[] },
): BucketStore {
  const dataFolder = join(folder, 'data');
  const metaFolder = join(folder, 'objects');
  mkdirSync(dataFolder, { recursive: true });
  mkdirSync(metaFolder, { recursive: true });

  // A key may hold any character and be 1,024 bytes long, which no file name may; its digest is the name.
  const metaFile = (key: string) =>
    join(metaFolder, `${createHash('sha256').update(key).digest('hex')}.json`);
  const objects = new Map<string, StoredObject>();
  for (const name of readdirSync(metaFolder)) {
    if (!name.endsWith('.json')) continue;
    const object = v.parse(storedObject, JSON.parse(readFileSync(join(metaFolder, name), 'utf8')));
    objects.set(object.key, object);
  }
  // Bytes that no object names are the leavings of a write that a crash cut short.
  const named = new Set([...objects.values()].map(({ file }) => file));
  for (const name of readdirSync(dataFolder)) if (!named.has(name)) rmSync(join(dataFolder, name));

  function save(object: StoredObject): void {
    const file = metaFile(object.key);
    writeFileSync(`${file}.new`, JSON.stringify(object), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    objects.set(object.key, object);
  }

  function remove(object: StoredObject): void {
    rmSync(metaFile(object.key), { force: true });
    rmSync(join(dataFolder, object.file), { force: true });
    objects.delete(object.key);
  }

  function expiresAt({ key, lastModified }: Pick<StoredObject, 'key' | 'lastModified'>): number | undefined {
    const ends = options.lifecycle.filter(({ prefix }) => key.startsWith(prefix)).map(({ days }) => days);
    if (ends.length === 0) return undefined;
    // S3 rounds the end up to the next midnight UTC.
    return Math.ceil((lastModified + Math.min(...ends) * day) / day) * day;
  }

  function lives(object: StoredObject): boolean {
    return (expiresAt(object) ?? Number.POSITIVE_INFINITY) > options.now();
  }

  async function write(bytes: Readable): Promise<StoredBytes> {
    const file = randomUUID();
    const measure = measuring();
    try {
      await pipeline(bytes, measure.through, createWriteStream(join(dataFolder, file), { mode: 0o600 }));
    } catch (error) {
      rmSync(join(dataFolder, file), { force: true });
      throw error;
    }
    return { file, ...measure.result() };
  }

  const discard = (bytes: StoredBytes) => rmSync(join(dataFolder, bytes.file), { force: true });

  return {
    write,
    discard,
    expiresAt,
    async join(parts) {
      async function* all() {
        for (const part of parts) yield* createReadStream(join(dataFolder, part.file));
      }
      const joined = await write(Readable.from(all()));
      for (const part of parts) discard(part);
      return joined;
    },
    put(object, bytes) {
      const before = objects.get(object.key);
      const after = { ...object, file: bytes.file, size: bytes.size, crc32: bytes.crc32 };
      save(after);
      if (before) rmSync(join(dataFolder, before.file), { force: true });
      return after;
    },
    get(key) {
      const object = objects.get(key);
      return object && lives(object) && existsSync(join(dataFolder, object.file)) ? object : undefined;
    },
    setTags(key, tags) {
      const object = objects.get(key);
      if (object) save({ ...object, tags });
    },
    delete(key) {
      const object = objects.get(key);
      if (object) remove(object);
    },
    list: (prefix) =>
      [...objects.values()]
        .filter((object) => object.key.startsWith(prefix) && lives(object))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
    read(object, range) {
      // An empty file has no byte 0 to end a range at.
      const span = range ?? (object.size > 0 ? { start: 0, end: object.size - 1 } : {});
      return createReadStream(join(dataFolder, object.file), span);
    },
    expire() {
      for (const object of [...objects.values()]) if (!lives(object)) remove(object);
    },
  };
}

function measuring() {
  const md5 = createHash('md5');
  let sum = 0;
  let size = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      md5.update(chunk);
      sum = crc32(chunk, sum);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const result = () => {
    const bigEndian = Buffer.alloc(4);
    bigEndian.writeUInt32BE(sum);
    return { size, md5: md5.digest('hex'), crc32: bigEndian.toString('base64') };
  };
  return { through, result };
}
