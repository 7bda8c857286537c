import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitDecision } from '../steps/await-decision.ts';

export const fn = lambda('await-decision', createAwaitDecision, { store, engine: wakingEngine });
export const handler = fn.handler;
