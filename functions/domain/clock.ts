import {
  addDays,
  addMonths,
  compareInstants,
  daysBetween,
  earlierDay,
  endOfLocalDay,
  laterDay,
  localDayOf,
  type NonWorkingDay,
  startOfLocalDay,
  type WorkingDay,
  workingDayFrom,
  writtenDayWithName,
} from './calendar.ts';
import { InvalidInput } from './errors.ts';
import { type ExtensionReason, extensionReasons, type Right } from './words.ts';

/** All that the dates of a request follow from. Instants are RFC 3339 in UTC. */
export interface ClockInput {
  /** When the request reached an official channel, not when it was opened, recognised or verified (EDPB 01/2022 §159). */
  readonly receivedAt: string;
  readonly extension?: Extension;
  readonly pauses?: readonly Pause[];
}

export interface Extension {
  readonly reason: ExtensionReason;
  /** When the letter with the reasons was sent. */
  readonly sentAt: string;
  readonly letterId: string;
}

/** The closed set: nothing else suspends, internal discussion and mailbox confirmation included. */
export const pauseGrounds = ['identity-doubt-12-6', 'clarification-recital-63'] as const;
export type PauseGround = (typeof pauseGrounds)[number];

export interface Pause {
  readonly ground: PauseGround;
  /** When the letter with the question was sent. */
  readonly from: string;
  /** When the sufficient answer came, or when the pause ended by itself. Absent: still open. */
  readonly until?: string;
  readonly letterId: string;
}

export interface Clock {
  /** Calendar days (YYYY-MM-DD) in Europe/Amsterdam. */
  readonly received: string;
  /** The promise: one month from receipt (three when extended), never moved by weekends, holidays or pauses. */
  readonly plannedBy: string;
  /** The legal end of the period. While a pause is open its days are unknown, so it reads as if that pause had not begun: the earlier date. */
  readonly legalBy: string;
  /** True when an extension that the law allows counts. One that came too late or without a letter never moves a date. */
  readonly extended: boolean;
  readonly pauses: readonly CountedPause[];
  /** Last millisecond of the local day, RFC 3339 in UTC. */
  readonly plannedEndsAt: string;
  readonly legalEndsAt: string;
  /** In order of time. */
  readonly milestones: readonly Milestone[];
  /** Years whose list of public holidays is not in the data: the operator must add it. */
  readonly holidayListMissing: readonly number[];
  readonly steps: readonly ClockStep[];
}

export interface CountedPause {
  readonly ground: PauseGround;
  readonly from: string;
  readonly until: string | null;
  /** Whole days that this pause adds to `legalBy`; 0 while open. */
  readonly days: number;
  readonly letterId: string;
}

export const milestoneNames = [
  'planned-14',
  'planned-7',
  'planned-2',
  'planned-breach',
  'legal-breach',
] as const;
export type MilestoneName = (typeof milestoneNames)[number];

/** `planned-N` comes at the start of the local day N days before `plannedBy`, so staff find it in the morning; a breach at the first instant after the day. */
export interface Milestone {
  readonly name: MilestoneName;
  /** RFC 3339 in UTC. */
  readonly at: string;
}

/** One line of the reasoning, for a person to check. */
export interface ClockStep {
  readonly date: string;
  readonly rule: string;
  readonly source: string;
}

/** A question asked later than this after receipt was not asked "without undue delay" and suspends nothing (EDPB 01/2022 §157; the figure is ours). */
export const askWithinDays = 7;

/** An unanswered question suspends no longer than this; then the pause ends by itself and staff decide on what they have. The figure is ours. */
export const pauseEndsAfterDays = 14;

