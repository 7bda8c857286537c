import * as v from 'valibot';
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

const blocked = (what: string, close: string): ManualTask => ({
  instructions: [
    `The erasure at Stripe stopped before anything was changed, because ${what}.`,
    close,
    'Then press retry: the connector looks again and goes on by itself.',
  ],
  evidence: 'What was open, how it was closed or why it must stay, and on what date.',
});

/** Stripe carries payments out on our behalf, and decides by itself about fraud, money laundering and its own duties as a payment institution. */
const subjectText = {
  nl: 'Stripe gebruikt betaalgegevens ook onder eigen verantwoordelijkheid, om fraude tegen te gaan en omdat de wet dat van betaaldiensten eist. Daarvoor kunt u uw rechten bij Stripe zelf gebruiken; hoe, staat in het Privacy Center op stripe.com.',
  en: 'Stripe also uses payment data under its own responsibility, against fraud and because the law requires it of payment services. For that you can use your rights at Stripe itself; the Privacy Center at stripe.com says how.',
};

const failures = failureTasks('the Stripe dashboard', ['find', 'export', 'erase']);

/** Work at Stripe that a person does, by operation or by what stopped an erasure. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...toldWith(failures, subjectText),
  'open-subscription': blocked(
    'a subscription is still running and deleting the customer would end it on the spot',
    'Ask the subject whether the subscription may end; cancel it in the Stripe dashboard only after they agreed.',
  ),
  'open-dispute': blocked(
    'a payment is disputed and the records are needed for it (art. 17(3)(e))',
    'Wait for the outcome of the dispute or give it up in the dashboard; tell the subject if that takes longer than the promised date.',
  ),
  'open-invoice': blocked(
    'an invoice is still open',
    'Collect it, or void it, or mark it uncollectible in the dashboard.',
  ),
  'open-payment': blocked(
    'a payment is under way',
    'Wait until it has succeeded or failed, or cancel it in the dashboard.',
  ),
  'unclear-contracts': blocked(
    'the lists of subscriptions and payments did not come to their end',
    'Look in the dashboard whether anything is open for this customer.',
  ),
  redact: {
    instructions: [
      'The customer is deleted. Invoices or payments whose seven years have passed are still at Stripe.',
      'Redact those in the dashboard (Settings, Privacy), or ask Stripe support where redaction is not enabled.',
      'Leave every record whose retention date lies ahead as it is: the tax law keeps it (AWR art. 52(4)).',
    ],
    evidence: 'Ids of the redacted records and the date on which Stripe reported success.',
  },
  rectify: {
    instructions: [
      'Change the asked-for fields on the customer in the Stripe dashboard.',
      'Finalised invoices cannot change; where one shows wrong data, issue a credit note and a corrected invoice.',
    ],
    evidence: 'Which fields were changed, and the number of any corrected invoice.',
    subjectText,
  },
  restrict: {
    instructions: [
      'Stripe has no restriction. Pause collection on running subscriptions and switch off mail to this customer in the dashboard.',
      'Add the metadata field restricted=true to the customer, so that colleagues see it.',
    ],
    evidence: 'What was paused and when.',
    subjectText,
  },
  lift: {
    instructions: [
      'Resume collection where it was paused, and take the metadata field restricted off the customer.',
    ],
    evidence: 'What was resumed and when.',
  },
  'opt-out': {
    instructions: ['Detach the saved cards in the dashboard once no contract needs them any more.'],
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
