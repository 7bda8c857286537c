import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import * as v from 'valibot';
import { TransientError } from '../../domain/errors.ts';
import { newToken } from '../../domain/identity.ts';
import type { CaseStore, KeyedHash } from '../../domain/ports.ts';
import type { Cookies } from '../cookies.ts';
import { ApiProblem } from '../problem.ts';
import type { Colleague } from './cases.ts';
import { openWith, sealWith } from './sealed-token.ts';

/** Least to most; each may do what stands before it, `administrator` apart: it manages, it does not decide. */
export const roles = ['viewer', 'officer', 'approver', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** What a member of staff may do: names of permissions, never roles, are asked for in routes. */
const permissions = {
  read: ['viewer', 'officer', 'approver', 'administrator'],
  work: ['officer', 'approver'],
  decide: ['officer', 'approver'],
  release: ['approver'],
  manage: ['administrator'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export interface StaffSession extends Colleague {
  readonly id: string;
  readonly groups: readonly string[];
  /** Anti-forgery token of this session's forms. */
  readonly csrf: string;
  readonly since: string;
  readonly seenAt: string;
  readonly refreshToken?: string;
}

export interface StaffIdentity {
  /** The issuer's address; tokens of any other are refused. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where authorize, token and logout are. */
  readonly signInUrl: string;
  readonly staffUrl: string;
}

interface Ports {
  readonly store: CaseStore;
  readonly hash: KeyedHash;
  readonly identity: StaffIdentity;
}

interface World {
  readonly wallNow: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

const idleMs = 30 * 60 * 1000;
const livesMs = 10 * 60 * 60 * 1000;
const signInMs = 10 * 60 * 1000;

const tokens = v.object({
  access_token: v.string(),
  id_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
});

const accessClaims = v.object({
  sub: v.string(),
  token_use: v.literal('access'),
  client_id: v.string(),
  username: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,64}$/)),
  'cognito:groups': v.optional(v.array(v.string()), []),
});

const storedSession = v.object({
  id: v.string(),
  name: v.string(),
  email: v.optional(v.string()),
  groups: v.array(v.string()),
  csrf: v.string(),
  since: v.string(),
  seenAt: v.string(),
  refreshToken: v.optional(v.string()),
});

/** Sign-in of staff by authorization code with PKCE; tokens stay on the server, the browser holds a random cookie. */
export function createStaffSignIn({ store, hash, identity }: Ports, cookies: Cookies, world: World) {
  const keySet = createRemoteJWKSet(new URL(`${identity.issuer}/.well-known/jwks.json`));
  const redirectUri = `${identity.staffUrl}/staff/callback`;
  const iso = (ms: number) => new Date(ms).toISOString();

  async function payloadOf(token: string, also: JWTVerifyOptions): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        ...also,
        issuer: identity.issuer,
        algorithms: ['RS256'],
        currentDate: new Date(world.wallNow()),
      });
      return payload;
    } catch (error) {
      // Keys that cannot be fetched say nothing about the token.
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout)
        throw new TransientError('issuer-keys-unreachable');
      throw new ApiProblem({ type: 'not-signed-in' });
    }
  }

  /** Only RS256 of our issuer, for our client, meant as an access token, and in force now (TRUST.md A43). */
  async function verifyAccess(token: string) {
    const claims = v.safeParse(accessClaims, await payloadOf(token, { requiredClaims: ['exp', 'sub'] }));
    if (!claims.success || claims.output.client_id !== identity.clientId)
      throw new ApiProblem({ type: 'not-signed-in' });
    return claims.output;
  }

  async function mailboxOf(token: string | undefined): Promise<string | undefined> {
    if (!token) return undefined;
    const payload = await payloadOf(token, { audience: identity.clientId });
    return typeof payload.email === 'string' ? payload.email : undefined;
  }

  async function askTokens(parameters: Record<string, string>) {
    const answer = await fetch(`${identity.signInUrl}/oauth2/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: identity.clientId, ...parameters }).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new ApiProblem({ type: 'not-signed-in' });
    return v.parse(tokens, await answer.json());
  }

  async function save(session: StaffSession, token: string): Promise<void> {
    const key = `staff.${await hash.of('session', token)}`;
    await store.replace({
      key,
      value: JSON.stringify({ ...session, ...sealed(session.refreshToken, token) }),
      expiresAt: iso(Date.parse(session.since) + livesMs),
    });
  }

  /** Sealed under the cookie, which is stored nowhere: a copy of the table signs nobody in (TRUST.md A12). */
  function sealed(refreshToken: string | undefined, token: string) {
    return refreshToken === undefined
      ? {}
      : { refreshToken: sealWith(token, refreshToken, world.randomBytes) };
  }

  async function read(token: string | undefined): Promise<StaffSession | undefined> {
    if (!token || token.length > 100) return undefined;
    const value = await store.claimed(`staff.${await hash.of('session', token)}`, iso(world.wallNow()));
    if (value === undefined) return undefined;
    // Optional fields are simply absent in what was stored.
    const { refreshToken, ...stored } = v.parse(storedSession, JSON.parse(value));
    const opened = refreshToken === undefined ? undefined : openWith(token, refreshToken);
    const session = { ...stored, ...(opened === undefined ? {} : { refreshToken: opened }) } as StaffSession;
    if (Date.parse(session.seenAt) + idleMs < world.wallNow()) return undefined;
    const ended = await store.claimed(`staff-out.${session.id}`);
    return ended !== undefined && ended > session.since ? undefined : session;
  }

  return {
    /** Sends the browser to the sign-in page. The secret of this attempt stays in a short-lived cookie. */
    async begin(c: Context): Promise<Response> {
      const verifier = Buffer.from(world.randomBytes(32)).toString('base64url');
      const state = newToken(world.randomBytes);
      cookies.set(c, 'sign-in', `${state}.${verifier}`, signInMs / 1000, 'Lax');
      const target = new URL(`${identity.signInUrl}/oauth2/authorize`);
      target.search = new URLSearchParams({
        response_type: 'code',
        client_id: identity.clientId,
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return c.redirect(target.toString(), 302);
    },

    async callback(c: Context): Promise<Response> {
      const [state, verifier] = (cookies.read(c, 'sign-in') ?? '').split('.');
      cookies.clear(c, 'sign-in');
      const code = c.req.query('code');
      if (!state || !verifier || !code || c.req.query('state') !== state)
        return c.redirect('/staff/sign-in', 302);
      const answer = await askTokens({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      const claims = await verifyAccess(answer.access_token);
      const email = await mailboxOf(answer.id_token);
      const token = newToken(world.randomBytes);
      const now = iso(world.wallNow());
      await save(
        {
          id: claims.sub,
          name: claims.username,
          ...(email ? { email } : {}),
          groups: claims['cognito:groups'],
          csrf: newToken(world.randomBytes),
          since: now,
          seenAt: now,
          ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
        },
        token,
      );
      // Lax, because the browser comes here from the issuer's host.
      cookies.set(c, 'staff', token, livesMs / 1000, 'Lax');
      return c.redirect('/staff', 302);
    },

    /** The signed-in colleague, or 401. Being seen is written at most once in five minutes. */
    async session(c: Context): Promise<StaffSession> {
      const token = cookies.read(c, 'staff');
      const session = await read(token);
      if (!session || !token) throw new ApiProblem({ type: 'not-signed-in' });
      if (Date.parse(session.seenAt) + 5 * 60 * 1000 < world.wallNow())
        await save({ ...session, seenAt: iso(world.wallNow()) }, token);
      return session;
    },

    /**
     * Asks the issuer now whether the colleague may still do this: a revoked person's cookie opens nothing that cannot be undone
     * (A44). The refresh token gives fresh groups, or nothing at all.
     */
    async live(session: StaffSession, permission: Permission): Promise<void> {
      if (!session.refreshToken) throw new ApiProblem({ type: 'not-signed-in' });
      const answer = await askTokens({ grant_type: 'refresh_token', refresh_token: session.refreshToken });
      const claims = await verifyAccess(answer.access_token);
      if (claims.sub !== session.id || !may(claims['cognito:groups'], permission))
        throw new ApiProblem({ type: 'not-allowed', detail: 'no-longer-in-group' });
    },

    async signOut(c: Context): Promise<Response> {
      const token = cookies.read(c, 'staff');
      if (token) await store.release(`staff.${await hash.of('session', token)}`);
      cookies.clear(c, 'staff');
      const target = new URL(`${identity.signInUrl}/logout`);
      target.search = new URLSearchParams({
        client_id: identity.clientId,
        logout_uri: `${identity.staffUrl}/staff`,
      }).toString();
      return c.redirect(target.toString(), 302);
    },

    /** Ends every session of one colleague, on every device. */
    async signOutEverywhere(session: StaffSession): Promise<void> {
      await store.replace({
        key: `staff-out.${session.id}`,
        value: iso(world.wallNow()),
        expiresAt: iso(world.wallNow() + livesMs),
      });
    },
  };
}
export type StaffSignIn = ReturnType<typeof createStaffSignIn>;

export function may(groups: readonly string[], permission: Permission): boolean {
  const allowed: readonly string[] = permissions[permission];
  return groups.some((group) => allowed.includes(group));
}

export function mustBeAllowed(session: StaffSession, permission: Permission): void {
  if (!may(session.groups, permission)) throw new ApiProblem({ type: 'not-allowed' });
}
