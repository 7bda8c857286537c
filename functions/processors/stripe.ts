import * as v from 'valibot';
import type { Text } from '../domain/register-record.ts';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks, toldWith } from './tasks.ts';

const versionName = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}(\.\w+)?$/));

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.stripe.com'),
  keySecret: secretName('stripe/secret-key'),
  apiVersion: v.optional(versionName, '2025-09-30.clover'),
  /** Present only where Stripe has enabled redaction jobs for this account. */
  redaction: v.optional(v.strictObject({ apiVersion: v.optional(versionName, '2026-04-22.preview') })),
});
export type StripeConfig = v.InferOutput<typeof configuration>;

const blocked = (what: Text, close: Text): ManualTask => ({
  instructions: [
    {
      nl: `Het wissen bij Stripe stopte voordat er iets was veranderd, omdat ${what.nl}.`,
      en: `The erasure at Stripe stopped before anything was changed, because ${what.en}.`,
    },
    close,
    {
      nl: 'Probeer het dan opnieuw: de koppeling kijkt weer en gaat vanzelf verder.',
      en: 'Then press retry: the connector looks again and goes on by itself.',
    },
  ],
  evidence: 'What was open, how it was closed or why it must stay, and on what date.',
});

/** Stripe carries payments out on our behalf, and decides by itself about fraud, money laundering and its own duties as a payment institution. */
const subjectText = {
  nl: 'Stripe gebruikt betaalgegevens ook onder eigen verantwoordelijkheid, om fraude tegen te gaan en omdat de wet dat van betaaldiensten eist. Daarvoor kunt u uw rechten bij Stripe zelf gebruiken; hoe, staat in het Privacy Center op stripe.com.',
  en: 'Stripe also uses payment data under its own responsibility, against fraud and because the law requires it of payment services. For that you can use your rights at Stripe itself; the Privacy Center at stripe.com says how.',
};

const failures = failureTasks({ nl: 'het dashboard van Stripe', en: 'the Stripe dashboard' }, [
  'find',
  'export',
  'erase',
]);

/** Work at Stripe that a person does, by operation or by what stopped an erasure. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...toldWith(failures, subjectText),
  'open-subscription': blocked(
    {
      nl: 'er nog een abonnement loopt dat met de klant meteen zou eindigen',
      en: 'a subscription is still running and deleting the customer would end it on the spot',
    },
    {
      nl: 'Vraag de betrokkene of het abonnement mag eindigen; zeg het pas na een ja op in het dashboard van Stripe.',
      en: 'Ask the subject whether the subscription may end; cancel it in the Stripe dashboard only after they agreed.',
    },
  ),
  'open-dispute': blocked(
    {
      nl: 'een betaling wordt betwist en de gegevens daarvoor nodig zijn (art. 17 lid 3 onder e)',
      en: 'a payment is disputed and the records are needed for it (art. 17(3)(e))',
    },
    {
      nl: 'Wacht de uitkomst af of geef het geschil op in het dashboard; laat het de betrokkene weten als dat langer duurt dan toegezegd.',
      en: 'Wait for the outcome of the dispute or give it up in the dashboard; tell the subject if that takes longer than the promised date.',
    },
  ),
  'open-invoice': blocked(
    { nl: 'er nog een factuur openstaat', en: 'an invoice is still open' },
    {
      nl: 'Int de factuur, maak haar ongeldig, of merk haar in het dashboard als oninbaar.',
      en: 'Collect it, or void it, or mark it uncollectible in the dashboard.',
    },
  ),
  'open-payment': blocked(
    { nl: 'er een betaling onderweg is', en: 'a payment is under way' },
    {
      nl: 'Wacht tot zij is gelukt of mislukt, of annuleer haar in het dashboard.',
      en: 'Wait until it has succeeded or failed, or cancel it in the dashboard.',
    },
  ),
  'unclear-contracts': blocked(
    {
      nl: 'de lijsten van abonnementen en betalingen niet tot het einde kwamen',
      en: 'the lists of subscriptions and payments did not come to their end',
    },
    {
      nl: 'Kijk in het dashboard of er voor deze klant iets openstaat.',
      en: 'Look in the dashboard whether anything is open for this customer.',
    },
  ),
  redact: {
    instructions: [
      {
        nl: 'De klant is verwijderd. Facturen of betalingen waarvan de zeven jaar voorbij zijn, staan nog bij Stripe.',
        en: 'The customer is deleted. Invoices or payments whose seven years have passed are still at Stripe.',
      },
      {
        nl: 'Maak die onleesbaar in het dashboard (Settings, Privacy), of vraag de helpdesk van Stripe als dat niet aan staat.',
        en: 'Redact those in the dashboard (Settings, Privacy), or ask Stripe support where redaction is not enabled.',
      },
      {
        nl: 'Laat elk gegeven waarvan de bewaardatum nog komt zoals het is: de belastingwet bewaart het (art. 52 lid 4 AWR).',
        en: 'Leave every record whose retention date lies ahead as it is: the tax law keeps it (AWR art. 52(4)).',
      },
    ],
    evidence: 'Ids of the redacted records and the date on which Stripe reported success.',
  },
  rectify: {
    instructions: [
      {
        nl: 'Verander de gevraagde velden bij de klant in het dashboard van Stripe.',
        en: 'Change the asked-for fields on the customer in the Stripe dashboard.',
      },
      {
        nl: 'Definitieve facturen kunnen niet veranderen; staat er iets fout op, maak dan een creditnota en een verbeterde factuur.',
        en: 'Finalised invoices cannot change; where one shows wrong data, issue a credit note and a corrected invoice.',
      },
    ],
    evidence: 'Which fields were changed, and the number of any corrected invoice.',
    subjectText,
  },
  restrict: {
    instructions: [
      {
        nl: 'Stripe kent geen beperking. Zet in het dashboard het innen bij lopende abonnementen stil en de mail aan deze klant uit.',
        en: 'Stripe has no restriction. Pause collection on running subscriptions and switch off mail to this customer in the dashboard.',
      },
      {
        nl: 'Geef de klant het metadataveld restricted=true, zodat collega’s het zien.',
        en: 'Add the metadata field restricted=true to the customer, so that colleagues see it.',
      },
    ],
    evidence: 'What was paused and when.',
    subjectText,
  },
  lift: {
    instructions: [
      {
        nl: 'Hervat het innen waar het stilstond, en haal het metadataveld restricted van de klant af.',
        en: 'Resume collection where it was paused, and take the metadata field restricted off the customer.',
      },
    ],
    evidence: 'What was resumed and when.',
  },
  'opt-out': {
    instructions: [
      {
        nl: 'Koppel de bewaarde kaarten los in het dashboard, zodra geen overeenkomst ze meer nodig heeft.',
        en: 'Detach the saved cards in the dashboard once no contract needs them any more.',
      },
    ],
    evidence: 'How many cards were detached and when.',
  },
};

export const stripe: ProcessorDefinition = defineProcessor({
  name: 'stripe',
  title: 'Stripe (Stripe Payments Europe, Limited)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: true,
  limits: { concurrency: 4, perSecond: 20 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./stripe/connection.ts'),
  exampleConfig: { redaction: {} },
});
