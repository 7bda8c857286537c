import * as v from 'valibot';
import { reference } from '../domain/case.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { CaseStore } from '../domain/ports.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';

interface Ports {
  readonly store: Pick<CaseStore, 'row' | 'lookBy'>;
}

/** What the engine announces of an execution that came to an end nobody meant it to come to; the rest of the event is not read. */
const announcement = v.object({
  detail: v.object({ name: v.string(), status: v.picklist(['FAILED', 'TIMED_OUT', 'ABORTED']) }),
});
const named = v.pipe(v.string(), v.regex(/^[^.]+(?:\.\d+)?$/));

/**
 * Brings the next look of the sweep forward when an execution has died, so that a request which waits for a week is taken up within five
 * minutes (TRUST.md F10). The starting anew stays with the sweep: an execution that fails at once is tried at its pace, not in a circle.
 */
export function createExecutionEnded({ store }: Ports, { now, log }: Runtime): Handler {
  return async (event) => {
    const parsed = v.safeParse(announcement, event);
    if (!parsed.success) throw new InvalidInput('payload-not-as-agreed');
    const { name, status } = parsed.output.detail;
    const [id = '', number = '1'] = name.split('.');
    if (!v.is(named, name) || !v.is(reference, id)) throw new InvalidInput('not-the-name-of-a-request');
    const row = await store.row(id);
    const at = new Date(now()).toISOString();
    if (!row || row.status === 'closed' || row.executions > Number(number) || row.lookAt <= at)
      return { broughtForward: false };
    log.warn('execution ended', { requestId: id, status });
    await store.lookBy(id, at);
    return { broughtForward: true };
  };
}
