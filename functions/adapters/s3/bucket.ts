import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { TransientError } from '../../domain/errors.ts';
import type { Files } from '../../domain/ports.ts';
import { environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';
import { putInParts } from './multipart.ts';

// On loopback there are no bucket host names, so the bucket is part of the path there.
const client = perRuntime(() => new S3Client({ forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3) }));

export function createFiles(runtime: Runtime): Files {
  const s3 = client(runtime);
  const Bucket = environment(runtime, 'BUCKET_NAME');
  return {
    async put(key, body, contentType) {
      if (!(body instanceof Uint8Array)) return putInParts(s3, Bucket, key, body, contentType);
      await afterwards(
        s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType })),
      );
      return { bytes: body.byteLength };
    },
    async get(key, from = 0) {
      try {
        const Range = from > 0 ? `bytes=${from}-` : undefined;
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key: key, Range }));
        // In Node the body is a readable stream of bytes; the SDK's type also covers browsers.
        return answer.Body as AsyncIterable<Uint8Array> | undefined;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw new TransientError('files-not-readable');
      }
    },
    async list(prefix) {
      const found: { key: string; bytes: number }[] = [];
      let ContinuationToken: string | undefined;
      do {
        const answer = await afterwards(
          s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken })),
        );
        for (const one of answer.Contents ?? []) {
          if (one.Key) found.push({ key: one.Key, bytes: one.Size ?? 0 });
        }
        ContinuationToken = answer.NextContinuationToken;
      } while (ContinuationToken);
      return found;
    },
    async remove(all) {
      for (let at = 0; at < all.length; at += 1000) {
        const Objects = all.slice(at, at + 1000).map((Key) => ({ Key }));
        const answer = await afterwards(
          s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })),
        );
        if (answer.Errors?.length) throw new TransientError('files-not-all-removed');
      }
    },
    link: (key, seconds, name) =>
      getSignedUrl(
        s3,
        new GetObjectCommand({
          Bucket,
          Key: key,
          ResponseContentDisposition: `attachment; filename="${name}"`,
          ResponseCacheControl: 'no-store',
        }),
        { expiresIn: seconds, signingDate: new Date(runtime.now()) },
      ),
  };
}

async function afterwards<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch {
    throw new TransientError('files-not-reachable');
  }
}
