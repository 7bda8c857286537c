import { PermanentError } from './errors.ts';
import { caseRetention } from './policy.ts';

/** Every key of the bucket is built here: our own names and hashes only, never a word of a person or a vendor (TRUST.md A34). */

/**
 * Days after which the bucket itself lets a file go. Only a backstop: copies go on their day and the rest with the words of its case,
 * but no rule of the bucket may be quicker than a case that is extended, paused and then kept for its year.
 */
export const filesBackstopDays = caseRetention.wordsDays + 180;

const named = (text: string, pattern: RegExp, code: string): string => {
  if (!pattern.test(text)) throw new PermanentError(code);
  return text;
};
const processorName = (name: string) => named(name, /^[a-z0-9-]{1,60}$/, 'processor-name');
const hex = (hash: string) => named(hash, /^[0-9a-f]{16,64}$/, 'package-hash');

/** Where the exported records of one system lie: one line of JSON per record. */
export function exportKey(requestId: string, processor: string): string {
  return `requests/${requestId}/export/${processorName(processor)}.ndjson`;
}

/** Everything that was exported for a request. */
export const exportsPrefix = (requestId: string): string => `requests/${requestId}/export/`;

/** What staff fetched by hand at one system; `name` is a hash of the bytes with our own ending. */
export function handFileKey(requestId: string, processor: string, name: string): string {
  return `${handFilesPrefix(requestId)}${processorName(processor)}/${named(name, /^[0-9a-f]{16}\.[a-z]{3,4}$/, 'file-name')}`;
}
export const handFilesPrefix = (requestId: string): string => `requests/${requestId}/by-hand/`;

/** Packages that are ready, each under the hash of its bytes; the manifest beside it says what it was made of. */
export const packagePrefix = (requestId: string): string => `requests/${requestId}/package/`;
export const packageKey = (requestId: string, hash: string): string =>
  `${packagePrefix(requestId)}${hex(hash)}.zip`;
export const manifestKey = (requestId: string, hash: string): string =>
  `${packagePrefix(requestId)}${hex(hash)}.json`;

/** Parts of a package under way, by the fingerprint of what goes into it. */
export const partsPrefix = (requestId: string): string => `requests/${requestId}/parts/`;
export function partKeys(
  requestId: string,
  inputs: string,
  number: number,
): { readonly bytes: string; readonly index: string } {
  const stem = `${partsPrefix(requestId)}${hex(inputs)}/${String(number).padStart(6, '0')}`;
  return { bytes: `${stem}.bin`, index: `${stem}.json` };
}

/** A file that came with a message. */
export function messageFileKey(requestId: string, messageId: string, number: number): string {
  return `requests/${requestId}/messages/${named(messageId, /^message-\d{6}-[0-9a-z]{10}$/, 'message-name')}/${number}`;
}
