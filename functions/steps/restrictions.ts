import type { Case } from '../domain/case.ts';
import type { CaseStore } from '../domain/ports.ts';

/** A person's latest confirmed requests; more restrictions than these nobody has in force at once. */
const requestsAtMost = 40;
const inForce: ReadonlySet<string> = new Set(['done-confirmed', 'done-by-hand', 'accepted']);

/**
 * Whether another request of the same person keeps a restriction in force at a system. Two requests may have restricted it, an objection while
 * it was weighed and a restriction of its own; the end of one must not take away the other's (art. 18(1), (2)).
 */
export async function isRestrictedForAnother(
  store: Pick<CaseStore, 'claims' | 'load'>,
  { row }: Case,
  processor: string,
): Promise<boolean> {
  const known = await store.claims({ owner: row.mailbox, startsWith: 'hist#' }, requestsAtMost);
  const others = new Set(known.map(({ value }) => value).filter((id) => id !== row.id));
  const cases = await Promise.all([...others].map((id) => store.load(id)));
  return cases.some((other) =>
    other?.dispositions.some(
      (one) => one.processor === processor && one.action === 'restrict' && inForce.has(one.disposition),
    ),
  );
}
