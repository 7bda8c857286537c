import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createS3, type S3Emulator } from '../../local/aws/s3.ts';
import {
  handClock,
  startTestEndpoint,
  type TestEndpoint,
  temporaryFolder,
  testCredentials,
} from './aws-endpoint.ts';

const folder = temporaryFolder();
const clock = handClock();
const Bucket = 'packages';
const day = 86_400_000;
let s3: S3Emulator;
let endpoint: TestEndpoint;
let client: S3Client;

function emulator(): S3Emulator {
  return createS3({
    folder: folder.in('s3'),
    buckets: { [Bucket]: [{ prefix: 'short/', days: 7 }] },
    credentials: testCredentials,
    now: clock.now,
  });
}

beforeAll(async () => {
  s3 = emulator();
  endpoint = await startTestEndpoint({ s3: s3.service });
  client = new S3Client(endpoint.client);
});

afterEach(() => endpoint.faults.clear());

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  folder.remove();
});

const put = (Key: string, Body: string | Buffer, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

async function textOf(Key: string, more = {}): Promise<string> {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await answer.Body?.transformToString()) ?? '';
}

test.each(['plain', 'with blank and ü', 'a/b//c', 'per%cent+plus', "quote'(1)*!", '__proto__'])(
  'an object under the key %p comes back whole, with what was said about it',
  async (key) => {
    await put(key, 'hello ☺', {
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment',
      Metadata: { origin: 'test' },
      ServerSideEncryption: 'aws:kms',
      Tagging: 'kind=package&step=1',
    });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: key }));
    expect(await got.Body?.transformToString()).toBe('hello ☺');
    expect(got).toMatchObject({
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment',
      ContentLength: 9,
      Metadata: { origin: 'test' },
      ServerSideEncryption: 'aws:kms',
      TagCount: 2,
      LastModified: new Date(clock.now()),
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
    expect(head.ETag).toBe(got.ETag);
    const tags = await client.send(new GetObjectTaggingCommand({ Bucket, Key: key }));
    expect(tags.TagSet).toEqual([
      { Key: 'kind', Value: 'package' },
      { Key: 'step', Value: '1' },
    ]);
  },
);

test('tags are replaced as a whole', async () => {
  await put('tagged', 'x', { Tagging: 'a=1' });
  const TagSet = [{ Key: 'b', Value: '2 & 3' }];
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
  const tags = await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }));
  expect(tags.TagSet).toEqual(TagSet);
});

test('a stream of 3 MB arrives unframed and checked, and survives a restart', async () => {
  const bytes = randomBytes(3_000_000);
  const pieces = Array.from({ length: 30 }, (_, at) => bytes.subarray(at * 100_000, (at + 1) * 100_000));
  const Body = Readable.from(pieces);
  await client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }));
  const restarted = await startTestEndpoint({ s3: emulator().service });
  const other = new S3Client(restarted.client);
  const got = await other.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  expect(got.ContentEncoding).toBeUndefined();
  other.destroy();
  await restarted.stop();
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
])('range %s', async (Range, text, ContentRange) => {
  await put('ranged', '0123456789');
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range }));
  expect(await got.Body?.transformToString()).toBe(text);
  expect(got.ContentRange).toBe(ContentRange);
});

test('a range beyond the end is not satisfiable', async () => {
  await put('ranged', '0123456789');
  await expect(textOf('ranged', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
});

test('an empty object is an object', async () => {
  await put('empty', '');
  expect(await textOf('empty')).toBe('');
});

test('an absent key, a deleted key and another bucket are not there', async () => {
  await put('gone', 'x');
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await expect(textOf('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(textOf('never')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'never' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(textOf('x', { Bucket: 'other' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('bytes that do not match their checksum are refused and leave no trace', async () => {
  const before = readdirSync(folder.in('s3', Bucket, 'data')).length;
  await expect(put('damaged', 'hello', { ContentMD5: 'XrY7u+Ae7tCTyyK7j1rNww==' })).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(textOf('damaged')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(readdirSync(folder.in('s3', Bucket, 'data'))).toHaveLength(before);
});

test('of ten writers who ask for a new object one wins', async () => {
  const writes = Array.from({ length: 10 }, (_, at) => put('once', `writer ${at}`, { IfNoneMatch: '*' }));
  const results = await Promise.allSettled(writes);
  const lost = results.filter((one) => one.status === 'rejected');
  expect(lost).toHaveLength(9);
  for (const one of lost) expect(one.reason).toMatchObject({ name: 'PreconditionFailed' });
});

describe('listing', () => {
  beforeAll(async () => {
    for (const key of ['list/a', 'list/b/1', 'list/b/2', 'list/c & d', 'list/é']) await put(key, key);
  });

  test('by pages, in the order of bytes', async () => {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'list/', MaxKeys: 2, ContinuationToken }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(keys).toEqual(['list/a', 'list/b/1', 'list/b/2', 'list/c & d', 'list/é']);
  });

  test('by folder', async () => {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }));
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'list/b/' }]);
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['list/a', 'list/c & d', 'list/é']);
  });

  test('several are deleted in one call, present or not', async () => {
    const Objects = [{ Key: 'list/a' }, { Key: 'list/c & d' }, { Key: 'list/none' }];
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toHaveLength(3);
    const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/' }));
    expect(left.Contents?.map(({ Key }) => Key)).toEqual(['list/b/1', 'list/b/2', 'list/é']);
  });
});

