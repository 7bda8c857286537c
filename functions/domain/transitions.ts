import type { Actor, Case, LetterRecord } from './case.ts';
import { clockOf } from './clock.ts';
import { isSettled } from './dispositions.ts';
import type { LetterKind, Status } from './words.ts';

export type ActorKind = 'subject' | 'staff' | 'system' | 'policy';

/** What a fact may do: from which status, to which, by whom, and what must be true before. Data, so that docs and tests read it too. */
export interface Transition {
  readonly from: readonly Status[];
  /** Empty: the status stays. */
  readonly to: readonly Status[];
  readonly who: readonly ActorKind[];
  readonly needs?: readonly Condition[];
}

const unverified: readonly Status[] = ['awaiting-identity'];
const undecided: readonly Status[] = ['awaiting-identity', 'finding', 'awaiting-decision'];
/** Where the subject still waits for an answer: the clock runs. */
export const unanswered: readonly Status[] = [...undecided, 'cooling-off', 'acting', 'awaiting-release'];
const open: readonly Status[] = [...unanswered, 'answered'];
const always: readonly Status[] = [...open, 'closed'];

/** Conditions by name; a fact that lacks one is refused with that name as the code. */
export const conditions = {
  /** Art. 12(4): a refusal names its ground. */
  'decision-without-reason': (after) =>
    after.row.decision === undefined ||
    after.row.decision.kind === 'grant' ||
    after.row.decision.reason !== undefined,
  'decision-missing': (after) => after.row.decision !== undefined,
  'decision-already-made': (_after, before) => before.row.decision === undefined,
  'search-not-finished': (after) =>
    (after.row.processors ?? []).every((name) =>
      after.findings.some((finding) => finding.processor === name),
    ),
  'not-verified': (after) => after.row.verifiedAt !== undefined,
  /** Art. 12(3), (4): the subject has been told before the request counts as answered. */
  'answer-not-sent': (after) => sent(after, 'answer') || sent(after, 'refusal') || sent(after, 'release'),
  /** Withheld only from a mailbox that a stranger's requests were flooding. */
  'closing-letter-not-sent': (after) =>
    after.letters.some(
      (letter) => letter.kind === 'refusal' && (reached(letter) || letter.state === 'withheld'),
    ),
  'extension-letter-not-sent': (after) => {
    const id = after.row.extension?.letterId;
    return id !== undefined && after.letters.some((letter) => letter.id === id && reached(letter));
  },
  'lifting-letter-not-sent': (after) => sent(after, 'restriction-lifted'),
  'second-extension': (_after, before) => before.row.extension === undefined,
  /** Art. 12(3): only while the first month runs. */
  'extension-after-first-month': (after) => after.row.extension === undefined || clockOf(after.row).extended,
  'pause-letter-not-sent': (after) => {
    const last = after.row.pauses.at(-1);
    return (
      last !== undefined && after.letters.some((letter) => letter.id === last.letterId && reached(letter))
    );
  },
  'pause-already-open': (_after, before) => before.row.pauses.every((pause) => pause.until !== undefined),
  'no-pause-open': (_after, before) => before.row.pauses.some((pause) => pause.until === undefined),
  /** No close without a full disposition (every processor, every right). */
  'dispositions-incomplete': (after) => isSettled(after),
  'tasks-open': (after) => after.tasks.every((task) => task.state === 'done'),
  'package-not-approved': (after) =>
    after.row.package !== undefined && after.row.releasedHash === after.row.package.hash,
  'merge-into-itself': (after) => after.row.mergedInto !== undefined && after.row.mergedInto !== after.row.id,
  'outcome-missing': (after) => after.row.outcome !== null,
  'on-hold': (after) => after.row.hold !== true,
} as const satisfies Record<string, (after: Case, before: Case) => boolean>;
export type Condition = keyof typeof conditions;

