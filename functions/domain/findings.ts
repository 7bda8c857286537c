import { createHash } from 'node:crypto';
import type { FindingRecord } from './case.ts';
import type { RetentionGround } from './grounds.ts';
import type { DataCategory } from './words.ts';

/** What a search came back with, as far as the row's side needs to know it; the connectors' findings fit. */
export interface Searched {
  readonly holdings: readonly {
    readonly handle: string;
    readonly category: DataCategory;
    readonly count: number;
    readonly retained?: { readonly ground: RetentionGround; readonly until: string };
    readonly blocker?: string;
  }[];
  readonly complete: boolean;
  readonly ambiguous?: boolean;
}

/** SHA-256, first 16 hex digits: an auditor who has the id can match it, nobody can find the id from it. */
export function hashedHandle(handle: string): string {
  return createHash('sha256').update(handle).digest('hex').slice(0, 16);
}

/** The record of a search. Nothing found with incomplete keys, or on cut pages, is not "nothing". */
export function classOf(found: Searched, keysComplete: boolean): Pick<FindingRecord, 'state' | 'holdings'> {
  const holdings = found.holdings.map(({ handle, category, count, retained, blocker }) => ({
    handle: hashedHandle(handle),
    category,
    count,
    ...(retained ? { retained } : {}),
    ...(blocker ? { blocker } : {}),
  }));
  if (found.ambiguous) return { state: 'ambiguous', holdings };
  if (!found.complete || (!keysComplete && holdings.length === 0)) return { state: 'incomplete', holdings };
  return { state: holdings.length > 0 ? 'found' : 'nothing', holdings };
}
