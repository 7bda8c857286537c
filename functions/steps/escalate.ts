import { converge } from '../domain/converge.ts';
import { taskOf } from '../domain/dispositions.ts';
import type { CaseStore } from '../domain/ports.ts';
import { escalateAfterSeconds, escalationsInAll, progressOf } from '../domain/progress.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
}

/** Nobody decided or released in time: a task and a count that grows, until waiting itself ends in a parked case (F26). */
export function createEscalate({ store }: Ports, runtime: Runtime): Handler {
  return step('Escalate', runtime.log, async ({ requestId, wait }) => {
    const at = new Date(runtime.now()).toISOString();
    const waiting = wait === 'decision' ? 'awaiting-decision' : 'awaiting-release';
    const current = await converge(store, requestId, (before) => {
      if (before.row.status !== waiting || progressOf(before, wait, at)) return [];
      const task = taskOf(
        { processor: 'staff', at, plannedBy: before.row.plannedBy, action: wait },
        wait,
        'nobody-acted',
      );
      return [
        {
          type: 'escalated',
          by: 'system',
          at,
          data: { wait, number: before.row.escalations + 1 },
          set: {
            escalations: before.row.escalations + 1,
            lookAt: new Date(Date.parse(at) + escalateAfterSeconds * 1000).toISOString(),
          },
          children: before.tasks.some((one) => one.operation === wait && one.state === 'open')
            ? []
            : [{ kind: 'task', value: task }],
        },
      ];
    });
    const progress = progressOf(current, wait, at);
    const next = progress?.next ?? (current.row.escalations >= escalationsInAll ? 'park' : 'await');
    return { next, waitSeconds: progress?.waitSeconds ?? escalateAfterSeconds };
  });
}
