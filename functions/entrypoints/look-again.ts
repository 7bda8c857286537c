import { store } from '../adapters/dynamodb/store.ts';
import { suppress } from '../adapters/dynamodb/suppression.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { connectedProcessors } from '../runtime/connected-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createLookAgain } from '../steps/look-again.ts';

export const fn = lambda(
  'look-again',
  createLookAgain,
  { store, vault, processors: connectedProcessors, suppress },
  { timeoutSeconds: 300 },
);
export const handler = fn.handler;
