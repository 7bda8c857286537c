import { addDays, localDayOf } from '../../domain/calendar.ts';
import type { RequestRow } from '../../domain/case.ts';
import type { CaseStore, Page } from '../../domain/ports.ts';
import type { Right, Status } from '../../domain/words.ts';

export interface QueueQuery {
  readonly status?: Status;
  readonly right?: Right;
  /** `overdue`, `today`, `week`, or a day YYYY-MM-DD: planned before the end of it. */
  readonly due?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Rows read for one page at most, so that a rare filter cannot make one call read the whole table. */
const readAtMost = 1000;

export function queueItem(row: RequestRow, now: number) {
  return {
    reference: row.id,
    right: row.right,
    status: row.status,
    outcome: row.outcome,
    channel: row.channel,
    receivedAt: row.receivedAt,
    plannedBy: row.plannedBy,
    legalBy: row.legalBy,
    extended: row.extension !== undefined,
    paused: row.pauses.some((pause) => pause.until === undefined),
    openTasks: row.openTasks,
    proposed: row.proposal !== undefined && row.decision === undefined,
    risk: riskOf(row, now),
    version: row.version,
  };
}
export type QueueItem = ReturnType<typeof queueItem>;

/** How near the promise is: words, so that no page needs colour alone. */
export function riskOf(row: RequestRow, now: number): 'answered' | 'overdue' | 'due-soon' | 'on-track' {
  if (row.answeredAt || row.status === 'closed') return 'answered';
  const today = localDayOf(new Date(now).toISOString());
  if (row.plannedBy < today) return 'overdue';
  return row.plannedBy <= addDays(today, 7) ? 'due-soon' : 'on-track';
}

/** One page of the queue, soonest due first; closed requests only when asked for, latest first. */
export async function readQueue(store: CaseStore, query: QueueQuery, now: number): Promise<Page<QueueItem>> {
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 200);
  const dueBefore = dueDay(query.due, now);
  const items: QueueItem[] = [];
  let cursor = query.cursor;
  let read = 0;
  do {
    const page: Page<RequestRow> =
      query.status === 'closed'
        ? await store.closed({ limit, ...(cursor ? { cursor } : {}) })
        : await store.open({ limit, ...(cursor ? { cursor } : {}), ...(dueBefore ? { dueBefore } : {}) });
    read += page.items.length;
    items.push(...page.items.filter((row) => matches(row, query)).map((row) => queueItem(row, now)));
    cursor = page.cursor;
  } while (cursor && items.length < limit && read < readAtMost);
  return cursor ? { items, cursor } : { items };
}

function matches(row: RequestRow, query: QueueQuery): boolean {
  if (query.status && row.status !== query.status) return false;
  return !query.right || row.right === query.right;
}

function dueDay(due: string | undefined, now: number): string | undefined {
  if (!due) return undefined;
  const today = localDayOf(new Date(now).toISOString());
  if (due === 'overdue') return today;
  if (due === 'today') return addDays(today, 1);
  if (due === 'week') return addDays(today, 8);
  return addDays(due, 1);
}
