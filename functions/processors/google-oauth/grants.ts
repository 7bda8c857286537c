import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../../domain/errors.ts';
import type { ProcessorDependencies } from '../contract.ts';
import type { GoogleOauthConfig } from '../google-oauth.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { instant, jsonValue, readJson, saysAbsent } from '../response.ts';

/** One grant in our store, as docs/google-grants.openapi.json promises it. */
export const grantSchema = v.object({
  id: v.string(),
  accountId: v.string(),
  grantedAt: instant,
  refreshToken: v.pipe(v.string(), v.nonEmpty()),
  scopes: v.array(v.string()),
  records: v.array(v.object({ id: v.string(), type: v.string(), fetchedAt: instant, data: jsonValue })),
});
export type Grant = v.InferOutput<typeof grantSchema>;

export const grantList = v.object({ grants: v.array(v.object({ id: v.string() })) });

/** The words of our own store for what it does not hold. */
export const absentFromStore = v.object({ code: v.literal('absent') });
const oauthError = v.object({ error: v.string() });

/** Google's own words: revocation may take a moment to spread. */
const spreadingMs = 60_000;

export function createGrants(config: GoogleOauthConfig, deps: ProcessorDependencies) {
  async function store(method: 'GET' | 'DELETE', path: string) {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.store}/google-grants${path}`,
        headers: { authorization: `Bearer ${await deps.secret(config.storeTokenSecret)}` },
        repeatable: true,
      }),
    );
  }

  async function google(path: 'revoke' | 'token', form: Record<string, string>) {
    return deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      // The token goes in the body: addresses end up in logs along the way.
      body: new URLSearchParams(form).toString(),
      repeatable: true,
    });
  }

  async function read(id: string): Promise<Grant | undefined> {
    const response = await store('GET', `/${encodeURIComponent(id)}`);
    if (saysAbsent(response, absentFromStore)) return undefined;
    if (response.status !== 200) throw refusalOf(response);
    const grant = readJson(response, grantSchema);
    if (grant.id !== id) throw new QuarantineError('another-record');
    return grant;
  }

  /** Uses the grant as we would to fetch data: only a refusal of this very grant shows that it is dead. */
  async function isAlive(grant: Grant): Promise<boolean> {
    const response = await google('token', {
      grant_type: 'refresh_token',
      client_id: config.clientId,
      client_secret: await deps.secret(config.clientSecretSecret),
      refresh_token: grant.refreshToken,
    });
    if (response.status === 200) return true;
    if (response.status === 400 && readJson(response, oauthError).error === 'invalid_grant') return false;
    throw response.status === 400 ? new PermanentError('credentials-refused') : refusalOf(response);
  }

  async function revoke(grant: Grant): Promise<void> {
    const response = await google('revoke', { token: grant.refreshToken });
    const wasDead =
      response.status === 400 &&
      ['invalid_token', 'invalid_grant'].includes(readJson(response, oauthError).error);
    if (response.status !== 200 && !wasDead) throw refusalOf(response);
    if (await isAlive(grant)) throw new TransientError('revocation-not-effective', spreadingMs);
  }

  return {
    read,
    isAlive,
    revoke,
    async erase(id: string): Promise<void> {
      const response = await store('DELETE', `/${encodeURIComponent(id)}`);
      if (response.status !== 204 && !saysAbsent(response, absentFromStore)) throw refusalOf(response);
      if ((await read(id)) !== undefined) throw new PermanentError('own-copy-kept');
    },
    async fetchedBefore(instant: string): Promise<readonly string[]> {
      const response = await store('GET', `?fetchedBefore=${encodeURIComponent(instant)}`);
      if (response.status !== 200) throw refusalOf(response);
      return readJson(response, grantList).grants.map((grant) => grant.id);
    },
  };
}
