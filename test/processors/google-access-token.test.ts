import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { HttpRequest, HttpResponse } from '../../functions/processors/contract.ts';
import { createGoogleBearer } from '../../functions/processors/google/access-token.ts';
import { googleRefusalOf } from '../../functions/processors/google/refusal.ts';
import type { GoogleAuth } from '../../functions/processors/google-auth.ts';
import { expectRefusal } from './rights.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const tokenUrl = 'https://oauth2.googleapis.com/token';
const serviceAccount: GoogleAuth = {
  kind: 'service-account',
  clientEmail: 'desk@project.iam.gserviceaccount.com',
  keyId: '0123456789abcdef',
  privateKeySecret: 'key',
  tokenUrl,
};

function tokenService(answer: Partial<HttpResponse> = {}, secrets: Record<string, string> = { key: pem }) {
  const sent: HttpRequest[] = [];
  const clock = { ms: Date.UTC(2026, 2, 5, 9) };
  const deps = {
    now: () => clock.ms,
    secret: async (name: string) => secrets[name] ?? '',
    http: {
      async send(request: HttpRequest): Promise<HttpResponse> {
        sent.push(request);
        const body = { access_token: `token-${sent.length}`, expires_in: 3600, token_type: 'Bearer' };
        return { status: 200, headers: {}, body: JSON.stringify(body), ...answer };
      },
    },
  };
  return { sent, clock, deps };
}

describe('google access token', () => {
  test('a service account signs an assertion that Google can check', async () => {
    const { sent, clock, deps } = tokenService();
    expect(await createGoogleBearer(serviceAccount, 'scope-a', deps)()).toBe('Bearer token-1');
    const form = new URLSearchParams(sent[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = form.get('assertion') ?? '';
    const key = await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'RS256');
    await jwtVerify(assertion, key, {
      audience: tokenUrl,
      issuer: 'desk@project.iam.gserviceaccount.com',
      currentDate: new Date(clock.ms),
    });
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: '0123456789abcdef' });
    const { iat, exp, scope } = decodeJwt(assertion);
    expect([(exp ?? 0) - (iat ?? 0), scope]).toEqual([3600, 'scope-a']);
  });

  test('a refresh token is exchanged with the secrets by name', async () => {
    const { sent, deps } = tokenService({}, { cs: 'client-secret', rt: 'refresh' });
    const auth: GoogleAuth = {
      kind: 'refresh-token',
      clientId: 'client',
      clientSecretSecret: 'cs',
      refreshTokenSecret: 'rt',
      tokenUrl,
    };
    await createGoogleBearer(auth, 'scope-a', deps)();
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client',
      client_secret: 'client-secret',
      refresh_token: 'refresh',
    });
  });

  test('a token is used until a minute before its end', async () => {
    const { sent, clock, deps } = tokenService();
    const bearer = createGoogleBearer(serviceAccount, 'scope-a', deps);
    await bearer();
    clock.ms += 3_539_999;
    await bearer();
    expect(sent).toHaveLength(1);
    clock.ms += 1;
    expect(await bearer()).toBe('Bearer token-2');
  });

  test.each([
    [400, 'PermanentError', 'credentials-refused'],
    [401, 'PermanentError', 'credentials-refused'],
    [403, 'PermanentError', 'access-refused'],
    [503, 'TransientError', 'unavailable'],
  ])('status %i is %s %s', async (status, name, code) => {
    const { deps } = tokenService({ status, body: '{"error":"invalid_grant"}' });
    await expectRefusal(createGoogleBearer(serviceAccount, 'scope-a', deps)(), name, code);
  });

  test('an unknown shape is not taken for a token', async () => {
    const { deps } = tokenService({ body: '{"access_token":7}' });
    await expectRefusal(
      createGoogleBearer(serviceAccount, 'scope-a', deps)(),
      'QuarantineError',
      'unexpected-shape',
    );
  });

  test('a key that cannot be read is named by a code and never quoted', async () => {
    const { deps } = tokenService({}, { key: 'not a key' });
    await expectRefusal(
      createGoogleBearer(serviceAccount, 'scope-a', deps)(),
      'PermanentError',
      'credentials-unreadable',
    );
  });
});

describe('google refusals', () => {
  const withReason = (status: number, error: unknown) =>
    googleRefusalOf({ status, headers: {}, body: JSON.stringify({ error }) });

  test.each([
    ['older surface', 403, { errors: [{ reason: 'rateLimitExceeded' }] }],
    ['newer surface', 429, { status: 'RESOURCE_EXHAUSTED' }],
    ['error details', 403, { details: [{ reason: 'RATE_LIMIT_EXCEEDED' }] }],
  ])('a spent quota may be tried later: %s', (_, status, error) => {
    expect(withReason(status, error)).toMatchObject({
      name: 'TransientError',
      code: 'quota-spent',
      retryAfterMs: 3_600_000,
    });
  });

  test('a refused permission is not a quota', () => {
    expect(withReason(403, { status: 'PERMISSION_DENIED' })).toMatchObject({
      name: 'PermanentError',
      code: 'access-refused',
    });
    expect(googleRefusalOf({ status: 403, headers: {}, body: 'no json' })).toMatchObject({
      code: 'access-refused',
    });
    expect(withReason(400, { status: 'RESOURCE_EXHAUSTED' })).toMatchObject({ code: 'rejected' });
  });
});
