import * as v from 'valibot';
import { parseConfig } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { noEvidence } from './evidence.ts';
import { standingOf } from './standing.ts';
import { fedFrom, mayBeUploaded } from './uploaded.ts';

const name = 'linkedin';

/** LinkedIn offers no interface for single persons to advertisers: there is nothing to call, only what staff need to know. */
const configuration = v.strictObject({
  fedFrom,
  /** Names of the contact lists that were uploaded to Campaign Manager; empty where only the Insight Tag is used. */
  contactLists: v.optional(v.array(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))), []),
});

const capabilities = {
  find: 'automated',
  export: 'manual',
  rectify: 'none',
  erase: 'manual',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'manual',
} as const;

const subjectText = {
  nl: 'LinkedIn verwijdert wat het via de Insight Tag kreeg na 7 dagen uit de herkenbare vorm en na 180 dagen geheel. Voor uw LinkedIn-account is LinkedIn zelf verantwoordelijk: zie daar Instellingen, Gegevensprivacy en Advertentiegegevens.',
  en: 'LinkedIn removes direct identifiers from what the Insight Tag sent after 7 days, and the rest after 180 days. LinkedIn itself is responsible for your LinkedIn account: see Settings, Data privacy and Advertising data there.',
};

const takeOut = [
  'Set marketing consent of the account to refused, so that the Insight Tag stops for this person.',
  'For every contact list in the finding: take the address out of the source file and upload the list anew in Campaign Manager (Plan, Audiences).',
];

const manualTasks: Readonly<Record<string, ManualTask>> = {
  export: {
    instructions: [
      'Reports of the Insight Tag are counts without persons: nothing can be read for one person. Write that into the answer.',
      'If the person is in an uploaded contact list, add that row of our own source file to the package.',
    ],
    evidence: 'That the statement was added, and which lists were looked through.',
    subjectText,
  },
  erase: {
    instructions: [
      ...takeOut,
      'Write down the day: what the tag sent before it is gone 180 days later by itself.',
    ],
    evidence: 'Since when the consent is off, which lists were uploaded anew and when.',
    subjectText,
  },
  restrict: {
    instructions: takeOut,
    evidence: 'Since when the consent is off; which lists were uploaded anew.',
  },
  lift: {
    instructions: ['Let the account choose marketing consent again; never switch it on for the person.'],
    evidence: 'When the block was taken off and by whom.',
  },
  'opt-out': {
    instructions: takeOut,
    evidence: 'Since when the consent is off; which lists were uploaded anew.',
    subjectText,
  },
};

export const linkedin: ProcessorDefinition<unknown> = {
  name,
  title: 'LinkedIn (LinkedIn Ireland Unlimited Company)',
  capabilities,
  ownController: true,
  limits: { concurrency: 1, perSecond: 1 },
  manualTasks,
  origins: () => [],
  connect(config) {
    const { fedFrom: source, contactLists } = parseConfig(name, configuration, config);
    return {
      name,
      async find(keys) {
        // The tag's events carry no name that we could search for; the lists and the tag concern whoever has an account.
        const held = mayBeUploaded(keys, source) ? ['insight-tag', ...contactLists] : [];
        const holdings = held.map((handle) => ({ handle, category: 'marketing', count: 1 }) as const);
        return { holdings, complete: true };
      },
      // Nothing can be read there per person.
      async *export() {},
      async act(action, input) {
        const standing = standingOf(capabilities, action, input, noEvidence('not-in-upload-source'));
        return standing ?? { result: 'manual', instructions: action };
      },
      async confirm() {
        return { seen: 'cannot-look', evidence: noEvidence('no-interface') };
      },
      async check() {
        // There is no address that could be wrong.
      },
    };
  },
  exampleConfig: { fedFrom: 'accounts', contactLists: ['Customers 2026'] },
};
