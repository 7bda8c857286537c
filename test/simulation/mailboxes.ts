import type { SentLetter } from '../doubles/mail.ts';
import type { Chance } from './random.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export type MailEvent = 'Delivery' | 'Bounce' | 'TransientBounce' | 'Complaint';

/**
 * What becomes of the letters: delivered, returned once, returned for ever because the mailbox has gone, called unwanted. The news comes the
 * way SES's does: at least once, late, in any order; what the function did not take is tried again and at last moved back by an operator.
 */
export function createMailboxes(world: World, chance: Chance) {
  /** Mailboxes that take nothing from an instant (epoch ms) on. */
  const goneFrom = new Map<string, number>();
  const unread = new Set<string>();
  let bounces = 0;
  let complaints = 0;

  function mortality(mailbox: string): number {
    const known = goneFrom.get(mailbox);
    if (known !== undefined) return known;
    const own = chance.fork(`mailbox ${mailbox}`);
    const from = own.happens(0.015)
      ? 0
      : own.happens(0.03)
        ? world.clock.at + own.below(60) * dayMs
        : Number.POSITIVE_INFINITY;
    goneFrom.set(mailbox, from);
    return from;
  }

  function received(letter: SentLetter): void {
    const own = chance.fork(`letter ${letter.messageId}`);
    const gone = world.clock.at >= mortality(letter.to);
    const returned = gone || own.happens(0.01);
    if (returned) {
      unread.add(letter.messageId);
      bounces += 1;
    }
    const tell = (event: MailEvent) => {
      const when = world.clock.at + own.pick([0, 1, 5, 300]) * minuteMs;
      deliver(letter, event, when);
      if (own.happens(0.1)) deliver(letter, event, when + own.below(3000) * minuteMs);
    };
    if (!returned || own.happens(0.1)) tell('Delivery');
    if (returned) tell('Bounce');
    else if (own.happens(0.02)) tell('TransientBounce');
    if (!returned && own.happens(0.006)) {
      complaints += 1;
      tell('Complaint');
    }
  }

  /** As Lambda takes asynchronous calls: twice more within minutes; then the operator moves the dead letter back, day after day. */
  function deliver(letter: SentLetter, event: MailEvent, when: number, tries = 0): void {
    world.at(when, async () => {
      try {
        await world.invoke('mail-events', notificationOf(letter, event));
      } catch {
        const wait = tries < 2 ? (tries + 1) * minuteMs : dayMs;
        if (tries < 12) deliver(letter, event, world.clock.at + wait, tries + 1);
      }
    });
  }

  return {
    received,
    /** What somebody finds in their mailbox, oldest first. */
    lettersOf: (mailbox: string): readonly SentLetter[] =>
      world.mail.to(mailbox).filter((letter) => !unread.has(letter.messageId)),
    counts: () => ({ bounces, complaints }),
  };
}
export type Mailboxes = ReturnType<typeof createMailboxes>;

function notificationOf({ messageId, to, reference, letterId, kind }: SentLetter, event: MailEvent) {
  const bounced = event === 'Bounce' || event === 'TransientBounce';
  const message = {
    eventType: bounced ? 'Bounce' : event,
    ...(bounced ? { bounce: { bounceType: event === 'Bounce' ? 'Permanent' : 'Transient' } } : {}),
    mail: {
      messageId,
      destination: [to],
      tags: { reference: [reference], 'letter-id': [letterId], letter: [kind] },
    },
  };
  return { Records: [{ Sns: { Message: JSON.stringify(message) } }] };
}
