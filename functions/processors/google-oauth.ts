import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

export const configuration = v.strictObject({
  /** Google's token service: revocation, and the proof that a revoked grant is dead. */
  baseUrl: baseUrl('https://oauth2.googleapis.com'),
  /** Our own back end that keeps the grants and what was fetched under them (`/google-grants`). */
  store: v.unwrap(baseUrl('https://localhost')),
  storeTokenSecret: secretName('google-oauth/store-token'),
  /** The OAuth client under which people gave us access. */
  clientId: v.pipe(v.string(), v.nonEmpty()),
  clientSecretSecret: secretName('google-oauth/client-secret'),
});
export type GoogleOauthConfig = v.InferOutput<typeof configuration>;

export const googleOauth: ProcessorDefinition = defineProcessor({
  name: 'google-oauth',
  title: 'Google user data (Google Ireland Limited)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'none',
    erase: 'automated',
    restrict: 'automated',
    lift: 'none',
    'opt-out': 'automated',
  },
  ownController: true,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks: {
    ...failureTasks({ nl: 'onze opslag van Google-toegangen', en: 'our store of Google grants' }, [
      'find',
      'export',
      'restrict',
      'opt-out',
    ]),
    erase: {
      instructions: [
        {
          nl: 'Kijk in de Google Cloud-console of de OAuth-client nog bestaat en het geheim klopt; verbeter het geheim en probeer het opnieuw.',
          en: 'Look in the Google Cloud console whether the OAuth client still exists and its secret is current; correct the secret and retry.',
        },
        {
          nl: 'Houdt Google de toegang in stand, vraag de betrokkene dan onze toegang te verwijderen op myaccount.google.com/connections.',
          en: 'If Google keeps the grant alive, ask the subject to remove our access at myaccount.google.com/connections.',
        },
      ],
      evidence: 'What stood in the way, and how it was seen that the grant no longer works.',
      subjectText: {
        nl: 'Wat in uw Google-account zelf staat, beheert Google. U ziet en beheert dat op myaccount.google.com.',
        en: 'What is in your Google account itself is kept by Google. You can see and manage it at myaccount.google.com.',
      },
    },
  },
  configuration,
  origins: ({ baseUrl, store }) => [originOf(baseUrl), originOf(store)],
  connection: () => import('./google-oauth/connection.ts'),
  exampleConfig: {
    store: 'https://grants.internal.example.com',
    clientId: '1234567890-abc.apps.googleusercontent.com',
  },
});