describe('multipart upload', () => {
  const begin = async (Key: string) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'application/zip' })))
      .UploadId;
  const part = async (Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer) => {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { ETag, PartNumber };
  };
  const complete = (Key: string, UploadId: string | undefined, Parts: object[]) =>
    client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

  test('parts become one object, whatever order they came in', async () => {
    const [one, two] = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const id = await begin('large');
    const second = await part('large', id, 2, two);
    const first = await part('large', id, 1, one);
    const listed = await client.send(new ListPartsCommand({ Bucket, Key: 'large', UploadId: id }));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, one.length],
      [2, two.length],
    ]);
    await expect(textOf('large')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const done = await complete('large', id, [first, second]);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([one, two]))).toBe(true);
    expect(got.ContentType).toBe('application/zip');
  });

  test('a first part below 5 MB, a wrong tag and a wrong order are refused', async () => {
    const id = await begin('refused');
    const first = await part('refused', id, 1, Buffer.from('small'));
    const second = await part('refused', id, 2, Buffer.from('last'));
    await expect(complete('refused', id, [first, second])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete('refused', id, [second, first])).rejects.toMatchObject({
      name: 'InvalidPartOrder',
    });
    await expect(complete('refused', id, [{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
  });

  test('an aborted upload is gone', async () => {
    const before = readdirSync(folder.in('s3', Bucket, 'data')).length;
    const id = await begin('aborted');
    const first = await part('aborted', id, 1, Buffer.from('x'));
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'aborted', UploadId: id }));
    await expect(complete('aborted', id, [first])).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(readdirSync(folder.in('s3', Bucket, 'data'))).toHaveLength(before);
  });
});

describe('a presigned URL', () => {
  const sign = (expiresIn: number, more = {}) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "signed/ü (1)'.zip", ...more }), {
      expiresIn,
      signingDate: new Date(clock.now()),
    });

  beforeAll(async () => {
    await put("signed/ü (1)'.zip", 'the package');
  });

  test('opens without credentials, with the headers that were signed into it', async () => {
    const url = await sign(60, {
      ResponseContentDisposition: 'attachment; filename="my data.zip"',
      ResponseCacheControl: 'no-store',
    });
    const answer = await fetch(url);
    expect(await answer.text()).toBe('the package');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my data.zip"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('lives to the second that it names, on the virtual clock', async () => {
    const url = await sign(600);
    clock.pass(599_999);
    expect((await fetch(url)).status).toBe(200);
    clock.pass(1);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });

  test.each([
    ['another key', (url: URL) => Object.assign(url, { pathname: `${url.pathname}2` })],
    ['a longer life', (url: URL) => url.searchParams.set('X-Amz-Expires', '601')],
    ['a later date', (url: URL) => url.searchParams.set('X-Amz-Date', '20270101T000000Z')],
    ['another file name', (url: URL) => url.searchParams.set('response-content-disposition', 'x')],
    ['a cut signature', (url: URL) => url.searchParams.set('X-Amz-Signature', 'ab')],
  ])('with %s does not open', async (_, tamper) => {
    const url = new URL(await sign(600));
    tamper(url);
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('SignatureDoesNotMatch');
  });

  test('is for reading only', async () => {
    const answer = await fetch(await sign(600), { method: 'DELETE' });
    expect(answer.status).toBe(403);
  });

  test('is the only way in without a signature', async () => {
    const answer = await fetch(`${endpoint.client.endpoint}/${Bucket}/plain`);
    expect(answer.status).toBe(403);
  });
});

test('the lifecycle rule ends an object at the midnight after its days, and only under its prefix', async () => {
  const { Expiration } = await put('short/one', 'x');
  await put('long/one', 'x');
  expect(Expiration).toContain('Fri, 13 Mar 2026 00:00:00 GMT');
  clock.pass(7 * day);
  expect(await textOf('short/one')).toBe('x');
  clock.pass(day);
  await expect(textOf('short/one')).rejects.toMatchObject({ name: 'NoSuchKey' });
  const before = readdirSync(folder.in('s3', Bucket, 'data')).length;
  s3.expire();
  expect(readdirSync(folder.in('s3', Bucket, 'data'))).toHaveLength(before - 1);
  expect(await textOf('long/one')).toBe('x');
});

test('what is not played is refused by name', async () => {
  await expect(
    client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/plain` })),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('scripted: SlowDown, then fine', async () => {
  endpoint.faults.add({ service: 's3', operation: 'PUT', code: 'SlowDown', status: 503 });
  await expect(put('slow', 'x')).rejects.toMatchObject({ name: 'SlowDown' });
  await put('slow', 'x');
});
