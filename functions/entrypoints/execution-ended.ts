import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createExecutionEnded } from '../steps/execution-ended.ts';

export const fn = lambda('execution-ended', createExecutionEnded, { store });
export const handler = fn.handler;
