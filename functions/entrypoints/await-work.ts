import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitWork } from '../steps/await-work.ts';

export const fn = lambda('await-work', createAwaitWork, { store, engine: wakingEngine });
export const handler = fn.handler;
