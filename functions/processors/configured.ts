import * as v from 'valibot';
import { ConfigurationError } from '../domain/errors.ts';
import { furtherRecipientSchema } from '../domain/register.ts';
import type { Recipient } from '../domain/register-recipients.ts';
import { builtInProcessors } from '../domain/words.ts';

/**
 * Which processors are on and how they are reached: `{ [name]: { enabled, …its own } , opendsr: { [configuredName]: { enabled, register, …} } }`.
 * A processor that is not named is off.
 */
export type ProcessorsConfig = Readonly<Record<string, unknown>>;

export interface SwitchedEntry {
  readonly isOn: boolean;
  /** The processor's own part, without `enabled`. */
  readonly config: unknown;
}

/** A processor that only the configuration knows: what the register says of it stands beside how it is reached. */
export interface FurtherEntry extends SwitchedEntry {
  readonly name: string;
  readonly recipient: Recipient;
}

const switchSchema = v.looseObject({ enabled: v.boolean() });
const furtherSchema = v.looseObject({ enabled: v.boolean(), register: furtherRecipientSchema });
const groupSchema = v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/)), v.unknown());

/** @throws ConfigurationError naming the field, never its value */
export function switchedEntry(name: string, part: unknown): SwitchedEntry {
  const parsed = v.safeParse(switchSchema, part);
  if (!parsed.success) throw new ConfigurationError(`${name}: enabled`);
  const { enabled: isOn, ...config } = parsed.output;
  return { isOn, config };
}

/**
 * The processors under one protocol, by their configured names. Each must say what the register has to know of it (GDPR art. 30):
 * without that nothing true could be told about it, so no data may go there.
 * @throws ConfigurationError naming the fields, never their values
 */
export function furtherEntries(protocol: string, part: unknown): readonly FurtherEntry[] {
  const group = v.safeParse(groupSchema, part);
  if (!group.success) throw new ConfigurationError(`${protocol}: names and entries`);
  return Object.entries(group.output).map(([name, entry]) => {
    if (builtInProcessors.some((builtIn) => builtIn === name) || name === protocol)
      throw new ConfigurationError(`${protocol}.${name}: name is taken`);
    const parsed = v.safeParse(furtherSchema, entry);
    if (!parsed.success) {
      const fields = [...new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? '(root)'))];
      throw new ConfigurationError(`${protocol}.${name}: ${fields.join(', ')}`);
    }
    const { enabled: isOn, register: recipient, ...config } = parsed.output;
    return { name, isOn, recipient, config };
  });
}
