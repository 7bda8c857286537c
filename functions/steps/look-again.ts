import type { Case, Child, DispositionRecord } from '../domain/case.ts';
import { after, converge, mustLoad } from '../domain/converge.ts';
import { taskOf } from '../domain/dispositions.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { actionFor } from '../domain/policy.ts';
import type { CaseStore } from '../domain/ports.ts';
import { lookDue, nextLookDue, purgeWaitSeconds } from '../domain/progress.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { errorFields } from '../runtime/log.ts';
import {
  type ActingPorts,
  actAt,
  afterMissedLook,
  failedAt,
  isOfProcessors,
  lookAgainAt,
  opened,
  putOff,
} from './acting.ts';
import { actedFact } from './await-work.ts';
import { processorFailed } from './processor-failed.ts';
import { step } from './step.ts';

interface Ports extends ActingPorts {
  readonly store: CaseStore;
}

/** Looks again at everything that is due: what was accepted, whether it is really gone; what failed, whether it works by now. */
export function createLookAgain(ports: Ports, runtime: Runtime): Handler {
  const { store } = ports;
  return step('LookAgain', runtime.log, async ({ requestId }) => {
    const at = new Date(runtime.now()).toISOString();
    const before = await mustLoad(store, requestId);
    const looked =
      before.row.status === 'closed' ? [] : await look(await opened(ports, requestId), before, at);
    const decide = (latest: Case): readonly Fact[] => {
      const children = looked.filter((child) => isStillAsSeen(child, before, latest));
      if (children.length === 0 || latest.row.status === 'closed') return [];
      const now = after(latest, { before: latest.row.version, row: latest.row, events: [], children });
      const due = nextLookDue(now);
      const fact = actedFact(now, at, due && due > at ? due : at);
      return [{ ...fact, type: 'looked-again', children }];
    };
    const current = await converge(store, requestId, decide, undefined, before);
    // Never at once again: what is still due now waits for the next day.
    return { waitSeconds: Math.max(60, purgeWaitSeconds(current, at)) };
  });

  async function look(inside: ActingPorts, current: Case, at: string): Promise<readonly Child[]> {
    const action = actionFor(current.row);
    const due = current.dispositions.filter((record) => {
      const when = lookDue(record);
      return when !== undefined && when <= at;
    });
    if (action === 'export') return due.flatMap((record) => leftToPeople(current, record, at));
    const results = await Promise.all(
      due.map(async (record): Promise<readonly Child[]> => {
        const doing = record.action === undefined || record.action === 'export' ? action : record.action;
        if (doing === undefined) return [];
        const isLook = (record.disposition === 'accepted' || record.lookAgainOn) && doing !== 'lift';
        try {
          return isLook
            ? await lookAgainAt(inside, runtime, current, record, doing)
            : await actAt(inside, runtime, current, record.processor, doing);
        } catch (error) {
          runtime.log.warn('looking again failed', { processor: record.processor, ...errorFields(error) });
          if (!isOfProcessors(error)) throw error;
          await processorFailed(store, runtime, record.processor, error.code);
          return (isLook ? afterMissedLook : failedAt)(current, record, doing, error.code, at);
        }
      }),
    );
    return results.flat().map((child) => notAtOnce(child, at));
  }
}

/** A vendor's "not yet" without a later day, or with a day counted in another time zone, must not be due again now: that would never end. */
function notAtOnce(child: Child, at: string): Child {
  if (child.kind !== 'disposition') return child;
  const due = lookDue(child.value);
  if (due === undefined || due > at) return child;
  return { kind: 'disposition', value: putOff(child.value, at) };
}

/** What a colleague reported done while we looked stands: their word is newer than what was asked of the vendor. */
function isStillAsSeen(child: Child, before: Case, latest: Case): boolean {
  if (child.kind !== 'disposition' && child.kind !== 'task') return true;
  const at = ({ dispositions }: Case) =>
    dispositions.find((record) => record.processor === child.value.processor);
  return JSON.stringify(at(before)) === JSON.stringify(at(latest));
}

/** A copy that has left cannot be fetched into any more: what it lacks is for a person to hand over, whatever was asked before. */
function leftToPeople({ row }: Case, record: DispositionRecord, at: string): readonly Child[] {
  const { processor } = record;
  const task = taskOf({ processor, at, plannedBy: row.plannedBy, action: 'export' }, 'export', 'by-hand');
  return [
    { kind: 'disposition', value: putOff({ ...record, code: 'by-hand' }, at) },
    { kind: 'task', value: task },
  ];
}
