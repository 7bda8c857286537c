import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createBeginActing } from '../steps/begin-acting.ts';

export const fn = lambda('begin-acting', createBeginActing, { store });
export const handler = fn.handler;
