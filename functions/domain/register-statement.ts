import { type FurtherRecipients, recipientOf, retentionOf, retentionTexts } from './register.ts';
import type { Recipient, Safeguard } from './register-recipients.ts';
import {
  type Activity,
  type ActivityName,
  activities,
  activityNames,
  categories,
  controller,
  type LegalGround,
  supervisoryAuthority,
  type Text,
} from './register-record.ts';
import { capitalised } from './sentence.ts';
import { builtInProcessors, type DataCategory, dataCategories, type Language } from './words.ts';

/** The information of art. 15(1) and (2), ready to be set in a letter or a package. Plain text throughout. */
export interface Statement {
  readonly title: string;
  readonly sections: readonly StatementSection[];
}

export interface StatementSection {
  readonly key: SectionKey;
  /** The point of the GDPR that asks for it. */
  readonly article: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly StatementItem[];
}

export interface StatementItem {
  readonly term: string;
  readonly text: string;
}

export const sectionKeys = [
  'controller',
  'purposes',
  'categories',
  'recipients',
  'transfers',
  'retention',
  'rights',
  'complaint',
  'source',
  'automated-decisions',
] as const;
export type SectionKey = (typeof sectionKeys)[number];

const groundNames = {
  consent: { nl: 'uw toestemming (lid 1 onder a)', en: 'your consent (point 1(a))' },
  contract: {
    nl: 'onze overeenkomst met u (lid 1 onder b)',
    en: 'our agreement with you (point 1(b))',
  },
  'legal-obligation': {
    nl: 'een wettelijke plicht (lid 1 onder c)',
    en: 'a legal obligation (point 1(c))',
  },
  'legitimate-interest': {
    nl: 'een gerechtvaardigd belang (lid 1 onder f)',
    en: 'a legitimate interest (point 1(f))',
  },
} as const satisfies Record<LegalGround, Text>;

const roleNames = {
  'own-system': { nl: 'ons eigen systeem', en: 'our own system' },
  processor: { nl: 'werkt in onze opdracht', en: 'works on our behalf' },
  'own-controller': {
    nl: 'is ook zelf verantwoordelijk voor wat het met de gegevens doet',
    en: 'is also itself responsible for what it does with the data',
  },
} as const satisfies Record<Recipient['role'], Text>;

/** Art. 15(2) with art. 45, 46 and 49. */
const safeguardTexts = {
  'within-eea': {
    nl: 'de gegevens blijven in de Europese Economische Ruimte',
    en: 'the data stays in the European Economic Area',
  },
  'adequacy-us-dpf-or-standard-clauses': {
    nl: 'gegevens kunnen naar de Verenigde Staten gaan, onder het EU-VS-gegevensbeschermingskader (artikel 45) of de modelcontracten van de Europese Commissie (artikel 46 lid 2 onder c)',
    en: 'data may go to the United States, under the EU-US Data Privacy Framework (article 45) or the European Commission’s standard contractual clauses (article 46(2)(c))',
  },
  'adequacy-uk': {
    nl: 'gegevens gaan naar het Verenigd Koninkrijk, dat volgens de Europese Commissie passende bescherming biedt (artikel 45)',
    en: 'data goes to the United Kingdom, which the European Commission has found to protect data adequately (article 45)',
  },
  'asked-for-by-the-subject': {
    nl: 'berichten gaan buiten de Europese Economische Ruimte omdat u zelf via deze dienst met ons praat (artikel 49 lid 1 onder b)',
    en: 'messages leave the European Economic Area because you talk to us through this service yourself (article 49(1)(b))',
  },
} as const satisfies Record<Safeguard, Text>;

const words = {
  title: { nl: 'Wat wij met uw gegevens doen', en: 'What we do with your data' },
  controller: { nl: 'Wie verantwoordelijk is', en: 'Who is responsible' },
  registered: { nl: 'Kamer van Koophandel', en: 'Chamber of Commerce' },
  purposes: {
    nl: 'Waarvoor wij gegevens gebruiken, en op welke grond van artikel 6 AVG',
    en: 'What we use data for, and on what ground of article 6 GDPR',
  },
  categories: { nl: 'Welke gegevens', en: 'Which data' },
  recipients: { nl: 'Wie uw gegevens ontvangt', en: 'Who receives your data' },
  receives: { nl: 'ontvangt', en: 'receives' },
  authorities: {
    nl: 'Daarnaast geven wij gegevens aan een overheidsinstantie als de wet ons daartoe verplicht. Wij verkopen of verhuren uw gegevens niet.',
    en: 'Besides, we give data to a public authority where the law obliges us to. We do not sell or lease your data.',
  },
  transfers: {
    nl: 'Gegevens buiten de Europese Economische Ruimte',
    en: 'Data outside the European Economic Area',
  },
  transfersIntro: {
    nl: 'U kunt bij ons een kopie vragen van de afspraken die uw gegevens daar beschermen.',
    en: 'You can ask us for a copy of the arrangements that protect your data there.',
  },
  retention: { nl: 'Hoe lang wij gegevens bewaren', en: 'How long we keep data' },
  rights: { nl: 'Uw rechten', en: 'Your rights' },
  rightsText: {
    nl: 'U kunt ons vragen om uw gegevens te laten zien, te verbeteren, aan te vullen, te wissen, te beperken of over te dragen. U kunt bezwaar maken en een toestemming altijd weer intrekken.',
    en: 'You can ask us to show, correct, complete, erase, restrict or transfer your data. You can object, and you can withdraw a consent at any time.',
  },
  complaint: { nl: 'Klacht', en: 'Complaint' },
  complaintText: {
    nl: `U kunt een klacht indienen bij de ${supervisoryAuthority.name} (${supervisoryAuthority.site}).`,
    en: `You can lodge a complaint with the Dutch Data Protection Authority, the ${supervisoryAuthority.name} (${supervisoryAuthority.site}).`,
  },
  source: { nl: 'Waar de gegevens vandaan komen', en: 'Where the data comes from' },
  automated: { nl: 'Automatische besluiten', en: 'Automated decisions' },
  automatedText: {
    nl: 'Wij nemen geen besluiten over u die alleen door een computer worden genomen, en wij maken geen profielen.',
    en: 'We take no decisions about you by computer alone, and we do no profiling.',
  },
} as const satisfies Record<string, Text>;

