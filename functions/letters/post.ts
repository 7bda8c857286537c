import type { Case, LetterRecord } from '../domain/case.ts';
import { mailboxRateKey } from '../domain/identity.ts';
import type { CaseStore, KeyedHash, Mail } from '../domain/ports.ts';
import { toldAlready } from '../domain/tell.ts';
import type { Letter } from './letter.ts';
import { renderLetter } from './render.ts';

export interface PostPorts {
  readonly store: Pick<CaseStore, 'claim'>;
  readonly hash: KeyedHash;
  readonly mail: Mail;
}

/** Letters that a stranger can cause in somebody else's mailbox; all others follow a proof of control. */
const unasked: ReadonlySet<Letter['kind']> = new Set(['receipt', 'identity-reminder', 'code']);
/** The end of a request that nobody confirmed is told to a mailbox that nobody proved. */
const isUnasked = (current: Case, letter: Letter): boolean =>
  unasked.has(letter.kind) || (letter.kind === 'refusal' && current.row.status === 'awaiting-identity');
/** At most this many of them reach a mailbox in 24 hours, whoever asks for them (TRUST.md A25). */
const unaskedPerDay = 3;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Sends one letter of a case unless it was told already, and returns its record for the caller's transaction. A crash between sending
 * and recording costs one harmless duplicate; mail has no way to ask whether a message was taken.
 */
export async function post(
  ports: PostPorts,
  current: Case,
  /** `asked`: by somebody whose session has proved this mailbox. */
  envelope: { readonly id: string; readonly to: string; readonly now: number; readonly asked?: boolean },
  letter: Letter,
): Promise<LetterRecord> {
  const told = toldAlready(current, envelope.id);
  if (told) return told;
  const at = new Date(envelope.now).toISOString();
  const record = { id: envelope.id, kind: letter.kind, at } as const;
  if (
    isUnasked(current, letter) &&
    !envelope.asked &&
    !(await mayStillSend(ports, envelope.to, envelope.now))
  )
    return { ...record, state: 'withheld' };
  const { subject, text, html } = renderLetter(letter, current.row.language);
  const messageId = await ports.mail.send({
    to: envelope.to,
    subject,
    text,
    html,
    letterId: envelope.id,
    kind: letter.kind,
    reference: current.row.id,
  });
  return { ...record, state: 'sent', messageId };
}

/** Three places that are taken for 24 hours each: exact over any span of time, and safe when many ask at once. */
async function mayStillSend(ports: PostPorts, to: string, now: number): Promise<boolean> {
  const mailbox = await ports.hash.of('folded-mailbox', mailboxRateKey(to));
  const at = new Date(now).toISOString();
  const expiresAt = new Date(now + dayMs).toISOString();
  for (let place = 1; place <= unaskedPerDay; place += 1) {
    const answer = await ports.store.claim({ key: `mail.${mailbox}/${place}`, value: 'sent', expiresAt }, at);
    if (answer === 'claimed') return true;
  }
  return false;
}
