import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.paddle.com'),
  keySecret: secretName('paddle/api-key'),
});
export type PaddleConfig = v.InferOutput<typeof configuration>;

/** What the subject is told: Paddle sells under its own name and answers for its own copy. */
const subjectText = {
  nl: 'Paddle is de verkoper van uw aankoop en bewaart gegevens daarover onder eigen verantwoordelijkheid, een deel daarvan vijf jaar. U kunt uw rechten ook rechtstreeks bij Paddle gebruiken (zie de privacyverklaring op paddle.com).',
  en: 'Paddle is the seller of what you bought and keeps data about it under its own responsibility, some of it for five years. You can also use your rights with Paddle directly (see the privacy policy at paddle.com).',
};

/** Work at Paddle that a person does, by operation or by what stopped an erasure. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'het dashboard van Paddle', en: 'the Paddle dashboard' }, [
    'find',
    'export',
    'restrict',
    'lift',
  ]),
  erase: {
    instructions: [
      {
        nl: 'Bewaarde kaarten zijn automatisch verwijderd. Voor de klant zelf heeft Paddle zo’n weg niet.',
        en: 'Saved cards have been deleted by call. Paddle has no call for the customer itself.',
      },
      {
        nl: 'Mail sellers@paddle.com vanaf het adres van de accounteigenaar: vraag om wissen, en geef voornaam, achternaam en e-mailadres van de klant.',
        en: 'Mail sellers@paddle.com from the address of the account owner: ask for erasure, and give first name, last name and e-mail address of the customer.',
      },
      {
        nl: 'Paddle bewaart betalingen vijf jaar; de betrokkene hoort dat als bewaard volgens de wet.',
        en: 'Paddle keeps transactions for five years; that is told to the subject as kept by law.',
      },
      {
        nl: 'Bevestigt Paddle, probeer het dan opnieuw of sluit de taak met de bevestiging.',
        en: 'When Paddle confirms, press retry or close the task with the confirmation.',
      },
    ],
    evidence: "Date of the mail, date and reference of Paddle's confirmation. No personal data.",
    subjectText,
  },
  'open-subscription': {
    instructions: [
      {
        nl: 'Het wissen bij Paddle stopte, omdat er nog een abonnement loopt.',
        en: 'The erasure at Paddle stopped, because a subscription is still running.',
      },
      {
        nl: 'Vraag de betrokkene of het mag eindigen, zeg het na een ja op in het dashboard van Paddle, en probeer het opnieuw.',
        en: 'Ask the subject whether it may end, cancel it in the Paddle dashboard after they agreed, and press retry.',
      },
    ],
    evidence: 'Which subscription it was, how it was ended or why it stays, and when.',
  },
  rectify: {
    instructions: [
      {
        nl: 'Paddle laat een verkoper naam, e-mailadres en taal corrigeren. Corrigeer de andere velden in het dashboard waar dat kan (adressen, bedrijf).',
        en: 'Paddle lets a seller correct name, e-mail address and language. Correct the other fields in the dashboard where they can be changed (addresses, business).',
      },
      {
        nl: 'Uitgereikte facturen corrigeert Paddle: de link staat in de factuurmail aan de klant.',
        en: 'Issued invoices are corrected by Paddle: the link is in the invoice mail to the customer.',
      },
    ],
    evidence: 'Which fields were changed and when.',
  },
  'opt-out': {
    instructions: [
      {
        nl: 'Paddle toont de toestemming voor marketing, maar laat die niet automatisch veranderen: zet haar bij de klant uit in het dashboard.',
        en: 'Paddle shows marketing consent and does not let it be changed by call: clear it on the customer in the dashboard.',
      },
      {
        nl: 'Controleer dat deze klant in geen mailing zit die uit exports van Paddle komt.',
        en: 'Check that this customer is in no mailing that is fed from Paddle exports.',
      },
    ],
    evidence: 'When the consent was cleared and which exports were checked.',
    subjectText,
  },
};

export const paddle: ProcessorDefinition = defineProcessor({
  name: 'paddle',
  title: 'Paddle (Paddle.com Market Limited)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    // Saved cards go by call. Paddle has none that deletes a customer, so the rest always comes out as a manual task.
    erase: 'automated',
    restrict: 'automated',
    lift: 'automated',
    'opt-out': 'manual',
  },
  ownController: true,
  // 240 requests a minute per address.
  limits: { concurrency: 2, perSecond: 4 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./paddle/connection.ts'),
  exampleConfig: {},
});