/** The dates of a request and why. Throws `InvalidInput` for text that is no instant; an unlawful extension or pause is left out of the count, never an error. */
export function clockOf(input: ClockInput): Clock {
  const received = localDayOf(input.receivedAt);
  const firstMonthEnds = addMonths(received, 1);
  const extended = input.extension !== undefined && extensionCounts(received, input.extension);
  const plannedBy = extended ? endOfExtension(received) : firstMonthEnds;
  const suspension = suspend(received, plannedBy, input.pauses ?? []);
  const legal = workingDayFrom(addDays(plannedBy, suspension.days));

  const steps: ClockStep[] = [
    {
      date: received,
      rule: `Received on ${writtenDayWithName(received, 'en')}, local time of Europe/Amsterdam. The day itself does not count.`,
      source: 'GDPR art. 12(3); EDPB Guidelines 01/2022 §159; Reg. 1182/71 art. 3(1)',
    },
    {
      date: firstMonthEnds,
      rule:
        Number(firstMonthEnds.slice(8)) === Number(received.slice(8))
          ? `One month ends on the same date of the next month: ${writtenDayWithName(firstMonthEnds, 'en')}.`
          : `The next month has no day ${Number(received.slice(8))}, so one month ends on its last day: ${writtenDayWithName(firstMonthEnds, 'en')}.`,
      source: 'GDPR art. 12(3); Reg. 1182/71 art. 3(2)(c)',
    },
  ];
  if (input.extension) steps.push(extensionStep(input.extension, extended, plannedBy));
  steps.push({
    date: plannedBy,
    rule: `Promised by the end of ${writtenDayWithName(plannedBy, 'en')}: never moved by weekends, holidays or pauses.`,
    source: 'Privacy policy, Rights of data subjects',
  });
  steps.push(...suspension.steps, ...rollSteps(legal));
  steps.push({
    date: legal.date,
    rule: `The legal period ends with the last hour of ${writtenDayWithName(legal.date, 'en')}.`,
    source: 'Reg. 1182/71 art. 3(2)(c)',
  });

  return {
    received,
    plannedBy,
    legalBy: legal.date,
    extended,
    pauses: suspension.pauses,
    plannedEndsAt: endOfLocalDay(plannedBy),
    legalEndsAt: endOfLocalDay(legal.date),
    milestones: [
      { name: 'planned-14', at: startOfLocalDay(addDays(plannedBy, -14)) },
      { name: 'planned-7', at: startOfLocalDay(addDays(plannedBy, -7)) },
      { name: 'planned-2', at: startOfLocalDay(addDays(plannedBy, -2)) },
      { name: 'planned-breach', at: startOfLocalDay(addDays(plannedBy, 1)) },
      { name: 'legal-breach', at: startOfLocalDay(addDays(legal.date, 1)) },
    ],
    holidayListMissing: legal.holidayListMissing,
    steps,
  };
}

/** Three months in all from receipt; where "one month, then two more" ends earlier, that date (GDPR art. 12(3); Reg. 1182/71 art. 3(2)(c)). */
function endOfExtension(received: string): string {
  return earlierDay(addMonths(received, 3), addMonths(addMonths(received, 1), 2));
}

/** The first month for an extension is the promised one, without roll-forward or pauses: the strictest reading of "within one month of receipt". */
function firstMonthRuns(received: string, at: string): boolean {
  const day = localDayOf(at);
  return day >= received && day <= addMonths(received, 1);
}

function extensionCounts(received: string, extension: Extension): boolean {
  return extension.letterId.trim() !== '' && firstMonthRuns(received, extension.sentAt);
}

function extensionStep(extension: Extension, counts: boolean, plannedBy: string): ClockStep {
  const sent = localDayOf(extension.sentAt);
  return {
    date: sent,
    rule: counts
      ? `Extended (${extension.reason}) by a letter with reasons sent on ${writtenDayWithName(sent, 'en')}, within the first month: three months in all, until ${writtenDayWithName(plannedBy, 'en')}.`
      : `The extension of ${writtenDayWithName(sent, 'en')} does not count: no letter with reasons was sent within the first month.`,
    source: 'GDPR art. 12(3)',
  };
}

interface Suspension {
  readonly days: number;
  readonly pauses: readonly CountedPause[];
  readonly steps: readonly ClockStep[];
}

