import { createHash, randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { openIssuerKeys } from './issuer-keys.ts';
import { choicePage, problemPage } from './issuer-pages.ts';
import type { StaffDirectory, StaffMember } from './people.ts';

export interface IssuerOptions {
  /** The issuer's address, without a slash at its end. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the client may be called back, and where it may send people after signing out. */
  readonly redirectUris: readonly string[];
  readonly logoutUris: readonly string[];
  readonly directory: StaffDirectory;
  /** Where the signing key is kept. */
  readonly keyFile: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Issuer {
  /** Routes relative to the issuer's address, in the shape of Cognito's hosted sign-in. */
  readonly app: Hono;
  /** Answers an authorization request as the person would by choosing themselves on the page: the address of the call back. */
  authorize(request: URL, username: string): string;
}

/** Seconds, as the CDK app sets them for the staff client. */
const lifetimes = { code: 300, access: 900, id: 900, refresh: 10 * 3600 };
const scopes = ['openid', 'email', 'profile'];

const authorizationRequest = v.object({
  response_type: v.literal('code'),
  client_id: v.string(),
  redirect_uri: v.string(),
  scope: v.optional(v.string(), 'openid'),
  state: v.optional(v.string()),
  nonce: v.optional(v.string()),
  code_challenge: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  code_challenge_method: v.literal('S256'),
});
type AuthorizationRequest = v.InferOutput<typeof authorizationRequest>;

const refreshClaims = v.object({
  token_use: v.literal('refresh'),
  jti: v.string(),
  iat: v.number(),
  username: v.string(),
  request: authorizationRequest,
  auth_time: v.number(),
});

interface Grant {
  readonly request: AuthorizationRequest;
  readonly username: string;
  /** Epoch seconds. */
  readonly authTime: number;
}

/** A loopback OpenID Connect issuer in Cognito's shape: anyone at this machine may be anyone of the seeded people, so loopback only. */
export function createIssuer(options: IssuerOptions): Issuer {
  const { issuer, clientId, directory } = options;
  const codes = new Map<string, Grant>();
  const seconds = () => Math.floor(options.now() / 1000);
  const keys = openIssuerKeys(options.keyFile);

  function issueCode(request: AuthorizationRequest, username: string): string {
    const code = randomUUID();
    codes.set(code, { request, username, authTime: seconds() });
    const target = new URL(request.redirect_uri);
    target.searchParams.set('code', code);
    if (request.state !== undefined) target.searchParams.set('state', request.state);
    return target.href;
  }

  function parseRequest(parameters: Record<string, string>): AuthorizationRequest {
    const parsed = v.safeParse(authorizationRequest, parameters);
    if (!parsed.success) throw new InvalidRequest(`${v.getDotPath(parsed.issues[0])}: not as it must be`);
    if (parsed.output.client_id !== clientId) throw new InvalidRequest('client_id: unknown');
    if (!options.redirectUris.includes(parsed.output.redirect_uri)) {
      throw new InvalidRequest('redirect_uri: not registered');
    }
    return parsed.output;
  }

  async function sign(claims: Record<string, unknown>, subject: string, life: number): Promise<string> {
    const { kid, privateKey } = await keys.signing();
    const now = seconds();
    return new SignJWT({ ...claims, iss: issuer, sub: subject, jti: randomUUID(), iat: now, exp: now + life })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey);
  }

  async function verify(token: string): Promise<JWTPayload | undefined> {
    const { publicKey } = await keys.signing();
    const checks = { issuer, currentDate: new Date(options.now()), algorithms: ['RS256'] };
    const verified = await jwtVerify(token, publicKey, checks).catch(() => undefined);
    return verified?.payload;
  }

  async function tokens(member: StaffMember, grant: Omit<Grant, 'username'>) {
    const { request, authTime } = grant;
    const shared = {
      'cognito:groups': member.groups,
      auth_time: authTime,
      origin_jti: randomUUID(),
      event_id: randomUUID(),
    };
    const scope = request.scope
      .split(' ')
      .filter((one) => scopes.includes(one))
      .join(' ');
    const access = {
      ...shared,
      token_use: 'access',
      client_id: clientId,
      username: member.username,
      scope,
      version: 2,
    };
    const id = {
      ...shared,
      token_use: 'id',
      aud: clientId,
      'cognito:username': member.username,
      email: member.email,
      email_verified: true,
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    };
    const [access_token, id_token] = await Promise.all([
      sign(access, member.sub, lifetimes.access),
      sign(id, member.sub, lifetimes.id),
    ]);
    return { access_token, id_token, token_type: 'Bearer', expires_in: lifetimes.access };
  }

  function memberNamed(username: string): StaffMember {
    const member = directory.find(username);
    if (!member?.enabled) throw new TokenRefused('invalid_grant');
    return member;
  }

  async function byCode(form: Record<string, string>) {
    const grant = codes.get(form.code ?? '');
    // One use, even a failed one: a code that was seen is spent.
    codes.delete(form.code ?? '');
    if (!grant || seconds() >= grant.authTime + lifetimes.code) throw new TokenRefused('invalid_grant');
    const challenge = createHash('sha256')
      .update(form.code_verifier ?? '')
      .digest('base64url');
    if (form.redirect_uri !== grant.request.redirect_uri || challenge !== grant.request.code_challenge) {
      throw new TokenRefused('invalid_grant');
    }
    const member = memberNamed(grant.username);
    const refresh = {
      token_use: 'refresh',
      username: member.username,
      request: grant.request,
      auth_time: grant.authTime,
    };
    const refresh_token = await sign(refresh, member.sub, lifetimes.refresh);
    return { ...(await tokens(member, grant)), refresh_token };
  }

  async function byRefresh(form: Record<string, string>) {
    const payload = await verify(form.refresh_token ?? '');
    const claims = v.safeParse(refreshClaims, payload);
    if (!claims.success || keys.isRevoked(claims.output.jti)) throw new TokenRefused('invalid_grant');
    const member = memberNamed(claims.output.username);
    if (claims.output.iat <= member.signedOutAt) throw new TokenRefused('invalid_grant');
    return tokens(member, { request: claims.output.request, authTime: claims.output.auth_time });
  }

  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof TokenRefused) return c.json({ error: error.message }, 400);
    if (error instanceof InvalidRequest) return c.html(problemPage(error.message), 400);
    throw error;
  });

  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      issuer,
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      token_endpoint: `${issuer}/oauth2/token`,
      userinfo_endpoint: `${issuer}/oauth2/userInfo`,
      revocation_endpoint: `${issuer}/oauth2/revoke`,
      end_session_endpoint: `${issuer}/logout`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
      scopes_supported: scopes,
      token_endpoint_auth_methods_supported: ['none'],
    }),
  );
  app.get('/.well-known/jwks.json', async (c) => c.json({ keys: [(await keys.signing()).jwk] }));

  app.get('/oauth2/authorize', (c) => {
    const request = parseRequest(c.req.query());
    return c.html(choicePage(directory.all(), request, `${new URL(issuer).pathname}/login`));
  });
  app.post('/login', async (c) => {
    const form = await formOf(c);
    const request = parseRequest(form);
    return c.redirect(issueCode(request, memberNamed(form.user ?? '').username), 302);
  });
  app.post('/oauth2/token', async (c) => {
    const form = await formOf(c);
    if (form.client_id !== clientId) throw new TokenRefused('invalid_client');
    c.header('cache-control', 'no-store');
    if (form.grant_type === 'authorization_code') return c.json(await byCode(form));
    if (form.grant_type === 'refresh_token') return c.json(await byRefresh(form));
    throw new TokenRefused('unsupported_grant_type');
  });
  app.get('/oauth2/userInfo', async (c) => {
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const claims = await verify(bearer);
    const member = directory.all().find(({ sub }) => sub === claims?.sub);
    if (claims?.token_use !== 'access' || !member?.enabled) {
      return c.json({ error: 'invalid_token' }, 401);
    }
    const { sub, email, username } = member;
    return c.json({ sub, email, email_verified: 'true', username });
  });
  app.post('/oauth2/revoke', async (c) => {
    const form = await formOf(c);
    if (form.client_id !== clientId) throw new TokenRefused('invalid_client');
    const claims = v.safeParse(refreshClaims, await verify(form.token ?? ''));
    if (claims.success) keys.revoke(claims.output.jti);
    return c.body(null, 200);
  });
  app.get('/logout', (c) => {
    const target = c.req.query('logout_uri') ?? '';
    if (c.req.query('client_id') !== clientId) throw new InvalidRequest('client_id: unknown');
    if (!options.logoutUris.includes(target)) throw new InvalidRequest('logout_uri: not registered');
    return c.redirect(target, 302);
  });

  return {
    app,
    authorize: (request, username) =>
      issueCode(parseRequest(Object.fromEntries(request.searchParams)), memberNamed(username).username),
  };
}

async function formOf(c: Context): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}

/** The person's browser asked for something that the sign-in does not do; shown as a page. */
class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}

/** The client asked for tokens that it does not get; the message is OAuth's error code. */
class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}
