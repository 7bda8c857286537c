import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createRaiseTask } from '../steps/raise-task.ts';

export const fn = lambda('raise-task', createRaiseTask, { store });
export const handler = fn.handler;
