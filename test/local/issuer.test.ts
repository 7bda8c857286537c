import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { createCognito } from '../../local/aws/cognito.ts';
import { createIssuer, type Issuer } from '../../local/staff/issuer.ts';
import { openStaffDirectory } from '../../local/staff/people.ts';
import { handClock, startTestEndpoint, type TestEndpoint, temporaryFolder } from './aws-endpoint.ts';
import { sign } from './sign.ts';

const folder = temporaryFolder();
const clock = handClock();
const url = 'http://127.0.0.1:3000/local/issuer';
const clientId = 'desk';
const redirectUri = 'http://127.0.0.1:3000/staff/callback';
const directory = openStaffDirectory(folder.in('staff.json'));
let endpoint: TestEndpoint;

function issuer(): Issuer {
  return createIssuer({
    issuer: url,
    clientId,
    redirectUris: [redirectUri],
    logoutUris: ['http://127.0.0.1:3000/staff'],
    directory,
    keyFile: folder.in('issuer.json'),
    now: clock.now,
  });
}

let subject = issuer();

beforeAll(async () => {
  const service = createCognito({ userPoolId: 'pool', directory, now: clock.now });
  endpoint = await startTestEndpoint({ 'cognito-idp': service });
});
afterAll(async () => {
  await endpoint.stop();
  folder.remove();
});

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

const verifier = randomBytes(32).toString('base64url');
const request = {
  response_type: 'code',
  client_id: clientId,
  redirect_uri: redirectUri,
  scope: 'openid email',
  state: 'state & more',
  nonce: 'n-1',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

function authorizeUrl(over: Record<string, string> = {}): URL {
  const target = new URL(`${url}/oauth2/authorize`);
  target.search = new URLSearchParams({ ...request, ...over }).toString();
  return target;
}

function codeFor(user: string): string {
  return new URL(subject.authorize(authorizeUrl(), user)).searchParams.get('code') ?? '';
}

async function post(path: string, form: Record<string, string>): Promise<Response> {
  return subject.app.request(path, { method: 'POST', body: new URLSearchParams(form).toString() });
}

const exchange = (code: string, over: Record<string, string> = {}) =>
  post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...over,
  });

async function tokensOf(user: string): Promise<Tokens> {
  return (await (await exchange(codeFor(user))).json()) as Tokens;
}

const refresh = (refresh_token: string) =>
  post('/oauth2/token', { grant_type: 'refresh_token', client_id: clientId, refresh_token });

async function verify(token: string) {
  const keySet = (await (await subject.app.request('/.well-known/jwks.json')).json()) as JSONWebKeySet;
  return jwtVerify(token, createLocalJWKSet(keySet), { issuer: url, currentDate: new Date(clock.now()) });
}

test('the page offers everybody, carries the request along, and its button leads back with code and state', async () => {
  const page = await (await subject.app.request(authorizeUrl().href.slice(url.length))).text();
  for (const name of ['officer', 'second', 'viewer', 'admin']) expect(page).toContain(`value="${name}"`);
  expect(page).toContain('value="state &amp; more"');
  const answer = await post('/login', { ...request, user: 'officer' });
  expect(answer.status).toBe(302);
  const back = new URL(answer.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(redirectUri);
  expect(back.searchParams.get('state')).toBe('state & more');
  expect((await exchange(back.searchParams.get('code') ?? '')).status).toBe(200);
});

test('access and ID token hold what those of a user pool hold', async () => {
  const tokens = await tokensOf('second');
  const access = await verify(tokens.access_token);
  expect(access.payload).toMatchObject({
    token_use: 'access',
    client_id: clientId,
    username: 'second',
    scope: 'openid email',
    'cognito:groups': ['officer', 'approver'],
  });
  expect(access.payload).not.toHaveProperty('aud');
  const id = await verify(tokens.id_token);
  expect(id.payload).toMatchObject({
    token_use: 'id',
    aud: clientId,
    nonce: 'n-1',
    email: 'second@example.com',
    'cognito:username': 'second',
    sub: access.payload.sub,
  });
  expect(tokens.expires_in).toBe((access.payload.exp ?? 0) - (access.payload.iat ?? 0));
  expect(access.payload.iat).toBe(Math.floor(clock.now() / 1000));
});

test('the published configuration names the endpoints that answer', async () => {
  const answer = await subject.app.request('/.well-known/openid-configuration');
  expect(await answer.json()).toMatchObject({
    issuer: url,
    token_endpoint: `${url}/oauth2/token`,
    jwks_uri: `${url}/.well-known/jwks.json`,
  });
});

test('user info answers the access token only', async () => {
  const tokens = await tokensOf('viewer');
  const ask = (token: string) =>
    subject.app.request('/oauth2/userInfo', { headers: { authorization: `Bearer ${token}` } });
  expect(await (await ask(tokens.access_token)).json()).toMatchObject({ username: 'viewer' });
  expect((await ask(tokens.id_token)).status).toBe(401);
  expect((await ask('x')).status).toBe(401);
});

test.each([
  ['another client', { client_id: 'other' }],
  ['an unregistered way back', { redirect_uri: 'http://evil.example/' }],
  ['no challenge', { code_challenge: '' }],
  ['a plain challenge', { code_challenge_method: 'plain' }],
  ['the implicit flow', { response_type: 'token' }],
])('%s gets a page that says no, and no redirect', async (_, over) => {
  const answer = await subject.app.request(authorizeUrl(over).href.slice(url.length));
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
  expect((await post('/login', { ...request, ...over, user: 'officer' })).status).toBe(400);
});

test('a code is spent by its first use, even one that failed', async () => {
  const used = codeFor('officer');
  expect((await exchange(used)).status).toBe(200);
  expect((await exchange(used)).status).toBe(400);
  const tried = codeFor('officer');
  expect((await exchange(tried, { code_verifier: 'wrong' })).status).toBe(400);
  expect((await exchange(tried)).status).toBe(400);
});

test.each([
  ['another way back', { redirect_uri: 'http://127.0.0.1:3000/' }, 'invalid_grant'],
  ['another client', { client_id: 'other' }, 'invalid_client'],
  ['another kind of grant', { grant_type: 'password' }, 'unsupported_grant_type'],
])('a code is not exchanged for %s', async (_, over, error) => {
  const answer = await exchange(codeFor('officer'), over);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error });
});

