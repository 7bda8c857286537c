import { timingSafeEqual } from 'node:crypto';
import type { Case } from '../../domain/case.ts';
import { ConflictError } from '../../domain/errors.ts';
import { codeLivesMs, codesInAll, newCode, triesInAll, triesPerCode } from '../../domain/identity.ts';
import type { Submission } from '../../domain/ports.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { readSubject } from '../../domain/sealed-subject.ts';
import { letterId } from '../../domain/tell.ts';
import { verified } from '../../domain/verify.ts';
import type { PostPorts } from '../../letters/post.ts';
import { post } from '../../letters/post.ts';
import { ApiProblem } from '../problem.ts';
import { openSession } from './sessions.ts';
import { holdersOf, type SubmitPorts, type SubmitWorld } from './submit.ts';

export type VerificationPorts = SubmitPorts & PostPorts;

/** Requests from the same mailbox for the same right that one confirmation takes along; more are merged when their own wait ends. */
const othersAtOnce = 12;

export interface Proof {
  /** Cookie value of the new session. */
  readonly session: string;
  readonly mailbox: string;
  readonly references: readonly string[];
}

/** Spends the link's token. Throws 410 when it is unknown, spent or too old: all three look the same. */
export async function verifyByLink(
  ports: VerificationPorts,
  world: SubmitWorld,
  token: string,
): Promise<Proof> {
  const now = new Date(world.now()).toISOString();
  const tokenHash = await ports.hash.of('token', token);
  const submission = await ports.store.submissionByToken(tokenHash);
  if (!submission?.token || submission.token.hash !== tokenHash || submission.token.expiresAt <= now)
    throw new ApiProblem({ type: 'gone' });
  return spend(ports, world, submission, 'link');
}

/** Spends the typed code. 410 when it is wrong or there is none to spend, 429 when no try is left. */
export async function verifyByCode(
  ports: VerificationPorts,
  world: SubmitWorld,
  reference: string,
  code: string,
): Promise<Proof> {
  const now = new Date(world.now()).toISOString();
  const row = await ports.store.row(reference);
  const before = row && (await ports.store.submission(row.submissionId));
  if (!before?.code || before.code.expiresAt <= now) throw new ApiProblem({ type: 'gone' });
  // The try is counted before the code is compared, so that guesses at the same moment cannot share one (A8).
  const submission = await ports.store.takeTry(before.id, { perCode: triesPerCode, total: triesInAll, now });
  if (!submission?.code) throw new ApiProblem({ type: 'too-many-requests' });
  const given = Buffer.from(await ports.hash.of('code', `${submission.id}\n${code}`));
  const expected = Buffer.from(submission.code.hash);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new ApiProblem({ type: 'gone' });
  return spend(ports, world, submission, 'code');
}

/** Takes the token or code away and moves the requests on, in one transaction: of many at once exactly one wins (A7). */
async function spend(
  ports: VerificationPorts,
  world: SubmitWorld,
  submission: Submission,
  means: 'link' | 'code',
): Promise<Proof> {
  const { store } = ports;
  const at = new Date(world.now()).toISOString();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const own = await loadAll(store, submission.references);
    const others = await pendingOthers(ports, own);
    const outcome = verified(own, others, await holdersOf(store, own), 'subject', at);
    const { token, code, ...rest } = submission;
    const after: Submission = {
      ...rest,
      ...(means === 'code' && token ? { token } : {}),
      ...(means === 'link' && code ? { code } : {}),
      verifiedAt: submission.verifiedAt ?? at,
      codesProved: submission.codesSent,
      // The try that was right is no guess.
      totalTries: Math.max(0, submission.totalTries - (means === 'code' ? 1 : 0)),
    };
    try {
      await store.commit({
        changes: outcome.changes,
        claims: outcome.claims,
        releases: outcome.releases,
        submission: { before: submission, after },
      });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const current = await store.submission(submission.id);
      if (means === 'link' ? current?.token?.hash !== token?.hash : current?.code?.hash !== code?.hash)
        throw new ApiProblem({ type: 'gone' });
      continue;
    }
    await takeOver(ports, outcome.merged);
    await Promise.all(
      outcome.changes.map(({ row }) => reconcile(store, ports.engine, row.id, { now: at, restart: true })),
    );
    const session = await openSession(ports, submission.mailbox, world.wallNow(), world.randomBytes);
    return { session, mailbox: submission.mailbox, references: submission.references };
  }
  throw new ApiProblem({ type: 'unavailable', retryAfterSeconds: 2 });
}

async function loadAll(store: SubmitPorts['store'], ids: readonly string[]): Promise<readonly Case[]> {
  return (await Promise.all(ids.map((id) => store.load(id)))).filter((one) => one !== undefined);
}

/** Unconfirmed requests of the same person for the same rights. */
async function pendingOthers({ store }: VerificationPorts, own: readonly Case[]): Promise<readonly Case[]> {
  const found = await Promise.all(
    own
      .filter(({ row }) => row.status === 'awaiting-identity')
      .map(({ row }) =>
        store.claims({ owner: row.mailbox, startsWith: `pending#${row.right}#` }, othersAtOnce),
      ),
  );
  const ids = found.flat().map((claim) => claim.value);
  const mine = new Set(own.map(({ row }) => row.id));
  return loadAll(store, [...new Set(ids.filter((id) => !mine.has(id)))].slice(0, othersAtOnce));
}

/** What a merged request asked for in its own words goes along into the one that stays. */
async function takeOver(
  { vault }: VerificationPorts,
  merged: readonly { readonly from: Case; readonly into: Case }[],
): Promise<void> {
  for (const { from, into } of merged) {
    await vault.put(into.row.id, `merged.${from.row.id}`, await vault.get(from.row.id, 'subject'));
  }
}

/**
 * Sends a fresh code for a request. Says nothing about whether there is such a request. `asked`: the mailbox has been proved by a session,
 * so that neither limit against mail that strangers cause applies.
 */
export async function sendCode(
  ports: VerificationPorts,
  world: SubmitWorld,
  reference: string,
  { asked = false }: { readonly asked?: boolean } = {},
): Promise<void> {
  const current = await ports.store.load(reference);
  const submission = current && (await ports.store.submission(current.row.submissionId));
  if (!current || !submission || current.row.anonymisedAt) return;
  if (submission.codesSent - (submission.codesProved ?? 0) >= codesInAll && !asked) return;
  const code = newCode(world.randomBytes);
  const expiresAt = new Date(world.now() + codeLivesMs).toISOString();
  await ports.store.saveSubmission(submission, {
    ...submission,
    code: { hash: await ports.hash.of('code', `${submission.id}\n${code}`), expiresAt, tries: 0 },
    codesSent: submission.codesSent + 1,
  });
  const { email } = await readSubject(ports.vault, reference);
  await post(
    ports,
    current,
    { id: letterId('code', submission.codesSent + 1), to: email, now: world.now(), asked },
    { kind: 'code', reference, code, expiresMinutes: codeLivesMs / 60_000 },
  );
}
