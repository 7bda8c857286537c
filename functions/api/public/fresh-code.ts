import { timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import type { Case } from '../../domain/case.ts';
import { ConflictError } from '../../domain/errors.ts';
import {
  codeLivesMs,
  codesInAll,
  newCode,
  ownCodesPerDay,
  ownTriesPerDay,
  triesInAll,
  triesPerCode,
} from '../../domain/identity.ts';
import type { Submission } from '../../domain/ports.ts';
import { readSubject } from '../../domain/sealed-subject.ts';
import { letterId } from '../../domain/tell.ts';
import type { PostPorts } from '../../letters/post.ts';
import { post } from '../../letters/post.ts';
import { ApiProblem } from '../problem.ts';
import type { SubmitPorts, SubmitWorld } from './submit.ts';

export type CodePorts = SubmitPorts & PostPorts;

/**
 * Who asks for a code or types one: the keyed hash of a browser that has proved this mailbox before, or nobody in particular. A known browser has
 * codes and tries of its own, so whoever else asks and guesses under the same reference neither spends its tries, nor replaces its code, nor uses
 * up its mails; strangers share one code and few tries in the request's whole life (TRUST.md A8, A9).
 */
export type Asker = string | undefined;

const ownCodeKey = (submission: Submission, asker: string) => `own-code.${submission.id}.${asker}`;
const storedCode = v.object({ hash: v.string(), expiresAt: v.string() });

/**
 * Sends a fresh code for a request. Says nothing about whether there is such a request. `signedIn`: the mailbox has been proved by a session, so
 * that neither limit against mail that strangers cause applies. Throws 429 where a known browser asks too often.
 */
export async function sendCode(
  ports: CodePorts,
  world: SubmitWorld,
  reference: string,
  who: { readonly asker?: Asker; readonly signedIn?: boolean } = {},
): Promise<void> {
  const current = await ports.store.load(reference);
  const submission = current && (await ports.store.submission(current.row.submissionId));
  if (!current || !submission || current.row.anonymisedAt) return;
  const { asker } = who;
  const spentByStrangers = submission.codesSent - (submission.codesProved ?? 0) >= codesInAll;
  if (asker === undefined && spentByStrangers && !who.signedIn) return;
  const code = newCode(world.randomBytes);
  const fresh = {
    hash: await ports.hash.of('code', `${submission.id}\n${code}`),
    expiresAt: new Date(world.now() + codeLivesMs).toISOString(),
  };
  if (asker !== undefined) return sendOwn(ports, world, current, submission, { asker, code, fresh });
  await ports.store.saveSubmission(submission, {
    ...submission,
    code: { ...fresh, tries: 0 },
    codesSent: submission.codesSent + 1,
  });
  await mailCode(ports, world, current, {
    id: letterId('code', submission.codesSent + 1),
    code,
    asked: who.signedIn === true,
  });
}

async function sendOwn(
  ports: CodePorts,
  world: SubmitWorld,
  current: Case,
  submission: Submission,
  own: { readonly asker: string; readonly code: string; readonly fresh: v.InferOutput<typeof storedCode> },
): Promise<void> {
  const { asker, code, fresh } = own;
  const today = windowOf(world.now());
  const sent = await ports.store.count(`own-codes.${submission.id}.${asker}`, today);
  if (sent > ownCodesPerDay) throw new ApiProblem({ type: 'too-many-requests', retryAfterSeconds: 86_400 });
  const { expiresAt } = fresh;
  await ports.store.replace({ key: ownCodeKey(submission, asker), value: JSON.stringify(fresh), expiresAt });
  // The letter's name holds the code's hash: two browsers never wait for each other's letter.
  await mailCode(ports, world, current, { id: `code-${fresh.hash.slice(0, 12)}`, code, asked: true });
}

async function mailCode(
  ports: CodePorts,
  world: SubmitWorld,
  current: Case,
  letter: { readonly id: string; readonly code: string; readonly asked: boolean },
): Promise<void> {
  const reference = current.row.id;
  const { email } = await readSubject(ports.vault, reference);
  await post(
    ports,
    current,
    { id: letter.id, to: email, now: world.now(), asked: letter.asked },
    { kind: 'code', reference, code: letter.code, expiresMinutes: codeLivesMs / 60_000 },
  );
}

const windowOf = (now: number) => ({
  key: new Date(now).toISOString().slice(0, 10),
  expiresAt: new Date(now + 2 * 86_400_000).toISOString(),
});

/** A right code, not yet spent. */
export interface ProvedCode {
  readonly submission: Submission;
  /** The known browser whose own code it was; absent: the code that strangers share. */
  readonly asker: Asker;
}

/**
 * Whether a typed code is right. Throws 410 when it is wrong or there is none to spend, 429 when no try is left. A known browser may also type the
 * shared code, which is the one in our first letter.
 */
export async function proveCode(
  ports: Pick<CodePorts, 'store' | 'hash'>,
  submissionId: string,
  code: string,
  now: string,
  asker: Asker,
): Promise<ProvedCode> {
  const { store, hash } = ports;
  const before = await store.submission(submissionId);
  if (!before) throw new ApiProblem({ type: 'gone' });
  const typed = await hash.of('code', `${before.id}\n${code}`);
  const own = asker === undefined ? 'none' : await tryOwn(ports, before, typed, now, asker);
  if (own === 'right') return { submission: before, asker };
  if (!before.code || before.code.expiresAt <= now)
    throw new ApiProblem({ type: own === 'no-try-left' ? 'too-many-requests' : 'gone' });
  // The try is counted before the code is compared, so that guesses at the same moment cannot share one (A8).
  const submission = await store.takeTry(before.id, { perCode: triesPerCode, total: triesInAll, now });
  if (!submission?.code) throw new ApiProblem({ type: own === 'wrong' ? 'gone' : 'too-many-requests' });
  if (!same(typed, submission.code.hash)) throw new ApiProblem({ type: 'gone' });
  return { submission, asker: undefined };
}

async function tryOwn(
  { store }: Pick<CodePorts, 'store'>,
  submission: Submission,
  typed: string,
  now: string,
  asker: string,
): Promise<'right' | 'wrong' | 'none' | 'no-try-left'> {
  const stored = await store.claimed(ownCodeKey(submission, asker), now);
  const expected = stored === undefined ? undefined : v.safeParse(storedCode, JSON.parse(stored));
  if (!expected?.success) return 'none';
  const { hash } = expected.output;
  const { key: day, expiresAt } = windowOf(Date.parse(now));
  // The try is counted before the code is compared, here too; by code and by day.
  const [ofCode, ofDay] = await Promise.all(
    [hash, day].map((key) => store.count(`own-tries.${submission.id}.${asker}`, { key, expiresAt })),
  );
  if (Number(ofCode) > triesPerCode || Number(ofDay) > ownTriesPerDay) return 'no-try-left';
  return same(typed, hash) ? 'right' : 'wrong';
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Takes a proved code away: of several calls with one code exactly one goes on, the others get 410. */
export async function spendCode(
  { store }: Pick<CodePorts, 'store'>,
  { submission, asker }: ProvedCode,
  now: string,
): Promise<void> {
  if (asker !== undefined) return spendOwn(store, submission, asker, now);
  const { code: _spent, ...after } = submission;
  try {
    await store.saveSubmission(submission, after);
  } catch (error) {
    if (error instanceof ConflictError) throw new ApiProblem({ type: 'gone' });
    throw error;
  }
}

async function spendOwn(
  store: CodePorts['store'],
  submission: Submission,
  asker: string,
  now: string,
): Promise<void> {
  const key = ownCodeKey(submission, asker);
  const stored = await store.claimed(key, now);
  const parsed = stored === undefined ? undefined : v.safeParse(storedCode, JSON.parse(stored));
  if (!parsed?.success) throw new ApiProblem({ type: 'gone' });
  const { hash, expiresAt } = parsed.output;
  const spent = await store.claim(
    { key: `spent-code.${submission.id}.${hash}`, value: 'spent', expiresAt },
    now,
  );
  if (spent !== 'claimed') throw new ApiProblem({ type: 'gone' });
  await store.release(key);
}
