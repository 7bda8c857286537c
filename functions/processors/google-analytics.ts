import * as v from 'valibot';
import { baseUrl, originOf } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { googleAuth } from './google-auth.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://analyticsadmin.googleapis.com'),
  auth: googleAuth('google-analytics'),
  /** Numbers of every GA4 property that receives our visitors; each is asked for each id. */
  properties: v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d+$/))), v.minLength(1)),
  /** True where the properties collect user-provided data, so that the mailbox itself is an id there. */
  userProvidedData: v.optional(v.boolean(), false),
});
export type GoogleAnalyticsConfig = v.InferOutput<typeof configuration>;

export const googleAnalytics: ProcessorDefinition = defineProcessor({
  name: 'google-analytics',
  title: 'Google Analytics (Google Ireland Limited)',
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
  // Google allows 600 a minute per user; a tenth of it leaves room for everybody else who uses the project.
  limits: { concurrency: 2, perSecond: 1 },
  manualTasks: {
    ...failureTasks({ nl: 'User explorer in Google Analytics', en: 'User explorer in Google Analytics' }, [
      'find',
      'erase',
    ]),
    export: {
      instructions: [
        {
          nl: 'Open in elke genoemde property Explore, User explorer, en vul de client-id’s en user-id’s uit de bevinding in.',
          en: 'In each listed property open Explore, User explorer, and enter the client ids and user ids shown in the finding.',
        },
        {
          nl: 'Exporteer wat er staat als CSV en voeg het toe aan het pakket. Staat de BigQuery-export aan, voeg dan de rijen met hetzelfde user_pseudo_id of user_id toe.',
          en: 'Export what is shown as CSV and add it to the package. If BigQuery export is on, add the rows with the same user_pseudo_id or user_id.',
        },
        {
          nl: 'Staat er niets, schrijf dat dan op: Google verwijdert gegevens per gebruiker vanzelf na de bewaartijd van de property.',
          en: 'If nothing is shown, write that down: Google removes user-level data by itself after the retention time of the property.',
        },
      ],
      evidence: 'Per property: what was searched, how many sessions were found, name of the exported file.',
    },
    restrict: {
      instructions: [
        {
          nl: 'Zet de toestemming voor analyse bij het account op geweigerd, zodat de tag bij de volgende pagina stopt voor deze mens.',
          en: 'Set analytics consent of the account to refused, so that the tag stops for this person at the next page.',
        },
        {
          nl: 'Schrijf op sinds wanneer; gegevens die er al zijn blijven onaangeroerd tot de beperking is opgeheven.',
          en: 'Write down since when; data that is already there stays untouched until the restriction is lifted.',
        },
      ],
      evidence: 'When the consent flag was set and by whom.',
    },
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
        {
          nl: 'Zet de toestemming voor analyse bij het account op geweigerd, zodat de tag bij de volgende pagina stopt voor deze mens.',
          en: 'Set analytics consent of the account to refused, so that the tag stops for this person at the next page.',
        },
        {
          nl: 'Is toestemming ingetrokken, begin dan vanuit het dossier ook met wissen bij deze verwerker: wat is verzameld, rustte op die toestemming.',
          en: 'If consent was withdrawn, start an erasure of this processor from the case as well: what was collected rested on that consent.',
        },
      ],
      evidence:
        'When the consent flag was set and by whom; the reference of the erasure, if one was started.',
    },
  },
  configuration,
  origins: ({ baseUrl, auth }) => [originOf(baseUrl), originOf(auth.tokenUrl)],
  connection: () => import('./google-analytics/connection.ts'),
  exampleConfig: {
    auth: { kind: 'service-account', clientEmail: 'rights-desk@project.iam.gserviceaccount.com' },
    properties: ['123456789'],
  },
});
