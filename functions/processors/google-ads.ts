import * as v from 'valibot';
import { baseUrl, fedFrom, originOf } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { googleAuth } from './google-auth.ts';
import { failureTasks } from './tasks.ts';

const accountNumber = v.pipe(v.string(), v.regex(/^\d{6,12}$/));

const configuration = v.strictObject({
  /** Data Manager API; the older OfflineUserDataJob takes no new users since April 2026. */
  baseUrl: baseUrl('https://datamanager.googleapis.com'),
  auth: googleAuth('google-ads'),
  accounts: v.pipe(
    v.array(
      v.strictObject({
        accountId: accountNumber,
        /** The manager account through which we sign in, where that is another one. */
        loginAccountId: v.optional(accountNumber),
      }),
    ),
    v.minLength(1),
  ),
  fedFrom,
});
export type GoogleAdsConfig = v.InferOutput<typeof configuration>;

export const googleAds: ProcessorDefinition = defineProcessor({
  name: 'google-ads',
  title: 'Google Ads Customer Match (Google Ireland Limited)',
  capabilities: {
    find: 'automated',
    export: 'none',
    rectify: 'none',
    erase: 'automated',
    restrict: 'automated',
    lift: 'none',
    'opt-out': 'automated',
  },
  ownController: false,
  // 300 requests a minute for the whole project.
  limits: { concurrency: 2, perSecond: 2 },
  manualTasks: failureTasks(
    { nl: 'het doelgroepenbeheer van Google Ads', en: 'the audience manager of Google Ads' },
    ['find', 'erase', 'restrict', 'opt-out'],
  ),
  configuration,
  origins: ({ baseUrl, auth }) => [originOf(baseUrl), originOf(auth.tokenUrl)],
  connection: () => import('./google-ads/connection.ts'),
  exampleConfig: {
    auth: { kind: 'service-account', clientEmail: 'rights-desk@project.iam.gserviceaccount.com' },
    accounts: [{ accountId: '1234567890', loginAccountId: '9876543210' }],
    fedFrom: 'accounts',
  },
});
