import { unzipSync } from 'fflate';
import { sha256 } from '../../functions/domain/audit.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Chance } from './random.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
export const jsonHeaders = { 'content-type': 'application/json' };

/** A copy that somebody really got. */
export interface FetchedCopy {
  readonly reference: string;
  /** 64 hex digits. */
  readonly hash: string;
  /** All files in it, one after the other. */
  readonly text: string;
  readonly openedBy: 'code' | 'guess';
}

/** A person at their browser and their mailbox: proves it, writes, cancels, fetches. */
export function createSubjectSide(world: World, mailboxes: Mailboxes) {
  const post = (path: string, body?: object, cookie?: string) =>
    world.fetch(path, {
      method: 'POST',
      headers: { ...jsonHeaders, ...(cookie ? { cookie } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  function lastIn(mailbox: string, pattern: RegExp): string | undefined {
    return mailboxes
      .lettersOf(mailbox)
      .map((letter) => pattern.exec(letter.text)?.[1])
      .findLast(Boolean);
  }

  /** The session's cookie, or nothing where the link or the code did not do. */
  async function proved(body: object): Promise<string | undefined> {
    const answer = await post('/api/verifications', body);
    if (answer.status !== 200) return undefined;
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  async function byCode(mailbox: string, reference: string): Promise<string | undefined> {
    await post(`/api/requests/${reference}/code`);
    const code = lastIn(mailbox, /\b(\d{6})\b/);
    return code === undefined ? undefined : proved({ reference, code });
  }

  const side = {
    guess: (reference: string, code: string) => proved({ reference, code }),
    /** By the link where it still works, else by a fresh code. */
    async signIn(mailbox: string, reference: string): Promise<string | undefined> {
      const token = lastIn(mailbox, /#token=([\w-]+)/);
      const byLink = token === undefined ? undefined : await proved({ token });
      return byLink ?? byCode(mailbox, reference);
    },
    async withdraw(mailbox: string, reference: string): Promise<boolean> {
      const cookie = await byCode(mailbox, reference);
      if (cookie === undefined) return false;
      const answer = await world.fetch(`/api/requests/${reference}`, {
        method: 'DELETE',
        headers: { cookie },
      });
      return answer.status < 500;
    },
    async write(mailbox: string, reference: string, text: string): Promise<boolean> {
      const cookie = await byCode(mailbox, reference);
      if (cookie === undefined) return false;
      return (await post(`/api/requests/${reference}/messages`, { text }, cookie)).status < 500;
    },
    /** With `wrong` guesses first. What comes of it, however it ends, is settled: only an error of ours is tried again. */
    async fetchCopy(
      mailbox: string,
      reference: string,
      wrong: number,
    ): Promise<FetchedCopy | 'refused' | undefined> {
      const path = `/api/requests/${reference}/package`;
      const cookie = await byCode(mailbox, reference);
      if (cookie === undefined) return undefined;
      const asked = await post(path, {}, cookie);
      if (asked.status !== 202) return undefined;
      const code = lastIn(mailbox, /\b(\d{6})\b/);
      if (code === undefined) return undefined;
      for (let guess = 0; guess < wrong; guess += 1) {
        const guessed = await post(path, { code: code === '000000' ? '111111' : '000000' }, cookie);
        if (guessed.status === 200) return copyOf(reference, guessed, 'guess');
      }
      const answer = await post(path, { code }, cookie);
      if (answer.status >= 500) return undefined;
      if (answer.status !== 200) return 'refused';
      return copyOf(reference, answer, 'code');
    },
  };
  return side;

  async function copyOf(
    reference: string,
    answer: Response,
    openedBy: FetchedCopy['openedBy'],
  ): Promise<FetchedCopy> {
    const bytes = await bytesOf(answer);
    const text = Object.values(unzipSync(bytes))
      .map((file) => Buffer.from(file).toString('utf8'))
      .join('\n');
    return { reference, hash: sha256(bytes), text, openedBy };
  }

  /** A large one comes as a link into the bucket. */
  async function bytesOf(answer: Response): Promise<Uint8Array> {
    if (answer.headers.get('content-type') === 'application/zip')
      return new Uint8Array(await answer.arrayBuffer());
    const { url } = (await answer.json()) as { url: string };
    const stream = await world.files.get(new URL(url).pathname.slice(1));
    const pieces: Uint8Array[] = [];
    for await (const piece of stream ?? []) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}
export type SubjectSide = ReturnType<typeof createSubjectSide>;

/** What somebody does about a request of theirs after they have confirmed it. */
export function liveOn(
  world: World,
  side: SubjectSide,
  own: Chance,
  about: { readonly mailbox: string; readonly reference: string; readonly words: string },
  patiently: (own: Chance, when: number, attempt: () => Promise<boolean>) => Promise<void>,
): void {
  const later = (when: number, attempt: () => Promise<boolean>) =>
    world.at(when, () => patiently(own, when, attempt));
  // Some cancel, at any moment: in the same minute, while cooling off, or too late.
  if (own.happens(0.12)) {
    const wait = own.pick([minuteMs, 120 * minuteMs, 3 * dayMs, 5 * dayMs, 15 * dayMs]);
    later(world.clock.at + wait, () => side.withdraw(about.mailbox, about.reference));
  }
  if (own.happens(0.06)) {
    const when = world.clock.at + own.below(50 * 24 * 60) * minuteMs;
    later(when, () => side.write(about.mailbox, about.reference, `more of my words ${about.words}`));
  }
}
