import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Credentials, checkPresigned } from './presigned.ts';
import { deleteMany, listObjects } from './s3-listing.ts';
import { type Bucket, deleteObject, getObject, getTags, putObject, putTags } from './s3-objects.ts';
import { type ExpiryRule, openBucketStore } from './s3-store.ts';
import { createUploads } from './s3-uploads.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, asAwsError } from './service.ts';
import { element } from './xml.ts';

export interface S3Options {
  /** Where the buckets are kept, one folder each. */
  readonly folder: string;
  /** The buckets that exist, with their lifecycle rules. */
  readonly buckets: Readonly<Record<string, readonly ExpiryRule[]>>;
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface S3Emulator {
  readonly service: AwsService;
  /** Deletes what the lifecycle rules have ended. */
  expire(): void;
}

/** Query parameters that choose an operation that this edition does not play. */
const unplayed = [
  'acl',
  'cors',
  'encryption',
  'legal-hold',
  'lifecycle',
  'policy',
  'restore',
  'retention',
  'select',
  'torrent',
  'versionId',
  'versioning',
  'versions',
] as const;

/** Plays S3's REST API, path style, with the objects as files. */
export function createS3(options: S3Options): S3Emulator {
  mkdirSync(options.folder, { recursive: true });
  const buckets = new Map<string, Bucket>();
  for (const [name, lifecycle] of Object.entries(options.buckets)) {
    const store = openBucketStore(join(options.folder, name), { now: options.now, lifecycle });
    buckets.set(name, { name, store, uploads: createUploads(store), now: options.now });
  }

  async function route(request: AwsRequest): Promise<AwsResponse> {
    const { method, query } = request;
    if (query.has('X-Amz-Signature')) checkPresigned(request, options.credentials, options.now());
    const [bucketName = '', ...rest] = request.path.slice(1).split('/');
    const bucket = buckets.get(decodeURIComponent(bucketName));
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    const key = decodeURIComponent(rest.join('/'));
    const refused = unplayed.find((name) => query.has(name));
    if (refused) throw new AwsError('NotImplemented', `this edition does not play S3's ${refused}`, 501);

    if (key === '') return routeBucket(bucket, request);
    if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
    if (query.has('uploadId') || query.has('uploads')) return bucket.uploads.route(bucket, key, request);
    if (query.has('tagging')) {
      if (method === 'GET') return getTags(bucket, key);
      if (method === 'PUT') return putTags(bucket, key, await request.text());
    } else if (method === 'GET' || method === 'HEAD') return getObject(bucket, key, request);
    else if (method === 'PUT') return putObject(bucket, key, request);
    else if (method === 'DELETE') return deleteObject(bucket, key);
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }

  return {
    async service(request) {
      try {
        if (request.scripted) throw request.scripted;
        return await route(request);
      } catch (error) {
        request.incoming.resume();
        const known = asAwsError(error);
        const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', [
          element('Code', known.code),
          element('Message', known.message),
        ])}`;
        return { status: known.status, headers: { 'content-type': 'application/xml' }, body };
      }
    },
    expire() {
      for (const { store } of buckets.values()) store.expire();
    },
  };
}

async function routeBucket(bucket: Bucket, request: AwsRequest): Promise<AwsResponse> {
  const { method, query } = request;
  if (method === 'HEAD') return { status: 200 };
  if (method === 'POST' && query.has('delete')) return deleteMany(bucket, await request.text());
  if (method === 'GET' && query.get('list-type') === '2') return listObjects(bucket, query);
  throw new AwsError('NotImplemented', `this edition does not play ${method} on a bucket`, 501);
}