/** Whole days from the day of the question to the day of the answer (GDPR art. 12(6), recital 63; EDPB 01/2022 §157: a tolerance, so only `legalBy` moves). */
function suspend(received: string, plannedBy: string, pauses: readonly Pause[]): Suspension {
  const inOrder = [...pauses].sort((a, b) => compareInstants(a.from, b.from));
  const counted: CountedPause[] = [];
  const steps: ClockStep[] = [];
  let days = 0;
  let countedUpTo = received;
  for (const pause of inOrder) {
    if (pause.until !== undefined && compareInstants(pause.until, pause.from) < 0)
      throw new InvalidInput('pause-ends-before-it-begins', 'pauses');
    const from = localDayOf(pause.from);
    const until = pause.until === undefined ? null : localDayOf(pause.until);
    // Days that two pauses share, or that lie before receipt, count once or not at all; a period that has ended cannot be suspended any more.
    const begins = laterDay(from, countedUpTo);
    const stillRuns = from <= workingDayFrom(addDays(plannedBy, days)).date;
    const adds = until !== null && stillRuns ? Math.max(0, daysBetween(begins, until)) : 0;
    days += adds;
    countedUpTo = addDays(begins, adds);
    counted.push({ ground: pause.ground, from, until, days: adds, letterId: pause.letterId });
    steps.push({
      date: from,
      rule: pauseSentence(pause.ground, from, until, adds),
      source: 'GDPR art. 12(6), recital 63; EDPB Guidelines 01/2022 §157',
    });
  }
  return { days, pauses: counted, steps };
}

function pauseSentence(ground: PauseGround, from: string, until: string | null, days: number): string {
  const asked = `Question (${ground}) sent on ${writtenDayWithName(from, 'en')}`;
  if (until === null)
    return `${asked}, not answered yet: the legal date is shown as if the period were not suspended.`;
  if (days === 0)
    return `${asked}, answered on ${writtenDayWithName(until, 'en')}: adds no day to the legal period.`;
  return `${asked}, answered on ${writtenDayWithName(until, 'en')}: ${days} ${days === 1 ? 'day is' : 'days are'} added to the legal period.`;
}

const nonWorkingNames = {
  saturday: 'a Saturday',
  sunday: 'a Sunday',
  'public-holiday': 'a public holiday',
} as const satisfies Record<NonWorkingDay['why'], string>;

function rollSteps(legal: WorkingDay): ClockStep[] {
  const passed = legal.passedOver.map((day) => ({
    date: day.date,
    rule: `${writtenDayWithName(day.date, 'en')} is ${nonWorkingNames[day.why]}: the period does not end on it.`,
    source: 'Reg. 1182/71 art. 3(4)',
  }));
  const missing = legal.holidayListMissing.map((year) => ({
    date: legal.date,
    rule: `The Official Journal's list of public holidays for ${year} is not in the data: the days that every listed year has were used.`,
    source: 'Reg. 1182/71 art. 3(4)',
  }));
  return [...missing, ...passed];
}

export type Verdict<Code extends string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: Code };

const allowed = { allowed: true } as const;
const refused = <Code extends string>(code: Code) => ({ allowed: false, code }) as const;

export const extensionRefusals = [
  'extension-without-reasons',
  'extension-second',
  'extension-after-first-month',
  'extension-without-letter',
] as const;
export type ExtensionRefusal = (typeof extensionRefusals)[number];

/** May staff announce an extension now, before the letter is written? `now` is an RFC 3339 instant. GDPR art. 12(3). */
export function extensionMayBeAnnounced(
  input: ClockInput,
  reason: string,
  now: string,
): Verdict<ExtensionRefusal> {
  if (!extensionReasons.some((known) => known === reason)) return refused('extension-without-reasons');
  if (input.extension) return refused('extension-second');
  if (!firstMonthRuns(localDayOf(input.receivedAt), now)) return refused('extension-after-first-month');
  return allowed;
}

