import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Handler } from '../runtime/lambda.ts';

/** A Hono app as the handler of an HTTP API (payload 2.0). */
export function lambdaHandler(app: Hono): Handler {
  const serve = handle(app);
  // API Gateway guarantees the event's shape; Hono reads it defensively.
  return (event) => serve(event as Parameters<typeof serve>[0]);
}
