import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks, toldWith } from './tasks.ts';

const configuration = v.strictObject({
  /** Data Protection API; the live address is `https://ca-live.adyen.com/ca/services/DataProtectionService/v1`. */
  baseUrl: baseUrl('https://ca-live.adyen.com/ca/services/DataProtectionService/v1'),
  /** Recurring API, which lists and disables saved cards; live addresses carry a prefix of the company's own. */
  recurringUrl: baseUrl('https://pal-live.adyen.com/pal/servlet/Recurring/v68'),
  apiKeySecret: secretName('adyen/api-key'),
  merchantAccount: v.pipe(v.string(), v.nonEmpty()),
  /** True: payments are erased although a saved card refuses to go. Adyen then erases the payment's data and leaves the card. */
  forceErasure: v.optional(v.boolean(), false),
});
export type AdyenConfig = v.InferOutput<typeof configuration>;

/** Adyen is a bank: the payments that it settles are its own books, and the watch over them is its own duty. */
const subjectText = {
  nl: 'Adyen is een bank en bewaart de betalingen die het verwerkt ook onder eigen verantwoordelijkheid. Daarvoor kunt u uw rechten bij Adyen zelf gebruiken; hoe, staat in de privacyverklaring op adyen.com.',
  en: 'Adyen is a bank and also keeps the payments that it handles under its own responsibility. For that you can use your rights at Adyen itself; the privacy statement at adyen.com says how.',
};

export const adyen: ProcessorDefinition = defineProcessor({
  name: 'adyen',
  title: 'Adyen (Adyen N.V.)',
  capabilities: {
    find: 'automated',
    export: 'manual',
    rectify: 'none',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: true,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks: {
    ...toldWith(
      failureTasks({ nl: 'de Customer Area van Adyen', en: 'the Adyen Customer Area' }, [
        'find',
        'erase',
        'opt-out',
      ]),
      subjectText,
    ),
    export: {
      instructions: [
        {
          nl: 'Zoek in de Customer Area elk betaalkenmerk uit de bevinding op (Transactions, Payments).',
          en: 'In the Customer Area search each payment reference shown in the finding (Transactions, Payments).',
        },
        {
          nl: 'Download de betaalgegevens, haal eruit wat niet over de betrokkene gaat, en voeg ze toe aan het pakket.',
          en: 'Download the payment details, take out everything that is not about the subject, and add them to the package.',
        },
      ],
      evidence: 'Payment references searched and the names of the files added.',
      subjectText,
    },
    restrict: {
      instructions: [
        {
          nl: 'Adyen kent geen beperking. Schrijf in onze eigen facturatie niets meer af van bewaarde kaarten van deze klant, en noteer dat bij het account.',
          en: 'Adyen has no restriction. Stop charging saved cards of this shopper in our own billing, and note it on the account.',
        },
      ],
      evidence: 'What was stopped and when.',
      subjectText,
    },
    lift: {
      instructions: [
        {
          nl: 'Laat de facturatie weer van de bewaarde kaarten afschrijven, zoals met de betrokkene afgesproken.',
          en: 'Let billing charge the saved cards again as agreed with the subject.',
        },
      ],
      evidence: 'What was resumed and when.',
    },
    'recurring-token': {
      instructions: [
        {
          nl: 'Adyen wist geen betaling zolang er een bewaarde kaart van de klant is die niet uit te zetten was.',
          en: 'Adyen refuses to erase a payment while a saved card of the shopper exists that could not be disabled.',
        },
        {
          nl: 'Zet die uit in de Customer Area (Shoppers), nadat een lopend abonnement met de betrokkene is beëindigd.',
          en: 'Disable it in the Customer Area (Shoppers), after any running subscription has been ended with the subject.',
        },
        { nl: 'Probeer het dan opnieuw.', en: 'Then press retry.' },
      ],
      evidence: 'Which saved card it was and when it was disabled.',
    },
  },
  configuration,
  origins: ({ baseUrl, recurringUrl }) => [originOf(baseUrl), originOf(recurringUrl)],
  connection: () => import('./adyen/connection.ts'),
  exampleConfig: { merchantAccount: 'KinescopeCOM' },
});
