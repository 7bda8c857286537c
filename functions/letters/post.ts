import type { Case, LetterRecord } from '../domain/case.ts';
import { TransientError } from '../domain/errors.ts';
import { mailboxRateKey } from '../domain/identity.ts';
import type { CaseStore, KeyedHash, Mail } from '../domain/ports.ts';
import { toldAlready } from '../domain/tell.ts';
import type { Letter } from './letter.ts';

export interface PostPorts {
  readonly store: Pick<CaseStore, 'claim' | 'replace' | 'release'>;
  readonly hash: KeyedHash;
  readonly mail: Mail;
}

/** Letters that a stranger can cause in somebody else's mailbox; all others follow a proof of control. */
const unasked: ReadonlySet<Letter['kind']> = new Set(['receipt', 'identity-reminder', 'code']);
/** The end of a request that nobody confirmed is told to a mailbox that nobody proved. */
const isUnasked = (current: Case, kind: Letter['kind']): boolean =>
  unasked.has(kind) || (kind === 'refusal' && current.row.status === 'awaiting-identity');
/** At most this many of them reach a mailbox in 24 hours, whoever asks for them (TRUST.md A25). */
const unaskedPerDay = 3;
const dayMs = 24 * 60 * 60 * 1000;

/** A letter, or how it is written once it is certain that it goes out: what it carries (a code) may replace what an earlier one carried. */
export type Written = Letter | { readonly kind: Letter['kind']; readonly write: () => Promise<Letter> };

/** Somebody waits for these and saw an error where they failed: asked for again, they are written again. */
const askedByHand: ReadonlySet<Letter['kind']> = new Set(['code', 'question', 'extension']);
/** Longer than any step that sends a letter may take. */
const sendingMs = 2 * 60 * 1000;
/** Longer than any case goes on. */
const rememberedMs = 500 * dayMs;

/**
 * Sends one letter of a case unless it was told already, and returns its record for the caller's transaction. Two calls at once, or one
 * again after its transaction was lost, send it once (TRUST.md F9, F11, F38). Only a death between handing over and remembering costs one
 * harmless duplicate (F34): mail has no way to ask whether a message was taken.
 * Throws `TransientError` while another call is sending the same letter.
 */
export async function post(
  ports: PostPorts,
  current: Case,
  /** `asked`: by somebody whose session has proved this mailbox. */
  envelope: { readonly id: string; readonly to: string; readonly now: number; readonly asked?: boolean },
  letter: Written,
): Promise<LetterRecord> {
  const told = toldAlready(current, envelope.id);
  if (told) return told;
  const { kind } = letter;
  const at = new Date(envelope.now).toISOString();
  const record = { id: envelope.id, kind, at } as const;
  // Whoever calls our mail unwanted gets no more that they did not ask for (F37).
  if (isUnasked(current, kind) && current.letters.some((letter) => letter.state === 'complained'))
    return { ...record, state: 'withheld' };
  const lock = askedByHand.has(kind) ? undefined : `letter.${current.row.id}/${envelope.id}`;
  if (lock !== undefined) {
    const earlier = await takeLock(ports, lock, current, envelope);
    if (earlier) return { ...record, ...earlier, state: 'sent' };
  }
  let messageId: string;
  try {
    if (
      isUnasked(current, kind) &&
      !envelope.asked &&
      !(await mayStillSend(ports, envelope.to, `${current.row.id}/${envelope.id}`, envelope.now))
    ) {
      if (lock !== undefined) await ports.store.release(lock);
      return { ...record, state: 'withheld' };
    }
    const written = 'write' in letter ? await letter.write() : letter;
    // Loaded when a letter goes out: most calls of the pages send none.
    const { renderLetter } = await import('./render.ts');
    const { subject, text, html } = renderLetter(written, current.row.language);
    messageId = await ports.mail.send({
      to: envelope.to,
      subject,
      text,
      html,
      letterId: envelope.id,
      kind,
      reference: current.row.id,
    });
  } catch (error) {
    // Whether or not this works, the lock ends by itself.
    if (lock !== undefined) await ports.store.release(lock).catch(() => undefined);
    throw error;
  }
  if (lock !== undefined) await remember(ports, lock, `${messageId} ${at}`, envelope.now);
  return { ...record, state: 'sent', messageId };
}

/** Where the store does not take it, the caller's own transaction still may. */
async function remember({ store }: PostPorts, key: string, value: string, now: number): Promise<void> {
  const expiresAt = new Date(now + rememberedMs).toISOString();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      return await store.replace({ key, value, expiresAt });
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
    }
  }
}

const sending = 'sending';

/** Takes the right to send a letter, or says with which message it has gone out. */
async function takeLock(
  { store }: PostPorts,
  key: string,
  current: Case,
  envelope: { readonly id: string; readonly now: number },
): Promise<{ readonly messageId: string; readonly at: string } | undefined> {
  const at = new Date(envelope.now).toISOString();
  const mine = { key, value: sending, expiresAt: new Date(envelope.now + sendingMs).toISOString() };
  const answer = await store.claim(mine, at);
  if (answer === 'claimed') return undefined;
  const [messageId = '', sentAt] = answer.heldBy.split(' ');
  if (sentAt === undefined) throw new TransientError('letter-being-sent');
  const bounced = current.letters.some((one) => one.id === envelope.id && one.messageId === messageId);
  if (!bounced) return { messageId, at: sentAt };
  await store.replace(mine);
  return undefined;
}

/**
 * Three places that are taken for 24 hours each: exact over any span of time, and safe when many ask at once. A letter that could not be
 * handed over keeps its place: tried again it takes no second one, so a mail service that fails never uses up what the mailbox may get.
 */
async function mayStillSend(ports: PostPorts, to: string, letter: string, now: number): Promise<boolean> {
  const mailbox = await ports.hash.of('folded-mailbox', mailboxRateKey(to));
  const at = new Date(now).toISOString();
  const expiresAt = new Date(now + dayMs).toISOString();
  for (let place = 1; place <= unaskedPerDay; place += 1) {
    const answer = await ports.store.claim({ key: `mail.${mailbox}/${place}`, value: letter, expiresAt }, at);
    if (answer === 'claimed' || answer.heldBy === letter) return true;
  }
  return false;
}
