import { localDayOf } from './calendar.ts';
import type { Case, Child } from './case.ts';
import { emptyEvidence, type Place, settle } from './dispositions.ts';
import { retryAsked } from './progress.ts';
import type { Action } from './words.ts';

/** Where and when an action is carried out, as its disposition will say it. `at` is RFC 3339. */
export function placeOf(current: Case, processor: string, action: Action, at: string): Place {
  const before = current.dispositions.find(
    (record) => record.processor === processor && record.action === action,
  );
  return {
    processor,
    action,
    at,
    today: localDayOf(at),
    plannedBy: current.row.plannedBy,
    looks: (before?.looks ?? 0) + 1,
  };
}

/**
 * What becomes of an action at a system where no call can change it: the decision keeps that system out, the search found nothing there, or
 * it found more than one person. `undefined` where the system has to be asked.
 */
export function knownBeforehand(current: Case, place: Place): readonly Child[] | undefined {
  const { processor, action } = place;
  if (current.row.decision?.except?.processors?.includes(processor))
    return settle(place, { result: 'not-applicable', why: 'kept-back' }, undefined, undefined);
  const retried = current.dispositions.some(
    (record) => record.processor === processor && record.action === action && record.code === retryAsked,
  );
  const finding = current.findings.find((one) => one.processor === processor);
  if (retried || finding === undefined) return undefined;
  return ofFinding(place, finding.state);
}

/** The same, of what a search has shown just now. */
export function ofFinding(place: Place, state: Case['findings'][number]['state']) {
  if (state === 'ambiguous')
    return settle(
      place,
      { result: 'failed', code: 'ambiguous-mailbox', evidence: emptyEvidence('ambiguous-mailbox') },
      undefined,
      undefined,
    );
  if (state === 'nothing') {
    const evidence = { ...emptyEvidence(state), class: 'looked-again' as const, looked: 1 };
    return settle(place, { result: 'nothing-found', evidence }, undefined, undefined);
  }
  return undefined;
}