/** May this extension be recorded? Only with the letter that gave the reasons, sent while the first month ran and not in the future. GDPR art. 12(3). */
export function extensionAllowed(
  input: ClockInput,
  extension: { readonly reason: string; readonly letterId?: string; readonly sentAt?: string },
  now: string,
): Verdict<ExtensionRefusal> {
  const { letterId, sentAt } = extension;
  // The letter's own day decides, so that a crash between sending it and recording it does not turn a lawful extension into a refused one.
  const verdict = extensionMayBeAnnounced(input, extension.reason, sentAt ?? now);
  if (!verdict.allowed) return verdict;
  if (!letterId?.trim() || sentAt === undefined || compareInstants(sentAt, now) > 0)
    return refused('extension-without-letter');
  return allowed;
}

export const pauseRefusals = [
  'pause-ground-unknown',
  'pause-not-for-this-right',
  'pause-without-recorded-reason',
  'pause-already-open',
  'pause-asked-late',
  'pause-after-deadline',
  'pause-without-letter',
] as const;
export type PauseRefusal = (typeof pauseRefusals)[number];

export interface PauseProposal {
  readonly ground: string;
  readonly right: Right;
  /** The specific doubt about identity, or why the quantity of data is large, as staff recorded it (EDPB 01/2022 §65, §157). */
  readonly recordedReason: string;
}

/** Would a question sent now suspend the legal period? The question itself may always be asked; refused here means that the clock runs on. */
export function pauseMayBegin(
  input: ClockInput,
  proposal: PauseProposal,
  now: string,
): Verdict<PauseRefusal> {
  if (!pauseGrounds.some((known) => known === proposal.ground)) return refused('pause-ground-unknown');
  // Recital 63 speaks of the right of access alone: the other rights need no narrowing down by quantity.
  if (proposal.ground === 'clarification-recital-63' && proposal.right !== 'access')
    return refused('pause-not-for-this-right');
  if (!proposal.recordedReason.trim()) return refused('pause-without-recorded-reason');
  if (input.pauses?.some((pause) => pause.until === undefined)) return refused('pause-already-open');
  const day = localDayOf(now);
  if (day > clockOf(input).legalBy) return refused('pause-after-deadline');
  if (day > addDays(localDayOf(input.receivedAt), askWithinDays)) return refused('pause-asked-late');
  return allowed;
}

/** May this pause be recorded? Only from the letter with the question that was really sent, each letter once. */
export function pauseAllowed(
  input: ClockInput,
  pause: PauseProposal & { readonly letterId?: string; readonly sentAt?: string },
  now: string,
): Verdict<PauseRefusal> {
  const { letterId, sentAt } = pause;
  const verdict = pauseMayBegin(input, pause, sentAt ?? now);
  if (!verdict.allowed) return verdict;
  const received = compareInstants(input.receivedAt, sentAt ?? now) <= 0;
  if (!letterId?.trim() || sentAt === undefined || compareInstants(sentAt, now) > 0 || !received)
    return refused('pause-without-letter');
  if (input.pauses?.some((earlier) => earlier.letterId === letterId)) return refused('pause-without-letter');
  return allowed;
}

/** When an open pause ends by itself: the start of that local day, RFC 3339 in UTC. */
export function pauseEndsAt(pause: Pause): string {
  return startOfLocalDay(addDays(localDayOf(pause.from), pauseEndsAfterDays));
}

/** Which of the two ends has passed at an instant: of now while the request is open, of the answer once it is answered. */
export function breachedAt(clock: Clock, at: string): { readonly planned: boolean; readonly legal: boolean } {
  return {
    planned: compareInstants(at, clock.plannedEndsAt) > 0,
    legal: compareInstants(at, clock.legalEndsAt) > 0,
  };
}

/** The milestones at or before an instant; for a request recorded late they ring at once. */
export function milestonesPassed(clock: Clock, at: string): readonly Milestone[] {
  return clock.milestones.filter((milestone) => compareInstants(milestone.at, at) <= 0);
}

/** The first milestone after an instant, or nothing when all have passed. */
export function nextMilestone(clock: Clock, after: string): Milestone | undefined {
  return clock.milestones.find((milestone) => compareInstants(milestone.at, after) > 0);
}
