import type { Child } from '../../domain/case.ts';
import { childKey } from '../../domain/lifecycle.ts';
import type { Wait } from '../../domain/ports.ts';

/** Every key of the table is built here and nowhere else. */
export const keys = {
  row: (id: string) => ({ pk: `R#${id}`, sk: 'ROW' }),
  /** The request's id in the partition key of its row. */
  idOf: (pk: string) => pk.slice('R#'.length),
  case: (id: string) => ({ pk: `R#${id}` }),
  /** Sorts after the records beside the row, so that one query reads a case without its events. */
  event: (id: string, seq: number) => ({ pk: `R#${id}`, sk: `~E#${String(seq).padStart(8, '0')}` }),
  events: (id: string) => ({ pk: `R#${id}`, prefix: '~E#' }),
  child: (id: string, child: Child) => ({ pk: `R#${id}`, sk: childKey(child) }),
  token: (id: string, wait: Wait) => ({ pk: `W#${id}`, sk: wait }),
  tokens: (id: string) => ({ pk: `W#${id}` }),
  sealed: (id: string, name: string) => ({ pk: `V#${id}`, sk: name }),
  vault: (id: string) => ({ pk: `V#${id}` }),
  submission: (id: string) => ({ pk: `S#${id}`, sk: 'ROW' }),
  link: (tokenHash: string) => ({ pk: `K#${tokenHash}`, sk: 'ROW' }),
  /** A claim `owner/name` stands in its owner's partition, so that all of one owner's can be listed. */
  claim: (key: string) => {
    const slash = key.indexOf('/');
    return slash < 0
      ? { pk: `C#${key}`, sk: 'ROW' }
      : { pk: `C#${key.slice(0, slash)}`, sk: key.slice(slash + 1) };
  },
  claims: (owner: string) => ({ pk: `C#${owner}` }),
  suppressed: (hash: string, why: string) => ({ pk: `X#${hash}`, sk: why }),
  suppressions: (hash: string) => ({ pk: `X#${hash}` }),
  /** By month, for replays after a restore. */
  suppressedAt: (at: string, hash: string, why: string) => ({
    pk: `Y#${at.slice(0, 7)}`,
    sk: `${at}#${hash}#${why}`,
  }),
  suppressedIn: (month: string) => ({ pk: `Y#${month}` }),
  counters: (counter: string) => ({ pk: `N#${counter}` }),
  counter: (counter: string, window: string) => ({ pk: `N#${counter}`, sk: window }),
} as const;

export const openShelf = 'OPEN';
export const closedShelf = 'CLOSED';
export const watched = 'WATCH';
