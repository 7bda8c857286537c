import * as v from 'valibot';
import { isMailbox } from './identity.ts';
import { languages, objectionScopes, rights } from './words.ts';

// Written with code points, because these patterns are published and other languages do not know Unicode's classes by the same names.
const turnsWriting = String.raw`\u202A-\u202E\u2066-\u2069`;
const controls = String.raw`\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F`;
/**
 * What cannot be seen in a line: controls, breaks, signs without a shape or that turn the direction of writing. For a character class. The joiner and
 * non-joiner (U+200C, U+200D) are not among them: names are spelt with them in Persian, Sinhala and other languages.
 */
export const unseen = String.raw`${controls}\t\n\r\u00AD\u2028\u2029\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF`;

/** One line with something on it: a line break in a name could become a header of a mail, and invisible signs hide what is written (A28, A30). */
const oneLine = v.regex(new RegExp(`^[^${unseen}]*[^${unseen}\\s\\u200C\\u200D][^${unseen}]*$`), 'one-line');
/** Line breaks and tabs may be in it; other controls, and what turns the direction of writing, may not. */
export const severalLines = v.regex(new RegExp(`^[^${controls}${turnsWriting}]*$`), 'no-control-characters');

const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'empty'), v.maxLength(200, 'too-long'), oneLine);

const mailbox = v.pipe(
  v.string(),
  v.maxLength(254, 'too-long'),
  v.check((text) => isMailbox(text), 'not-a-mail-address'),
);

const correction = v.strictObject({
  field: v.pipe(v.string(), v.trim(), v.minLength(1, 'empty'), v.maxLength(100, 'too-long'), oneLine),
  value: v.pipe(v.string(), v.maxLength(2000, 'too-long'), severalLines),
});

/** What a person may send us. Strict: a field that is not named here is refused by name, `status` and `plannedBy` among them (A51), and there is none for a copy of an identity document (A21). */
export const submissionInput = v.strictObject({
  email: mailbox,
  rights: v.pipe(
    v.array(v.picklist(rights, 'not-a-right')),
    v.minLength(1, 'empty'),
    v.maxLength(rights.length, 'too-many'),
    v.check((list) => new Set(list).size === list.length, 'named-twice'),
  ),
  language: v.picklist(languages, 'not-a-language'),
  name: v.exactOptional(name),
  details: v.exactOptional(v.pipe(v.string(), v.maxLength(5000, 'too-long'), severalLines)),
  corrections: v.exactOptional(v.pipe(v.array(correction), v.maxLength(20, 'too-many'))),
  objectionScope: v.exactOptional(v.picklist(objectionScopes, 'not-a-scope')),
  onBehalfOf: v.exactOptional(
    v.strictObject({ relation: v.picklist(['child', 'agent'], 'not-a-relation'), name }),
  ),
});
export type SubmissionInput = v.InferOutput<typeof submissionInput>;

/** The words of the subject, sealed beside the row under the name `subject`. */
export const sealedSubject = v.object({
  email: v.string(),
  name: v.optional(v.string()),
  details: v.optional(v.string()),
  corrections: v.optional(v.array(v.object({ field: v.string(), value: v.string() }))),
  onBehalfOf: v.optional(v.object({ relation: v.picklist(['child', 'agent']), name: v.string() })),
});
export type SealedSubject = v.InferOutput<typeof sealedSubject>;

export function sealedSubjectOf(input: SubmissionInput): SealedSubject {
  const { email, name: given, details, corrections, onBehalfOf } = input;
  return {
    email,
    ...(given === undefined ? {} : { name: given }),
    ...(details === undefined ? {} : { details }),
    ...(corrections === undefined ? {} : { corrections }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
  };
}
