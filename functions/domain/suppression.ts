import { createHmac } from 'node:crypto';
import { domainToASCII } from 'node:url';

/**
 * The ledger of mailboxes that must not come back: written before an erasure, asked by every job that feeds a vendor, replayed after a
 * restore. It holds keyed hashes only, so that it tells who is in it only to someone who already has the address and the key.
 */
export const suppressionReasons = ['erased', 'objected-to-marketing', 'consent-withdrawn'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

export interface SuppressionEntry {
  /** What `suppressionHash` gave. */
  readonly hash: string;
  readonly why: SuppressionReason;
  /** RFC 3339 instant at which it was written. */
  readonly at: string;
}

export interface SuppressionLedger {
  /** Adding the same hash for the same reason again changes nothing and keeps the first instant. */
  add(hash: string, why: SuppressionReason, at: string): Promise<void>;
  entriesOf(hash: string): Promise<readonly SuppressionEntry[]>;
  /** New consent (RFC 3339 instant) lifts what was written before it, and never what came after; lifting nothing is no error. */
  lift(hash: string, consentedAt: string): Promise<void>;
  /** Entries written at or after the instant (RFC 3339), oldest first. */
  list(since: string): AsyncIterable<SuppressionEntry>;
}

/** The ledger to the company's own jobs, which know addresses and show a credential. */
export interface SuppressionDesk {
  readonly ledger: Pick<SuppressionLedger, 'entriesOf' | 'lift'>;
  /** The keyed hash under which the ledger knows a mailbox; lower-case hex. */
  hashOf(address: string): Promise<string>;
  /** The secret that the jobs show. */
  credential(): Promise<string>;
}

/** Shortest key that is taken: as long as the hash's own block of security. */
const leastKeyBytes = 32;

/**
 * The form in which a mailbox is hashed: composed Unicode, lower case, and an international domain in its ASCII form. Dots and plus
 * tags stay, because they may name somebody else's mailbox.
 */
export function normaliseMailbox(address: string): string {
  const composed = address.trim().normalize('NFC').toLowerCase();
  const at = composed.lastIndexOf('@');
  if (at < 1) return composed;
  const domain = composed.slice(at + 1);
  return `${composed.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/**
 * HMAC-SHA256 of the normalised mailbox, in lower-case hex (64 characters).
 * @param key at least 32 bytes from the secret store
 * @throws RangeError when the key is shorter
 */
export function suppressionHash(key: Uint8Array, address: string): string {
  if (key.byteLength < leastKeyBytes) throw new RangeError('suppression key is too short');
  return createHmac('sha256', key).update(normaliseMailbox(address)).digest('hex');
}

/** A mailbox that the account system holds. */
export interface HeldMailbox {
  readonly accountId: string;
  readonly email: string;
  /** RFC 3339 instant at which the account was made. */
  readonly createdAt: string;
}

/**
 * After a restore: the mailboxes that are back although they were erased. Who signed up again after the erasure is not among them.
 * @param erased the ledger's entries since the backup was taken
 */
export async function* mailboxesToEraseAgain(
  held: AsyncIterable<HeldMailbox>,
  erased: AsyncIterable<SuppressionEntry>,
  hashOf: (address: string) => string,
): AsyncIterable<HeldMailbox> {
  const erasedAt = new Map<string, number>();
  for await (const entry of erased) {
    if (entry.why !== 'erased') continue;
    const at = Date.parse(entry.at);
    erasedAt.set(entry.hash, Math.max(at, erasedAt.get(entry.hash) ?? at));
  }
  for await (const mailbox of held) {
    const at = erasedAt.get(hashOf(mailbox.email));
    if (at !== undefined && Date.parse(mailbox.createdAt) <= at) yield mailbox;
  }
}
