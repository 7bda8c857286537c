import { clockOf } from '../domain/clock.ts';
import { mustLoad } from '../domain/converge.ts';
import type { CaseStore } from '../domain/ports.ts';
import { ring } from '../domain/ring.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
}

/** Rings the milestones that have passed, each once, and says when the next is due; the dates are read from the row every time. */
export function createSlaTick({ store }: Ports, runtime: Runtime): Handler {
  return step('SlaTick', runtime.log, async ({ requestId }) => {
    const current = await mustLoad(store, requestId);
    const { row } = await ring(store, runtime.metrics, current, runtime.now());
    const watched = row.status !== 'closed' && row.status !== 'answered';
    const next = clockOf(row).milestones.find((milestone) => !row.rung.includes(milestone.name));
    return watched && next ? { next: 'wait', nextAt: next.at } : { next: 'end', nextAt: row.receivedAt };
  });
}
