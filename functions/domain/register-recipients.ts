import { type ActivityName, controller, type RetentionRule, type Text } from './register-record.ts';
import type { BuiltInProcessor, DataCategory, Right } from './words.ts';

/** How data may leave the European Economic Area. */
export const safeguards = [
  'within-eea',
  'adequacy-us-dpf-or-standard-clauses',
  'adequacy-uk',
  'asked-for-by-the-subject',
] as const;
export type Safeguard = (typeof safeguards)[number];

/** Why a right has nothing to work on at a recipient. */
export const notApplicableReasons = [
  'not-retrievable-per-person',
  'nothing-to-correct-there',
  'no-marketing-there',
  'not-portable-data',
] as const;
export type NotApplicableReason = (typeof notApplicableReasons)[number];

export interface Recipient {
  /** As told to people. */
  readonly title: string;
  readonly legalEntity: string;
  /** Where it is established. */
  readonly country: Text;
  /** `own-controller`: it also decides by itself why it uses the data, so the subject is pointed to it as well. */
  readonly role: 'own-system' | 'processor' | 'own-controller';
  readonly activities: readonly ActivityName[];
  readonly categories: readonly DataCategory[];
  readonly safeguard: Safeguard;
  /** Where this recipient's data goes by another rule than its category's. */
  readonly retention?: RetentionRule;
  /** Rights that have nothing to work on here; every right that is not named applies. */
  readonly notApplicable?: Readonly<Partial<Record<Right, NotApplicableReason>>>;
}

const netherlands = { nl: 'Nederland', en: 'the Netherlands' } as const;
const ireland = { nl: 'Ierland', en: 'Ireland' } as const;
const unitedStates = { nl: 'de Verenigde Staten', en: 'the United States' } as const;

const notInAudiences = {
  access: 'not-retrievable-per-person',
  portability: 'not-retrievable-per-person',
  rectification: 'nothing-to-correct-there',
  completion: 'nothing-to-correct-there',
} as const;
const notCorrectable = {
  rectification: 'nothing-to-correct-there',
  completion: 'nothing-to-correct-there',
} as const;
const noMarketing = { objection: 'no-marketing-there' } as const;

/**
 * Art. 30(1)(d), (e): who receives what. The policy names Mailchimp, Google, Intercom, Mailjet, Telegram, Facebook, LinkedIn, Hotjar and
 * "merchant providers"; legal entities and safeguards are for the company's lawyer to confirm against the signed agreements.
 */
export const recipients = {
  account: {
    title: 'Kinescope',
    legalEntity: controller.name,
    country: netherlands,
    role: 'own-system',
    activities: ['accounts', 'media-service', 'bookkeeping', 'site-statistics', 'rights-requests'],
    categories: ['account', 'media', 'usage', 'payment'],
    safeguard: 'within-eea',
  },
  mailchimp: {
    title: 'Mailchimp',
    legalEntity: 'The Rocket Science Group LLC (Intuit Inc.)',
    country: unitedStates,
    role: 'processor',
    activities: ['newsletter'],
    categories: ['marketing'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
  },
  intercom: {
    title: 'Intercom',
    legalEntity: 'Intercom R&D Unlimited Company',
    country: ireland,
    role: 'processor',
    activities: ['support'],
    categories: ['messages', 'account'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
  },
  mailjet: {
    title: 'Mailjet',
    legalEntity: 'Mailjet SAS (Sinch)',
    country: { nl: 'Frankrijk', en: 'France' },
    role: 'processor',
    activities: ['service-mail', 'newsletter'],
    categories: ['marketing', 'messages'],
    safeguard: 'within-eea',
  },
  'google-analytics': {
    title: 'Google Analytics',
    legalEntity: 'Google Ireland Limited',
    country: ireland,
    role: 'processor',
    activities: ['analytics'],
    categories: ['usage'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    retention: { rule: 'calendar-year', years: 1 },
    notApplicable: notCorrectable,
  },
  'google-ads': {
    title: 'Google Ads',
    legalEntity: 'Google Ireland Limited',
    country: ireland,
    role: 'processor',
    activities: ['advertising'],
    categories: ['marketing'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    retention: { rule: 'calendar-year', years: 1 },
    notApplicable: notInAudiences,
  },
  'google-oauth': {
    title: 'Google (account)',
    legalEntity: 'Google Ireland Limited',
    country: ireland,
    role: 'own-controller',
    activities: ['google-sign-in'],
    categories: ['account'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    retention: { rule: 'calendar-year', years: 1 },
    notApplicable: { ...notCorrectable, ...noMarketing },
  },
  stripe: {
    title: 'Stripe',
    legalEntity: 'Stripe Payments Europe, Limited',
    country: ireland,
    role: 'own-controller',
    activities: ['payments', 'bookkeeping'],
    categories: ['payment'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    notApplicable: noMarketing,
  },
  adyen: {
    title: 'Adyen',
    legalEntity: 'Adyen N.V.',
    country: netherlands,
    role: 'own-controller',
    activities: ['payments', 'bookkeeping'],
    categories: ['payment'],
    safeguard: 'within-eea',
    notApplicable: { ...notCorrectable, ...noMarketing },
  },
  paddle: {
    title: 'Paddle',
    legalEntity: 'Paddle.com Market Limited',
    country: { nl: 'het Verenigd Koninkrijk', en: 'the United Kingdom' },
    role: 'own-controller',
    activities: ['payments', 'bookkeeping'],
    categories: ['payment'],
    safeguard: 'adequacy-uk',
  },
  paypal: {
    title: 'PayPal',
    legalEntity: 'PayPal (Europe) S.à r.l. et Cie, S.C.A.',
    country: { nl: 'Luxemburg', en: 'Luxembourg' },
    role: 'own-controller',
    activities: ['payments', 'bookkeeping'],
    categories: ['payment'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    notApplicable: noMarketing,
  },
  telegram: {
    title: 'Telegram',
    legalEntity: 'Telegram Messenger Inc.',
    country: { nl: 'de Britse Maagdeneilanden', en: 'the British Virgin Islands' },
    role: 'own-controller',
    activities: ['support'],
    categories: ['messages'],
    safeguard: 'asked-for-by-the-subject',
  },
  meta: {
    title: 'Meta (Facebook)',
    legalEntity: 'Meta Platforms Ireland Limited',
    country: ireland,
    role: 'own-controller',
    activities: ['analytics', 'advertising'],
    categories: ['usage', 'marketing'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    notApplicable: notInAudiences,
  },
  linkedin: {
    title: 'LinkedIn',
    legalEntity: 'LinkedIn Ireland Unlimited Company',
    country: ireland,
    role: 'own-controller',
    activities: ['analytics', 'advertising'],
    categories: ['usage', 'marketing'],
    safeguard: 'adequacy-us-dpf-or-standard-clauses',
    notApplicable: notCorrectable,
  },
  hotjar: {
    title: 'Hotjar',
    legalEntity: 'Hotjar Limited (Contentsquare)',
    country: { nl: 'Malta', en: 'Malta' },
    role: 'processor',
    activities: ['analytics'],
    categories: ['usage'],
    safeguard: 'within-eea',
    notApplicable: notCorrectable,
  },
} as const satisfies Record<BuiltInProcessor, Recipient>;
