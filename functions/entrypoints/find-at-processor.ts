import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { files } from '../adapters/s3/files.ts';
import { connectedProcessors } from '../runtime/connected-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createFindAtProcessor } from '../steps/find-at-processor.ts';

export const fn = lambda(
  'find-at-processor',
  createFindAtProcessor,
  { store, vault, files, processors: connectedProcessors },
  { timeoutSeconds: 300 },
);
export const handler = fn.handler;
