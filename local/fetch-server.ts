import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a fetch-style application sees of Node's own objects, for those few (a scripted dropped connection) that need the socket. */
export interface NodeBindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export type FetchHandler = (request: Request, bindings: NodeBindings) => Response | Promise<Response>;

/** Serves one request of Node's http server by a fetch-style handler such as a Hono application's `fetch`. */
export async function serveByFetch(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(toRequest(incoming), { incoming, outgoing });
  if (outgoing.destroyed || outgoing.writableEnded) return;
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (!response.body || incoming.method === 'HEAD') {
    outgoing.end();
    return;
  }
  try {
    // `Response.body` is the DOM's stream type and Node's is its own; at run time they are one class.
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
  } catch {
    outgoing.destroy();
  }
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`);
  const method = incoming.method ?? 'GET';
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const init = { method, headers, body: Readable.toWeb(incoming), duplex: 'half' };
  // Node's RequestInit lacks `duplex` in the DOM-less type library, though undici demands it for a streamed body.
  return new Request(url, init as RequestInit);
}
