import { randomUUID } from 'node:crypto';
import {
  type Bucket,
  checkWriteConditions,
  headersToKeep,
  multipartEtag,
  s3Namespace,
  writeBody,
  writtenHeaders,
  xmlType,
} from './s3-objects.ts';
import type { BucketStore, StoredBytes } from './s3-store.ts';
import { AwsError, type AwsRequest, type AwsResponse } from './service.ts';
import { element, textIn, textsIn, xmlDocument } from './xml.ts';

/** Every part but the last must be at least this long, in bytes. */
const smallestPart = 5 * 1024 * 1024;

interface Upload {
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly parts: Map<number, StoredBytes>;
}

export interface Uploads {
  route(bucket: Bucket, key: string, request: AwsRequest): Promise<AwsResponse>;
}

/** Multipart uploads. They live in memory: one that a crash cut short is gone, which its writer sees as `NoSuchUpload` and begins anew. */
export function createUploads(store: BucketStore): Uploads {
  const uploads = new Map<string, Upload>();

  function find(request: AwsRequest, key: string): { id: string; upload: Upload } {
    const id = request.query.get('uploadId') ?? '';
    const upload = uploads.get(id);
    if (!upload || upload.key !== key) {
      throw new AwsError('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
    }
    return { id, upload };
  }

  function begin(bucket: Bucket, key: string, request: AwsRequest): AwsResponse {
    const id = randomUUID();
    uploads.set(id, {
      key,
      headers: headersToKeep(request.headers),
      tags: Object.fromEntries(new URLSearchParams(request.headers['x-amz-tagging'] ?? '')),
      parts: new Map(),
    });
    const body = xmlDocument('InitiateMultipartUploadResult', s3Namespace, [
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', id),
    ]);
    return { status: 200, headers: xmlType, body };
  }

  async function addPart(bucket: Bucket, key: string, request: AwsRequest): Promise<AwsResponse> {
    const { upload } = find(request, key);
    const number = Number(request.query.get('partNumber'));
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    }
    const bytes = await writeBody(bucket, request);
    const before = upload.parts.get(number);
    if (before) store.discard(before);
    upload.parts.set(number, bytes);
    return { status: 200, headers: { etag: `"${bytes.md5}"`, 'x-amz-checksum-crc32': bytes.crc32 } };
  }

  function chosenParts(upload: Upload, xml: string): StoredBytes[] {
    let previous = 0;
    const parts = textsIn(xml, 'Part').map((part) => {
      const number = Number(textIn(part, 'PartNumber'));
      if (number <= previous)
        throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
      previous = number;
      const bytes = upload.parts.get(number);
      if (!bytes || textIn(part, 'ETag')?.replaceAll('"', '') !== bytes.md5) {
        throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
      }
      return bytes;
    });
    if (parts.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
    if (parts.slice(0, -1).some(({ size }) => size < smallestPart)) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return parts;
  }

  async function complete(bucket: Bucket, key: string, request: AwsRequest): Promise<AwsResponse> {
    const { id, upload } = find(request, key);
    const parts = chosenParts(upload, await request.text());
    checkWriteConditions(bucket, key, request);
    const etag = multipartEtag(parts);
    const bytes = await store.join(parts);
    const { headers, tags } = upload;
    const object = store.put({ key, etag, lastModified: bucket.now(), headers, tags }, bytes);
    for (const part of upload.parts.values()) store.discard(part);
    uploads.delete(id);
    const body = xmlDocument('CompleteMultipartUploadResult', s3Namespace, [
      element('Bucket', bucket.name),
      element('Key', key),
      element('ETag', etag),
    ]);
    return { status: 200, headers: { ...xmlType, ...writtenHeaders(bucket, object) }, body };
  }

  function abort(key: string, request: AwsRequest): AwsResponse {
    const { id, upload } = find(request, key);
    for (const part of upload.parts.values()) store.discard(part);
    uploads.delete(id);
    return { status: 204 };
  }

  function listParts(bucket: Bucket, key: string, request: AwsRequest): AwsResponse {
    const { id, upload } = find(request, key);
    const parts = [...upload.parts].sort(([a], [b]) => a - b);
    const body = xmlDocument('ListPartsResult', s3Namespace, [
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', id),
      element('IsTruncated', false),
      ...parts.map(([number, { size, md5 }]) =>
        element('Part', [element('PartNumber', number), element('ETag', `"${md5}"`), element('Size', size)]),
      ),
    ]);
    return { status: 200, headers: xmlType, body };
  }

  return {
    async route(bucket, key, request) {
      const { method, query } = request;
      if (method === 'POST' && query.has('uploads')) return begin(bucket, key, request);
      if (method === 'PUT') return addPart(bucket, key, request);
      if (method === 'POST') return complete(bucket, key, request);
      if (method === 'DELETE') return abort(key, request);
      if (method === 'GET') return listParts(bucket, key, request);
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
      );
    },
  };
}
