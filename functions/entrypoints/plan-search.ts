import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { connectedProcessors } from '../runtime/connected-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createPlanSearch } from '../steps/plan-search.ts';

export const fn = lambda('plan-search', createPlanSearch, { store, vault, processors: connectedProcessors });
export const handler = fn.handler;
