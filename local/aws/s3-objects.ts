import { createHash } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { unchunk } from './chunked.ts';
import type { BucketStore, StoredBytes, StoredObject } from './s3-store.ts';
import type { Uploads } from './s3-uploads.ts';
import { AwsError, type AwsRequest, type AwsResponse } from './service.ts';
import { element, textIn, textsIn, xmlDocument } from './xml.ts';

export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
export const xmlType = { 'content-type': 'application/xml' };

export interface Bucket {
  readonly name: string;
  readonly store: BucketStore;
  readonly uploads: Uploads;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Headers that come back with the object as they were given. */
const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
];

/** What a presigned GET may override, by query parameter. */
const overridable = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export async function putObject(bucket: Bucket, key: string, request: AwsRequest): Promise<AwsResponse> {
  if (request.headers['x-amz-copy-source']) {
    throw new AwsError('NotImplemented', 'this edition does not play CopyObject', 501);
  }
  checkWriteConditions(bucket, key, request);
  const bytes = await writeBody(bucket, request);
  // The same condition again: another writer may have come first while the bytes were under way.
  checkWriteConditions(bucket, key, request);
  const object = bucket.store.put(
    {
      key,
      etag: `"${bytes.md5}"`,
      lastModified: bucket.now(),
      headers: headersToKeep(request.headers),
      tags: Object.fromEntries(new URLSearchParams(request.headers['x-amz-tagging'] ?? '')),
    },
    bytes,
  );
  return { status: 200, headers: { etag: object.etag, ...writtenHeaders(bucket, object) } };
}

export function checkWriteConditions(bucket: Bucket, key: string, { headers }: AwsRequest): void {
  const present = bucket.store.get(key);
  if (headers['if-none-match'] === '*' && present) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
  const match = headers['if-match'];
  if (match !== undefined && match !== present?.etag) {
    if (!present) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
}

export function headersToKeep(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (keptHeaders.includes(name) || name.startsWith('x-amz-meta-')) kept[name] = value;
  }
  // The transfer framing is not part of the object.
  const encoding = kept['content-encoding']
    ?.split(',')
    .filter((one) => one.trim() !== 'aws-chunked')
    .join(',');
  if (encoding) kept['content-encoding'] = encoding;
  else delete kept['content-encoding'];
  return { 'content-type': 'binary/octet-stream', ...kept };
}

export function writtenHeaders(bucket: Bucket, object: StoredObject): Record<string, string> {
  const expires = bucket.store.expiresAt(object);
  const encryption = object.headers['x-amz-server-side-encryption'];
  return {
    'x-amz-checksum-crc32': object.crc32,
    ...(encryption ? { 'x-amz-server-side-encryption': encryption } : {}),
    ...(expires === undefined
      ? {}
      : { 'x-amz-expiration': `expiry-date="${new Date(expires).toUTCString()}", rule-id="lifecycle"` }),
  };
}

/** Writes the body of a request to the disk, checked against every checksum that came with it. */
export async function writeBody(bucket: Bucket, request: AwsRequest): Promise<StoredBytes> {
  const { headers, incoming } = request;
  const framed = headers['x-amz-content-sha256']?.startsWith('STREAMING-') ? unchunk() : undefined;
  // An aborted request must end the unframed stream as well; the writer then reports the error.
  const body: Readable = framed ? pipeline(incoming, framed.bytes, () => undefined) : incoming;
  const bytes = await bucket.store.write(body);
  const md5 = headers['content-md5'];
  const crc = headers['x-amz-checksum-crc32'] ?? framed?.trailers.get('x-amz-checksum-crc32');
  const length = headers['x-amz-decoded-content-length'] ?? (framed ? undefined : headers['content-length']);
  const damaged =
    (md5 !== undefined && md5 !== Buffer.from(bytes.md5, 'hex').toString('base64')) ||
    (crc !== undefined && crc !== bytes.crc32) ||
    (length !== undefined && Number(length) !== bytes.size);
  if (damaged) {
    bucket.store.discard(bytes);
    throw new AwsError('BadDigest', 'The bytes do not match the checksum or length you specified.');
  }
  return bytes;
}

export function getObject(bucket: Bucket, key: string, request: AwsRequest): AwsResponse {
  const object = find(bucket, key);
  const { headers, query, method } = request;
  if (headers['if-match'] !== undefined && headers['if-match'] !== object.etag) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
  if (headers['if-none-match'] === object.etag) return { status: 304, headers: { etag: object.etag } };
  const range = rangeOf(headers.range, object.size);
  const overrides = Object.fromEntries(
    overridable.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
  const length = range ? range.end - range.start + 1 : object.size;
  const { 'x-amz-checksum-crc32': checksum = '', ...others } = writtenHeaders(bucket, object);
  return {
    status: range ? 206 : 200,
    headers: {
      ...object.headers,
      ...overrides,
      ...others,
      // The checksum is of the whole object, so a part goes without.
      ...(headers['x-amz-checksum-mode'] === 'ENABLED' && !range ? { 'x-amz-checksum-crc32': checksum } : {}),
      etag: object.etag,
      'accept-ranges': 'bytes',
      'content-length': String(length),
      'last-modified': new Date(object.lastModified).toUTCString(),
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` } : {}),
      ...tagCount(object),
    },
    ...(method === 'HEAD' ? {} : { body: bucket.store.read(object, range) }),
  };
}

export function find(bucket: Bucket, key: string): StoredObject {
  const object = bucket.store.get(key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return object;
}

function tagCount(object: StoredObject): Record<string, string> {
  const count = Object.keys(object.tags).length;
  return count > 0 ? { 'x-amz-tagging-count': String(count) } : {};
}

/** The range as inclusive offsets; a malformed one is ignored, as RFC 9110 wants. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!parts || (parts[1] === '' && parts[2] === '')) return undefined;
  const last = size - 1;
  const start = parts[1] === '' ? Math.max(0, size - Number(parts[2])) : Number(parts[1]);
  const end = parts[1] === '' || parts[2] === '' ? last : Math.min(Number(parts[2]), last);
  if (start > last || start > end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return { start, end };
}

export function deleteObject(bucket: Bucket, key: string): AwsResponse {
  bucket.store.delete(key);
  return { status: 204 };
}

export function getTags(bucket: Bucket, key: string): AwsResponse {
  const tags = Object.entries(find(bucket, key).tags);
  const set = tags.map(([name, value]) => element('Tag', [element('Key', name), element('Value', value)]));
  return {
    status: 200,
    headers: xmlType,
    body: xmlDocument('Tagging', s3Namespace, [element('TagSet', set)]),
  };
}

export function putTags(bucket: Bucket, key: string, xml: string): AwsResponse {
  find(bucket, key);
  const tags = textsIn(xml, 'Tag').map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? '']);
  bucket.store.setTags(key, Object.fromEntries(tags));
  return { status: 200 };
}

/** The ETag of an object that was uploaded in parts: digest of the parts' digests, and their number. */
export function multipartEtag(parts: readonly StoredBytes[]): string {
  const digests = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')));
  return `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"`;
}
