import type { ObjectionScope, Outcome, Right, Status } from './words.ts';

/** A request of one person, as far as duplicates and series are concerned. Instants are RFC 3339. */
export interface EarlierRequest {
  readonly id: string;
  readonly right: Right;
  readonly status: Status;
  readonly outcome: Outcome | null;
  readonly receivedAt: string;
  readonly objectionScope?: ObjectionScope;
  readonly onBehalfOf?: 'child' | 'agent';
}

/** Rights whose requests carry words of their own: once the first is decided, a second is not the same request any more. */
export const worded: readonly Right[] = ['rectification', 'completion', 'objection', 'complaint'];

/** Not `awaiting-identity`: an unverified request proves nothing, and joining it would give this one to whoever typed the address (LAW.md §2, TRUST.md A25). */
const undecided: readonly Status[] = ['finding', 'awaiting-decision'];
const unanswered: readonly Status[] = [...undecided, 'cooling-off', 'acting', 'awaiting-release'];

/**
 * The open request that a newly verified one joins: same person (the caller compares keyed hashes of verified mailboxes), same right,
 * same scope, same represented person, received first. It keeps its clock. Undefined: the new one stands by itself, also where a later
 * request was verified sooner: then both are answered, each by its own clock.
 */
export function mergeTarget(
  verified: EarlierRequest,
  others: readonly EarlierRequest[],
): EarlierRequest | undefined {
  const mergeable = worded.includes(verified.right) ? undecided : unanswered;
  return others
    .filter(
      (other) =>
        other.right === verified.right &&
        other.objectionScope === verified.objectionScope &&
        other.onBehalfOf === verified.onBehalfOf &&
        mergeable.includes(other.status) &&
        isBefore(other, verified),
    )
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))[0];
}

/** Same instant: the id decides, so that two requests never each wait for the other; none is before itself. */
function isBefore(a: EarlierRequest, b: EarlierRequest): boolean {
  const order = Date.parse(a.receivedAt) - Date.parse(b.receivedAt);
  return order < 0 || (order === 0 && a.id < b.id);
}

export interface SerialEvidence {
  /** Requests of this person in the last twelve months, this one included. */
  readonly inTwelveMonths: number;
  /** Of these, for the same right. */
  readonly sameRight: number;
  /** Whole days between the receipt of the last answered request for the same right and of this one; absent when there is none. */
  readonly daysSinceLastAnswered?: number;
  /** Earlier requests for this right that were withdrawn, or never confirmed. */
  readonly abandoned: number;
  /** A first request counts as abuse only on proof of an abusive intention (CJEU C-526/24). */
  readonly first: boolean;
}

const year = 365 * 86_400_000;

/**
 * What staff see of a series. Figures only: whether a request is excessive is for a person to decide and for the controller to prove
 * (GDPR art. 12(5)), so nothing here says "refuse".
 */
export function serialEvidence(current: EarlierRequest, others: readonly EarlierRequest[]): SerialEvidence {
  const now = Date.parse(current.receivedAt);
  const earlier = others.filter(
    (other) => isBefore(other, current) && now - Date.parse(other.receivedAt) <= year,
  );
  const sameRight = earlier.filter((other) => other.right === current.right);
  const answered = sameRight
    .filter((other) => other.status === 'answered' || (other.status === 'closed' && isAnswer(other.outcome)))
    .map((other) => Date.parse(other.receivedAt));
  return {
    inTwelveMonths: earlier.length + 1,
    sameRight: sameRight.length + 1,
    ...(answered.length > 0 && {
      daysSinceLastAnswered: Math.floor((now - Math.max(...answered)) / 86_400_000),
    }),
    abandoned: sameRight.filter((other) => other.outcome === 'withdrawn' || other.outcome === 'not-verified')
      .length,
    first: sameRight.length === 0,
  };
}

function isAnswer(outcome: Outcome | null): boolean {
  return (
    outcome === 'fulfilled' ||
    outcome === 'partly-fulfilled' ||
    outcome === 'refused' ||
    outcome === 'nothing-found'
  );
}
