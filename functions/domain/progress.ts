import type { Next } from '../../workflows/contract.ts';
import { startOfLocalDay } from './calendar.ts';
import type { Case, DispositionRecord } from './case.ts';
import { byHand, isFinal, isSettled } from './dispositions.ts';
import { answerNoLaterThan, identitySchedule, policyOf } from './policy.ts';
import type { Wait } from './ports.ts';

/** What a waiting execution is told. `waitSeconds` is there where the next state needs it. */
export interface Progress {
  readonly next: Next;
  readonly waitSeconds?: number;
}

const secondsBetween = (from: string, to: string): number =>
  Math.max(1, Math.ceil((Date.parse(to) - Date.parse(from)) / 1000));

/** How long staff may leave a decision or a release untouched before the next, louder task. */
export const escalateAfterSeconds = 7 * 86_400;
/** After this many escalations waiting ends in a parked case (F26: well within a year); a decision starts it again. */
export const escalationsInAll = 12;
/** A system that failed is asked again after a day, then at doubling distances up to this many days, while its case waits. */
const longestRetryDays = 16;
/** How long to wait when only people can move the case; whatever they do wakes it (seconds). */
const restSeconds = 30 * 86_400;

/**
 * Whether the row already answers what an execution waits for, and how; `undefined` while it does not. The one rule for both sides:
 * the waiting step asks it after saving its token, and whoever changes the row asks it before waking, so no order of the two loses news.
 */
export function progressOf(current: Case, wait: Wait, now: string): Progress | undefined {
  const { row } = current;
  if (row.status === 'closed') return { next: 'end' };
  switch (wait) {
    case 'identity':
      return row.status === 'awaiting-identity' ? undefined : { next: 'find' };
    case 'decision':
      if (row.status !== 'awaiting-decision' || isDecided(current)) return afterDecision(current, now);
      return searchAskedAgain(current) ? { next: 'search' } : undefined;
    case 'cooling-off':
      if (row.status === 'cooling-off' && row.coolingOffUntil && row.coolingOffUntil > now) return undefined;
      return { next: 'act' };
    case 'work':
      if (row.status !== 'acting') return { next: 'answer' };
      if (workIsDue(current, now)) return { next: 'act' };
      return current.tasks.every((task) => task.state === 'done') || now >= answerNoLaterThan(row.plannedBy)
        ? { next: 'answer' }
        : undefined;
    case 'release':
      if (row.status !== 'awaiting-release') return { next: 'answer' };
      if (searchAskedAgain(current)) return { next: 'search' };
      if (row.package === undefined) return { next: 'build' };
      return row.releasedHash === row.package.hash ? { next: 'answer' } : undefined;
    case 'purges':
      return purgeProgress(current, now);
  }
}

/** A decision, or the knowledge that there is nothing to decide about. */
export function isDecided({ row }: Case): boolean {
  return row.decision !== undefined || row.outcome === 'nothing-found';
}

/** The code of a failed record that a person has asked to be tried again. */
export const retryAsked = 'retry-asked';

function searchAskedAgain(current: Case): boolean {
  return current.findings.some((finding) => finding.code === retryAsked);
}

function afterDecision(current: Case, now: string): Progress {
  const { row } = current;
  if (row.status === 'answered') return { next: 'answer' };
  if (row.decision?.kind === 'refuse' || row.outcome === 'nothing-found') return { next: 'answer' };
  const { operation } = policyOf(row.right);
  if (operation === undefined) return { next: 'answer' };
  if (operation === 'export') return { next: 'package' };
  if (row.status === 'cooling-off' && row.coolingOffUntil && row.coolingOffUntil > now)
    return { next: 'cool', waitSeconds: secondsBetween(now, row.coolingOffUntil) };
  return { next: 'act' };
}

function purgeProgress(current: Case, now: string): Progress | undefined {
  if (isSettled(current) && current.tasks.every((task) => task.state === 'done')) return { next: 'end' };
  return hasCome(nextRoundDue(current), now) ? { next: 'look' } : undefined;
}

/** Looks that fall within this time of the first are made together: each round of its own costs three transitions and an event. */
const roundMs = 2 * 86_400_000;

/** When the next round of looks is due: with the last of those that belong together, so that each is due by then. RFC 3339. */
function nextRoundDue(current: Case): string | undefined {
  const dues = looksDue(current);
  const [first] = dues;
  if (first === undefined) return undefined;
  // A person who asks for another try does not wait for company.
  if (current.dispositions.some((one) => one.code === retryAsked)) return first;
  const end = new Date(Date.parse(first) + roundMs).toISOString();
  return dues.filter((due) => due <= end).at(-1);
}

/** When something must be looked at again: what a processor accepted, when it is due; what failed, at growing distances. RFC 3339. */
export function nextLookDue(current: Case): string | undefined {
  return looksDue(current)[0];
}

/** In order of time. */
function looksDue(current: Case): readonly string[] {
  return current.dispositions
    .map(lookDue)
    .filter((due) => due !== undefined)
    .sort();
}

const hasCome = (due: string | undefined, now: string): boolean => due !== undefined && due <= now;

export function lookDue(record: DispositionRecord): string | undefined {
  if (record.lookAgainOn) return startOfLocalDay(record.lookAgainOn);
  if (isFinal(record)) return undefined;
  if (record.disposition === 'accepted' && record.expectedBy) return startOfLocalDay(record.expectedBy);
  if (record.code === retryAsked) return record.at;
  // Work for a person: looking more often does not make it done.
  if (record.code === byHand) return undefined;
  const days = Math.min(2 ** Math.max(0, record.looks - 1), longestRetryDays);
  return new Date(Date.parse(record.at) + days * 86_400_000).toISOString();
}

/** Seconds until the next reminder or the closing letter of an unverified request. */
export function identityWaitSeconds(current: Case, now: string): number {
  return secondsBetween(now, identityDue(current));
}

/** When the next identity letter is due: by how many reminders have gone out. */
export function identityDue({ row }: Case): string {
  const schedule = identitySchedule(row.receiptAt ?? row.recordedAt, row.plannedBy);
  return schedule.reminders[row.reminders] ?? schedule.closesAt;
}

/** Something at a system can be done or looked at now, while people still work on the rest. */
function workIsDue(current: Case, now: string): boolean {
  return hasCome(nextLookDue(current), now) && now < answerNoLaterThan(current.row.plannedBy);
}

/** Seconds until the answer must go out, or until something at a system is due before that. */
export function workSeconds(current: Case, now: string): number {
  const end = answerNoLaterThan(current.row.plannedBy);
  const due = nextLookDue(current);
  return secondsBetween(now, due !== undefined && due > now && due < end ? due : end);
}

/** Whether a system is to be acted or looked at now: nothing of this action there yet, or what is there is due. */
export function isDueAt(current: Case, processor: string, action: string | undefined, now: string): boolean {
  const record = current.dispositions.find((one) => one.processor === processor);
  if (record?.disposition === 'not-applicable') return false;
  if (record === undefined || record.action !== action) return true;
  return hasCome(lookDue(record), now);
}

/** Seconds until the next look at purges. */
export function purgeWaitSeconds(current: Case, now: string): number {
  const due = nextRoundDue(current);
  return due === undefined ? restSeconds : secondsBetween(now, due);
}
