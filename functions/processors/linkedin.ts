import * as v from 'valibot';
import { fedFrom } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

/** LinkedIn offers no interface for single persons to advertisers: there is nothing to call, only what staff need to know. */
const configuration = v.strictObject({
  fedFrom,
  /** Names of the contact lists that were uploaded to Campaign Manager; empty where only the Insight Tag is used. */
  contactLists: v.optional(v.array(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))), []),
});
export type LinkedinConfig = v.InferOutput<typeof configuration>;

const subjectText = {
  nl: 'LinkedIn verwijdert wat het via de Insight Tag kreeg na 7 dagen uit de herkenbare vorm en na 180 dagen geheel. Voor uw LinkedIn-account is LinkedIn zelf verantwoordelijk: zie daar Instellingen, Gegevensprivacy en Advertentiegegevens.',
  en: 'LinkedIn removes direct identifiers from what the Insight Tag sent after 7 days, and the rest after 180 days. LinkedIn itself is responsible for your LinkedIn account: see Settings, Data privacy and Advertising data there.',
};

const takeOut = [
  {
    nl: 'Zet de toestemming voor marketing bij het account op geweigerd, zodat de Insight Tag stopt voor deze mens.',
    en: 'Set marketing consent of the account to refused, so that the Insight Tag stops for this person.',
  },
  {
    nl: 'Bij elke contactlijst in de bevinding: haal het adres uit het bronbestand en upload de lijst opnieuw in Campaign Manager (Plan, Audiences).',
    en: 'For every contact list in the finding: take the address out of the source file and upload the list anew in Campaign Manager (Plan, Audiences).',
  },
];

const manualTasks: Readonly<Record<string, ManualTask>> = {
  export: {
    instructions: [
      {
        nl: 'Rapporten van de Insight Tag zijn tellingen zonder personen: over één mens valt niets te lezen. Zet dat in het antwoord.',
        en: 'Reports of the Insight Tag are counts without persons: nothing can be read for one person. Write that into the answer.',
      },
      {
        nl: 'Staat de mens in een geüploade contactlijst, voeg dan die rij uit ons eigen bronbestand toe aan het pakket.',
        en: 'If the person is in an uploaded contact list, add that row of our own source file to the package.',
      },
    ],
    evidence: 'That the statement was added, and which lists were looked through.',
    subjectText,
  },
  erase: {
    instructions: [
      ...takeOut,
      {
        nl: 'Schrijf de dag op: wat de tag daarvoor verstuurde, is 180 dagen later vanzelf weg.',
        en: 'Write down the day: what the tag sent before it is gone 180 days later by itself.',
      },
    ],
    evidence: 'Since when the consent is off, which lists were uploaded anew and when.',
    subjectText,
  },
  restrict: {
    instructions: takeOut,
    evidence: 'Since when the consent is off; which lists were uploaded anew.',
  },
  lift: {
    instructions: [
      {
        nl: 'Laat het account weer zelf over marketing kiezen; zet het nooit voor iemand aan.',
        en: 'Let the account choose marketing consent again; never switch it on for the person.',
      },
    ],
    evidence: 'When the block was taken off and by whom.',
  },
  'opt-out': {
    instructions: takeOut,
    evidence: 'Since when the consent is off; which lists were uploaded anew.',
    subjectText,
  },
};

export const linkedin: ProcessorDefinition = defineProcessor({
  name: 'linkedin',
  title: 'LinkedIn (LinkedIn Ireland Unlimited Company)',
  capabilities: {
    find: 'automated',
    export: 'manual',
    rectify: 'none',
    erase: 'manual',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'manual',
  },
  ownController: true,
  limits: { concurrency: 1, perSecond: 1 },
  manualTasks,
  configuration,
  origins: () => [],
  connection: () => import('./linkedin/connection.ts'),
  exampleConfig: { fedFrom: 'accounts', contactLists: ['Customers 2026'] },
});
