import { ConfigurationError } from '../domain/errors.ts';
import type { FurtherRecipients } from '../domain/register.ts';
import type { Recipient } from '../domain/register-recipients.ts';
import { account } from './account.ts';
import { adyen } from './adyen.ts';
import { furtherEntries, type ProcessorsConfig, switchedEntry } from './configured.ts';
import type { HttpClient, Processor, ProcessorDefinition } from './contract.ts';
import { googleAds } from './google-ads.ts';
import { googleAnalytics } from './google-analytics.ts';
import { googleOauth } from './google-oauth.ts';
import { hotjar } from './hotjar.ts';
import { intercom } from './intercom.ts';
import { linkedin } from './linkedin.ts';
import { mailchimp } from './mailchimp.ts';
import { mailjet } from './mailjet.ts';
import { meta } from './meta.ts';
import { openDsr } from './opendsr.ts';
import { paddle } from './paddle.ts';
import { paypal } from './paypal.ts';
import { stripe } from './stripe.ts';
import { telegram } from './telegram.ts';

/** The only list of the systems that ship with the product, in the order of `builtInProcessors`. */
export const definitions: readonly ProcessorDefinition[] = [
  account,
  mailchimp,
  intercom,
  mailjet,
  googleAnalytics,
  googleAds,
  googleOauth,
  stripe,
  adyen,
  paddle,
  paypal,
  telegram,
  meta,
  linkedin,
  hotjar,
];

/** Makes the definition of a processor that speaks a protocol and is known only by configuration. */
const configuredKinds: Readonly<Record<string, (name: string, recipient: Recipient) => ProcessorDefinition>> =
  { opendsr: openDsr };

export type { ProcessorsConfig } from './configured.ts';

export interface EnabledProcessor {
  readonly definition: ProcessorDefinition;
  /** Its own part of the configuration, without `enabled` and `register`. */
  readonly config: unknown;
  /** What its HTTP client may reach. */
  readonly origins: readonly string[];
  /** What the register says of a processor that only the configuration knows. */
  readonly recipient?: Recipient;
}

/**
 * The definitions that this configuration switches on, by name. Decides the fan-out together with the register. Every enabled part is checked
 * here, so that a mistake is found when a stage is built or a function starts, and not at the first case that needs the system.
 * @throws ConfigurationError naming the processor and the fields, never their values
 */
export function enabledProcessors(config: ProcessorsConfig): ReadonlyMap<string, EnabledProcessor> {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const enabled = new Map<string, EnabledProcessor>();
  for (const [name, part] of Object.entries(config)) {
    const definition = known.get(name);
    if (definition !== undefined) {
      const { isOn, config: own } = switchedEntry(name, part);
      if (isOn) enabled.set(name, { definition, config: own, origins: definition.origins(own) });
      continue;
    }
    const makeDefinition = configuredKinds[name];
    if (makeDefinition === undefined) throw new ConfigurationError(`${name}: unknown processor`);
    for (const { name: further, isOn, recipient, config: own } of furtherEntries(name, part)) {
      if (!isOn) continue;
      const made = makeDefinition(further, recipient);
      enabled.set(further, { definition: made, recipient, config: own, origins: made.origins(own) });
    }
  }
  return enabled;
}

/** The register's entries of the processors that only the configuration knows. */
export function furtherRecipientsOf(enabled: ReadonlyMap<string, EnabledProcessor>): FurtherRecipients {
  return Object.fromEntries(
    [...enabled].flatMap(([name, { recipient }]) => (recipient === undefined ? [] : [[name, recipient]])),
  );
}

export interface ConnectDependencies {
  /** Makes the HTTP client of one processor, fenced to its origins and limits. */
  readonly httpFor: (fence: {
    readonly processor: string;
    readonly origins: readonly string[];
    readonly limits: ProcessorDefinition['limits'];
  }) => HttpClient;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Secrets by name; never logged. */
  readonly secret: (name: string) => Promise<string>;
}

/** Connects one processor: its own code is loaded and nobody else's, and no call goes out yet. */
export async function connectProcessor(
  { definition, config, origins }: EnabledProcessor,
  { httpFor, now, secret }: ConnectDependencies,
): Promise<Processor> {
  const { name, limits } = definition;
  return definition.connect(config, { http: httpFor({ processor: name, origins, limits }), now, secret });
}

/** Connects all of these, by name, for commands that look at many. */
export async function connectProcessors(
  enabled: ReadonlyMap<string, EnabledProcessor>,
  deps: ConnectDependencies,
): Promise<ReadonlyMap<string, Processor>> {
  const connections = [...enabled].map(
    async ([name, one]) => [name, await connectProcessor(one, deps)] as const,
  );
  return new Map(await Promise.all(connections));
}
