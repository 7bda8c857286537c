import type { Hono } from 'hono';
import { converge } from '../../domain/converge.ts';
import { QuarantineError, TransientError } from '../../domain/errors.ts';
import type { CaseStore, Engine } from '../../domain/ports.ts';
import {
  afterReport,
  expectedReport,
  expectedReportKey,
  laterStatus,
  type ReportStatus,
  readExpectedReport,
} from '../../domain/processor-reports.ts';
import { reconcile } from '../../domain/reconcile.ts';
import type { Runtime } from '../../runtime/lambda.ts';
import { errorFields } from '../../runtime/log.ts';
import { readBytes } from '../http.ts';
import { ApiProblem } from '../problem.ts';

/** What a processor's own receiver made of a callback; the body is parsed only after its signature was found right. */
export type CallbackVerdict =
  | { readonly ok: true; readonly callback: { subjectRequestId: string; status: ReportStatus } }
  | { readonly ok: false; readonly status: 400 | 403; readonly code: string };

export interface CallbackPorts {
  readonly store: CaseStore;
  readonly engine: Engine;
  /** The receiver of a configured processor; `undefined` where no reports are expected. */
  readonly callbacks: (
    processor: string,
  ) => Promise<
    ((headers: Readonly<Record<string, string>>, rawBody: Uint8Array) => Promise<CallbackVerdict>) | undefined
  >;
}

/** Where OpenDSR processors report changes (OpenDSR 2.0 §8). A report changes nothing itself: it makes us look at the processor now. */
export function mountOpenDsrCallbacks(app: Hono, ports: CallbackPorts, runtime: Runtime): void {
  app.post('/callbacks/opendsr/:processor', async (c) => {
    const processor = c.req.param('processor');
    const receive = await ports.callbacks(processor);
    if (!receive) throw new ApiProblem({ type: 'not-found' });
    const body = await readBytes(c);
    const verdict = await receive(c.req.header(), body).catch((error: unknown): CallbackVerdict => {
      runtime.log.warn('callback could not be verified', { processor, ...errorFields(error) });
      // A certificate that we do not trust proves nothing; one that cannot be had now may be had at the next try.
      if (error instanceof QuarantineError) return { ok: false, status: 403, code: error.code };
      throw new TransientError('certificate-unavailable');
    });
    if (!verdict.ok) {
      runtime.log.warn('callback refused', { processor, code: verdict.code });
      throw new ApiProblem(
        verdict.status === 403
          ? { type: 'not-allowed', detail: verdict.code }
          : { type: 'invalid-input', errors: [{ field: 'body', code: verdict.code }] },
      );
    }
    await hear(ports, processor, verdict.callback, new Date(runtime.now()).toISOString());
    return c.body(null, 202);
  });
}

/** Repeated, late and unknown reports end here without a trace in the case. */
async function hear(
  { store, engine }: CallbackPorts,
  processor: string,
  { subjectRequestId, status }: { readonly subjectRequestId: string; readonly status: ReportStatus },
  at: string,
): Promise<void> {
  const known = await store.claimed(expectedReportKey(processor, subjectRequestId), at);
  const expected = known === undefined ? undefined : readExpectedReport(known);
  if (!expected) return;
  const { requestId } = expected;
  const heard = laterStatus(expected.heard, status);
  if (heard === expected.heard) return;
  await converge(store, requestId, (current) => afterReport(current, processor, heard, at));
  await reconcile(store, engine, requestId, { now: at, restart: false });
  // Last: a crash before it makes the same report heard once more, which does no harm.
  await store.replace(expectedReport(processor, subjectRequestId, { requestId, heard }, at));
}
