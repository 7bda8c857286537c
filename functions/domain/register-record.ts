import type { DataCategory, Language } from './words.ts';

/** A text in every language that letters are written in. */
export type Text = Readonly<Record<Language, string>>;

/** Art. 6(1): the points that the policy relies on. */
export const legalGrounds = ['consent', 'contract', 'legal-obligation', 'legitimate-interest'] as const;
export type LegalGround = (typeof legalGrounds)[number];

export const activityNames = [
  'accounts',
  'media-service',
  'service-mail',
  'support',
  'payments',
  'bookkeeping',
  'site-statistics',
  'analytics',
  'advertising',
  'newsletter',
  'google-sign-in',
  'rights-requests',
] as const;
export type ActivityName = (typeof activityNames)[number];

export type RetentionRule =
  | { readonly rule: 'while-account-is-active' }
  | { readonly rule: 'after-deactivation'; readonly years: 1 }
  | { readonly rule: 'calendar-year'; readonly years: 1 }
  | { readonly rule: 'after-book-year'; readonly years: 7 }
  | { readonly rule: 'until-consent-ends' }
  | { readonly rule: 'no-longer-than-needed' };

export interface CategoryEntry {
  readonly title: Text;
  /** The policy's own list. */
  readonly items: readonly Text[];
  /** Art. 15(1)(g). */
  readonly source: Text;
  readonly retention: RetentionRule;
}

export interface Activity {
  readonly purpose: Text;
  readonly grounds: readonly LegalGround[];
  readonly categories: readonly DataCategory[];
}

export const controller = {
  name: 'Kinescope B.V.',
  street: 'De Bukakkers 20',
  postcode: '7811 KZ',
  city: 'Emmen',
  country: { nl: 'Nederland', en: 'the Netherlands' },
  chamberOfCommerce: '84154799',
} as const;

/** The supervisory authority of art. 77 for a controller in the Netherlands. */
export const supervisoryAuthority = {
  name: 'Autoriteit Persoonsgegevens',
  site: 'autoriteitpersoonsgegevens.nl',
} as const;

const givenByYou = {
  nl: 'U hebt deze gegevens zelf gegeven, bij het maken van uw account of later.',
  en: 'You gave us this data yourself, when you made your account or later.',
} as const;
const fromYourVisit = {
  nl: 'Deze gegevens ontstaan als u onze website of dienst gebruikt.',
  en: 'This data comes into being when you use our website or service.',
} as const;

/** Privacy policy, "Which personal data do we process" and "How long do we keep your data". */
export const categories = {
  account: {
    title: { nl: 'Accountgegevens', en: 'Account data' },
    items: [
      { nl: 'voor- en achternaam', en: 'first and last name' },
      { nl: 'bedrijfsnaam', en: 'company name' },
      { nl: 'wachtwoord', en: 'password' },
      { nl: 'telefoonnummer', en: 'phone number' },
      { nl: 'e-mailadres', en: 'e-mail address' },
      { nl: 'taal van de browser', en: 'browser language' },
      {
        nl: 'datum en tijd van aanmelding en van bevestiging van het e-mailadres',
        en: 'date and time of sign-up and of e-mail confirmation',
      },
    ],
    source: givenByYou,
    retention: { rule: 'while-account-is-active' },
  },
  usage: {
    title: { nl: 'Gebruiksgegevens', en: 'Usage data' },
    items: [
      { nl: 'IP-adres', en: 'IP address' },
      { nl: 'surf- en klikgedrag', en: 'surfing and clicking behaviour' },
      { nl: 'cookies', en: 'cookies' },
      {
        nl: 'algemene bezoekgegevens, zoals de meest bekeken pagina’s',
        en: 'general visit data, such as the pages seen most',
      },
    ],
    source: fromYourVisit,
    retention: { rule: 'no-longer-than-needed' },
  },
  messages: {
    title: { nl: 'Berichten', en: 'Messages' },
    items: [
      { nl: 'gegevens uit de chatbot', en: 'chatbot data' },
      { nl: 'inhoud van berichten', en: 'message content' },
    ],
    source: {
      nl: 'U hebt deze berichten zelf gestuurd, of het zijn onze antwoorden daarop.',
      en: 'You sent these messages yourself, or they are our replies to them.',
    },
    retention: { rule: 'no-longer-than-needed' },
  },
  media: {
    title: { nl: 'Geüploade media', en: 'Uploaded media' },
    items: [
      { nl: 'bestanden die u hebt geüpload', en: 'files that you uploaded' },
      {
        nl: 'titels en andere gegevens die u daarbij hebt ingevuld',
        en: 'titles and other details that you filled in with them',
      },
    ],
    source: givenByYou,
    retention: { rule: 'after-deactivation', years: 1 },
  },
  payment: {
    title: { nl: 'Betaalgegevens', en: 'Payment records' },
    items: [
      { nl: 'facturen en betalingen', en: 'invoices and payments' },
      {
        nl: 'gegevens van uw abonnement en betaalmiddel',
        en: 'details of your subscription and means of payment',
      },
    ],
    source: {
      nl: 'U hebt deze gegevens gegeven bij een betaling; de betaaldienst voegt daar de uitkomst aan toe.',
      en: 'You gave this data when you paid; the payment service adds the result.',
    },
    retention: { rule: 'after-book-year', years: 7 },
  },
  marketing: {
    title: { nl: 'Marketinggegevens', en: 'Marketing data' },
    items: [
      { nl: 'inschrijving voor de nieuwsbrief', en: 'newsletter subscription' },
      {
        nl: 'of u een mail hebt geopend of aangeklikt',
        en: 'whether you opened a mail or clicked in it',
      },
      { nl: 'groepen voor advertenties waar u in zit', en: 'advertising audiences that you are in' },
    ],
    source: {
      nl: 'U hebt uw adres zelf opgegeven; de rest ontstaat als u onze mails of website gebruikt.',
      en: 'You gave your address yourself; the rest comes into being when you use our mails or website.',
    },
    retention: { rule: 'until-consent-ends' },
  },
} as const satisfies Record<DataCategory, CategoryEntry>;

