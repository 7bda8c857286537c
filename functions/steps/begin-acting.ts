import type { Case, Child } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import { knownBeforehand, placeOf } from '../domain/known-beforehand.ts';
import { actionFor, policyOf } from '../domain/policy.ts';
import type { CaseStore } from '../domain/ports.ts';
import { isDueAt, workSeconds } from '../domain/progress.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
}

/** The last look at the row before anything changes anywhere; from here on the subject can no longer cancel. */
export function createBeginActing({ store }: Ports, runtime: Runtime): Handler {
  return step('BeginActing', runtime.log, async ({ requestId }) => {
    const at = new Date(runtime.now()).toISOString();
    const current = await converge(store, requestId, (before) => {
      const { row } = before;
      return row.decision && (row.status === 'awaiting-decision' || row.status === 'cooling-off')
        ? [{ type: 'acting-began', by: 'system', at, children: withoutCalls(before, at) }]
        : [];
    });
    const { row } = current;
    const acting = row.status === 'acting';
    const action = actionFor(row);
    // Only where something may be: the others' dispositions were known without a call.
    const open = acting ? (row.processors ?? []).filter((name) => isDueAt(current, name, action, at)) : [];
    const last = policyOf(row.right).ownSystemLast ? open.filter((name) => name === 'account') : [];
    return {
      processors: open.filter((name) => name !== 'account' || last.length === 0),
      ownSystem: last,
      workSeconds: workSeconds(current, at),
    };
  });
}

function withoutCalls(current: Case, at: string): readonly Child[] {
  const action = actionFor(current.row);
  if (action === undefined || action === 'export') return [];
  return (current.row.processors ?? [])
    .filter((name) => isDueAt(current, name, action, at))
    .flatMap((name) => knownBeforehand(current, placeOf(current, name, action, at)) ?? []);
}
