import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.mailjet.com'),
  /** Every account and subaccount that sends for us, each with a key pair of its own. */
  accounts: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,30}$/)),
          credentialsSecret: secretName('mailjet/credentials'),
        }),
      ),
      v.minLength(1),
      v.check((all) => new Set(all.map((one) => one.name)).size === all.length, 'names must differ'),
    ),
    [{ name: 'main' }],
  ),
  /** Which contact property holds which field of a correction. */
  properties: v.optional(v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w-]{1,50}$/))), {
    'first name': 'firstname',
    'last name': 'lastname',
    phone: 'phone',
    company: 'company',
  }),
});
export type MailjetConfig = v.InferOutput<typeof configuration>;

export const mailjet: ProcessorDefinition = defineProcessor({
  name: 'mailjet',
  title: 'Mailjet (Mailjet SAS)',
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
  limits: { concurrency: 4, perSecond: 10 },
  manualTasks: {
    rectify: {
      instructions: [
        {
          nl: 'De correctie gaat over het e-mailadres, en dat kan Mailjet niet veranderen. Laat de betrokkene eerst het nieuwe adres bevestigen.',
          en: 'The correction is of the e-mail address, which Mailjet cannot change. Have the subject confirm the new mailbox first.',
        },
        {
          nl: 'Maak het contact aan onder het nieuwe adres, met dezelfde lijsten en dezelfde toestemming, wis dan het oude en probeer het opnieuw.',
          en: 'Create the contact under the new address with the same lists and the same consent, then erase the old one here and retry.',
        },
      ],
      evidence: 'In which (sub)accounts it was done. Write no values.',
    },
    erase: {
      instructions: [
        {
          nl: 'Lees de code van de fout. Is het contact niet geanonimiseerd: open het in het genoemde (sub)account, verwijder het daar, en probeer het opnieuw.',
          en: 'Read the code of the failure. If the contact is not anonymised: open it in the named (sub)account and delete it there, then retry.',
        },
        {
          nl: 'Is het geanonimiseerd maar na dertig dagen niet verwijderd, vraag dan de helpdesk van Mailjet wanneer dat gebeurt.',
          en: 'If it is anonymised but not removed after the thirty days, ask Mailjet support when it will be.',
        },
      ],
      evidence: 'Which (sub)account, what was seen, and the support ticket if there was one.',
    },
    lift: {
      instructions: [
        {
          nl: 'De beperking sloot het contact uit van campagnes. Dat mag alleen terug voor wie eerder toestemming gaf.',
          en: 'The restriction excluded the contact from campaigns. It may only be undone for someone who had consented before.',
        },
        {
          nl: 'Vraag de betrokkene of die de mailings weer wil; bij een ja haal je het contact in elk (sub)account van de uitsluitlijst.',
          en: 'Ask the subject whether they want the mailings again; on a yes, take the contact off the exclusion list in every (sub)account.',
        },
      ],
      evidence: 'The answer of the subject, and where the exclusion was taken off.',
    },
  },
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./mailjet/connection.ts'),
  exampleConfig: { accounts: [{ name: 'main', credentialsSecret: 'mailjet/credentials' }] },
});
