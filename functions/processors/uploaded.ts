import { createHash } from 'node:crypto';
import type { SubjectKeys } from './contract.ts';
import { mailboxesOf } from './response.ts';

/** Whether the person behind these keys may be in a list that is fed from there. */
export function mayBeUploaded(keys: SubjectKeys, source: 'accounts' | 'anywhere'): boolean {
  return source === 'anywhere' || keys.accountId !== undefined;
}

const dotlessDomains = new Set(['gmail.com', 'googlemail.com']);

/**
 * Every form under which a mailbox of the subject may have been uploaded, as SHA-256 in lower-case hex of the folded address. Google
 * and its mail ignore dots before the @ of gmail addresses, so both spellings name the same mailbox and both are taken out.
 */
export function uploadedHashes(keys: SubjectKeys): readonly string[] {
  const forms = mailboxesOf(keys).flatMap((mailbox) => [mailbox, withoutDots(mailbox)]);
  return [...new Set(forms)].map((form) => createHash('sha256').update(form).digest('hex'));
}

/** The form in which Google asks for an address: lower case, no spaces, and no dots before the @ of gmail addresses. */
export function withoutDots(mailbox: string): string {
  const at = mailbox.lastIndexOf('@');
  const domain = mailbox.slice(at + 1);
  return dotlessDomains.has(domain) ? `${mailbox.slice(0, at).replaceAll('.', '')}@${domain}` : mailbox;
}
