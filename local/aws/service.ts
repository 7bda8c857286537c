import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import * as v from 'valibot';

/** One request to an emulated AWS service, its body not yet read. */
export interface AwsRequest {
  readonly method: string;
  /** Path as on the wire, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
  /** The failure that a test has scripted for this call: the service answers with it, in its own protocol, and does nothing. */
  readonly scripted: AwsError | undefined;
  /** Reads the whole body; rejects with `RequestTooLong` beyond the bound that AWS's gateways put on such calls. */
  text(): Promise<string>;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}

export type AwsService = (request: AwsRequest) => Promise<AwsResponse>;

/** An error that the service answers with; `code` is AWS's own name for it, which the SDK turns into the error's name. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

// Each operation checks its own input, so the input is unknown here.
export type Operation = (input: unknown) => unknown;

/** A service of the AWS JSON protocol. An operation or a field that it does not play is refused by name, never ignored. */
export function jsonService(
  prefix: string,
  version: '1.0' | '1.1',
  operations: Readonly<Record<string, Operation>>,
): AwsService {
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  return async (request) => {
    try {
      if (request.scripted) throw request.scripted;
      const name = operationName(request, prefix);
      const operation = operations[name];
      if (!Object.hasOwn(operations, name) || !operation) {
        throw new AwsError('UnknownOperationException', `this edition does not play ${prefix}${name}`);
      }
      const output = await operation(parseJson(await request.text()));
      return { status: 200, headers, body: JSON.stringify(output ?? {}) };
    } catch (error) {
      return jsonError(asAwsError(error), version);
    }
  };
}

/** The error as the AWS JSON protocol says it. */
export function jsonError(error: AwsError, version: '1.0' | '1.1'): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

/** What nobody foresaw becomes AWS's internal error, without its words. */
export function asAwsError(error: unknown): AwsError {
  return error instanceof AwsError ? error : new AwsError('InternalFailure', 'internal error', 500);
}

function operationName(request: AwsRequest, prefix: string): string {
  const target = request.headers['x-amz-target'] ?? '';
  return target.startsWith(prefix) ? target.slice(prefix.length) : target;
}

/** An operation whose input has this shape; a field outside the shape is refused by name. */
export function operation<Shape extends v.GenericSchema>(
  shape: Shape,
  run: (input: v.InferOutput<Shape>) => unknown,
): Operation {
  return (input) => {
    const parsed = v.safeParse(shape, input);
    if (parsed.success) return run(parsed.output);
    const issue = parsed.issues[0];
    throw new AwsError('ValidationException', `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
}
