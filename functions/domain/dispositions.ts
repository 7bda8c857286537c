import { addDays, laterDay } from './calendar.ts';
import type { Case, Child, DispositionRecord, FindingRecord, StaffTask } from './case.ts';
import type { RetentionGround } from './grounds.ts';
import { taskDueAt } from './policy.ts';
import type { Action, Outcome } from './words.ts';

/** The code of an acceptance that nobody can look into: the vendor's word is all there will ever be, and it is told as that. */
export const cannotBeSeen = 'cannot-be-seen';

const final: ReadonlySet<DispositionRecord['disposition']> = new Set([
  'nothing-found',
  'done-confirmed',
  'retained-by-law',
  'done-by-hand',
  'not-applicable',
]);

/** Needs nothing more: what became of the request at that processor is known as far as it can be. */
export function isFinal(record: DispositionRecord): boolean {
  return final.has(record.disposition) || (record.disposition === 'accepted' && record.code === cannotBeSeen);
}

/** The code of a record that waits for a person's manual work. */
export const byHand = 'by-hand';

/** A vendor that brings data back does so with its next synchronisation or restore; a week covers those that are known (days). */
const secondLookDays = 8;

/** Whether every processor has its final disposition; what never came to acting needs none. */
export function isSettled(current: Case): boolean {
  const { outcome, processors } = current.row;
  if (outcome === 'withdrawn' || outcome === 'not-verified' || outcome === 'merged') return true;
  // A refused objection leaves nothing to do but to lift what was restricted while it was weighed.
  if (outcome === 'refused') return current.dispositions.every(isFinal);
  return (processors ?? []).every((name) =>
    current.dispositions.some(
      (record) => record.processor === name && isFinal(record) && record.lookAgainOn === undefined,
    ),
  );
}

/**
 * The outcome that the dispositions add up to. "Fulfilled" only when nothing has failed, is still only promised, or is kept by law
 * (DESIGN.md §3.6).
 */
export function outcomeOf(current: Case): Outcome {
  const { decision, right, processors } = current.row;
  if (decision?.kind === 'refuse') return 'refused';
  if (right === 'complaint') return 'fulfilled';
  const records = current.dispositions;
  const found = records.some(
    (one) => one.disposition !== 'nothing-found' && one.disposition !== 'not-applicable',
  );
  const missing = (processors ?? []).some((name) => !records.some((one) => one.processor === name));
  if (!found && !missing) return 'nothing-found';
  const whole = !missing && records.every((one) => isFinal(one) && one.disposition !== 'retained-by-law');
  return whole && decision?.kind !== 'grant-in-part' ? 'fulfilled' : 'partly-fulfilled';
}

type Evidence = DispositionRecord['evidence'];

/** What acting at one system came to; connectors return it. */
export type Acted =
  | { readonly result: 'done'; readonly evidence: Evidence }
  /** The vendor says it will. `expectedBy` (YYYY-MM-DD) is when we look again; `job` is the vendor's handle for asking. */
  | {
      readonly result: 'accepted';
      readonly evidence: Evidence;
      readonly expectedBy: string;
      readonly job?: string;
    }
  | { readonly result: 'nothing-found'; readonly evidence: Evidence }
  | {
      readonly result: 'retained';
      readonly evidence: Evidence;
      readonly ground: RetentionGround;
      readonly until: string;
    }
  | { readonly result: 'not-applicable'; readonly why: string }
  /**
   * A person has to do it; `instructions` names the text in the processor's own task catalogue. `evidence` shows what the API did
   * before, where a part could be done by call.
   */
  | { readonly result: 'manual'; readonly instructions: string; readonly evidence?: Evidence }
  /** Final refusal by the vendor or an answer we do not trust. `code` is from a closed set, never the vendor's text. */
  | { readonly result: 'failed'; readonly code: string; readonly evidence: Evidence };

/** What looking again showed; connectors return it. Only `confirmed` makes a `done-confirmed`. */
export type Seen =
  | { readonly seen: 'confirmed'; readonly evidence: Evidence }
  | { readonly seen: 'pending'; readonly evidence: Evidence; readonly expectedBy: string }
  | { readonly seen: 'still-there'; readonly code: string; readonly evidence: Evidence }
  /** The vendor offers no way to look again: its own word is all there is. */
  | { readonly seen: 'cannot-look'; readonly evidence: Evidence };

export interface Place {
  readonly processor: string;
  readonly action: Action | 'export';
  /** RFC 3339. */
  readonly at: string;
  /** YYYY-MM-DD in Europe/Amsterdam, for comparing with `expectedBy`. */
  readonly today: string;
  readonly plannedBy: string;
  readonly looks: number;
  /** True when this is the look that a confirmed erasure is given once more, days later. */
  readonly isSecondLook?: boolean;
}

export const emptyEvidence = (observation: string): Evidence => ({
  class: 'none',
  looked: 0,
  requestIds: [],
  handles: [],
  observation,
});

