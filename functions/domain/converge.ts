import type { Case } from './case.ts';
import { ConflictError, PermanentError } from './errors.ts';
import { type Change, type Fact, record, withChildren } from './lifecycle.ts';
import type { CaseStore, Commit } from './ports.ts';

/** How often a change is decided anew after somebody else changed the row first. */
const attempts = 8;

export async function mustLoad(store: Pick<CaseStore, 'load'>, id: string): Promise<Case> {
  const current = await store.load(id);
  if (!current) throw new PermanentError('no-such-request');
  return current;
}

/** What the case is once a change is stored. */
export function after(current: Case, change: Change): Case {
  return { ...withChildren(current, change.children), row: change.row };
}

/**
 * Reads the case, asks what has to be recorded, stores it in one transaction, and starts over when somebody else was first. `decide` returns
 * no facts when the row is already as it should be, which is what makes every step safe to repeat. `extra` joins the same transaction. `read` is
 * the case as the caller has just read it: the first try decides on it, and the store refuses what was decided on old knowledge.
 * Throws `ConflictError` after too many tries; the state machine's Retry then goes on.
 */
export async function converge(
  store: CaseStore,
  id: string,
  decide: (current: Case) => readonly Fact[] | Promise<readonly Fact[]>,
  extra: (current: Case) => Omit<Commit, 'changes'> = () => ({}),
  read?: Case,
): Promise<Case> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const current = attempt === 0 && read ? read : await mustLoad(store, id);
    const facts = await decide(current);
    if (facts.length === 0) return current;
    const change = record(current, facts);
    try {
      await store.commit({ ...extra(current), changes: [change] });
      return after(current, change);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  throw new ConflictError('too-many-writers');
}
