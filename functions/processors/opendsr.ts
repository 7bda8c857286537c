import * as v from 'valibot';
import type { Recipient } from '../domain/register-recipients.ts';
import type { Text } from '../domain/register-record.ts';
import { baseUrl, fedFrom, originOf, parseConfig, secretName } from './config.ts';
import type { Capabilities, ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks, toldWith } from './tasks.ts';

export const configuration = v.strictObject({
  /** With the major version at its end, for example `https://opendsr.example.com/v2`. */
  baseUrl: v.unwrap(baseUrl('https://localhost')),
  /** The domain in the signing certificate and in the processor's headers. */
  domain: v.pipe(v.string(), v.regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/)),
  /** How we prove ourselves is left to each processor; most want one header. */
  authorization: v.optional(
    v.strictObject({
      header: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
      secret: secretName('opendsr/authorization'),
    }),
  ),
  /** Under which identities the processor knows people. */
  identities: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          type: v.picklist(['email', 'controller_customer_id']),
          format: v.picklist(['raw', 'sha256']),
        }),
      ),
      v.minLength(1),
    ),
    [{ type: 'email', format: 'raw' }],
  ),
  fedFrom,
  /** Where the processor reports changes; without it we ask. */
  callbackUrl: v.optional(v.unwrap(baseUrl('https://localhost'))),
  /** PEM of the authority that issued the signing certificate, where it is none of the well-known ones. */
  rootCertificate: v.optional(v.pipe(v.string(), v.startsWith('-----BEGIN CERTIFICATE-----'))),
});
export type OpenDsrConfig = v.InferOutput<typeof configuration>;

export const capabilities: Capabilities = {
  find: 'automated',
  // The protocol files access requests, but leaves open in what form the results come back.
  export: 'manual',
  rectify: 'manual',
  erase: 'automated',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'manual',
};

const byHand = (what: Text): ManualTask => ({
  instructions: [
    {
      nl: `OpenDSR heeft hier geen bericht voor: ${what.nl}.`,
      en: `OpenDSR has no message for this: ${what.en}.`,
    },
    {
      nl: 'Schrijf aan het privacycontact uit de verwerkersovereenkomst, noem ons kenmerk en wat er wordt gevraagd, en over de mens nooit meer dan de identiteit die zij kennen.',
      en: 'Write to the privacy contact in the processing agreement, name our reference and what is asked, and never more about the person than the identity they know.',
    },
  ],
  evidence: 'Date of the message, date and content of the answer in one line.',
});

const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'het portaal van deze verwerker', en: 'the portal of this processor' }, [
    'find',
    'erase',
  ]),
  export: byHand({
    nl: 'vraag om de kopie, en voeg wat terugkomt na het lezen toe aan het pakket',
    en: 'ask for the copy, and add what comes back to the package after reading it',
  }),
  rectify: byHand({ nl: 'vraag om de correctie', en: 'ask for the correction' }),
  restrict: byHand({ nl: 'vraag de gegevens te beperken', en: 'ask to restrict the data' }),
  lift: byHand({ nl: 'meld dat de beperking is geëindigd', en: 'tell that the restriction has ended' }),
  'opt-out': byHand({
    nl: 'vraag te stoppen met het gebruik waar iemand bezwaar tegen maakt of toestemming voor introk',
    en: 'ask to stop the use that the person objects to or withdrew consent for',
  }),
};

/** Words for the subject where the register says that the processor also decides by itself. */
function ownControllerText({ title, legalEntity }: Recipient) {
  return {
    nl: `${title} gebruikt gegevens ook onder eigen verantwoordelijkheid. Daarvoor kunt u uw rechten bij ${legalEntity} zelf gebruiken.`,
    en: `${title} also uses data under its own responsibility. For that you can use your rights at ${legalEntity} itself.`,
  };
}

/** A processor that speaks OpenDSR 2.0 and is known by configuration and its register entry alone. */
export function openDsr(name: string, recipient?: Recipient): ProcessorDefinition {
  const isController = recipient?.role === 'own-controller';
  return defineProcessor({
    name,
    title: recipient?.title ?? name,
    capabilities,
    ownController: isController,
    limits: { concurrency: 2, perSecond: 2 },
    manualTasks: isController ? toldWith(manualTasks, ownControllerText(recipient)) : manualTasks,
    configuration,
    origins: originsOf,
    async connection() {
      const { connect } = await import('./opendsr/connection.ts');
      return { connect: (config, deps) => connect(name, config, deps) };
    },
    exampleConfig: { baseUrl: 'https://opendsr.example.com/v2', domain: 'opendsr.example.com' },
  });
}

export function originsOf(config: OpenDsrConfig): readonly string[] {
  return [...new Set([originOf(config.baseUrl), `https://${config.domain}`])];
}

/**
 * Whether this processor reports by itself under this configuration.
 * @throws ConfigurationError naming the processor and the fields
 */
export function expectsCallbacks(name: string, config: unknown): boolean {
  return parseConfig(name, configuration, config).callbackUrl !== undefined;
}
