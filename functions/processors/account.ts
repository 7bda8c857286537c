import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

export const configuration = v.strictObject({
  /** Kinescope's back end, as docs/account-connector.openapi.json describes it. */
  baseUrl: v.unwrap(baseUrl('https://localhost')),
  tokenSecret: secretName('account/token'),
  /** Kinescope's public API, for the videos. */
  mediaUrl: baseUrl('https://api.kinescope.io/v1'),
  mediaTokenSecret: secretName('account/media-token'),
});
export type AccountConfig = v.InferOutput<typeof configuration>;

export const account: ProcessorDefinition = defineProcessor({
  name: 'account',
  title: 'Kinescope account and media (Kinescope B.V.)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    erase: 'automated',
    restrict: 'automated',
    lift: 'automated',
    'opt-out': 'automated',
  },
  ownController: false,
  limits: { concurrency: 4, perSecond: 20 },
  manualTasks: {
    find: {
      instructions: [
        {
          nl: 'Bij dit mailadres horen meer accounts, of een account waarvan het adres pas is veranderd. Bekijk ze alle in de backoffice.',
          en: 'Several accounts, or an account whose address was changed lately, answer to this mailbox. Look at both in the back office.',
        },
        {
          nl: 'Vraag de betrokkene op het oudere adres welk account het is, en noteer het antwoord. Doe niets met een account dat niet zeker is.',
          en: 'Ask the subject at the older address which account is theirs, and note the answer. Do not act on an account that is not certain.',
        },
      ],
      evidence: 'Which account is the subject’s, and how that was established.',
    },
    rectify: {
      instructions: [
        {
          nl: 'De correctie gaat over iets waar het accountsysteem geen veld voor heeft, of over het e-mailadres zelf.',
          en: 'The correction names something that the account system has no field for, or the e-mail address itself.',
        },
        {
          nl: 'Bij een ander adres: laat de betrokkene eerst het nieuwe adres bevestigen en verander het dan in de backoffice.',
          en: 'For another address: have the subject confirm the new mailbox first, then change it in the back office.',
        },
        {
          nl: 'Bij iets anders: corrigeer het waar het staat, of zet de verklaring van de betrokkene bij het account.',
          en: 'For anything else: correct it where it stands, or add the subject’s statement to the account.',
        },
      ],
      evidence: 'What was corrected where, or where the statement was added. Write no values.',
    },
    erase: {
      instructions: [
        {
          nl: 'Lees de code van de fout. Loopt er een abonnement: reken het af en beëindig het met de klant, en probeer het opnieuw.',
          en: 'Read the code of the failure. For an open subscription: settle and end it with the customer, then retry.',
        },
        {
          nl: 'Blijven video’s of het account staan: verwijder ze in de backoffice, controleer speler en CDN, en probeer het opnieuw zodat het systeem weer kijkt.',
          en: 'If videos or the account remain: remove them in the back office, check player and CDN, then retry so that the system looks again.',
        },
      ],
      evidence: 'What stood in the way and what was done about it.',
    },
  },
  configuration,
  origins: ({ baseUrl, mediaUrl }) => [originOf(baseUrl), originOf(mediaUrl)],
  connection: () => import('./account/connection.ts'),
  exampleConfig: { baseUrl: 'https://rights.internal.example.com/v1' },
});
