import type { Deliveries } from '../deliveries.ts';
import type { FunctionHost } from '../function-host.ts';
import type { AwsService } from './service.ts';

const invocation =
  /^\/2015-03-31\/functions\/(?:arn:aws:lambda:[^:]*:\d*:function:)?([A-Za-z0-9_-]+)(?::[^/]*)?\/invocations$/;

/** Plays Lambda's Invoke: a function by name or ARN, `RequestResponse` or `Event`. */
export function createLambdaService(host: FunctionHost, deliveries: Pick<Deliveries, 'send'>): AwsService {
  return async (request) => {
    const name = invocation.exec(decodeURIComponent(request.path))?.[1];
    if (request.method !== 'POST' || name === undefined) {
      return failure(404, 'UnknownOperationException', 'this edition plays only Invoke of Lambda');
    }
    if (!host.names.includes(name)) {
      return failure(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    }
    let event: unknown;
    try {
      event = JSON.parse((await request.text()) || '{}');
    } catch {
      return failure(400, 'InvalidRequestContentException', 'Could not parse request body into json');
    }
    const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
    if (request.headers['x-amz-invocation-type'] === 'Event') {
      deliveries.send(name, event);
      return { status: 202, headers };
    }
    try {
      return { status: 200, headers, body: JSON.stringify((await host.invoke(name, event)) ?? null) };
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error('not an error');
      const body = JSON.stringify({ errorType: thrown.name, errorMessage: thrown.message });
      return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body };
    }
  };
}

function failure(status: number, code: string, message: string) {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Type: 'User', Message: message }),
  };
}
