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

/** Complaints are about different things, however many one person makes. */
export const mergeable = (right: Right): boolean => right !== 'complaint';

/** While the first is at one of these, a second request for the same right adds nothing that it could not still take in. */
const takesIn: readonly Case['row']['status'][] = ['finding', 'awaiting-decision', 'awaiting-release'];

export interface Verified {
  readonly changes: readonly Change[];
  readonly claims: readonly Claim[];
  readonly releases: readonly string[];
  /** Requests merged, each with the one it went into. */
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
    merged.push({ from, into });
  }

  for (const current of own) {
    if (current.row.status !== 'awaiting-identity') continue;
    const place = openClaimKey(current.row);
    const holder = mergeable(current.row.right)
      ? holders.find((one) => openClaimKey(one.row) === place && one.row.id !== current.row.id)
      : undefined;
    if (holder && takesIn.includes(holder.row.status)) {
      merge(current, holder);
      continue;
    }
    const change = record(current, [{ type: 'identity-verified', by, at, set: { verifiedAt: at } }]);
    changes.push(change);
    releases.push(pendingClaimKey(current.row));
    const now = after(current, change);
    if (!mergeable(current.row.right)) continue;
    if (!holder) claims.push({ key: place, value: current.row.id });
    for (const other of others) {
      if (other.row.status === 'awaiting-identity' && openClaimKey(other.row) === place) merge(other, now);
    }
  }
  return { changes, claims, releases, merged };
}
