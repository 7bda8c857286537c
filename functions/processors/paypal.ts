import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api-m.paypal.com'),
  clientIdSecret: secretName('paypal/client-id'),
  clientSecretSecret: secretName('paypal/client-secret'),
});
export type PaypalConfig = v.InferOutput<typeof configuration>;

const subjectText = {
  nl: 'PayPal bewaart uw betalingen onder eigen verantwoordelijkheid en geeft gegevens alleen aan de eigenaar ervan. U kunt uw rechten daar zelf gebruiken: log in bij PayPal en ga naar Instellingen, Gegevens en privacy.',
  en: 'PayPal keeps your payments under its own responsibility and gives data only to their owner. You can use your rights there yourself: sign in to PayPal and go to Settings, Data and privacy.',
};

const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'het zakelijke dashboard van PayPal', en: 'the PayPal business dashboard' }, [
    'find',
    'opt-out',
  ]),
  export: {
    instructions: [
      {
        nl: 'Zoek de betalingen van het account op in het zakelijke dashboard van PayPal, met de betaalkenmerken uit onze eigen facturatie.',
        en: 'Search the transactions of the account in the PayPal business dashboard by the payment references in our own billing.',
      },
      {
        nl: 'Voeg toe aan het pakket wat PayPal ons over deze betalingen laat zien; laat weg wat niet over de betrokkene gaat.',
        en: 'Add what PayPal shows us about these payments to the package; leave out what is not about the subject.',
      },
    ],
    evidence: 'Which payments were looked up and the names of the files added.',
    subjectText,
  },
  rectify: {
    instructions: [
      {
        nl: 'Gegevens van de betaler kan bij PayPal alleen de eigenaar van het PayPal-account veranderen: wijs de betrokkene daarop.',
        en: 'Payer data at PayPal can only be changed by the owner of the PayPal account: point the subject to it.',
      },
    ],
    evidence: 'When the subject was told.',
    subjectText,
  },
  erase: {
    instructions: [
      {
        nl: 'Bewaarde betaalmiddelen zijn automatisch verwijderd. Betalingen blijven bij PayPal, dat zelf verantwoordelijk is.',
        en: 'Saved payment methods have been deleted by call. Transactions stay with PayPal, which is a controller of its own.',
      },
      {
        nl: 'Verwijder de klant uit ons adresboek en uit open conceptfacturen in het zakelijke dashboard van PayPal.',
        en: 'Delete the customer from our address book and from open invoice drafts in the PayPal business dashboard.',
      },
      {
        nl: 'Mail PayPal niet namens de betrokkene: het doet alleen iets op verzoek van de eigenaar.',
        en: 'Do not mail PayPal on behalf of the person: it acts on the request of the owner only.',
      },
    ],
    evidence: 'What was deleted in the dashboard and when.',
    subjectText,
  },
  restrict: {
    instructions: [
      {
        nl: 'Schrijf in onze eigen facturatie niets meer af van bewaarde PayPal-betaalmiddelen van dit account, en noteer dat bij het account.',
        en: 'Stop charging saved PayPal methods of this account in our own billing, and note it on the account.',
      },
    ],
    evidence: 'What was stopped and when.',
  },
  lift: {
    instructions: [
      {
        nl: 'Laat de facturatie weer van de bewaarde PayPal-betaalmiddelen van dit account afschrijven, zoals met de betrokkene afgesproken.',
        en: 'Let billing charge saved PayPal methods of this account again as agreed with the subject.',
      },
    ],
    evidence: 'What was resumed and when.',
  },
};

export const paypal: ProcessorDefinition = defineProcessor({
  name: 'paypal',
  title: 'PayPal (PayPal (Europe) S.à r.l. et Cie, S.C.A.)',
  capabilities: {
    find: 'automated',
    export: 'manual',
    rectify: 'manual',
    // Saved payment methods go by call; everything else is PayPal's own, so that the rest always comes out as a manual task.
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: true,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./paypal/connection.ts'),
  exampleConfig: {},
});
