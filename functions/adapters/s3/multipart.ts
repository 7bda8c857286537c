import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { TransientError } from '../../domain/errors.ts';

/** S3 takes parts of at least 5 MiB; 8 MiB keeps a package of 2 GB far below the 10,000 parts that S3 allows. */
const partBytes = 8 * 1024 * 1024;

/** Uploads a stream of unknown length while holding one part in memory. A failed upload leaves nothing behind. */
export async function putInParts(
  s3: S3Client,
  Bucket: string,
  Key: string,
  body: AsyncIterable<Uint8Array>,
  ContentType: string,
): Promise<{ bytes: number }> {
  let UploadId: string | undefined;
  const parts: { ETag: string | undefined; PartNumber: number }[] = [];
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;

  async function flush(): Promise<void> {
    UploadId ??= (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }))).UploadId;
    const PartNumber = parts.length + 1;
    const Body = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    parts.push({ ETag, PartNumber });
  }

  try {
    for await (const chunk of body) {
      waiting.push(chunk);
      waitingBytes += chunk.byteLength;
      bytes += chunk.byteLength;
      if (waitingBytes >= partBytes) await flush();
    }
    if (UploadId === undefined) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.concat(waiting), ContentType }));
      return { bytes };
    }
    if (waitingBytes > 0) await flush();
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
    );
    return { bytes };
  } catch (error) {
    // The bucket's lifecycle removes what this cannot.
    if (UploadId)
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    if (error instanceof Error && error.name.endsWith('Error') && 'code' in error) throw error;
    throw new TransientError('files-not-written');
  }
}
