import { importPKCS8, SignJWT } from 'jose';
import * as v from 'valibot';
import { PermanentError } from '../../domain/errors.ts';
import { accessToken, createBearer } from '../bearer.ts';
import type { ProcessorDependencies } from '../contract.ts';
import type { GoogleAuth } from '../google-auth.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';

const grant = v.object({ ...accessToken.entries, token_type: v.literal('Bearer') });

/**
 * Gives the `authorization` header's value under a service account or a user's long-lived grant.
 * @throws PermanentError `credentials-refused` when Google does not accept who we are
 */
export function createGoogleBearer(
  auth: GoogleAuth,
  scope: string,
  deps: ProcessorDependencies,
): () => Promise<string> {
  return createBearer(deps.now, async () => {
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
    return readJson(response, grant);
  });
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
