import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createSlaTick } from '../steps/sla-tick.ts';

export const fn = lambda('sla-tick', createSlaTick, { store });
export const handler = fn.handler;
