/** The words of the product, as closed sets. Every name that crosses a boundary (API, table, letter, metric) is one of these. */

/** The rights a person may claim; the number of the GDPR article stands behind each in `articleOf`. */
export const rights = [
  'access',
  'portability',
  'rectification',
  'completion',
  'erasure',
  'restriction',
  'objection',
  'consent-withdrawal',
  'complaint',
] as const;
export type Right = (typeof rights)[number];

export const articleOf = {
  access: '15',
  portability: '20',
  rectification: '16',
  completion: '16',
  erasure: '17',
  restriction: '18',
  objection: '21',
  'consent-withdrawal': '7(3)',
  complaint: '77',
} as const satisfies Record<Right, string>;

export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

/** How a request reached us; `form` covers the public API too. */
export const channels = ['form', 'email', 'letter', 'chat', 'phone'] as const;
export type Channel = (typeof channels)[number];

export const objectionScopes = ['direct-marketing', 'other'] as const;
export type ObjectionScope = (typeof objectionScopes)[number];

export const statuses = [
  'awaiting-identity',
  'finding',
  'awaiting-decision',
  'cooling-off',
  'acting',
  'awaiting-release',
  'answered',
  'closed',
] as const;
export type Status = (typeof statuses)[number];

export const outcomes = [
  'fulfilled',
  'partly-fulfilled',
  'refused',
  'nothing-found',
  'withdrawn',
  'not-verified',
  'merged',
] as const;
export type Outcome = (typeof outcomes)[number];

export const decisions = ['grant', 'grant-in-part', 'refuse'] as const;
export type DecisionKind = (typeof decisions)[number];

/** Closed set of grounds for a refusal, full or in part; each has a paragraph in every letter language. */
export const reasonCodes = [
  'identity-not-confirmed',
  'manifestly-unfounded',
  'excessive',
  'others-rights-15-4',
  'legal-obligation-17-3-b',
  'legal-claims-17-3-e',
  'freedom-of-expression-17-3-a',
  'public-interest-17-3-c-d',
  'not-portable-20-1',
  'compelling-grounds-21-1',
  'not-our-data',
  'no-mandate',
  'withdrawn-by-subject',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export const extensionReasons = ['complexity', 'number-of-requests'] as const;
export type ExtensionReason = (typeof extensionReasons)[number];

export const operations = [
  'find',
  'export',
  'rectify',
  'erase',
  'restrict',
  'lift',
  'opt-out',
  'confirm',
] as const;
export type Operation = (typeof operations)[number];

/** The operations that change something at a processor. */
export const actions = ['rectify', 'erase', 'restrict', 'lift', 'opt-out'] as const;
export type Action = (typeof actions)[number];

export const dispositionKinds = [
  'nothing-found',
  'done-confirmed',
  'accepted',
  'retained-by-law',
  'done-by-hand',
  'not-applicable',
  'failed',
] as const;
export type DispositionKind = (typeof dispositionKinds)[number];

/** The processors that ship with the product; OpenDSR processors come by configuration under a name of their own. */
export const builtInProcessors = [
  'account',
  'mailchimp',
  'intercom',
  'mailjet',
  'google-analytics',
  'google-ads',
  'google-oauth',
  'stripe',
  'adyen',
  'paddle',
  'paypal',
  'telegram',
  'meta',
  'linkedin',
  'hotjar',
] as const;
export type BuiltInProcessor = (typeof builtInProcessors)[number];

/** Kinds of personal data the register knows (LAW.md §1 of the policy's list); findings are counted by these. */
export const dataCategories = ['account', 'usage', 'messages', 'media', 'payment', 'marketing'] as const;
export type DataCategory = (typeof dataCategories)[number];

export const letterKinds = [
  'receipt',
  'code',
  'identity-reminder',
  'extension',
  'question',
  'refusal',
  'answer',
  'release',
  'restriction-lifted',
  'merged',
  'withdrawn',
  'message-notice',
  'transmission',
  'cooling-off',
  'supplement',
] as const;
export type LetterKind = (typeof letterKinds)[number];
