import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitCoolingOff } from '../steps/await-cooling-off.ts';

export const fn = lambda('await-cooling-off', createAwaitCoolingOff, { store, engine: wakingEngine });
export const handler = fn.handler;
