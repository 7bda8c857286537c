import { PermanentError } from '../../functions/domain/errors.ts';
import type { Mail, OutgoingLetter } from '../../functions/domain/ports.ts';

export interface SentLetter extends OutgoingLetter {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Takes every letter and remembers it, per mailbox. */
export function createMailDouble(now: () => number): Mail & {
  readonly sent: readonly SentLetter[];
  to(mailbox: string): readonly SentLetter[];
  /** Letters to this mailbox are refused for good from now on. */
  refuse(mailbox: string): void;
} {
  const sent: SentLetter[] = [];
  const byMailbox = new Map<string, SentLetter[]>();
  const refused = new Set<string>();
  return {
    sent,
    to: (mailbox) => byMailbox.get(mailbox) ?? [],
    refuse: (mailbox) => void refused.add(mailbox),
    async send(letter) {
      if (refused.has(letter.to)) throw new PermanentError('mail-refused');
      const one: SentLetter = { ...letter, messageId: `message-${sent.length + 1}`, at: now() };
      sent.push(one);
      byMailbox.set(letter.to, [...(byMailbox.get(letter.to) ?? []), one]);
      return one.messageId;
    },
  };
}