/** Art. 30(1)(b) with the ground of art. 6(1) for each purpose that the policy names. */
export const activities = {
  accounts: {
    purpose: { nl: 'uw account beheren', en: 'administer your account' },
    grounds: ['contract'],
    categories: ['account'],
  },
  'media-service': {
    purpose: { nl: 'uw media bewaren en afspelen', en: 'store and play your media' },
    grounds: ['contract'],
    categories: ['media', 'account'],
  },
  'service-mail': {
    purpose: {
      nl: 'mails sturen die bij onze dienst horen',
      en: 'send the mails that belong to our service',
    },
    grounds: ['contract'],
    categories: ['account'],
  },
  support: {
    purpose: {
      nl: 'weten wie u bent en u antwoorden als u ons iets vraagt',
      en: 'know who you are and answer you when you ask us something',
    },
    grounds: ['contract', 'legitimate-interest'],
    categories: ['messages', 'account'],
  },
  payments: {
    purpose: { nl: 'betalingen ontvangen', en: 'receive payments' },
    grounds: ['contract'],
    categories: ['payment'],
  },
  bookkeeping: {
    purpose: { nl: 'de boekhouding bijhouden die de wet eist', en: 'keep the books that the law requires' },
    grounds: ['legal-obligation'],
    categories: ['payment'],
  },
  'site-statistics': {
    purpose: {
      nl: 'de indeling en beveiliging van onze website verbeteren',
      en: 'improve the layout and security of our website',
    },
    grounds: ['legitimate-interest'],
    categories: ['usage'],
  },
  analytics: {
    purpose: {
      nl: 'meten hoe bezoekers onze website gebruiken',
      en: 'measure how visitors use our website',
    },
    grounds: ['consent'],
    categories: ['usage'],
  },
  advertising: {
    purpose: {
      nl: 'onze advertenties tonen en meten of ze werken',
      en: 'show our advertisements and measure whether they work',
    },
    grounds: ['consent'],
    categories: ['usage', 'marketing'],
  },
  newsletter: {
    purpose: { nl: 'onze nieuwsbrief sturen', en: 'send our newsletter' },
    grounds: ['consent'],
    categories: ['marketing'],
  },
  'google-sign-in': {
    purpose: {
      nl: 'gegevens van uw Google-account gebruiken waar u dat toestaat',
      en: 'use data of your Google account where you allow it',
    },
    grounds: ['consent'],
    categories: ['account'],
  },
  'rights-requests': {
    purpose: {
      nl: 'uw verzoek over uw gegevens behandelen en dat kunnen aantonen',
      en: 'handle your request about your data and be able to show that we did',
    },
    grounds: ['legal-obligation'],
    categories: ['account', 'messages'],
  },
} as const satisfies Record<ActivityName, Activity>;
