import { addDays, endOfLocalDay, startOfLocalDay } from './calendar.ts';
import type { Verdict } from './clock.ts';
import { reasonOf } from './reasons.ts';
import type { CommittedWords } from './sealed-words.ts';
import {
  type Action,
  articleOf,
  type DataCategory,
  type DecisionKind,
  type ObjectionScope,
  type ReasonCode,
  type Right,
  reasonCodes,
} from './words.ts';

export interface RightPolicy {
  readonly article: string;
  /** `policy`: the right is absolute and takes effect at once. `by-scope`: see `needsStaffDecision`. */
  readonly decidedBy: 'staff' | 'policy' | 'by-scope';
  /** What is asked of each system that the search found something at. Nothing: the answer alone settles it. */
  readonly operation: Action | 'export' | undefined;
  /** People who must agree before a grant takes effect, whole or in part. A refusal takes one. */
  readonly peopleToGrant: 1 | 2;
  /** People who must approve the same package before it leaves. */
  readonly peopleToRelease: 0 | 2;
  /** Days in which the subject can still cancel after a grant. */
  readonly coolingOffDays: number;
  /** The own account system goes last, because it holds the ids that the others need. */
  readonly ownSystemLast: boolean;
  /** Art. 19: each recipient is told, and the answer names them. */
  readonly tellsRecipients: boolean;
}

/** LAW.md §4. Erasure and release are the two steps that nobody can take back, so two people take them. */
export const policies = {
  access: {
    article: articleOf.access,
    decidedBy: 'staff',
    operation: 'export',
    peopleToGrant: 1,
    peopleToRelease: 2,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: false,
  },
  portability: {
    article: articleOf.portability,
    decidedBy: 'staff',
    operation: 'export',
    peopleToGrant: 1,
    peopleToRelease: 2,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: false,
  },
  rectification: {
    article: articleOf.rectification,
    decidedBy: 'staff',
    operation: 'rectify',
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: true,
  },
  completion: {
    article: articleOf.completion,
    decidedBy: 'staff',
    operation: 'rectify',
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: true,
  },
  erasure: {
    article: articleOf.erasure,
    decidedBy: 'staff',
    operation: 'erase',
    peopleToGrant: 2,
    peopleToRelease: 0,
    coolingOffDays: 3,
    ownSystemLast: true,
    tellsRecipients: true,
  },
  restriction: {
    article: articleOf.restriction,
    decidedBy: 'staff',
    operation: 'restrict',
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: true,
  },
  objection: {
    article: articleOf.objection,
    decidedBy: 'by-scope',
    operation: 'opt-out',
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: false,
  },
  'consent-withdrawal': {
    article: articleOf['consent-withdrawal'],
    decidedBy: 'policy',
    operation: 'opt-out',
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: false,
  },
  complaint: {
    article: articleOf.complaint,
    decidedBy: 'staff',
    operation: undefined,
    peopleToGrant: 1,
    peopleToRelease: 0,
    coolingOffDays: 0,
    ownSystemLast: false,
    tellsRecipients: false,
  },
} as const satisfies Record<Right, RightPolicy>;

/** What the policy looks at; a request's row fits. */
export interface RequestFacts {
  readonly right: Right;
  /** An objection without a scope is weighed like any other than direct marketing. */
  readonly objectionScope?: ObjectionScope;
  readonly onBehalfOf?: 'child' | 'agent';
}

/** The policy of a right, in the general type. */
export function policyOf(right: Right): RightPolicy {
  return policies[right];
}

/**
 * Whether a member of staff must decide. Not where the right is absolute: withdrawing consent (GDPR art. 7(3)), objecting to direct
 * marketing (art. 21(3)). Always where somebody acts for another, because that authority must be checked first (art. 8, LAW.md §4).
 */
export function needsStaffDecision(facts: RequestFacts): boolean {
  return facts.onBehalfOf !== undefined || !isAbsolute(facts);
}

/** What is asked of each system once the request is granted. */
export function actionFor(facts: RequestFacts): Action | 'export' | undefined {
  return policyOf(facts.right).operation;
}

/** What holds while staff still weigh: processing is restricted pending an objection that is not about direct marketing (GDPR art. 18(1)(d)). */
export function interimActionFor(facts: RequestFacts): 'restrict' | undefined {
  return facts.right === 'objection' && facts.objectionScope !== 'direct-marketing' ? 'restrict' : undefined;
}

/** How many people must agree before this decision takes effect. */
export function peopleToDecide(right: Right, decision: DecisionKind): 1 | 2 {
  return decision === 'refuse' ? 1 : policyOf(right).peopleToGrant;
}

/** What a grant in part keeps back: these kinds of data, and everything at these systems. */
export interface KeptBack {
  readonly categories?: readonly DataCategory[];
  readonly processors?: readonly string[];
}

export interface DecisionAsked {
  readonly decision: DecisionKind;
  readonly reason?: string;
  /** Staff's own words to the subject. */
  readonly explanation?: string;
  /** What the trail says of that explanation, once it is sealed. */
  readonly words?: CommittedWords['data'];
  readonly except?: KeptBack;
  /** Staff recorded how a parent's, a legal representative's or an agent's authority was checked. */
  readonly authorityChecked?: boolean;
}

export const decisionRefusals = [
  'authority-not-checked',
  'decision-without-reason',
  'reason-unknown',
  'reason-not-for-this-right',
  'reason-not-for-this-decision',
  'reason-without-explanation',
  'part-without-scope',
  'right-is-absolute',
] as const;
export type DecisionRefusal = (typeof decisionRefusals)[number];

