import { addDays, addMonths, daysBetween, localDayOf } from '../../../domain/calendar.ts';
import type { RequestRow } from '../../../domain/case.ts';
import { type ReasonCode, type Right, reasonCodes, rights } from '../../../domain/words.ts';

export interface Reports {
  readonly received: number;
  readonly open: number;
  readonly overdue: number;
  readonly answered: number;
  /** Shares from 0 to 1 of what was answered; absent while nothing was. */
  readonly withinOneMonth: number | undefined;
  readonly withinThreeMonths: number | undefined;
  readonly perRight: readonly {
    readonly right: Right;
    readonly answered: number;
    readonly open: number;
    readonly medianDays: number | undefined;
  }[];
  readonly refusals: readonly { readonly reason: ReasonCode; readonly count: number }[];
  /** Open requests by the week in which their promise falls due; the first week holds what is overdue as well. */
  readonly dueByWeek: readonly { readonly from: string; readonly count: number }[];
  /** Open requests that will be late if each takes as long as the median of its right has taken. */
  readonly willBeLate: number;
}

/** What was never a claim of a proved person is not counted as answered: it was closed without a substantive answer. */
const notAnswered: ReadonlySet<string> = new Set(['withdrawn', 'not-verified', 'merged']);

/** The figures of the regulators' joint review, from the rows alone. `today` is a local day. */
export function reportsOf(rows: readonly RequestRow[], today: string): Reports {
  const answered = rows.flatMap((row) => {
    const at = row.answeredAt ?? row.closedAt;
    if (!at || (row.outcome && notAnswered.has(row.outcome))) return [];
    const received = localDayOf(row.receivedAt);
    return [{ row, received, on: localDayOf(at), days: daysBetween(received, localDayOf(at)) }];
  });
  const open = rows.filter((row) => !row.answeredAt && row.status !== 'closed');
  const share = (months: number) =>
    answered.length === 0
      ? undefined
      : answered.filter((one) => one.on <= addMonths(one.received, months)).length / answered.length;
  const medianOf = (right: Right) =>
    median(answered.filter((one) => one.row.right === right).map((one) => one.days));
  return {
    received: rows.length,
    open: open.length,
    overdue: open.filter((row) => row.plannedBy < today).length,
    answered: answered.length,
    withinOneMonth: share(1),
    withinThreeMonths: share(3),
    perRight: rights.map((right) => ({
      right,
      answered: answered.filter((one) => one.row.right === right).length,
      open: open.filter((row) => row.right === right).length,
      medianDays: medianOf(right),
    })),
    refusals: reasonCodes
      .map((reason) => ({ reason, count: rows.filter((row) => row.decision?.reason === reason).length }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count),
    dueByWeek: Array.from({ length: 6 }, (_, week) => {
      const from = addDays(today, week * 7);
      const until = addDays(from, 7);
      return {
        from,
        count: open.filter((row) => (week === 0 || row.plannedBy >= from) && row.plannedBy < until).length,
      };
    }),
    willBeLate: open.filter((row) => {
      const pace = medianOf(row.right);
      const ready = pace === undefined ? today : addDays(localDayOf(row.receivedAt), pace);
      return (ready > today ? ready : today) > row.plannedBy;
    }).length,
  };
}

/** Whole days; of an even number the higher of the two in the middle, so that the figure never flatters. */
export function median(days: readonly number[]): number | undefined {
  return [...days].sort((a, b) => a - b)[Math.floor(days.length / 2)];
}

/** One cell: quoted where needed, and a formula's first character made harmless (OWASP ASVS 1.2.10, TRUST.md A32). */
export function csvCell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180. */
export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
