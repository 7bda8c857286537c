import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitIdentity } from '../steps/await-identity.ts';

export const fn = lambda('await-identity', createAwaitIdentity, { store, engine: wakingEngine });
export const handler = fn.handler;
