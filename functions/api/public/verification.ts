import type { Case } from '../../domain/case.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { Submission } from '../../domain/ports.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { verified } from '../../domain/verify.ts';
import type { PostPorts } from '../../letters/post.ts';
import { ApiProblem } from '../problem.ts';
import { proveCode, spendCode } from './fresh-code.ts';
import { knownBrowser, openSession } from './sessions.ts';
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
  known?: string,
): Promise<Proof> {
  const now = new Date(world.now()).toISOString();
  const row = await ports.store.row(reference);
  if (!row) throw new ApiProblem({ type: 'gone' });
  const asker = await knownBrowser(ports, known, row.mailbox, world.wallNow());
  const proved = await proveCode(ports, row.submissionId, code, now, asker);
  if (proved.asker === undefined) return spend(ports, world, proved.submission, 'code');
  await spendCode(ports, proved, now);
  return spend(ports, world, proved.submission, 'own-code');
}

/** Takes the token or code away and moves the requests on, in one transaction: of many at once exactly one wins (A7). */
async function spend(
  ports: VerificationPorts,
  world: SubmitWorld,
  proved: Submission,
  means: 'link' | 'code' | 'own-code',
): Promise<Proof> {
  const { store } = ports;
  const at = new Date(world.now()).toISOString();
  let submission = proved;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const own = await loadAll(store, submission.references);
    const others = await pendingOthers(ports, own);
    const outcome = verified(own, others, await holdersOf(store, own), 'subject', at);
    const { token, code, ...rest } = submission;
    const after: Submission = {
      ...rest,
      ...(means !== 'link' && token ? { token } : {}),
      ...(means !== 'code' && code ? { code } : {}),
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
      if (!current || (means === 'link' && current.token?.hash !== token?.hash))
        throw new ApiProblem({ type: 'gone' });
      if (means === 'code' && current.code?.hash !== code?.hash) throw new ApiProblem({ type: 'gone' });
      submission = current;
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
