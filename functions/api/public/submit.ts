import type { Actor, Case } from '../../domain/case.ts';
import { ConflictError, TransientError } from '../../domain/errors.ts';
import { mailboxKey, newReference, newToken } from '../../domain/identity.ts';
import { type SubmissionInput, sealedSubjectOf } from '../../domain/intake.ts';
import { type Arrival, both, type Change, receive } from '../../domain/lifecycle.ts';
import type { CaseStore, Claim, Engine, KeyedHash, Vault } from '../../domain/ports.ts';
import { commitWords } from '../../domain/sealed-words.ts';
import { openClaimKey, pendingClaimKey, verified } from '../../domain/verify.ts';
import type { Channel } from '../../domain/words.ts';
import { ApiProblem } from '../problem.ts';

export interface SubmitPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly hash: KeyedHash;
  readonly engine: Engine;
}

export interface SubmitWorld {
  readonly now: () => number;
  /** By which sessions age. */
  readonly wallNow: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

export interface SubmitOptions {
  readonly channel: Channel;
  readonly by: Actor;
  /** RFC 3339; when the request reached us, which for a letter recorded late lies in the past. */
  readonly receivedAt: string;
  /** Mailbox hash of a session that has already proved this mailbox: not asked again (TRUST.md A22). */
  readonly provedMailbox?: string;
  readonly idempotencyKey?: string;
  /** What this browser already keeps from an earlier submission: kept on, so that the links of all its submissions work in it. */
  readonly browserToken?: string;
  readonly about?: string;
}

export interface Submitted {
  readonly submitted: readonly {
    readonly right: string;
    readonly reference: string;
    readonly plannedBy: string;
  }[];
}

export interface SubmitResult {
  readonly answer: Submitted;
  /** What the browser that submitted may keep, so that its own link needs no typed code (A5). */
  readonly browserToken: string;
}

const idempotencyMs = 24 * 60 * 60 * 1000;

/**
 * Stores one request per right, then starts their executions. The rows come first: when the engine is throttled or down, the answer is the
 * same and the sweep starts what was not started (F6, F7). Known and unknown mailboxes cause the same calls in the same order (A1, A2).
 */
export async function submit(
  ports: SubmitPorts,
  world: SubmitWorld,
  input: SubmissionInput,
  options: SubmitOptions,
): Promise<SubmitResult> {
  const { store, vault, hash, engine } = ports;
  const at = new Date(world.now()).toISOString();
  const mailbox = await hash.of('mailbox', mailboxKey(input.email));
  const browserToken = options.browserToken ?? newToken(world.randomBytes);
  const submissionId = newReference(world.randomBytes);
  const references = input.rights.map(() => newReference(world.randomBytes));

  const replay = await idempotency(ports, input, options, at);
  const subject = sealedSubjectOf(input);
  // A salt for each request: nobody can tell from two trails that they began with the same words.
  const said = references.map(() => commitWords({ name: 'subject' }, subject, world.randomBytes(32)));
  const words = await Promise.all(
    references.map((id, index) => vault.sealFor(id, 'subject', said[index]?.sealed)),
  );

  const arrivals = input.rights.map((right, index): Arrival => {
    const id = references[index] ?? '';
    return {
      id,
      submissionId,
      siblings: references.filter((other) => other !== id),
      right,
      channel: options.channel,
      language: input.language,
      receivedAt: options.receivedAt,
      mailbox,
      ...(right === 'objection' ? { objectionScope: input.objectionScope ?? 'other' } : {}),
      ...(input.onBehalfOf ? { onBehalfOf: input.onBehalfOf.relation } : {}),
      ...(right === 'complaint' && options.about ? { about: options.about } : {}),
    };
  });
  const received = arrivals.map((arrival, index) => receive(arrival, options.by, at, said[index]?.data));
  const answer: Submitted = {
    submitted: received.map(({ current: { row } }) => ({
      right: row.right,
      reference: row.id,
      plannedBy: row.plannedBy,
    })),
  };
  const proved = options.provedMailbox === mailbox;
  const { changes, claims } = proved
    ? await alreadyProved(store, received, at)
    : {
        changes: received.map(({ change }) => change),
        claims: received.map(({ current: { row } }) => ({ key: pendingClaimKey(row), value: row.id })),
      };
  try {
    await store.commit({
      changes,
      words: words.flat(),
      claims: [
        ...claims,
        ...(replay ? [{ ...replay.claim, value: JSON.stringify([replay.body, answer]) }] : []),
      ],
      submission: {
        before: undefined,
        after: {
          id: submissionId,
          references,
          language: input.language,
          mailbox,
          createdAt: at,
          totalTries: 0,
          codesSent: 0,
          browser: await hash.of('session', browserToken),
          ...(proved ? { verifiedAt: at } : {}),
        },
      },
    });
  } catch (error) {
    // The key was used before, or a moment ago by a call at the same time: the answer is what that call stored.
    if (!(error instanceof ConflictError) || !replay) throw error;
    const earlier = await earlierAnswer(store, replay, at);
    if (!earlier) throw error;
    return { answer: earlier, browserToken };
  }
  await Promise.all(
    references.map((id) =>
      engine.startRequest(id, 1).catch((error: unknown) => {
        if (!(error instanceof TransientError)) throw error;
      }),
    ),
  );
  return { answer, browserToken };
}

/** Requests from a session that has proved the mailbox start verified, with the same rules on merging as a confirmation. */
async function alreadyProved(
  store: CaseStore,
  received: readonly { readonly current: Case; readonly change: Change }[],
  at: string,
): Promise<{ changes: Change[]; claims: readonly Claim[] }> {
  const cases = received.map(({ current }) => current);
  const holders = await holdersOf(store, cases);
  const outcome = verified(cases, [], holders, 'subject', at);
  const changes = received.map(({ current, change }) => {
    const second = outcome.changes.find((one) => one.row.id === current.row.id);
    return second ? both(change, second) : change;
  });
  return { changes, claims: outcome.claims };
}

/** The requests that hold the open places of these requests' person and rights. */
export async function holdersOf(store: CaseStore, cases: readonly Case[]): Promise<readonly Case[]> {
  const ids = await Promise.all(cases.map(({ row }) => store.claimed(openClaimKey(row))));
  const holders = await Promise.all(
    [...new Set(ids.filter((id) => id !== undefined))].map((id) => store.load(id)),
  );
  return holders.filter((one) => one !== undefined);
}

interface Replay {
  readonly claim: Pick<Claim, 'key' | 'expiresAt'>;
  /** Keyed hash of what was asked. */
  readonly body: string;
}

async function idempotency(
  { hash }: SubmitPorts,
  input: SubmissionInput,
  options: SubmitOptions,
  at: string,
): Promise<Replay | undefined> {
  if (options.idempotencyKey === undefined) return undefined;
  const key = `idem.${await hash.of('idempotency', `${options.by}\n${options.idempotencyKey}`)}`;
  const body = await hash.of('idempotency', JSON.stringify(input));
  const expiresAt = new Date(Date.parse(at) + idempotencyMs).toISOString();
  return { claim: { key, expiresAt }, body };
}

/** What was answered under this key before. Throws 422 when it was used for something else. */
async function earlierAnswer(
  store: SubmitPorts['store'],
  { claim, body }: Replay,
  at: string,
): Promise<Submitted | undefined> {
  const known = await store.claimed(claim.key, at);
  if (known === undefined) return undefined;
  // Written by this file, and by nothing else.
  const [knownBody, earlier] = JSON.parse(known) as [string, Submitted];
  if (knownBody !== body) throw new ApiProblem({ type: 'key-reused' });
  return earlier;
}
