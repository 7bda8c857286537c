import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { joinedHeaders, readBody } from '../gateway.ts';
import { type Listening, listen } from '../listen.ts';
import type { FaultScripts } from './faults.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, jsonError } from './service.ts';

/**
 * One loopback endpoint for all emulated AWS services. Every AWS request names its service in its signature's credential scope
 * (`…/region/service/aws4_request`), so one port serves them all and `AWS_ENDPOINT_URL_<SERVICE>` is all the SDK needs.
 */
export interface AwsEndpointOptions {
  /** By the name in the credential scope: `ses`, `s3`, `kms`, `secretsmanager`, `states`, `cognito-idp`, `lambda`. */
  readonly services: Readonly<Record<string, AwsService>>;
  readonly faults: FaultScripts;
}

const bodyLimit = 16 * 1024 * 1024;

export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<Listening> {
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = awsRequest(incoming);
    const name = serviceOf(request);
    const service = Object.hasOwn(options.services, name) ? options.services[name] : undefined;
    if (!service) {
      incoming.resume();
      const message = name ? `this edition does not play ${name}` : 'the request is not signed';
      await send(outgoing, jsonError(new AwsError('AccessDenied', message, 403), '1.1'));
      return;
    }
    const fault = options.faults.take(name, await operationOf(request));
    const scripted =
      fault?.when === 'before' ? new AwsError(fault.code, 'scripted failure', fault.status) : undefined;
    const response = await service({ ...request, scripted });
    if (scripted) incoming.resume();
    if (fault?.when === 'after') incoming.socket.destroy();
    else await send(outgoing, response, incoming.method === 'HEAD');
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return listen(server, 0);
}

function awsRequest(incoming: IncomingMessage): AwsRequest {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  let text: Promise<string> | undefined;
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: joinedHeaders(incoming),
    incoming,
    scripted: undefined,
    text() {
      text ??= readBody(incoming, bodyLimit).then((body) => {
        if (!body) throw new AwsError('RequestTooLong', 'the request body is too long', 413);
        return body.toString('utf8');
      });
      return text;
    },
  };
}

function serviceOf(request: AwsRequest): string {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    request.query.get('X-Amz-Credential');
  return credential?.split('/').at(-2) ?? '';
}

async function operationOf(request: AwsRequest): Promise<string> {
  const target = request.headers['x-amz-target'];
  if (target) return target.split('.').at(-1) ?? '';
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? (new URLSearchParams(await request.text()).get('Action') ?? '') : request.method;
}

async function send(outgoing: ServerResponse, response: AwsResponse, bodiless = false): Promise<void> {
  const { status, headers = {}, body = '' } = response;
  const requestId = randomUUID();
  outgoing.writeHead(status, { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...headers });
  if (bodiless) outgoing.end();
  else if (body instanceof Readable) await pipeline(body, outgoing);
  else outgoing.end(body);
}
