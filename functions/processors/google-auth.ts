import * as v from 'valibot';
import { baseUrl, secretName } from './config.ts';

/** How we prove ourselves to a Google API: as a service account (a signed JWT), or with a user's long-lived refresh token. */
export const googleAuth = (processor: string) =>
  v.variant('kind', [
    v.strictObject({
      kind: v.literal('service-account'),
      clientEmail: v.pipe(v.string(), v.email()),
      keyId: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{8,64}$/))),
      /** PKCS #8 PEM, the `private_key` of the key file. */
      privateKeySecret: secretName(`${processor}/private-key`),
      tokenUrl: baseUrl('https://oauth2.googleapis.com/token'),
    }),
    v.strictObject({
      kind: v.literal('refresh-token'),
      clientId: v.pipe(v.string(), v.nonEmpty()),
      clientSecretSecret: secretName(`${processor}/client-secret`),
      refreshTokenSecret: secretName(`${processor}/refresh-token`),
      tokenUrl: baseUrl('https://oauth2.googleapis.com/token'),
    }),
  ]);
export type GoogleAuth = v.InferOutput<ReturnType<typeof googleAuth>>;
