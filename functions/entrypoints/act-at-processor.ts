import { store } from '../adapters/dynamodb/store.ts';
import { suppress } from '../adapters/dynamodb/suppression.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { connectedProcessors } from '../runtime/connected-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createActAtProcessor } from '../steps/act-at-processor.ts';

export const fn = lambda(
  'act-at-processor',
  createActAtProcessor,
  { store, vault, processors: connectedProcessors, suppress },
  { timeoutSeconds: 300 },
);
export const handler = fn.handler;
