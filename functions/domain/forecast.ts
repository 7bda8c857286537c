import type { RequestRow } from './case.ts';

/** How long people take, in days: four of five cases of late took no longer. */
export interface Pace {
  /** From the proof of the mailbox to a decision by staff. */
  readonly decideDays: number;
  /** From the decision to the answer: tasks, the copy and its release. */
  readonly actDays: number;
}

/** Before there are enough cases to learn from: with less than this before the promised day, somebody should look. */
export const unknownPace: Pace = { decideDays: 0, actDays: 5 };

const enough = 10;
const share = 0.8;
const dayMs = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / dayMs;

/** The pace of the cases that staff decided and answered, or `unknownPace` where there are too few of them. */
export function paceOf(past: readonly RequestRow[]): Pace {
  const byStaff = past.flatMap(({ verifiedAt, decision, answeredAt }) =>
    verifiedAt && answeredAt && decision?.by.startsWith('staff:')
      ? [{ decided: daysBetween(verifiedAt, decision.at), acted: daysBetween(decision.at, answeredAt) }]
      : [],
  );
  if (byStaff.length < enough) return unknownPace;
  return {
    decideDays: mostTook(byStaff.map(({ decided }) => decided)),
    actDays: mostTook(byStaff.map(({ acted }) => acted)),
  };
}

function mostTook(days: readonly number[]): number {
  const sorted = [...days].sort((a, b) => a - b);
  return Math.max(0, ...sorted.slice(0, Math.ceil(sorted.length * share)));
}

/** What is left of a stage; one that takes longer than others is not therefore nearer its end. */
const left = (typical: number, since: string, at: string): number =>
  Math.max(typical - daysBetween(since, at), typical / 2);

/**
 * Whether an unanswered case will miss its promised day at this pace: what waits for people now, and what they have to do after it. A case that
 * waits for nobody is not foretold.
 * @param at RFC 3339 instant
 */
export function willBeLate(row: RequestRow, pace: Pace, at: string): boolean {
  const needed = daysNeeded(row, pace, at);
  // The last hour of the day in the Netherlands, in summer; an hour early in winter.
  return needed !== undefined && daysBetween(at, `${row.plannedBy}T22:00:00.000Z`) < needed;
}

function daysNeeded(row: RequestRow, { decideDays, actDays }: Pace, at: string): number | undefined {
  if (row.answeredAt || row.status === 'closed') return undefined;
  if (row.status === 'awaiting-decision')
    return left(decideDays, row.verifiedAt ?? row.receivedAt, at) + actDays;
  if (row.openTaskSince) return left(actDays, row.openTaskSince, at);
  if (row.status === 'awaiting-release') return left(actDays, row.decision?.at ?? at, at);
  return undefined;
}
