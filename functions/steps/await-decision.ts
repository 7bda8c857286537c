import type { Case, Child } from '../domain/case.ts';
import { emptyEvidence, taskOf } from '../domain/dispositions.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { needsStaffDecision, policyOf } from '../domain/policy.ts';
import { escalateAfterSeconds } from '../domain/progress.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Fixes the findings in the chain, lets the policy decide where the right is absolute or there is nothing to decide, and else waits for staff. */
export const createAwaitDecision = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitDecision', 'decision', ports, runtime, (current, at) => {
    if (current.row.status !== 'finding') return [];
    const lookAt = new Date(Date.parse(at) + escalateAfterSeconds * 1000).toISOString();
    const finished: Fact = { ...searchFinished(current, at), set: { lookAt } };
    if (foundNothing(current)) {
      return [
        finished,
        {
          type: 'nothing-to-act-on',
          by: 'policy',
          at,
          set: { outcome: 'nothing-found' },
          children: current.findings.flatMap((finding) =>
            nothingThere(current, finding.processor, finding.state, at),
          ),
        },
      ];
    }
    if (needsStaffDecision(current.row)) return [finished];
    return [
      finished,
      {
        type: 'decided',
        by: 'policy',
        at,
        data: { decision: 'grant' },
        set: { decision: { kind: 'grant', by: 'policy', at } },
      },
    ];
  });

function searchFinished(current: Case, at: string): Fact {
  const by = (state: string) =>
    current.findings.filter((finding) => finding.state === state).map((finding) => finding.processor);
  const searched = new Set(current.findings.map((finding) => finding.processor));
  const missing = (current.row.processors ?? []).filter((name) => !searched.has(name));
  return {
    type: 'search-finished',
    by: 'system',
    at,
    data: {
      found: by('found'),
      nothing: by('nothing'),
      incomplete: by('incomplete'),
      ambiguous: by('ambiguous'),
      byHand: by('by-hand'),
      failed: [...by('failed'), ...missing],
    },
    // A search that left no trace at all counts as failed: it never vanishes from the answer.
    children: missing.flatMap((processor): Child[] => [
      { kind: 'finding', value: { processor, at, state: 'failed', holdings: [], code: 'no-result' } },
      {
        kind: 'task',
        value: taskOf(
          { processor, at, plannedBy: current.row.plannedBy, action: 'find' },
          'find',
          'no-result',
        ),
      },
    ]),
  };
}

/** Every system that could be searched says it holds nothing; one that could not be asked leaves the question to people. */
function foundNothing(current: Case): boolean {
  if (policyOf(current.row.right).operation === undefined) return false;
  const searched = current.findings.filter((finding) => finding.state !== 'by-hand');
  const complete = (current.row.processors ?? []).every((name) =>
    current.findings.some((finding) => finding.processor === name),
  );
  return complete && searched.length > 0 && searched.every((finding) => finding.state === 'nothing');
}

function nothingThere(current: Case, processor: string, state: string, at: string): Child[] {
  if (current.dispositions.some((record) => record.processor === processor)) return [];
  const byHand = state === 'by-hand';
  return [
    {
      kind: 'disposition',
      value: {
        processor,
        // Without any account or address that the others know, there is nothing to search a manual system by.
        disposition: byHand ? 'not-applicable' : 'nothing-found',
        ...(byHand ? { code: 'no-identifier' } : {}),
        at,
        looks: 0,
        evidence: { ...emptyEvidence(byHand ? 'no-identifier' : 'searched'), looked: byHand ? 0 : 1 },
      },
    },
  ];
}
