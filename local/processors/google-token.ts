import { createHmac, createPublicKey, verify } from 'node:crypto';

/** Signs the emulator's access tokens, so that they need no place in its records. */
const key = 'local-google-token-key';
const lifeMs = 3_600_000;

/** What the emulated token service knows of us. */
export interface KnownClient {
  /** PEM of a service account's key; its public half checks the assertion. */
  readonly serviceAccount?: { readonly email: string; readonly privateKey: string };
  readonly client?: { readonly id: string; readonly secret: string; readonly refreshToken: string };
}

function sealOf(scope: string, endsAt: number): string {
  return createHmac('sha256', key).update(`${scope} ${endsAt}`).digest('base64url');
}

/** Google's token endpoint: gives a bearer for a signed assertion or a refresh token, or Google's error. */
export function grantToken(
  form: URLSearchParams,
  known: KnownClient,
  scope: string,
  nowMs: number,
): Response {
  const problem =
    form.get('grant_type') === 'refresh_token'
      ? refreshProblem(form, known)
      : assertionProblem(form.get('assertion') ?? '', known, scope, nowMs);
  if (problem !== undefined) return Response.json({ error: problem }, { status: 400 });
  const endsAt = nowMs + lifeMs;
  const access_token = `ya29.${Buffer.from(scope).toString('base64url')}.${endsAt}.${sealOf(scope, endsAt)}`;
  return Response.json({ access_token, expires_in: lifeMs / 1000, token_type: 'Bearer', scope });
}

function refreshProblem(form: URLSearchParams, { client }: KnownClient): string | undefined {
  const isClient = client !== undefined && form.get('client_id') === client.id;
  if (!isClient || form.get('client_secret') !== client.secret) return 'invalid_client';
  return form.get('refresh_token') === client.refreshToken ? undefined : 'invalid_grant';
}

function assertionProblem(
  assertion: string,
  { serviceAccount }: KnownClient,
  scope: string,
  nowMs: number,
): string | undefined {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  if (serviceAccount === undefined || signature === '') return 'invalid_grant';
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    createPublicKey(serviceAccount.privateKey),
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return 'invalid_grant';
  const claims: { iss?: unknown; scope?: unknown; iat?: unknown; exp?: unknown } = JSON.parse(
    Buffer.from(payload, 'base64url').toString(),
  );
  if (claims.scope !== scope) return 'invalid_scope';
  const seconds = nowMs / 1000;
  const isTimely =
    typeof claims.iat === 'number' &&
    typeof claims.exp === 'number' &&
    claims.iat <= seconds + 60 &&
    claims.exp > seconds &&
    claims.exp - claims.iat <= 3600;
  return claims.iss === serviceAccount.email && isTimely ? undefined : 'invalid_grant';
}

/** Whether the header carries a token of ours for the scope that has not ended. */
export function isBearer(header: string | undefined, scope: string, nowMs: number): boolean {
  const [, encoded = '', ends = '', seal = ''] = (header ?? '').replace(/^Bearer /, '').split('.');
  const given = Buffer.from(encoded, 'base64url').toString();
  return given === scope && Number(ends) > nowMs && seal === sealOf(scope, Number(ends));
}

export function googleError(code: number, status: string, reason?: string): Response {
  const details =
    reason === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }];
  return Response.json({ error: { code, message: status, status, details } }, { status: code });
}

/** Google's error body for a scripted status. */
export function googleErrorBody(status: number): unknown {
  return {
    error: { code: status, message: 'scripted', status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'UNKNOWN' },
  };
}