test('a code lives five minutes to the second', async () => {
  const [early, late] = [codeFor('officer'), codeFor('officer')];
  clock.pass(299_000);
  expect((await exchange(early)).status).toBe(200);
  clock.pass(1000);
  expect((await exchange(late)).status).toBe(400);
});

describe('a refresh token', () => {
  test('gives new tokens, after a restart too, and ends after ten hours', async () => {
    const { refresh_token } = await tokensOf('officer');
    subject = issuer();
    clock.pass(9 * 3_600_000);
    const answer = (await (await refresh(refresh_token)).json()) as Tokens;
    expect((await verify(answer.access_token)).payload.username).toBe('officer');
    expect(answer).not.toHaveProperty('refresh_token');
    clock.pass(3_600_000);
    expect((await refresh(refresh_token)).status).toBe(400);
  });

  test('is dead once given back, and an access token is none', async () => {
    const tokens = await tokensOf('officer');
    expect((await refresh(tokens.access_token)).status).toBe(400);
    const given = { client_id: clientId, token: tokens.refresh_token };
    expect((await post('/oauth2/revoke', given)).status).toBe(200);
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
    subject = issuer();
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
  });
});

test('signing out leads back to a registered page only', async () => {
  const out = (target: string) =>
    subject.app.request(`/logout?${new URLSearchParams({ client_id: clientId, logout_uri: target })}`);
  expect((await out('http://127.0.0.1:3000/staff')).headers.get('location')).toBe(
    'http://127.0.0.1:3000/staff',
  );
  expect((await out('http://evil.example/')).status).toBe(400);
});

describe('the user pool', () => {
  const call = async (operation: string, input: object) => {
    const target = `AWSCognitoIdentityProviderService.${operation}`;
    const body = JSON.stringify({ UserPoolId: 'pool', ...input });
    const answer = await sign(endpoint.client.endpoint, 'cognito-idp', '/', body, target);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const groupsOf = async (Username: string) => {
    const { Groups } = (await call('AdminListGroupsForUser', { Username })).body;
    return (Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName);
  };

  test('A44: a group that was taken away is gone at once, while old tokens still claim it', async () => {
    const { access_token } = await tokensOf('second');
    await call('AdminRemoveUserFromGroup', { Username: 'second', GroupName: 'approver' });
    expect((await verify(access_token)).payload['cognito:groups']).toContain('approver');
    expect(await groupsOf('second')).toEqual(['officer']);
    expect(openStaffDirectory(folder.in('staff.json')).find('second')?.groups).toEqual(['officer']);
    await call('AdminAddUserToGroup', { Username: 'second', GroupName: 'approver' });
    expect(await groupsOf('second')).toEqual(['officer', 'approver']);
  });

  test('signing out everywhere ends the refresh tokens', async () => {
    const { refresh_token } = await tokensOf('viewer');
    clock.pass(1000);
    await call('AdminUserGlobalSignOut', { Username: 'viewer' });
    expect((await refresh(refresh_token)).status).toBe(400);
    clock.pass(1000);
    const fresh = await tokensOf('viewer');
    expect((await refresh(fresh.refresh_token)).status).toBe(200);
  });

  test('a disabled person gets no tokens and is not on the page', async () => {
    const { refresh_token } = await tokensOf('viewer');
    await call('AdminDisableUser', { Username: 'viewer' });
    expect((await call('AdminGetUser', { Username: 'viewer' })).body).toMatchObject({ Enabled: false });
    expect((await refresh(refresh_token)).status).toBe(400);
    expect((await post('/login', { ...request, user: 'viewer' })).status).toBe(400);
    const page = await (await subject.app.request(authorizeUrl().href.slice(url.length))).text();
    expect(page).not.toContain('value="viewer"');
    await call('AdminEnableUser', { Username: 'viewer' });
  });

  test('people go by name and by sub; strangers and other pools are named as such', async () => {
    const sub = directory.find('officer')?.sub;
    expect((await call('AdminGetUser', { Username: sub })).body).toMatchObject({ Username: 'officer' });
    const stranger = await call('AdminGetUser', { Username: 'nobody' });
    expect(stranger).toMatchObject({ status: 400, body: { __type: 'UserNotFoundException' } });
    const other = await call('AdminGetUser', { Username: 'officer', UserPoolId: 'other' });
    expect(other).toMatchObject({ status: 400, body: { __type: 'ResourceNotFoundException' } });
    const unplayed = await call('ListUsers', {});
    expect(unplayed).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
  });
});
