import { canonicalJson } from './audit.ts';
import { commitmentOf } from './case-file.ts';

/**
 * Words that an event of the trail speaks of: sealed in the vault with a salt beside them, and committed to in the event. Changing them later shows;
 * destroying them leaves an event that still verifies and tells nothing.
 */
export interface CommittedWords<Words extends object = object> {
  /** Under which they are sealed. */
  readonly name: string;
  /** What is sealed: the words' own fields and the salt, 32 bytes in hex. */
  readonly sealed: Words & { readonly salt: string };
  /** What the event says of them. */
  readonly data: { readonly words: string; readonly commitment: string };
}

/**
 * Commits to words: plain JSON without fractions and without a `salt` of their own. `name` is where they are sealed; a `kind` makes one of it and
 * of the commitment, which holds nothing that could be guessed back to the words.
 */
export function commitWords<Words extends object>(
  where: { readonly name: string } | { readonly kind: string },
  words: Words,
  salt: Uint8Array,
): CommittedWords<Words> {
  const hex = Buffer.from(salt).toString('hex');
  // Half a character has no bytes of its own, so that not every language could hash it.
  const whole: Words = JSON.parse(JSON.stringify(words), (_, value) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  );
  const commitment = commitmentOf(hex, canonicalJson(whole));
  const name = 'name' in where ? where.name : `${where.kind}.${commitment.slice(0, 16)}`;
  return { name, sealed: { ...whole, salt: hex }, data: { words: name, commitment } };
}

/** Sealed values that open something elsewhere and prove nothing: they are never exported, not even to colleagues. */
const secretPrefix = 'secret.';
export const secretName = (name: string): string => `${secretPrefix}${name}`;
export const isSecret = (name: string): boolean => name.startsWith(secretPrefix);
