import type { CaseStore } from '../domain/ports.ts';
import { noteFailure } from '../domain/processor-health.ts';
import type { Runtime } from '../runtime/lambda.ts';

/** An operation at a system has failed for good: the alarms count it, and staff see it. */
export async function processorFailed(
  store: Pick<CaseStore, 'count' | 'replace'>,
  { metrics, now }: Pick<Runtime, 'metrics' | 'now'>,
  processor: string,
  code: string,
): Promise<void> {
  metrics.emit('ProcessorFailed', 1, 'Count', { Processor: processor });
  await noteFailure(store, processor, code, now());
}
