import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

const configuration = v.strictObject({
  /** By region of the workspace: api.eu, api (US) or api.au. */
  baseUrl: baseUrl('https://api.eu.intercom.io'),
  tokenSecret: secretName('intercom/token'),
  /** True when Intercom's `external_id` is our account id. */
  externalIdIsAccountId: v.optional(v.boolean(), true),
  /** Keeping reporting figures of deleted conversations; not keeping them needs a scope of its own. */
  retainMetrics: v.optional(v.boolean(), true),
});
export type IntercomConfig = v.InferOutput<typeof configuration>;

/** What staff do at Intercom where its interface cannot. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  find: {
    instructions: [
      {
        nl: 'Een contact heeft het accountnummer van de betrokkene maar een ander e-mailadres. Open het in Intercom en vergelijk het met het account.',
        en: 'A contact carries the subject’s account id but another e-mail address. Open it in Intercom and compare it with the account.',
      },
      {
        nl: 'Voeg het contact samen of corrigeer het als het van de betrokkene is; haal anders het accountnummer eraf. Probeer het dan opnieuw.',
        en: 'Merge or correct the contact if it is the subject’s; remove the account id from it if it is not. Then retry.',
      },
    ],
    evidence: 'Whose contact it is, and what was changed. Write no values.',
  },
  rectify: {
    instructions: [
      {
        nl: 'De correctie gaat over het e-mailadres. Laat de betrokkene eerst het nieuwe adres bevestigen.',
        en: 'The correction is of the e-mail address. Have the subject confirm the new mailbox first.',
      },
      {
        nl: 'Verander het adres dan bij elk contact van de betrokkene in Intercom (er kan een user zijn en meer dan één lead).',
        en: 'Then change the address on every contact of the subject in Intercom (there may be a user and several leads).',
      },
    ],
    evidence: 'How many contacts were corrected.',
  },
  erase: {
    instructions: [
      {
        nl: 'Lees de code van de fout. "only-archived": open het contact en kies "Delete", niet "Archive".',
        en: 'Read the code of the failure. "only-archived": open the contact and choose "Delete", not "Archive".',
      },
      {
        nl: 'Blijft er een gesprek of ticket staan, open en verwijder het. Kan dat niet in ons abonnement, vraag dan de helpdesk van Intercom.',
        en: 'If a conversation or ticket remains, open it and delete it. If our plan does not offer that, ask Intercom support.',
      },
      {
        nl: 'Probeer het dan opnieuw, zodat het systeem weer kijkt.',
        en: 'Then retry, so that the system looks again.',
      },
    ],
    evidence: 'What remained, what was done, and the support ticket if there was one.',
  },
  restrict: {
    instructions: [
      {
        nl: 'Alleen archiveren is geen beperking: het wordt ongedaan zodra de mens terugkomt.',
        en: 'Archiving alone is no restriction: it undoes itself when the person comes back.',
      },
      {
        nl: 'Open elk contact van de betrokkene, archiveer en blokkeer het. Vraag het productteam de Messenger voor dit account uit te zetten.',
        en: 'Open every contact of the subject, archive it and block it. Ask the product team to switch the Messenger off for this account.',
      },
      {
        nl: 'Sluit open gesprekken zonder antwoord en geef ze de tag "restricted".',
        en: 'Close open conversations without answering and add the tag "restricted".',
      },
    ],
    evidence: 'How many contacts were blocked, and when the Messenger was switched off for the account.',
  },
  lift: {
    instructions: [
      {
        nl: 'Haal blokkade en archivering weg bij elk contact met de tag "restricted", en verwijder de tag.',
        en: 'Unblock and unarchive every contact with the tag "restricted", and remove the tag.',
      },
      {
        nl: 'Vraag het productteam de Messenger voor dit account weer aan te zetten.',
        en: 'Ask the product team to switch the Messenger on for this account again.',
      },
    ],
    evidence: 'How many contacts were released, and when the Messenger was switched on again.',
  },
};

export const intercom: ProcessorDefinition = defineProcessor({
  name: 'intercom',
  title: 'Intercom (Intercom R&D Unlimited Company)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: false,
  limits: { concurrency: 4, perSecond: 40 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./intercom/connection.ts'),
  exampleConfig: { baseUrl: 'https://api.eu.intercom.io' },
});
