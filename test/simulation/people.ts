import { ApiProblem } from '../../functions/api/problem.ts';
import { submit } from '../../functions/api/public/submit.ts';
import type { Right } from '../../functions/domain/words.ts';
import { rights } from '../../functions/domain/words.ts';
import type { SentLetter } from '../doubles/mail.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Chance } from './random.ts';
import { createSubjectSide, type FetchedCopy, jsonHeaders, liveOn } from './subject.ts';
import { vendorNames, type World } from './world.ts';

/** What a simulated person does with one submission. */
export interface Person {
  readonly mailbox: string;
  /** Words that must never be seen outside the sealed places. */
  readonly canaries: readonly string[];
  readonly references: string[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Persons by the references of their requests, filled as they send them. */
export function createPeople(world: World, chance: Chance, mailboxes: Mailboxes) {
  const side = createSubjectSide(world, mailboxes);
  const copies: FetchedCopy[] = [];
  const byReference = new Map<string, Person>();
  const byMailbox = new Map<string, Person>();
  let count = 0;

  function newPerson(): Person {
    count += 1;
    const mark = `canary${chance.below(0x7fffffff).toString(36)}x${count}`;
    const person = { mailbox: `${mark}@mail.example`, canaries: [mark, `Zwaluw${mark}`], references: [] };
    byMailbox.set(person.mailbox, person);
    return person;
  }

  /** Most are known to some systems; one in seven to none. */
  function known(person: Person, own: Chance): void {
    if (own.happens(1 / 7)) return;
    for (const vendor of vendorNames) {
      if (vendor !== 'account' && own.happens(0.45)) continue;
      world.vendors.hold(vendor, person.mailbox, [
        {
          handle: `${vendor}-${own.below(1e9)}`,
          category: vendor === 'stripe' ? 'payment' : 'usage',
          count: 1,
        },
        ...(vendor === 'stripe' && own.happens(0.5)
          ? [
              {
                handle: `invoice-${own.below(1e9)}`,
                category: 'payment' as const,
                count: 2,
                retained: { ground: 'tax-records-awr-52-4' as const, until: '2033-12-31' },
              },
            ]
          : []),
      ]);
    }
  }

  /** Keeps trying for a while, as a person does whose page says "try again". */
  async function patiently(
    own: Chance,
    when: number,
    attempt: () => Promise<boolean>,
    tries = 6,
  ): Promise<void> {
    const done = await attempt().catch((error: unknown) => {
      // A slip of these files or of the product, and nothing that a person could meet.
      if (error instanceof TypeError || error instanceof ReferenceError) throw error;
      return false;
    });
    if (!done && tries > 1) {
      const next = Math.max(when, world.clock.at) + (2 + own.below(30)) * minuteMs;
      world.at(next, () => patiently(own, next, attempt, tries - 1));
    }
  }

  async function send(person: Person, own: Chance, body: object, key: string | undefined): Promise<boolean> {
    const answer = await world.fetch('/api/requests', {
      method: 'POST',
      headers: { ...jsonHeaders, ...(key ? { 'idempotency-key': key } : {}) },
      body: JSON.stringify(body),
    });
    if (answer.status !== 202) return false;
    const { submitted } = (await answer.json()) as { submitted: { reference: string }[] };
    for (const { reference } of submitted) remember(person, reference);
    afterSending(
      person,
      own,
      submitted.map(({ reference }) => reference),
    );
    return true;
  }

  function remember(person: Person, reference: string): void {
    byReference.set(reference, person);
    if (!person.references.includes(reference)) person.references.push(reference);
  }

  function afterSending(person: Person, own: Chance, references: readonly string[]): void {
    const [reference = ''] = references;
    const kind = own.next();
    // One in six never confirms, one in four late, the others within hours.
    if (kind < 1 / 6) return;
    const wait = kind < 0.4 ? (1 + own.below(24)) * dayMs : own.below(20) * hourMs + 7 * minuteMs;
    const when = world.clock.at + wait + own.below(1000);
    world.at(when, () => patiently(own, when, () => confirm(person, own, reference)));
  }

  async function confirm(person: Person, own: Chance, reference: string): Promise<boolean> {
    if (own.happens(0.2)) await side.guess(reference, '000000');
    const cookie = await side.signIn(person.mailbox, reference);
    if (cookie === undefined) return false;
    const [, words = ''] = person.canaries;
    liveOn(world, side, own, { mailbox: person.mailbox, reference, words }, patiently);
    if (own.happens(0.08)) {
      const when = world.clock.at + own.below(40) * dayMs;
      const body = { email: person.mailbox, rights: ['complaint'], language: 'nl', details: words };
      world.at(when, () => patiently(own, when, () => send(person, own, body, undefined)));
    }
    return true;
  }

  /** A copy is there: most fetch it, some after mistyping the code, some too late, some twice. */
  function told({ to, kind, reference }: SentLetter): void {
    const person = byMailbox.get(to);
    if (!person || kind !== 'release') return;
    const own = chance.fork(`copy ${reference} ${world.clock.at}`);
    if (own.happens(0.25)) return;
    for (let times = own.happens(0.2) ? 2 : 1; times > 0; times -= 1) {
      const when = world.clock.at + own.below(38 * 24 * 60) * minuteMs;
      const wrong = own.happens(0.3) ? 1 + own.below(6) : 0;
      world.at(when, () =>
        patiently(own, when, async () => {
          const copy = await side.fetchCopy(to, reference, wrong);
          if (copy !== undefined && copy !== 'refused') copies.push(copy);
          return copy !== undefined;
        }),
      );
    }
  }

  return {
    byReference,
    byMailbox,
    /** Every copy that somebody got, in order; taken out by whoever looks at it. */
    copies,
    told,
    /** One submission: sent at an instant, perhaps twice, perhaps by letter. Returns how many requests it claims. */
    arrive(index: number, when: number, most: number): number {
      const own = chance.fork(`person ${index}`);
      const person = newPerson();
      known(person, own);
      const claimed: Right[] = [];
      const wanted = Math.min(most, own.happens(0.7) ? 1 : 1 + own.below(3));
      while (claimed.length < wanted) {
        const right = own.pick(rights);
        if (!claimed.includes(right)) claimed.push(right);
      }
      const body = {
        email: person.mailbox,
        rights: claimed,
        language: own.pick(['nl', 'en'] as const),
        ...(own.happens(0.6) ? { name: person.canaries[1] } : {}),
        ...(own.happens(0.4) ? { details: `my words ${person.canaries[1]}` } : {}),
        ...(claimed.some((right) => right === 'rectification' || right === 'completion')
          ? { corrections: [{ field: 'name', value: person.canaries[1] ?? '' }] }
          : {}),
        ...(claimed.includes('objection')
          ? { objectionScope: own.pick(['direct-marketing', 'other'] as const) }
          : {}),
        ...(own.happens(0.06)
          ? {
              onBehalfOf: { relation: own.pick(['child', 'agent'] as const), name: person.canaries[1] ?? '' },
            }
          : {}),
      };
      const key = own.happens(0.8) ? `key-${index}` : undefined;
      if (own.happens(0.08)) {
        world.at(when, () => patiently(own, when, () => byLetter(person, own, body, when)));
        return wanted;
      }
      world.at(when, () => patiently(own, when, () => send(person, own, body, key)));
      if (own.happens(0.1)) {
        const again = own.happens(0.5) ? when : when + own.below(20) * dayMs;
        world.at(again, () =>
          patiently(own, again, () => send(person, own, body, own.happens(0.5) ? key : undefined)),
        );
      }
      return wanted;
    },
  };

  /** Staff type in a letter that came some days ago. */
  async function byLetter(
    person: Person,
    own: Chance,
    body: Parameters<typeof submit>[2],
    when: number,
  ): Promise<boolean> {
    const receivedAt = new Date(when - own.below(4) * dayMs).toISOString();
    try {
      const { answer } = await world.live('staff-api', (ports) =>
        submit(ports, world.runtime, body, { channel: 'letter', by: 'staff:officer', receivedAt }),
      );
      for (const { reference } of answer.submitted) remember(person, reference);
      afterSending(
        person,
        own,
        answer.submitted.map(({ reference }) => reference),
      );
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.type !== 'unavailable') throw error;
      return false;
    }
  }
}
