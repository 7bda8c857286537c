import * as v from 'valibot';
import { ConfigurationError } from './errors.ts';
import type { RetentionGround } from './grounds.ts';
import { type NotApplicableReason, type Recipient, recipients, safeguards } from './register-recipients.ts';
import { activities, activityNames, categories, type RetentionRule, type Text } from './register-record.ts';
import { builtInProcessors, type DataCategory, dataCategories, type Right } from './words.ts';

/** Recipients that are known only by configuration (OpenDSR), by their configured name. */
export type FurtherRecipients = Readonly<Record<string, Recipient>>;

const text = v.strictObject({
  nl: v.pipe(v.string(), v.minLength(1)),
  en: v.pipe(v.string(), v.minLength(1)),
});

/** What the operator must say about a configured recipient before data may go there (GDPR art. 30(1)). */
export const furtherRecipientSchema = v.pipe(
  v.strictObject({
    title: v.pipe(v.string(), v.minLength(1)),
    legalEntity: v.pipe(v.string(), v.minLength(1)),
    country: text,
    role: v.picklist(['processor', 'own-controller']),
    activities: v.pipe(v.array(v.picklist(activityNames)), v.minLength(1)),
    categories: v.pipe(v.array(v.picklist(dataCategories)), v.minLength(1)),
    safeguard: v.picklist(safeguards),
  }),
  v.transform((entry): Recipient => entry),
);

/** The entry of a recipient. Throws `ConfigurationError` for a system that the register does not know: nothing true can be said about it. */
export function recipientOf(name: string, further: FurtherRecipients = {}): Recipient {
  const entry = entryOf(name, further);
  if (entry === undefined) throw new ConfigurationError(`not-in-register: ${name}`);
  return entry;
}

function entryOf(name: string, further: FurtherRecipients): Recipient | undefined {
  const builtIn = builtInProcessors.find((known) => known === name);
  if (builtIn !== undefined) return recipients[builtIn];
  return Object.hasOwn(further, name) ? further[name] : undefined;
}

export interface NotApplicable {
  readonly processor: string;
  readonly why: NotApplicableReason;
}

export interface FanOut {
  /** Systems to search, in the register's order. */
  readonly applies: readonly string[];
  /** Systems that receive data but where this right has nothing to work on, and why: told to the subject, never called. */
  readonly notApplicable: readonly NotApplicable[];
}

/**
 * Every enabled system gets a line of its own, so that none is left out of an answer silently. A system that only the configuration
 * knows is searched for every right that its entry, where given, does not exclude.
 */
export function fanOutOf(right: Right, enabled: readonly string[], further: FurtherRecipients = {}): FanOut {
  // A complaint is answered, not carried out: no system is searched for it.
  if (right === 'complaint') return { applies: [], notApplicable: [] };
  const inOrder = [
    ...builtInProcessors.filter((name) => enabled.includes(name)),
    ...new Set(enabled.filter((name) => !builtInProcessors.some((known) => known === name))),
  ];
  const applies: string[] = [];
  const notApplicable: NotApplicable[] = [];
  for (const name of inOrder) {
    const why = notApplicableAt(entryOf(name, further), right);
    if (why === undefined) applies.push(name);
    else notApplicable.push({ processor: name, why });
  }
  return { applies, notApplicable };
}

function notApplicableAt(recipient: Recipient | undefined, right: Right): NotApplicableReason | undefined {
  if (recipient === undefined) return undefined;
  if (right === 'portability' && !isPortable(recipient)) return 'not-portable-data';
  return recipient.notApplicable?.[right];
}

/** The systems to search for a right: all that are on, hold data, and have something for the right to work on. */
export function processorsFor(
  right: Right,
  enabled: readonly string[],
  further: FurtherRecipients = {},
): readonly string[] {
  return fanOutOf(right, enabled, further).applies;
}

/** What a category's data is kept for, at one recipient where that has its own rule (GDPR art. 30(1)(f)). */
export function retentionOf(category: DataCategory, recipient?: Recipient): RetentionRule {
  return recipient?.retention ?? categories[category].retention;
}

/** Privacy policy, "How long do we keep your data" and "Google Analytics"; AWR art. 52(4). */
export const retentionTexts = {
  'while-account-is-active': {
    nl: 'zolang uw account actief is',
    en: 'as long as your account is active',
  },
  'after-deactivation': {
    nl: 'niet langer dan één jaar nadat uw account is gestopt',
    en: 'not longer than one year after your account was deactivated',
  },
  'calendar-year': { nl: 'één kalenderjaar', en: 'one calendar year' },
  'after-book-year': {
    nl: 'zeven jaar na het boekjaar; dat eist de belastingwet (artikel 52 lid 4 AWR)',
    en: 'seven years after the book year; Dutch tax law requires this (article 52(4) AWR)',
  },
  'until-consent-ends': {
    nl: 'tot u uw toestemming intrekt',
    en: 'until you withdraw your consent',
  },
  'no-longer-than-needed': {
    nl: 'niet langer dan nodig is voor het doel',
    en: 'no longer than the purpose needs',
  },
} as const satisfies Record<RetentionRule['rule'], Text>;

export interface LawThatKeeps {
  /** Says who must keep what, as part of a sentence that begins with "because". */
  readonly because: Text;
  readonly law: string;
}

export const lawsThatKeep = {
  'tax-records-awr-52-4': {
    because: {
      nl: 'de belastingwet eist dat wij onze boekhouding zeven jaar bewaren (artikel 52 lid 4 AWR)',
      en: 'Dutch tax law requires us to keep our books for seven years (article 52(4) AWR)',
    },
    law: 'AWR art. 52(4); GDPR art. 17(3)(b)',
  },
  'payment-services-5-years': {
    because: {
      nl: 'de betaaldienst door wetten tegen fraude en witwassen verplicht is om betalingen vijf jaar te bewaren',
      en: 'laws against fraud and money laundering oblige the payment service to keep payments for five years',
    },
    law: 'Directive (EU) 2015/849 art. 40; GDPR art. 17(3)(b)',
  },
} as const satisfies Record<RetentionGround, LawThatKeeps>;

/** Last day (YYYY-MM-DD) on which the law keeps a bookkeeping record of a given day: seven years after its book year, which is the calendar year (AWR art. 52(4)). */
export function bookkeepingKeptUntil(recordedOn: string): string {
  return `${Number(recordedOn.slice(0, 4)) + 7}-12-31`;
}

/** Art. 20(1)(a): only what is processed on consent or on a contract can be taken along. */
function isPortable(recipient: Recipient): boolean {
  return recipient.activities.some((name) =>
    activities[name].grounds.some((ground) => ground === 'consent' || ground === 'contract'),
  );
}