export const lifecycle = {
  received: { from: [], to: ['awaiting-identity'], who: ['subject', 'staff'] },
  'letter-sent': { from: always, to: [], who: ['system', 'staff'] },
  'letter-withheld': { from: always, to: [], who: ['system'] },
  'letter-delivered': { from: always, to: [], who: ['system'] },
  'letter-bounced': { from: always, to: [], who: ['system'] },
  'letter-complained': { from: always, to: [], who: ['system'] },
  'identity-verified': {
    from: unverified,
    to: ['finding'],
    who: ['subject', 'staff'],
    needs: ['not-verified'],
  },
  'identity-reminded': { from: unverified, to: [], who: ['system'] },
  'identity-not-confirmed': {
    from: unverified,
    to: ['closed'],
    who: ['system'],
    needs: ['closing-letter-not-sent', 'outcome-missing'],
  },
  'authority-checked': { from: unanswered, to: [], who: ['staff'] },
  merged: {
    from: ['awaiting-identity'],
    to: ['closed'],
    who: ['subject', 'system'],
    needs: ['merge-into-itself'],
  },
  'search-planned': { from: ['finding'], to: [], who: ['system'], needs: ['not-verified'] },
  'search-finished': {
    from: ['finding'],
    to: ['awaiting-decision'],
    who: ['system'],
    needs: ['search-not-finished'],
  },
  proposed: { from: ['awaiting-decision'], to: [], who: ['staff'], needs: ['decision-already-made'] },
  decided: {
    from: ['awaiting-decision'],
    to: [],
    who: ['staff', 'policy'],
    needs: ['decision-missing', 'decision-without-reason', 'decision-already-made', 'search-not-finished'],
  },
  'decision-came-second': { from: always, to: [], who: ['staff'] },
  'nothing-to-act-on': {
    from: ['awaiting-decision'],
    to: [],
    who: ['policy'],
    needs: ['search-not-finished'],
  },
  'cooling-off-began': {
    from: ['awaiting-decision'],
    to: ['cooling-off'],
    who: ['system'],
    needs: ['decision-missing'],
  },
  'acting-began': {
    from: ['awaiting-decision', 'cooling-off'],
    to: ['acting'],
    who: ['system'],
    needs: ['decision-missing', 'not-verified'],
  },
  acted: { from: [...unanswered, 'answered'], to: [], who: ['system'] },
  'task-opened': { from: always, to: [], who: ['system', 'staff'] },
  /** Also after the end: a message or a transmission of a closed request may have left work. */
  'task-done': { from: always, to: [], who: ['staff', 'system'] },
  'task-retried': { from: open, to: [], who: ['staff'] },
  'package-built': {
    from: ['awaiting-decision', 'awaiting-release'],
    to: ['awaiting-release'],
    who: ['system'],
    needs: ['decision-missing', 'not-verified'],
  },
  'package-redacted': { from: ['awaiting-release'], to: [], who: ['staff'] },
  'release-approved': { from: ['awaiting-release'], to: [], who: ['staff'] },
  released: { from: ['awaiting-release'], to: [], who: ['staff'], needs: ['package-not-approved'] },
  'package-fetched': { from: ['answered', 'closed'], to: [], who: ['subject'] },
  'transmission-asked': { from: ['answered', 'closed'], to: [], who: ['subject'] },
  transmitted: { from: ['answered', 'closed'], to: [], who: ['system'] },
  'transmission-failed': { from: ['answered', 'closed'], to: [], who: ['system'] },
  'package-expired': { from: ['answered', 'closed'], to: [], who: ['system'] },
  answered: {
    from: ['awaiting-decision', 'acting', 'awaiting-release'],
    to: ['answered'],
    who: ['system'],
    needs: ['answer-not-sent', 'outcome-missing'],
  },
  'answer-undelivered': {
    from: ['answered', 'closed'],
    to: ['acting', 'awaiting-release', 'awaiting-decision'],
    who: ['system'],
  },
  'looked-again': { from: open, to: [], who: ['system'] },
  'processor-reported': { from: open, to: [], who: ['system'] },
  supplemented: { from: ['answered'], to: [], who: ['system'] },
  closed: {
    from: ['answered'],
    to: ['closed'],
    who: ['system'],
    needs: ['dispositions-incomplete', 'tasks-open', 'outcome-missing'],
  },
  withdrawn: { from: [...undecided, 'cooling-off', 'awaiting-release'], to: ['closed'], who: ['subject'] },
  extended: {
    from: unanswered,
    to: [],
    who: ['staff'],
    needs: ['second-extension', 'extension-letter-not-sent', 'extension-after-first-month'],
  },
  'question-asked': { from: unanswered, to: [], who: ['staff'] },
  paused: {
    from: unanswered,
    to: [],
    who: ['staff'],
    needs: ['pause-already-open', 'pause-letter-not-sent'],
  },
  'pause-ended': { from: unanswered, to: [], who: ['staff', 'subject', 'system'], needs: ['no-pause-open'] },
  'milestone-rung': { from: unanswered, to: [], who: ['system'] },
  escalated: { from: unanswered, to: [], who: ['system'] },
  'note-added': { from: always, to: [], who: ['staff'] },
  'message-sent': { from: always, to: [], who: ['staff', 'subject'] },
  /** Art. 18(3): opens a closed case again until every system has really lifted it. */
  'restriction-lifted': {
    from: ['answered', 'closed'],
    to: ['answered'],
    who: ['staff'],
    needs: ['lifting-letter-not-sent'],
  },
  'execution-started': { from: always, to: [], who: ['system', 'staff'] },
  'hold-set': { from: always, to: [], who: ['staff'] },
  'hold-lifted': { from: always, to: [], who: ['staff'] },
  anonymised: { from: ['closed'], to: [], who: ['system'], needs: ['on-hold'] },
} as const satisfies Record<string, Transition>;
export type EventType = keyof typeof lifecycle;

export function kindOf(by: Actor): ActorKind {
  if (by === 'subject' || by === 'system' || by === 'policy') return by;
  return 'staff';
}

/** A letter that was handed over and has not come back. */
export function reached(letter: LetterRecord): boolean {
  return letter.state === 'sent' || letter.state === 'delivered' || letter.state === 'complained';
}

export function sent(current: Case, kind: LetterKind): boolean {
  return current.letters.some((letter) => letter.kind === kind && reached(letter));
}
