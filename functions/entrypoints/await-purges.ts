import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitPurges } from '../steps/await-purges.ts';

export const fn = lambda('await-purges', createAwaitPurges, { store, engine: wakingEngine });
export const handler = fn.handler;
