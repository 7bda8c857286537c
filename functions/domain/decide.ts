import type { Actor, Case, Child, Decision } from './case.ts';
import { RefusedByDomain } from './errors.ts';
import type { Fact } from './lifecycle.ts';
import {
  coolingOffEndsAt,
  type DecisionAsked,
  decisionAllowed,
  keptBackBy,
  peopleToDecide,
  policyOf,
} from './policy.ts';
import { reasonCodes } from './words.ts';

/** Whether a member of staff's decision takes effect, or waits for a second person. */
export interface DecisionTaken {
  readonly facts: readonly Fact[];
  readonly state: 'decided' | 'proposed';
}

/**
 * A decision by a named member of staff. Throws `RefusedByDomain`: `already-decided`, `wrong-status`, `own-case`, `second-person-needed`
 * (the same person again), `decision-differs` (the second person chose otherwise), or a refusal of the policy.
 */
export function decide(current: Case, asked: DecisionAsked, by: Actor, at: string): DecisionTaken {
  const { row } = current;
  if (row.decision) throw new RefusedByDomain('already-decided');
  if (row.status !== 'awaiting-decision') throw new RefusedByDomain('wrong-status');
  const allowed = decisionAllowed(row, { ...asked, authorityChecked: row.authorityCheckedBy !== undefined });
  if (!allowed.allowed) throw new RefusedByDomain(allowed.code);
  const decision = decisionOf(asked, by, at);
  if (peopleToDecide(row.right, decision.kind) === 2) {
    const first = row.proposal;
    if (!first || differs(first, decision)) {
      // Changing one's own proposal is allowed; contradicting a colleague's is a talk to have first.
      if (first && first.by !== by) throw new RefusedByDomain('decision-differs');
      return {
        state: 'proposed',
        facts: [
          {
            type: 'proposed',
            by,
            at,
            data: { ...dataOf(decision), ...asked.words },
            set: { proposal: decision },
          },
        ],
      };
    }
    if (first.by === by) throw new RefusedByDomain('second-person-needed');
  }
  const decided: Fact = {
    type: 'decided',
    by,
    at,
    data: { ...dataOf(decision), ...asked.words, ...(row.proposal ? { first: row.proposal.by } : {}) },
    // Who agrees without words of their own agrees to the first colleague's.
    set: { decision: row.proposal?.words ? { words: row.proposal.words, ...decision } : decision },
    children: doneEscalations(current, by, at),
  };
  const cools = decision.kind !== 'refuse' && policyOf(row.right).coolingOffDays > 0;
  if (!cools) return { state: 'decided', facts: [decided] };
  const coolingOffUntil = coolingOffEndsAt(row.right, at, row.plannedBy);
  return {
    state: 'decided',
    facts: [
      decided,
      {
        type: 'cooling-off-began',
        by: 'system',
        at,
        data: { until: coolingOffUntil },
        set: { coolingOffUntil, lookAt: coolingOffUntil },
      },
    ],
  };
}

function decisionOf(asked: DecisionAsked, by: Actor, at: string): Decision {
  const reason = asked.decision === 'grant' ? undefined : reasonCodes.find((known) => known === asked.reason);
  const kept = asked.decision === 'grant-in-part' && reason ? keptBackBy(reason, asked.except) : undefined;
  return {
    kind: asked.decision,
    ...(reason ? { reason } : {}),
    ...(kept
      ? {
          except: {
            ...(kept.categories ? { categories: [...kept.categories] } : {}),
            ...(kept.processors ? { processors: [...kept.processors] } : {}),
          },
        }
      : {}),
    ...(asked.words ? { words: asked.words.words } : {}),
    by,
    at,
  };
}

function differs(a: Decision, b: Decision): boolean {
  return a.kind !== b.kind || a.reason !== b.reason || JSON.stringify(a.except) !== JSON.stringify(b.except);
}

function dataOf(decision: Decision) {
  return {
    decision: decision.kind,
    ...(decision.reason ? { reason: decision.reason } : {}),
    ...(decision.except?.processors ? { exceptProcessors: decision.except.processors } : {}),
    ...(decision.except?.categories ? { exceptCategories: decision.except.categories } : {}),
  };
}

/** Reminders to decide are done once somebody has; a message of the subject waits for its answer. */
export function doneEscalations(current: Case, by: Actor, at: string): readonly Child[] {
  return current.tasks
    .filter((task) => task.processor === 'staff' && task.operation !== 'message' && task.state === 'open')
    .map((task) => ({ kind: 'task', value: { ...task, state: 'done', doneAt: at, doneBy: by } }));
}
