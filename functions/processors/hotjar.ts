import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const siteId = v.pipe(v.string(), v.regex(/^\d+$/));

const shared = {
  /** Our sites in Hotjar; a user id that our pages gave to the Identify API is looked up at each of them. */
  sites: v.pipe(v.array(siteId), v.minLength(1)),
  /** True where surveys ask for the mailbox: then everybody with an account may have left it there. */
  surveys: v.optional(v.boolean(), false),
};

const configuration = v.variant('plan', [
  v.strictObject({
    ...shared,
    plan: v.literal('scale'),
    baseUrl: baseUrl('https://api.hotjar.io'),
    organizationId: v.pipe(v.string(), v.regex(/^\d+$/)),
    /** Keys of Hotjar end after one year. */
    clientIdSecret: secretName('hotjar/client-id'),
    clientSecretSecret: secretName('hotjar/client-secret'),
  }),
  // Below the Scale plan there is no interface: every operation is a person's work in Hotjar's settings.
  v.strictObject({ ...shared, plan: v.literal('other') }),
]);
export type HotjarConfig = v.InferOutput<typeof configuration>;

const consentOff = {
  nl: 'Zet de toestemming voor analyse bij het account op geweigerd, zodat het script van Hotjar bij de volgende pagina stopt voor deze mens.',
  en: 'Set analytics consent of the account to refused, so that the Hotjar script stops for this person at the next page.',
};

const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'User Lookup in Hotjar', en: 'User Lookup in Hotjar' }, ['find']),
  export: {
    instructions: [
      {
        nl: 'Open in Hotjar Settings, User Lookup, kies onze organisatie, en vul het mailadres en de gebruikersnummers van het account in.',
        en: 'In Hotjar open Settings, User Lookup, choose our organisation, and enter the mailbox and the user ids of the account.',
      },
      {
        nl: 'Download het rapport, haal eruit wat niet over de betrokkene gaat, en voeg het toe aan het pakket.',
        en: 'Download the report, take out what is not about the subject, and add it to the package.',
      },
      {
        nl: 'Hotjar doorzoekt geen tekst in opnames en heatmaps; opnames vervallen vanzelf na 365 dagen. Zet dat in het antwoord.',
        en: 'Text inside recordings and heatmaps is not searched by Hotjar; recordings end by themselves after 365 days. Write that into the answer.',
      },
    ],
    evidence: 'What was looked up, how many results the report had, and the name of the file added.',
  },
  erase: {
    instructions: [
      {
        nl: 'Open in Hotjar Settings, User Lookup, kies onze organisatie, en vul het mailadres en de gebruikersnummers van het account in.',
        en: 'In Hotjar open Settings, User Lookup, choose our organisation, and enter the mailbox and the user ids of the account.',
      },
      {
        nl: 'Kies alles verwijderen. Hotjar doet er ten hoogste dertig dagen over; opnames zonder nummer vervallen vanzelf na 365 dagen.',
        en: 'Choose delete all. Hotjar takes up to thirty days; recordings without an id end after 365 days by themselves.',
      },
      {
        nl: 'Kijk na dertig dagen opnieuw: het rapport moet leeg zijn.',
        en: 'Look again after thirty days: the report must be empty.',
      },
    ],
    evidence: 'Date of the deletion, number of results deleted, date and result of the second look.',
  },
  restrict: { instructions: [consentOff], evidence: 'When the consent flag was set and by whom.' },
  lift: {
    instructions: [
      {
        nl: 'Laat het account weer zelf over analyse kiezen; zet het nooit voor iemand aan.',
        en: 'Let the account choose analytics consent again; never switch it on for the person.',
      },
    ],
    evidence: 'When the block was taken off and by whom.',
  },
  'opt-out': {
    instructions: [
      consentOff,
      {
        nl: 'Is toestemming ingetrokken, begin dan vanuit het dossier ook met wissen bij deze verwerker: wat is opgenomen, rustte op die toestemming.',
        en: 'If consent was withdrawn, start an erasure of this processor from the case as well: what was recorded rested on that consent.',
      },
    ],
    evidence: 'When the consent flag was set; the reference of the erasure, if one was started.',
  },
};

export const hotjar: ProcessorDefinition = defineProcessor({
  name: 'hotjar',
  title: 'Hotjar (Hotjar Limited)',
  capabilities: {
    find: 'automated',
    export: 'manual',
    rectify: 'none',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'manual',
  },
  ownController: false,
  // 3,000 requests a minute are allowed; nobody needs a tenth of that here.
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks,
  configuration,
  origins: (config) => (config.plan === 'scale' ? [originOf(config.baseUrl)] : []),
  connection: () => import('./hotjar/connection.ts'),
  exampleConfig: { plan: 'scale', organizationId: '123456', sites: ['654321'] },
});