// What a vendor calls a request id is its own choice; anything that is no code is kept out of the record.
function codesOnly(evidence: Evidence): Evidence {
  const safe = (text: string) => text.replace(/[^A-Za-z0-9_.:#-]/g, '_').slice(0, 80) || '_';
  return {
    class: evidence.class,
    looked: evidence.looked,
    requestIds: evidence.requestIds.slice(0, 20).map(safe),
    handles: evidence.handles.slice(0, 50).map(safe),
    observation: safe(evidence.observation),
  };
}

/**
 * The disposition after acting and looking. A vendor's "done" counts only when looking again confirms it; a vendor that said yes and still
 * has the data after its own date has failed, and a person is told.
 */
export function settle(
  place: Place,
  acted: Acted,
  seen: Seen | undefined,
  retained: { readonly ground: RetentionGround; readonly until: string } | undefined,
): readonly Child[] {
  const record = ({
    evidence,
    ...rest
  }: Omit<DispositionRecord, 'processor' | 'action' | 'at' | 'looks'>): Child => ({
    kind: 'disposition',
    value: {
      processor: place.processor,
      action: place.action,
      at: place.at,
      looks: place.looks,
      ...rest,
      evidence: codesOnly(evidence),
    },
  });
  const failed = (code: string, evidence: Evidence, instructions: string): readonly Child[] => [
    record({ disposition: 'failed', code, evidence }),
    { kind: 'task', value: taskOf(place, instructions, code) },
  ];
  // From the first sight of it on, however long the vendor took: what comes back does so after it was gone.
  const again =
    place.action === 'erase' && !place.isSecondLook
      ? { lookAgainOn: addDays(place.today, secondLookDays) }
      : {};
  const confirmed = (evidence: Evidence): readonly Child[] => [
    retained
      ? record({
          disposition: 'retained-by-law',
          ground: retained.ground,
          retainedUntil: retained.until,
          evidence,
          ...again,
        })
      : record({ disposition: 'done-confirmed', evidence, ...again }),
  ];

  /** `promise` is the day up to which the vendor's word stands, `word` what it said, `job` its handle for asking. */
  const afterLooking = (
    promise: string,
    word: Evidence,
    job: Pick<DispositionRecord, 'job'>,
  ): readonly Child[] => {
    // A day that is today already (a vendor counts in its own zone) would be due again at once, for ever.
    const accepted = (expectedBy: string, evidence: Evidence): readonly Child[] => [
      record({
        disposition: 'accepted',
        expectedBy: laterDay(expectedBy, addDays(place.today, 1)),
        evidence,
        ...job,
      }),
    ];
    switch (seen?.seen) {
      case undefined:
        return accepted(promise, word);
      case 'confirmed':
        return confirmed(seen.evidence);
      case 'pending':
        return accepted(seen.expectedBy, seen.evidence);
      case 'cannot-look':
        return promise > place.today
          ? accepted(promise, seen.evidence)
          : [record({ disposition: 'accepted', code: cannotBeSeen, evidence: seen.evidence, ...job })];
      case 'still-there':
        return promise > place.today
          ? accepted(promise, seen.evidence)
          : failed(seen.code, seen.evidence, place.action);
    }
  };

  switch (acted.result) {
    case 'nothing-found':
      return retained
        ? confirmed(acted.evidence)
        : [record({ disposition: 'nothing-found', evidence: acted.evidence })];
    case 'retained':
      return [
        record({
          disposition: 'retained-by-law',
          ground: acted.ground,
          retainedUntil: acted.until,
          evidence: acted.evidence,
        }),
      ];
    case 'not-applicable':
      return [record({ disposition: 'not-applicable', code: acted.why, evidence: emptyEvidence(acted.why) })];
    case 'manual':
      return failed(byHand, acted.evidence ?? emptyEvidence('manual-task-open'), acted.instructions);
    case 'failed':
      return failed(acted.code, acted.evidence, place.action);
    case 'done':
      return afterLooking(place.today, acted.evidence, {});
    case 'accepted':
      return afterLooking(
        acted.expectedBy,
        acted.evidence,
        acted.job === undefined ? {} : { job: acted.job },
      );
  }
}

/** A task for a person, with a due date before the promise. */
export function taskOf(
  place: Pick<Place, 'processor' | 'at' | 'plannedBy'> & { action: string },
  instructions: string,
  code: string,
): StaffTask {
  return {
    processor: place.processor,
    operation: place.action,
    state: 'open',
    openedAt: place.at,
    dueAt: taskDueAt(place.at, place.plannedBy),
    instructions,
    code,
  };
}

/** The task that disappears because acting has succeeded after all. */
export function doneBySystem(task: StaffTask, at: string): StaffTask {
  return { ...task, state: 'done', doneAt: at, doneBy: 'system' };
}

/** The longest that the law keeps any of a finding's holdings. */
export function retainedOf(
  holdings: FindingRecord['holdings'],
): { readonly ground: RetentionGround; readonly until: string } | undefined {
  return holdings
    .flatMap((holding) => (holding.retained ? [holding.retained] : []))
    .reduce<{ ground: RetentionGround; until: string } | undefined>(
      (longest, one) => (longest === undefined || one.until > longest.until ? one : longest),
      undefined,
    );
}
