import type { ProcessorsConfig } from '../functions/processors/registry.ts';

/** Against the vendors' test accounts: enough to see a request through. */
export const devProcessors: ProcessorsConfig = {
  account: { enabled: true, baseUrl: 'https://rights.dev.internal.example.com/v1' },
  mailchimp: { enabled: true, baseUrl: 'https://us0.api.mailchimp.com/3.0' },
  intercom: { enabled: true, baseUrl: 'https://api.eu.intercom.io' },
  mailjet: { enabled: true, accounts: [{ name: 'main', credentialsSecret: 'mailjet/credentials' }] },
};

/** Every system of the public policy. Zeros and example.com stand where the account's own numbers belong. */
export const prodProcessors: ProcessorsConfig = {
  account: { enabled: true, baseUrl: 'https://rights.internal.example.com/v1' },
  mailchimp: { enabled: true, baseUrl: 'https://us0.api.mailchimp.com/3.0' },
  intercom: { enabled: true, baseUrl: 'https://api.eu.intercom.io' },
  mailjet: { enabled: true, accounts: [{ name: 'main', credentialsSecret: 'mailjet/credentials' }] },
  'google-analytics': {
    enabled: true,
    auth: { kind: 'service-account', clientEmail: 'rights-desk@example.iam.gserviceaccount.com' },
    properties: ['000000000'],
  },
  'google-ads': {
    enabled: true,
    auth: { kind: 'service-account', clientEmail: 'rights-desk@example.iam.gserviceaccount.com' },
    accounts: [{ accountId: '0000000000', loginAccountId: '0000000000' }],
    fedFrom: 'accounts',
  },
  'google-oauth': {
    enabled: true,
    store: 'https://grants.internal.example.com',
    clientId: '000000000000-example.apps.googleusercontent.com',
  },
  stripe: { enabled: true, redaction: {} },
  adyen: { enabled: true, merchantAccount: 'ExampleMerchant' },
  paddle: { enabled: true },
  paypal: { enabled: true },
  telegram: { enabled: true, store: 'https://bot.internal.example.com' },
  meta: { enabled: true, adAccounts: ['act_0000000000'], fedFrom: 'accounts', pixel: true },
  linkedin: { enabled: true, fedFrom: 'accounts', contactLists: ['Example'] },
  hotjar: { enabled: true, plan: 'scale', organizationId: '000000', sites: ['000000'] },
};
