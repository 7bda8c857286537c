import type { Case } from '../domain/case.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { workSeconds } from '../domain/progress.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Gathers what became of the request at each system into one event, and waits for what people still have to do. */
export const createAwaitWork = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitWork', 'work', ports, runtime, (current, at) => {
    if (current.row.status !== 'acting') return [];
    const due = new Date(Date.parse(at) + workSeconds(current, at) * 1000).toISOString();
    return [actedFact(current, at, due)];
  });

/** The event that fixes the dispositions in the chain; the records themselves were written by the systems' own steps. */
export function actedFact(current: Case, at: string, lookAt: string): Fact {
  const by = (kind: string) =>
    current.dispositions.filter((one) => one.disposition === kind).map((one) => one.processor);
  return {
    type: 'acted',
    by: 'system',
    at,
    data: {
      confirmed: by('done-confirmed'),
      accepted: by('accepted'),
      retained: by('retained-by-law'),
      nothing: by('nothing-found'),
      notApplicable: by('not-applicable'),
      failed: by('failed'),
      byHand: by('done-by-hand'),
    },
    set: { lookAt },
  };
}
