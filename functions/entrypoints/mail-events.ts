import { store } from '../adapters/dynamodb/store.ts';
import { lambda } from '../runtime/lambda.ts';
import { createMailEvents } from '../steps/mail-events.ts';

export const fn = lambda('mail-events', createMailEvents, { store });
export const handler = fn.handler;
