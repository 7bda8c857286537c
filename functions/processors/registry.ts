import * as v from 'valibot';
import { ConfigurationError } from '../domain/errors.ts';
import { builtInProcessors } from '../domain/words.ts';
import { account } from './account.ts';
import { adyen } from './adyen.ts';
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
import { secondLookDays, withSecondLook } from './second-look.ts';
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

/** Makes the definition of a processor that speaks OpenDSR and is known only by configuration. */
const configuredKinds: Readonly<Record<string, (name: string) => ProcessorDefinition>> = { opendsr: openDsr };

/**
 * Which processors are on and how they are reached: `{ [name]: { enabled, …its own } , opendsr: { [configuredName]: { enabled, …} } }`.
 * A processor that is not named is off.
 */
export type ProcessorsConfig = Readonly<Record<string, unknown>>;

const switchSchema = v.looseObject({ enabled: v.boolean() });
const groupSchema = v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/)), switchSchema);

export interface EnabledProcessor {
  readonly definition: ProcessorDefinition;
  /** Its own part of the configuration, without `enabled`. */
  readonly config: unknown;
}

/**
 * The definitions that this configuration switches on, by name. Decides the fan-out together with the register.
 * @throws ConfigurationError for names that are no processor and entries without `enabled`
 */
export function enabledProcessors(config: ProcessorsConfig): ReadonlyMap<string, EnabledProcessor> {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const enabled = new Map<string, EnabledProcessor>();
  for (const [name, part] of Object.entries(config)) {
    const definition = known.get(name);
    if (definition !== undefined) {
      addIfEnabled(enabled, name, definition, part);
      continue;
    }
    const makeDefinition = configuredKinds[name];
    if (makeDefinition === undefined) throw new ConfigurationError(`${name}: unknown processor`);
    const group = v.safeParse(groupSchema, part);
    if (!group.success) throw new ConfigurationError(`${name}: names and entries`);
    for (const [configuredName, entry] of Object.entries(group.output)) {
      if (builtInProcessors.some((builtIn) => builtIn === configuredName) || configuredName === name)
        throw new ConfigurationError(`${name}.${configuredName}: name is taken`);
      addIfEnabled(enabled, configuredName, makeDefinition(configuredName), entry);
    }
  }
  return enabled;
}

function addIfEnabled(
  enabled: Map<string, EnabledProcessor>,
  name: string,
  definition: ProcessorDefinition,
  part: unknown,
): void {
  const parsed = v.safeParse(switchSchema, part);
  if (!parsed.success) throw new ConfigurationError(`${name}: enabled`);
  const { enabled: isOn, ...config } = parsed.output;
  if (isOn) enabled.set(name, { definition, config });
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
  /** Days until an erasure is looked for once more (second-look.ts); 0 trusts the first look. */
  readonly secondLookDays?: number;
}

/**
 * Connects every enabled processor; no call goes out yet.
 * @throws ConfigurationError naming the processor and the fields
 */
export function connectProcessors(
  config: ProcessorsConfig,
  deps: ConnectDependencies,
): ReadonlyMap<string, Processor> {
  const connected = new Map<string, Processor>();
  for (const [name, enabled] of enabledProcessors(config)) {
    const { definition, config: own } = enabled;
    const http = deps.httpFor({
      processor: name,
      origins: definition.origins(own),
      limits: definition.limits,
    });
    const processor = definition.connect(own, { http, now: deps.now, secret: deps.secret });
    connected.set(
      name,
      withSecondLook(processor, { days: deps.secondLookDays ?? secondLookDays, now: deps.now }),
    );
  }
  return connected;
}
