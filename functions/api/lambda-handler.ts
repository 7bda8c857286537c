import type { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as v from 'valibot';
import type { Handler } from '../runtime/lambda.ts';

/** Methods that the web's Request does not carry (Fetch standard, "forbidden method"), and those that it carries without a body. */
const forbidden: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const asked = v.looseObject({
  requestContext: v.looseObject({ http: v.looseObject({ method: v.pipe(v.string(), v.toUpperCase()) }) }),
});

/** A Hono app as the handler of an HTTP API (payload 2.0). */
export function lambdaHandler(app: Hono): Handler {
  const serve = handle(app);
  // API Gateway guarantees the event's shape; Hono reads it defensively.
  return (event) => serve(carried(event) as LambdaEvent);
}

/** The event as a Request can carry it: what no Request can say must be answered like every other mistake, and not by an error of its constructor. */
function carried(event: unknown): unknown {
  const parsed = v.safeParse(asked, event);
  if (!parsed.success) return event;
  const { requestContext, ...rest } = parsed.output;
  const { method } = requestContext.http;
  if (bodiless.has(method)) return { ...rest, requestContext, body: null };
  if (!forbidden.has(method)) return event;
  // Under a name that no route has, it is answered like any method that an address does not take.
  return {
    ...rest,
    requestContext: { ...requestContext, http: { ...requestContext.http, method: `X-${method}` } },
  };
}
