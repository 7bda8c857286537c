import type { Case, Child, DispositionRecord } from '../domain/case.ts';
import { mustLoad } from '../domain/converge.ts';
import { PermanentError } from '../domain/errors.ts';
import { actionFor } from '../domain/policy.ts';
import type { CaseStore } from '../domain/ports.ts';
import { isDueAt } from '../domain/progress.ts';
import type { Action } from '../domain/words.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { errorFields } from '../runtime/log.ts';
import { type ActingPorts, actAt, afterMissedLook, isOfProcessors, lookAgainAt, opened } from './acting.ts';
import { processorFailed } from './processor-failed.ts';
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
    const now = new Date(runtime.now()).toISOString();
    if (done && !isDueAt(current, processor, action, now)) return {};
    const inside = await opened(ports, requestId);
    const children =
      done && done.disposition !== 'failed'
        ? await lookOnceMore(inside, current, done, action, now)
        : await actAt(inside, runtime, current, processor, action);
    // The disposition comes last: once it stands, this step does nothing more, so its task must be there by then (TRUST.md F1, F3).
    const last = children.filter((child) => child.kind === 'disposition');
    const first = children.filter((child) => child.kind !== 'disposition');
    for (const child of [...first, ...last]) await ports.store.note(requestId, child);
    return {};
  });

  async function lookOnceMore(
    inside: ActingPorts,
    current: Case,
    record: DispositionRecord,
    action: Action,
    at: string,
  ): Promise<readonly Child[]> {
    try {
      return await lookAgainAt(inside, runtime, current, record, action);
    } catch (error) {
      if (!isOfProcessors(error)) throw error;
      runtime.log.warn('looking again failed', { processor: record.processor, ...errorFields(error) });
      await processorFailed(ports.store, runtime, record.processor, error.code);
      return afterMissedLook(current, record, action, error.code, at);
    }
  }
}
