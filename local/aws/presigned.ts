import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, type AwsRequest } from './service.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Checks a presigned URL as S3 does: the signature over method, path, query and host, then the life that it names.
 * Throws `AwsError`. Source: "Authenticating requests: using query parameters" of the S3 API reference. `now` in epoch ms, virtual.
 */
export function checkPresigned(request: AwsRequest, credentials: Credentials, now: number): void {
  const { query } = request;
  const [accessKeyId, date = '', region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split(
    '/',
  );
  const signedAt = query.get('X-Amz-Date') ?? '';
  const seconds = Number(query.get('X-Amz-Expires'));
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !/^\d{8}T\d{6}Z$/.test(signedAt)) {
    throw new AwsError('AuthorizationQueryParametersError', 'the URL is not presigned as S3 wants it');
  }
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) {
    throw new AwsError(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must lie between 1 and 604800 seconds',
    );
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw new AwsError('InvalidAccessKeyId', 'the access key does not exist', 403);
  }

  const text = ['AWS4-HMAC-SHA256', signedAt, [date, region, service, 'aws4_request'].join('/')];
  text.push(createHash('sha256').update(canonicalRequest(request)).digest('hex'));
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    (parent, part) => hmac(parent, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = hmac(key, text.join('\n'));
  const given = Buffer.from(query.get('X-Amz-Signature') ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError('SignatureDoesNotMatch', 'the signature does not match the request', 403);
  }

  const start = Date.parse(
    signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (now >= start + seconds * 1000) throw new AwsError('AccessDenied', 'Request has expired', 403);
}

function canonicalRequest({ method, path, query, headers }: AwsRequest): string {
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  return [
    method,
    path,
    pairs.map(([name, value]) => `${name}=${value}`).join('&'),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Percent-encoding as SigV4 wants it: everything but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
