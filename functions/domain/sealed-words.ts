import * as v from 'valibot';
import { canonicalJson } from './audit.ts';
import { commitmentOf } from './case-file.ts';

/**
 * Words that an event of the trail speaks of: sealed in the vault with a salt, and committed to in the event. Changing them later shows; destroying
 * them leaves an event that still verifies and tells nothing.
 */
export interface CommittedWords {
  /** Under which they are sealed. */
  readonly name: string;
  /** What is sealed. */
  readonly sealed: { readonly salt: string; readonly value: unknown };
  /** What the event says of them. */
  readonly data: { readonly words: string; readonly commitment: string };
}

/** `salt`: 32 random bytes. `value`: plain JSON without fractions. The name holds nothing that could be guessed back to the words. */
export function commitWords(kind: string, value: unknown, salt: Uint8Array): CommittedWords {
  const hex = Buffer.from(salt).toString('hex');
  const commitment = commitmentOf(hex, canonicalJson(value));
  const name = `${kind}.${commitment.slice(0, 16)}`;
  return { name, sealed: { salt: hex, value }, data: { words: name, commitment } };
}

/** The words behind a sealed value; `undefined` where they were destroyed or have another shape. */
export function openWords<Schema extends v.GenericSchema>(
  schema: Schema,
  sealed: unknown,
): v.InferOutput<Schema> | undefined {
  const parsed = v.safeParse(v.object({ salt: v.string(), value: schema }), sealed);
  return parsed.success ? parsed.output.value : undefined;
}

/** Sealed values that open something elsewhere and prove nothing: they are never exported, not even to colleagues. */
const secretPrefix = 'secret.';
export const secretName = (name: string): string => `${secretPrefix}${name}`;
export const isSecret = (name: string): boolean => name.startsWith(secretPrefix);
