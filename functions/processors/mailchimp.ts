import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

const fieldTag = v.pipe(v.string(), v.regex(/^[A-Z0-9_]{1,10}$/));

const configuration = v.strictObject({
  /** With the data centre of the account in it: the part of the API key after its last hyphen. */
  baseUrl: v.unwrap(baseUrl('https://us1.api.mailchimp.com/3.0')),
  apiKeySecret: secretName('mailchimp/api-key'),
  /** Which merge field of our audiences holds which field of a correction. */
  mergeFields: v.optional(v.record(v.string(), fieldTag), {
    'first name': 'FNAME',
    'last name': 'LNAME',
    phone: 'PHONE',
    company: 'COMPANY',
  }),
});
export type MailchimpConfig = v.InferOutput<typeof configuration>;

export const mailchimp: ProcessorDefinition = defineProcessor({
  name: 'mailchimp',
  title: 'Mailchimp (Intuit Inc.)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    erase: 'automated',
    restrict: 'automated',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: false,
  // Ten connections at once is the vendor's limit for all of a user's programs together.
  limits: { concurrency: 4, perSecond: 10 },
  manualTasks: {
    rectify: {
      instructions: [
        {
          nl: 'De correctie gaat over het e-mailadres, of over een naam van meer dan twee woorden, die onze lijsten in delen bewaren.',
          en: 'The correction is of the e-mail address or of a name of more than two words, which our audiences keep in parts.',
        },
        {
          nl: 'Open het contact in elke lijst en corrigeer het. Bij een ander adres: laat de betrokkene dat eerst bevestigen.',
          en: 'Open the contact in every audience and correct it. For another address: have the subject confirm the new mailbox first.',
        },
      ],
      evidence: 'In which audiences it was corrected. Write no values.',
    },
    erase: {
      instructions: [
        {
          nl: 'Mailchimp weigerde een contact te verwijderen, of het staat er nog. Open elke lijst en zoek het adres, ook onder gearchiveerde contacten.',
          en: 'Mailchimp refused to remove a contact, or the contact is still there. Open every audience and search for the address, archived contacts included.',
        },
        {
          nl: 'Kies "Delete permanently", niet "Archive". Ontbreekt die keuze, vraag dan de helpdesk van Mailchimp het contact te verwijderen.',
          en: 'Choose "Delete permanently", not "Archive". If the choice is missing, ask Mailchimp support to remove the contact.',
        },
        {
          nl: 'Probeer het dan opnieuw, zodat het systeem weer kijkt.',
          en: 'Then retry, so that the system looks again.',
        },
      ],
      evidence: 'Audience, what stood in the way, and the support ticket if there was one.',
    },
    lift: {
      instructions: [
        {
          nl: 'De beperking hield alle campagnes tegen. Dat mag alleen terug voor wie toestemming gaf: kijk in de geschiedenis van het contact.',
          en: 'The restriction stopped all campaigns. It may only be undone for someone who had consented: look in the audit trail of the contact.',
        },
        {
          nl: 'Geldt de toestemming nog, vraag de betrokkene dan of die de nieuwsbrief weer wil; bij een ja zet je het contact op ingeschreven.',
          en: 'If the consent still stands, ask the subject whether they want the newsletter again; on a yes, set the contact to subscribed.',
        },
      ],
      evidence: 'The answer of the subject, and what was set in which audience.',
    },
  },
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./mailchimp/connection.ts'),
  exampleConfig: { baseUrl: 'https://us19.api.mailchimp.com/3.0' },
});
