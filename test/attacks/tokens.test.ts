import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { createCookies } from '../../functions/api/cookies.ts';
import { createApp } from '../../functions/api/http.ts';
import { openWith, sealWith } from '../../functions/api/staff/sealed-token.ts';
import { createStaffSignIn } from '../../functions/api/staff/sign-in.ts';
import type { CaseStore } from '../../functions/domain/ports.ts';
import { createLog } from '../../functions/runtime/log.ts';

/** An issuer whose token endpoint hands out whatever a test wants. */
let server: Server;
let issuer = '';
let accessToken = '';
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: typeof keys;
let publicPem = '';

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  strangers = await generateKeyPair('RS256', { extractable: true });
  publicPem = await exportSPKI(keys.publicKey);
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const strange = { ...(await exportJWK(strangers.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/oauth2/token') response.end(JSON.stringify({ access_token: accessToken }));
    else if (request.url === '/strangers.json') response.end(JSON.stringify({ keys: [strange] }));
    else response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const clientId = 'desk';
const now = Math.floor(Date.now() / 1000);
const claims = (): JWTPayload => ({
  iss: issuer,
  sub: '00000000-0000-4000-8000-000000000001',
  token_use: 'access',
  client_id: clientId,
  username: 'officer',
  'cognito:groups': ['officer'],
  iat: now,
  exp: now + 3600,
});
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signed(
  more: { readonly [claim: string]: unknown } = {},
  header: Partial<JWTHeaderParameters> = {},
  key = keys.privateKey,
): Promise<string> {
  return new SignJWT({ ...claims(), ...more })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
    .sign(key);
}

function desk() {
  const kept = new Map<string, string>();
  const store: Pick<CaseStore, 'replace' | 'claimed' | 'release'> = {
    replace: async (claim) => void kept.set(claim.key, claim.value),
    claimed: async (key) => kept.get(key),
    release: async (key) => void kept.delete(key),
  };
  const lines: string[] = [];
  const app: Hono = createApp(createLog({ function: 't', write: (line) => lines.push(line), now: Date.now }));
  const signIn = createStaffSignIn(
    {
      // Sign-in keeps sessions and reads them back; nothing else of the store is within its reach.
      store: store as CaseStore,
      hash: { of: async (purpose, text) => createHmac('sha256', purpose).update(text).digest('base64url') },
      identity: { issuer, clientId, signInUrl: issuer, staffUrl: 'http://desk.example' },
    },
    createCookies('http://desk.example'),
    { wallNow: Date.now, randomBytes: (size) => new Uint8Array(size).fill(7) },
  );
  app.get('/staff/callback', (c) => signIn.callback(c));
  app.get('/who', async (c) => c.json(await signIn.session(c)));
  const callback = (query = 'code=c&state=s') =>
    app.request(`/staff/callback?${query}`, { headers: { cookie: 'sign-in=s.verifier' } });
  return { app, callback, kept, lines };
}

test('a token of our issuer for our client signs in: the control of what follows', async () => {
  accessToken = await signed();
  const { app, callback } = desk();
  const answer = await callback();
  expect(answer.status).toBe(302);
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('staff=')) ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  const who = await app.request('/who', { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect(await who.json()).toMatchObject({ name: 'officer', groups: ['officer'] });
});

describe('A43 forged tokens', () => {
  const forged: Record<string, () => Promise<string> | string> = {
    'without a signature': () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`,
    'with "None" spelt otherwise': () => `${part({ alg: 'NoNe' })}.${part(claims())}.`,
    'signed with our public key as if it were a shared secret': () => {
      const body = `${part({ alg: 'HS256', kid: 'k1' })}.${part(claims())}`;
      return `${body}.${createHmac('sha256', publicPem).update(body).digest('base64url')}`;
    },
    'with a changed payload': async () => {
      const [head, , signature] = (await signed()).split('.');
      return `${head}.${part({ ...claims(), 'cognito:groups': ['approver'] })}.${signature}`;
    },
    'of another issuer': () => signed({ iss: 'https://login.example' }),
    'of no issuer': () => signed({ iss: '' }),
    'of another client': () => signed({ client_id: 'shop' }),
    'meant to name a person, not to open': () => signed({ token_use: 'id', aud: clientId }),
    'that is over': () => signed({ exp: now - 1 }),
    'that never ends': () => signed({ exp: undefined }),
    'not yet in force': () => signed({ nbf: now + 3600 }),
    'without a subject': () => signed({ sub: undefined }),
    'whose name could write a log line': () => signed({ username: 'a\nb' }),
    'with groups in another shape': () => signed({ 'cognito:groups': 'approver' }),
    'signed by a stranger under our key’s name': () => signed({}, {}, strangers.privateKey),
    'with an unknown key name': () => signed({}, { kid: 'k2' }, strangers.privateKey),
    'with a path as key name': () => signed({}, { kid: '../../../../dev/null' }, strangers.privateKey),
    'with a query as key name': () => signed({}, { kid: "k1' OR '1'='1" }, strangers.privateKey),
    'that brings its own key': async () =>
      signed({}, { jwk: await exportJWK(strangers.publicKey) }, strangers.privateKey),
    'that says where its key lies': () =>
      signed({}, { jku: `${issuer}/strangers.json` }, strangers.privateKey),
    'with a critical extension nobody knows': async () => {
      const head = part({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 });
      return `${head}.${(await signed()).split('.').slice(1).join('.')}`;
    },
    'that is no token': () => 'a.b.c',
    'that is nothing': () => '',
  };

  test.each(Object.keys(forged))(
    'A43 a token %s is 401: no session, no cookie, no word in the log',
    async (how) => {
      accessToken = (await forged[how]?.()) ?? '';
      const { callback, kept, lines } = desk();
      const answer = await callback();
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ type: '/problems/not-signed-in' });
      expect(answer.headers.getSetCookie().filter((one) => one.startsWith('staff='))).toEqual([]);
      expect(kept.size).toBe(0);
      expect(lines).toEqual([]);
    },
  );

  test.each(['code=c&state=other', 'code=c', 'state=s', 'code=c&state='])(
    'A43 an answer that this browser did not ask for (%s) begins anew',
    async (query) => {
      accessToken = await signed();
      const { callback, kept } = desk();
      const answer = await callback(query);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/staff/sign-in']);
      expect(kept.size).toBe(0);
    },
  );
});

describe('A12 the refresh token in a copy of the table', () => {
  const bytes = (size: number) => new Uint8Array(size).fill(3);

  test('A12 is readable with the cookie it was sealed under, and with no other', () => {
    const sealed = sealWith('cookie-one', 'refresh-me', bytes);
    expect(sealed).not.toContain('refresh-me');
    expect(openWith('cookie-one', sealed)).toBe('refresh-me');
    expect(openWith('cookie-two', sealed)).toBeUndefined();
  });

  test('A12 a changed byte anywhere opens nothing', () => {
    const sealed = Buffer.from(sealWith('cookie', 'refresh-me', bytes), 'base64url');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openWith('cookie', changed.toString('base64url'))).toBeUndefined();
    }
    expect(openWith('cookie', '')).toBeUndefined();
  });
});
