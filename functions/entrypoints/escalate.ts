import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createEscalate } from '../steps/escalate.ts';

export const fn = lambda('escalate', createEscalate, { store });
export const handler = fn.handler;
