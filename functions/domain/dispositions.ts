import type { Case, DispositionRecord, FindingRecord } from './case.ts';
import type { Outcome } from './words.ts';

/** Dispositions that need nothing more: what became of the request at that processor is known and proven as far as it can be. */
const final: ReadonlySet<DispositionRecord['disposition']> = new Set([
  'nothing-found',
  'done-confirmed',
  'retained-by-law',
  'done-by-hand',
  'not-applicable',
]);

export function isFinal(record: DispositionRecord): boolean {
  return final.has(record.disposition);
}

/** Whether every searched processor has its final disposition. A request that was refused or found nothing needs no more than that. */
export function isSettled(current: Case): boolean {
  const { outcome, processors } = current.row;
  if (outcome === 'refused' || outcome === 'withdrawn' || outcome === 'not-verified' || outcome === 'merged')
    return true;
  return (processors ?? []).every((name) =>
    current.dispositions.some((record) => record.processor === name && isFinal(record)),
  );
}

/** What may be told about a finding without looking further. */
export function foundSomething(finding: FindingRecord): boolean {
  return finding.state !== 'nothing';
}

/**
 * The outcome that the dispositions add up to. "Fulfilled" only when nothing is failed, merely accepted, or kept by law: what a
 * processor has only promised is not yet done (DESIGN.md §3.6).
 */
export function outcomeOf(current: Case): Outcome {
  const { decision } = current.row;
  if (decision?.kind === 'refuse') return 'refused';
  const records = current.dispositions;
  if (
    records.length > 0 &&
    records.every((one) => one.disposition === 'nothing-found' || one.disposition === 'not-applicable')
  )
    return current.row.right === 'complaint' ? 'fulfilled' : 'nothing-found';
  const whole = records.every((one) => isFinal(one) && one.disposition !== 'retained-by-law');
  return whole && decision?.kind !== 'grant-in-part' ? 'fulfilled' : 'partly-fulfilled';
}
