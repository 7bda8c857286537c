import type { StepInput } from '../../workflows/contract.ts';
import type { Child } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { emptyEvidence, taskOf } from '../domain/dispositions.ts';
import { codedErrors } from '../domain/errors.ts';
import { sameTask } from '../domain/lifecycle.ts';
import { actionFor, interimActionFor } from '../domain/policy.ts';
import type { CaseStore } from '../domain/ports.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { processorFailed } from './processor-failed.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
}

/** Turns a failure that no retry mended into work for a person, with a due date (DESIGN.md §2). */
export function createRaiseTask({ store }: Ports, runtime: Runtime): Handler {
  return step('RaiseTask', runtime.log, async ({ requestId, step: failedStep, processor, ...failure }) => {
    const at = new Date(runtime.now()).toISOString();
    const code = codeOf(failure);
    if (processor !== undefined) {
      await processorFailed(store, runtime, processor, code);
      if (failure.error === 'QuarantineError')
        runtime.metrics.emit('QuarantinedAnswer', 1, 'Count', { Processor: processor });
      const { row, tasks } = await mustLoad(store, requestId);
      const searching = failedStep === 'find-at-processor';
      // Before a decision only what holds in the meantime is done at a system: that is what failed then, and not what may be decided later.
      const interim = row.decision === undefined ? interimActionFor(row) : undefined;
      const action = searching ? 'find' : (interim ?? actionFor(row) ?? 'export');
      const task = taskOf({ processor, at, plannedBy: row.plannedBy, action }, action, code);
      // The day by which a person should have done it is that of the first failure.
      const known = tasks.find((one) => sameTask(one, task) && one.state === 'open');
      const records: Child[] = [
        { kind: 'task', value: known ? { ...known, code } : task },
        searching
          ? { kind: 'finding', value: { processor, at, state: 'failed', holdings: [], code } }
          : {
              kind: 'disposition',
              value: {
                processor,
                disposition: 'failed',
                ...(action === 'find' ? {} : { action }),
                at,
                code,
                looks: 0,
                evidence: emptyEvidence(code),
              },
            },
      ];
      for (const record of records) await store.note(requestId, record);
      return {};
    }
    runtime.metrics.emit('StepFailed', 1);
    await converge(store, requestId, (current) => {
      if (current.row.status === 'closed') return [];
      const task = taskOf(
        { processor: 'request', at, plannedBy: current.row.plannedBy, action: failedStep },
        failedStep,
        code,
      );
      const open = current.tasks.some(
        (one) => one.processor === 'request' && one.operation === failedStep && one.state === 'open',
      );
      return open
        ? []
        : [
            {
              type: 'task-opened',
              by: 'system',
              at,
              data: { step: failedStep, code },
              children: [{ kind: 'task', value: task }],
            },
          ];
    });
    return {};
  });
}

/** The code of an error of ours; of any other its name, because what its message holds is not known. */
function codeOf({ error, code }: Pick<StepInput<'RaiseTask'>, 'error' | 'code'>): string {
  const said = code && codedErrors.some((name) => name === error) ? code : error;
  return (said ?? 'failed').replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 60);
}
