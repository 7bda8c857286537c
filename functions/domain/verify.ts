import { mergeTarget, worded } from './abuse.ts';
import type { Actor, Case } from './case.ts';
import { after } from './converge.ts';
import { type Change, record } from './lifecycle.ts';
import type { Claim } from './ports.ts';
import type { ObjectionScope, Right } from './words.ts';

/** The place that a person's open request for a right takes; a second request for the same finds it taken and is merged. */
export function openClaimKey(row: {
  mailbox: string;
  right: Right;
  objectionScope?: ObjectionScope;
}): string {
  return `${row.mailbox}/open#${row.right}#${row.objectionScope ?? ''}`;
}

/** Waiting for its confirmation: found by whoever confirms the same mailbox for the same right. */
export function pendingClaimKey(row: { mailbox: string; right: Right; id: string }): string {
  return `${row.mailbox}/pending#${row.right}#${row.id}`;
}

/** Complaints are about different things, and a representative may speak for several people: such requests stand by themselves. */
export const mergeable = (row: Pick<Case['row'], 'right' | 'onBehalfOf'>): boolean =>
  row.right !== 'complaint' && row.onBehalfOf === undefined;

/** A request that nobody confirmed may be a stranger's: where its words are the request, it joins nothing (TRUST.md A25). */
export const mergeableUnconfirmed = (row: Pick<Case['row'], 'right' | 'onBehalfOf'>): boolean =>
  mergeable(row) && !worded.includes(row.right);

/** Every confirmed request of a person, oldest first: what a series is seen by. */
export const historyClaimKey = (row: { mailbox: string; receivedAt: string; id: string }): string =>
  `${row.mailbox}/hist#${row.receivedAt}#${row.id}`;

export interface Verified {
  readonly changes: readonly Change[];
  readonly claims: readonly Claim[];
  readonly releases: readonly string[];
  /** Confirmed requests that were merged, each with the one it went into: their words go along. Those of unconfirmed ones do not. */
  readonly merged: readonly { readonly from: Case; readonly into: Case }[];
}

/**
 * What confirming a mailbox does to the requests of one submission: each goes on to the search, or into the person's earlier open request
 * for the same right, which keeps its clock. `others` are unconfirmed requests for these rights from the same mailbox: they add
 * nothing and are merged too (TRUST.md A25). `holders` are the requests that hold the open places.
 */
export function verified(
  own: readonly Case[],
  others: readonly Case[],
  holders: readonly Case[],
  by: Actor,
  at: string,
): Verified {
  const changes: Change[] = [];
  const claims: Claim[] = [];
  const releases: string[] = [];
  const merged: { from: Case; into: Case }[] = [];

  function merge(from: Case, into: Case): void {
    changes.push(
      record(from, [
        {
          type: 'merged',
          by,
          at,
          data: { into: into.row.id },
          set: { mergedInto: into.row.id, outcome: 'merged', closedAt: at },
        },
      ]),
    );
    releases.push(pendingClaimKey(from.row));
  }

  for (const current of own) {
    if (current.row.status !== 'awaiting-identity') continue;
    const place = openClaimKey(current.row);
    const rows = holders.map((holder) => holder.row);
    const target = mergeable(current.row) ? mergeTarget(current.row, rows) : undefined;
    const holder = holders.find((one) => one.row.id === target?.id);
    if (holder) {
      merge(current, holder);
      merged.push({ from: current, into: holder });
      continue;
    }
    const change = record(current, [{ type: 'identity-verified', by, at, set: { verifiedAt: at } }]);
    changes.push(change);
    releases.push(pendingClaimKey(current.row));
    const now = after(current, change);
    claims.push({ key: historyClaimKey(current.row), value: current.row.id });
    if (!mergeable(current.row)) continue;
    if (!rows.some((row) => openClaimKey(row) === place)) claims.push({ key: place, value: current.row.id });
    for (const other of others) {
      if (
        other.row.status === 'awaiting-identity' &&
        mergeableUnconfirmed(other.row) &&
        openClaimKey(other.row) === place
      )
        merge(other, now);
    }
  }
  return { changes, claims, releases, merged };
}
