import * as v from 'valibot';
import { baseUrl, fedFrom, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://graph.facebook.com'),
  version: v.optional(v.pipe(v.string(), v.regex(/^v\d{1,3}\.\d$/)), 'v25.0'),
  tokenSecret: secretName('meta/system-user-token'),
  adAccounts: v.pipe(v.array(v.pipe(v.string(), v.regex(/^act_\d+$/))), v.minLength(1)),
  fedFrom,
  /** True where the Pixel or the Conversions API sends events: those can be reached by no call, so a person goes on from there. */
  pixel: v.boolean(),
});
export type MetaConfig = v.InferOutput<typeof configuration>;

const subjectText = {
  nl: 'Meta (Facebook, Instagram) gebruikt wat het via de pixel kreeg ook onder eigen verantwoordelijkheid. Daar kunnen wij niet bij. U beheert dit zelf in het Accountcentrum van Meta, onder Uw gegevens en machtigingen, Uw activiteit buiten Meta-technologieën.',
  en: 'Meta (Facebook, Instagram) also uses what it received through the pixel under its own responsibility. We cannot reach that. You can manage it yourself in the Accounts Center of Meta, under Your information and permissions, Your activity off Meta technologies.',
};

/** Work at Meta that a person does: everything about the pixel, which no call reaches. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'Audiences in Meta Ads Manager', en: 'Audiences in Meta Ads Manager' }, [
    'find',
    'erase',
    'restrict',
    'opt-out',
  ]),
  pixel: {
    instructions: [
      {
        nl: 'De mens is automatisch uit de geüploade doelgroepen gehaald. Gebeurtenissen van de pixel zijn niet te bereiken.',
        en: 'The person has been taken out of the uploaded audiences by call. Events of the pixel cannot be reached by any call.',
      },
      {
        nl: 'Controleer dat de toestemming voor marketing bij het account uit staat, zodat pixel en Conversions API er niets meer over sturen.',
        en: 'Check that marketing consent of the account is off, so that neither pixel nor Conversions API sends events for it any more.',
      },
      {
        nl: 'Controleer in Events Manager dat er geen offline set met deze mens is geüpload; verwijder zo’n set.',
        en: 'Check in Events Manager that no offline event set with this person was uploaded; delete such a set.',
      },
    ],
    evidence: 'Since when the consent is off, and whether an event set was found and deleted.',
    subjectText,
  },
  export: {
    instructions: [
      {
        nl: 'Bij Meta valt per mens niets te lezen. Zet in het antwoord welke doelgroepen er zijn, waarvoor, en dat gebeurtenissen geen naam dragen.',
        en: 'Nothing can be read per person at Meta. Write that into the answer: which audiences exist, what they are for, and that events carry no name.',
      },
    ],
    evidence: 'That the statement was added.',
    subjectText,
  },
};

export const meta: ProcessorDefinition = defineProcessor({
  name: 'meta',
  title: 'Meta (Meta Platforms Ireland Limited)',
  capabilities: {
    find: 'automated',
    export: 'manual',
    rectify: 'none',
    erase: 'automated',
    restrict: 'automated',
    lift: 'none',
    'opt-out': 'automated',
  },
  ownController: true,
  limits: { concurrency: 1, perSecond: 2 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./meta/connection.ts'),
  exampleConfig: { adAccounts: ['act_1234567890'], fedFrom: 'accounts', pixel: true },
});
