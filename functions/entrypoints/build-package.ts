import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { files } from '../adapters/s3/files.ts';
import { processorNames } from '../runtime/known-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createBuildPackage } from '../steps/build-package.ts';

export const fn = lambda(
  'build-package',
  createBuildPackage,
  { store, vault, files, processors: processorNames },
  { timeoutSeconds: 900, memoryMb: 1769 },
);
export const handler = fn.handler;
