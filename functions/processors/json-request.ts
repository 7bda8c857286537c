import type { HttpRequest } from './contract.ts';

/**
 * A call that wants JSON back and, where it has a body, sends JSON. It always says what it accepts: without that, some vendors answer 406 or
 * 404 to a call that is right.
 */
export function jsonRequest({
  headers,
  body,
  ...call
}: Omit<HttpRequest, 'body'> & { readonly body?: unknown }): HttpRequest {
  const request = { ...call, headers: { accept: 'application/json', ...headers } };
  if (body === undefined) return request;
  return {
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: JSON.stringify(body),
  };
}
