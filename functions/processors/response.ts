import * as v from 'valibot';
import { QuarantineError } from '../domain/errors.ts';
import type { HttpResponse, JsonValue, SubjectKeys } from './contract.ts';

/** Deeper answers than this are nobody's customer record; the cap keeps every later walk over the data shallow. */
const maxDepth = 64;

/**
 * Parses a vendor's JSON and refuses what could do harm later: keys that reach an object's prototype, and bottomless nesting.
 * @throws QuarantineError `not-json`, `unsafe-keys` or `too-deep`
 */
export function parseJson(text: string): JsonValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new QuarantineError('not-json');
  }
  const open: { node: unknown; depth: number }[] = [{ node: value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (typeof node !== 'object' || node === null) continue;
    if (depth > maxDepth) throw new QuarantineError('too-deep');
    if (Object.hasOwn(node, '__proto__')) throw new QuarantineError('unsafe-keys');
    for (const [key, child] of Object.entries(node)) {
      const reachesPrototype =
        key === 'constructor' &&
        typeof child === 'object' &&
        child !== null &&
        Object.hasOwn(child, 'prototype');
      if (reachesPrototype) throw new QuarantineError('unsafe-keys');
      open.push({ node: child, depth: depth + 1 });
    }
  }
  // The walk above has seen every node of what JSON.parse gave, so this is JSON by construction.
  return value as JsonValue;
}

/**
 * Body of an answer as the schema wants it; keys that the schema does not name are dropped or kept as the schema says.
 * @throws QuarantineError `not-json`, `unsafe-keys`, `too-deep` or `unexpected-shape`
 */
export function readJson<const Schema extends v.GenericSchema>(
  response: HttpResponse,
  schema: Schema,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, parseJson(response.body));
  if (!parsed.success) throw new QuarantineError('unexpected-shape');
  return parsed.output;
}

/** The same where the body may be something else: undefined then. */
export function readJsonIf<const Schema extends v.GenericSchema>(
  response: HttpResponse,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  try {
    return readJson(response, schema);
  } catch (error) {
    if (error instanceof QuarantineError) return undefined;
    throw error;
  }
}

/** RFC 3339, as vendors write their instants. */
export const instant = v.pipe(v.string(), v.isoTimestamp());

/** Any JSON value, for exported records kept in the vendor's own words: `parseJson` has already proven that it is one. */
export const jsonValue = v.custom<JsonValue>((value) => value !== undefined);

/** A JSON object of which the named parts are checked and the rest is kept. */
export const jsonObject = v.custom<{ readonly [key: string]: JsonValue }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** A record in the vendor's own words, for exports, of which only the id is checked. */
export const rawRecord = v.custom<{ readonly id: string; readonly [key: string]: JsonValue }>(
  (value) => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string',
);

/** Mailboxes are compared without regard to ASCII case and to nothing else: dots and plus tags may be another person's. */
export function foldMailbox(address: string): string {
  return address.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Every mailbox that is proven to be the subject's, folded, without repeats; the verified one first. */
export function mailboxesOf(keys: SubjectKeys): readonly string[] {
  return [...new Set([keys.email, ...(keys.otherEmails ?? [])].map(foldMailbox))];
}

/** Every spelling in which a vendor that minds case may know a mailbox of the subject: as it was typed, and folded. */
export function spellingsOf(keys: SubjectKeys): readonly string[] {
  const typed = [keys.email, ...(keys.otherEmails ?? [])].map((address) => address.trim());
  return [...new Set([...typed, ...mailboxesOf(keys)])];
}

/**
 * A record is used only if the vendor's own answer names the subject on it.
 * @throws QuarantineError `another-person`
 */
export function expectSubject(keys: SubjectKeys, echoed: string | null | undefined): void {
  if (echoed === null || echoed === undefined || !mailboxesOf(keys).includes(foldMailbox(echoed)))
    throw new QuarantineError('another-person');
}

/**
 * Whether the answer says, in the other side's own words, that what was asked for is not there. A proxy, a wrong address and a wrong verb
 * answer 404 too, and none of them proves an absence.
 * @throws QuarantineError `false-not-found`
 */
export function saysAbsent(response: HttpResponse, ownWords: v.GenericSchema): boolean {
  if (response.status !== 404) return false;
  if (readJsonIf(response, ownWords) === undefined) throw new QuarantineError('false-not-found');
  return true;
}