/** Reasons that concern who is asking, which even an absolute right does not overcome. */
const aboutTheAsker: readonly ReasonCode[] = ['identity-not-confirmed', 'no-mandate', 'withdrawn-by-subject'];

/** May staff decide this? Every refusal, full or in part, rests on a code of the closed set that fits the right (GDPR art. 12(4), (5)). */
export function decisionAllowed(facts: RequestFacts, asked: DecisionAsked): Verdict<DecisionRefusal> {
  const refused = (code: DecisionRefusal) => ({ allowed: false, code }) as const;
  if (asked.decision !== 'refuse' && facts.onBehalfOf !== undefined && asked.authorityChecked !== true)
    return refused('authority-not-checked');
  if (asked.decision === 'grant') return { allowed: true };
  if (!asked.reason?.trim()) return refused('decision-without-reason');
  const code = reasonCodes.find((known) => known === asked.reason);
  if (code === undefined) return refused('reason-unknown');
  const reason = reasonOf(code);
  if (!reason.rights.includes(facts.right)) return refused('reason-not-for-this-right');
  if (isAbsolute(facts) && !aboutTheAsker.includes(code)) return refused('right-is-absolute');
  if (!reason.decisions.includes(asked.decision)) return refused('reason-not-for-this-decision');
  if (reason.needsExplanation && !asked.explanation?.trim()) return refused('reason-without-explanation');
  if (asked.decision === 'grant-in-part' && keptBackBy(code, asked.except) === undefined)
    return refused('part-without-scope');
  return { allowed: true };
}

/** GDPR art. 21(3), 7(3): not weighed against anything, whoever decides. */
function isAbsolute(facts: RequestFacts): boolean {
  const { decidedBy } = policyOf(facts.right);
  return decidedBy === 'by-scope' ? facts.objectionScope === 'direct-marketing' : decidedBy === 'policy';
}

/** What a grant in part keeps back: what staff named, else what the reason itself says. Undefined: neither says it. */
export function keptBackBy(reason: ReasonCode, named: KeptBack | undefined): KeptBack | undefined {
  if ((named?.categories?.length ?? 0) + (named?.processors?.length ?? 0) > 0) return named;
  const { keeps } = reasonOf(reason);
  return keeps === undefined ? undefined : { categories: keeps };
}

/** Work that is still open this many days before `plannedBy` no longer holds up the answer: it goes out in part, naming what is open (GDPR art. 12(3)). */
export const answerMarginDays = 2;

/** The latest moment (RFC 3339) for the answer; what is open then is told in it and supplemented later. */
export function answerNoLaterThan(plannedBy: string): string {
  return startOfLocalDay(addDays(plannedBy, -answerMarginDays));
}

/** End of the time to cancel (RFC 3339): shorter where the answer would otherwise be late, so that everything fits within the month. */
export function coolingOffEndsAt(right: Right, decidedAt: string, plannedBy: string): string {
  const full = plusDays(decidedAt, policyOf(right).coolingOffDays);
  return latest(decidedAt, earliest(full, answerNoLaterThan(plannedBy)));
}

export interface IdentitySchedule {
  /** When the two reminders go out (RFC 3339). */
  readonly reminders: readonly [string, string];
  /** When the closing letter of art. 12(4) goes out. */
  readonly closesAt: string;
}

const firstReminderDay = 5;
const secondReminderDay = 12;
const identityClosesDay = 21;
/** A request that was recorded late still leaves its sender this long to confirm. */
const leastDaysToConfirm = 3;

/**
 * Two reminders, then the closing letter, all before `plannedBy` (LAW.md §2: never silence). The steps move together where less of the
 * month is left; `startedAt` is when the first letter with a code was sent.
 */
export function identitySchedule(startedAt: string, plannedBy: string): IdentitySchedule {
  const start = Date.parse(startedAt);
  const wished = earliest(plusDays(startedAt, identityClosesDay), answerNoLaterThan(plannedBy));
  const closesAt = latest(wished, plusDays(startedAt, leastDaysToConfirm));
  const share = (day: number) =>
    new Date(start + ((Date.parse(closesAt) - start) * day) / identityClosesDay).toISOString();
  return { reminders: [share(firstReminderDay), share(secondReminderDay)], closesAt };
}

const taskDays = 5;

/** When a manual task is due (RFC 3339): five days on, and in time for the answer; a task opened later than that is due within a day. */
export function taskDueAt(openedAt: string, plannedBy: string): string {
  const inTime = startOfLocalDay(addDays(plannedBy, -answerMarginDays - 1));
  const due = earliest(plusDays(openedAt, taskDays), inTime);
  return latest(due, earliest(plusDays(openedAt, 1), latest(openedAt, endOfLocalDay(plannedBy))));
}

/** Days between telling the subject that a restriction ends and its end (GDPR art. 18(3) asks for before; the figure is ours). */
export const liftNoticeDays = 7;

/** Days that a released package can be fetched. */
export const packageDays = 30;

/** What remains of a closed case: words go after a year, the proof of handling after five (limitation: Dutch Civil Code art. 3:310). The figures are ours. */
export const caseRetention = { wordsDays: 365, proofYears: 5 } as const;

function plusDays(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * 86_400_000).toISOString();
}

function earliest(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

function latest(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