export interface StatementScope {
  /** Names of the recipients that are on; all that ship with the product when left out. */
  readonly enabled?: readonly string[];
  readonly further?: FurtherRecipients;
}

/** Writes the statement of art. 15(1) and (2) from the register alone, in the order of the article. */
export function statementOf(language: Language, scope: StatementScope = {}): Statement {
  const t = (text: Text) => text[language];
  const receiving = (scope.enabled ?? builtInProcessors).map((name) => recipientOf(name, scope.further));
  const titleOf = (category: DataCategory) => t(categories[category].title);
  const list = (parts: readonly string[]) => parts.join(', ');

  return {
    title: t(words.title),
    sections: [
      {
        key: 'controller',
        article: '15(1), 13(1)(a)',
        title: t(words.controller),
        paragraphs: [
          `${controller.name}, ${controller.street}, ${controller.postcode} ${controller.city}, ${t(controller.country)}. ${t(words.registered)}: ${controller.chamberOfCommerce}.`,
        ],
        items: [],
      },
      {
        key: 'purposes',
        article: '15(1)(a)',
        title: t(words.purposes),
        paragraphs: [],
        items: purposesOf(receiving).map(({ purpose, grounds }) => ({
          term: capitalised(t(purpose)),
          text: `${capitalised(list(grounds.map((ground) => t(groundNames[ground]))))}.`,
        })),
      },
      {
        key: 'categories',
        article: '15(1)(b)',
        title: t(words.categories),
        paragraphs: [],
        items: dataCategories.map((category) => ({
          term: titleOf(category),
          text: `${capitalised(list(categories[category].items.map(t)))}.`,
        })),
      },
      {
        key: 'recipients',
        article: '15(1)(c)',
        title: t(words.recipients),
        paragraphs: [t(words.authorities)],
        items: receiving.map((recipient) => ({
          term: recipient.title,
          text: `${recipient.legalEntity}, ${t(recipient.country)}: ${t(roleNames[recipient.role])}; ${t(words.receives)}: ${list(recipient.categories.map(titleOf)).toLowerCase()}.`,
        })),
      },
      {
        key: 'transfers',
        article: '15(2)',
        title: t(words.transfers),
        paragraphs: [t(words.transfersIntro)],
        items: receiving.map((recipient) => ({
          term: recipient.title,
          text: `${capitalised(t(safeguardTexts[recipient.safeguard]))}.`,
        })),
      },
      {
        key: 'retention',
        article: '15(1)(d)',
        title: t(words.retention),
        paragraphs: [],
        items: [
          ...dataCategories.map((category) => ({
            term: titleOf(category),
            text: `${capitalised(t(retentionTexts[retentionOf(category).rule]))}.`,
          })),
          ...receiving
            .filter((recipient) => recipient.retention !== undefined)
            .map((recipient) => ({
              term: recipient.title,
              text: `${capitalised(list(recipient.categories.map((category) => t(retentionTexts[retentionOf(category, recipient).rule])).filter(isFirst)))}.`,
            })),
        ],
      },
      {
        key: 'rights',
        article: '15(1)(e)',
        title: t(words.rights),
        paragraphs: [t(words.rightsText)],
        items: [],
      },
      {
        key: 'complaint',
        article: '15(1)(f)',
        title: t(words.complaint),
        paragraphs: [t(words.complaintText)],
        items: [],
      },
      {
        key: 'source',
        article: '15(1)(g)',
        title: t(words.source),
        paragraphs: [],
        items: dataCategories.map((category) => ({
          term: titleOf(category),
          text: t(categories[category].source),
        })),
      },
      {
        key: 'automated-decisions',
        article: '15(1)(h)',
        title: t(words.automated),
        paragraphs: [t(words.automatedText)],
        items: [],
      },
    ],
  };
}

/** Purposes that some receiving system serves, in the register's order. */
function purposesOf(receiving: readonly Recipient[]): readonly Activity[] {
  const served = new Set<ActivityName>(receiving.flatMap((recipient) => recipient.activities));
  return activityNames.filter((name) => served.has(name)).map((name) => activities[name]);
}

function isFirst(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
