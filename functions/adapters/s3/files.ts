import type { Files } from '../../domain/ports.ts';
import type { Adapter, Grant } from '../../runtime/lambda.ts';
import { onFirstCall } from '../on-first-call.ts';

function adapter(grants: readonly Grant[]): Adapter<Files> {
  return {
    env: ['BUCKET_NAME'],
    grants,
    create: (runtime) =>
      onFirstCall<Files>({ put: true, get: true, list: true, remove: true, link: true }, async () =>
        (await import('./bucket.ts')).createFiles(runtime),
      ),
  };
}

const key: Grant = { resource: 'data-key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] };

export const files = adapter([
  {
    resource: 'bucket',
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:AbortMultipartUpload'],
  },
  key,
]);

/** For the public side: hands out what was released, and takes the files that come with messages. */
export const exchangedFiles = adapter([
  { resource: 'bucket', actions: ['s3:GetObject', 's3:PutObject'] },
  key,
]);

/** For sending what was released: reads, and nothing else. */
export const readableFiles = adapter([
  { resource: 'bucket', actions: ['s3:GetObject'] },
  { resource: 'data-key', actions: ['kms:Decrypt'] },
]);
