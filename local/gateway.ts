import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { payloadLimit } from './function-host.ts';

/**
 * Plays API Gateway's HTTP API in front of a function: Node's request becomes an event of payload format 2.0, and the function's
 * answer becomes the response. Source: "Working with AWS Lambda proxy integrations for HTTP APIs" and the quotas page of API Gateway.
 */
export interface GatewayOptions {
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** API Gateway's bound on a request body, in bytes. */
export const bodyLimit = 10 * 1024 * 1024;
/** API Gateway's bound on request line and headers together, in bytes. */
export const headerLimit = 10_240;
const integrationTimeoutMs = 30_000;

export interface HttpEvent {
  readonly version: '2.0';
  readonly routeKey: '$default';
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: '$default';
    readonly stage: '$default';
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpRequest {
  readonly method: string;
  /** Path with its query, as on the request line. */
  readonly target: string;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** What the function answered, ready to send. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const proxyAnswer = v.looseObject({
  statusCode: v.union([
    v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
    v.pipe(v.string(), v.regex(/^[1-5]\d\d$/), v.transform(Number)),
  ]),
  headers: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.optional(v.array(v.string()), []),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});

export interface Gateway {
  /** Answers one request through the function. */
  forward(request: HttpRequest): Promise<HttpAnswer>;
  /** Answers one request that came over the network. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  async function forward(request: HttpRequest): Promise<HttpAnswer> {
    if (request.body.length > bodyLimit) return plainAnswer(413, 'Request Entity Too Large');
    const event = httpEvent(request, options.now());
    if (Buffer.byteLength(JSON.stringify(event)) > payloadLimit)
      return plainAnswer(413, 'Request Entity Too Large');
    try {
      const result = await withinIntegrationTime(options.invoke(event));
      return result === timedOut ? plainAnswer(503, 'Service Unavailable') : answerOf(result);
    } catch {
      // What the function threw goes to its log, never to the caller.
      return plainAnswer(500, 'Internal Server Error');
    }
  }

  return {
    forward,
    async handle(incoming, outgoing) {
      const body = await readBody(incoming, bodyLimit);
      const answer = body
        ? await forward({ ...requestLine(incoming), headers: joinedHeaders(incoming), body })
        : plainAnswer(413, 'Request Entity Too Large');
      send(outgoing, answer, incoming.method === 'HEAD');
    },
  };
}

export function httpEvent(request: HttpRequest, now: number): HttpEvent {
  const mark = request.target.indexOf('?');
  const rawPath = mark < 0 ? request.target : request.target.slice(0, mark);
  const rawQueryString = mark < 0 ? '' : request.target.slice(mark + 1);
  const { cookie, ...headers } = request.headers;
  const cookies = cookie?.split(/;\s*/).filter((pair) => pair !== '');
  const domainName = headers.host ?? '127.0.0.1';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies?.length ? { cookies } : {}),
    headers,
    ...(rawQueryString ? { queryStringParameters: queryParameters(rawQueryString) } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now,
    },
    ...bodyOf(request),
  };
}

function bodyOf({ body, headers }: HttpRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  if (isText(headers['content-type'])) return { body: body.toString('utf8'), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** HTTP APIs hand over these media types as text and every other one, forms included, as base64. */
function isText(contentType = ''): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    type.startsWith('text/') || /^application\/(json|javascript|xml|([a-z0-9.-]+\+)?(json|xml))$/.test(type)
  );
}

function queryParameters(query: string): Record<string, string> {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return Object.fromEntries([...parameters].map(([name, values]) => [name, values.join(',')]));
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(now: number): string {
  const at = new Date(now);
  const day = `${String(at.getUTCDate()).padStart(2, '0')}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${at.toISOString().slice(11, 19)} +0000`;
}

function answerOf(result: unknown): HttpAnswer {
  const proxied = v.safeParse(proxyAnswer, result);
  if (!proxied.success) {
    // Format 2.0 takes an object without `statusCode` as the JSON body of a 200; one with a wrong shape is the function's fault.
    if (typeof result === 'object' && result !== null && 'statusCode' in result)
      return plainAnswer(500, 'Internal Server Error');
    const body = Buffer.from(typeof result === 'string' ? result : JSON.stringify(result ?? null));
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = proxied.output;
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const timedOut = Symbol('the function took longer than the gateway waits');

async function withinIntegrationTime(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), integrationTimeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function plainAnswer(status: number, message: string): HttpAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, cookies: [], body: Buffer.from(JSON.stringify({ message })) };
}

function requestLine(incoming: IncomingMessage) {
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

export function joinedHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    headers[name] = (values ?? []).join(name === 'cookie' ? '; ' : ',');
  }
  return headers;
}

/** The whole body, or undefined when it is longer than `limit` bytes; the rest is then read and dropped so that the answer arrives. */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > limit ? undefined : Buffer.concat(chunks, size);
}

function send(outgoing: ServerResponse, answer: HttpAnswer, bodiless: boolean): void {
  outgoing.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) outgoing.setHeader(name, value);
  if (answer.cookies.length > 0) outgoing.setHeader('set-cookie', [...answer.cookies]);
  outgoing.setHeader('content-length', answer.body.length);
  outgoing.end(bodiless ? undefined : answer.body);
}
