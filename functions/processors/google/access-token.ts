import { importPKCS8, SignJWT } from 'jose';
import * as v from 'valibot';
import { PermanentError } from '../../domain/errors.ts';
import type { ProcessorDependencies } from '../contract.ts';
import type { GoogleAuth } from '../google-auth.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';

const grant = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.pipe(v.number(), v.minValue(1)),
  token_type: v.literal('Bearer'),
});

/** Refreshed this long before its end, so that a token never dies between our check and Google's. */
const marginMs = 60_000;

/**
 * Gives the `authorization` header's value, fetching a token when there is none or its end is near.
 * @throws PermanentError `credentials-refused` when Google does not accept who we are
 */
export function createBearer(auth: GoogleAuth, scope: string, deps: ProcessorDependencies) {
  let current: { readonly value: string; readonly endsAt: number } | undefined;
  return async function bearer(): Promise<string> {
    if (current !== undefined && deps.now() < current.endsAt - marginMs) return current.value;
    const response = await deps.http.send({
      method: 'POST',
      url: auth.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: (await grantRequest(auth, scope, deps)).toString(),
      // Asking for a token twice gives two tokens and changes nothing else.
      repeatable: true,
    });
    if (response.status === 400 || response.status === 401) throw new PermanentError('credentials-refused');
    if (response.status !== 200) throw refusalOf(response);
    const token = readJson(response, grant);
    current = { value: `Bearer ${token.access_token}`, endsAt: deps.now() + token.expires_in * 1000 };
    return current.value;
  };
}

async function grantRequest(auth: GoogleAuth, scope: string, deps: ProcessorDependencies) {
  if (auth.kind === 'refresh-token')
    return new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: auth.clientId,
      client_secret: await deps.secret(auth.clientSecretSecret),
      refresh_token: await deps.secret(auth.refreshTokenSecret),
    });
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await assertionOf(auth, scope, deps),
  });
}

async function assertionOf(
  auth: Extract<GoogleAuth, { kind: 'service-account' }>,
  scope: string,
  deps: ProcessorDependencies,
): Promise<string> {
  const key = await importPKCS8(await deps.secret(auth.privateKeySecret), 'RS256').catch(() => {
    // The library's message could quote the key.
    throw new PermanentError('credentials-unreadable');
  });
  const seconds = Math.floor(deps.now() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(auth.keyId === undefined ? {} : { kid: auth.keyId }) };
  return new SignJWT({ scope })
    .setProtectedHeader(header)
    .setIssuer(auth.clientEmail)
    .setAudience(auth.tokenUrl)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3600)
    .sign(key);
}
