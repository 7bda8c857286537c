import { mustLoad } from '../domain/converge.ts';
import { PermanentError } from '../domain/errors.ts';
import { actionFor } from '../domain/policy.ts';
import type { CaseStore } from '../domain/ports.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type ActingPorts, actAt } from './acting.ts';
import { step } from './step.ts';

interface Ports extends ActingPorts {
  readonly store: CaseStore;
}

/** Carries out the decision at one system, once, and looks whether it worked. */
export function createActAtProcessor(ports: Ports, runtime: Runtime): Handler {
  return step('ActAtProcessor', runtime.log, async ({ requestId, processor, phase }) => {
    const current = await mustLoad(ports.store, requestId);
    if (current.row.status === 'closed') return {};
    const action = phase === 'meanwhile' ? 'restrict' : actionFor(current.row);
    if (action === undefined || action === 'export') throw new PermanentError('nothing-to-act-on');
    const done = current.dispositions.find(
      (record) => record.processor === processor && record.action === action,
    );
    if (done && done.disposition !== 'failed') return {};
    for (const child of await actAt(ports, runtime, current, processor, action)) {
      await ports.store.note(requestId, child);
    }
    return {};
  });
}
