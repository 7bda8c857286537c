import { localDayOf } from '../domain/calendar.ts';
import type { CaseStore } from '../domain/ports.ts';
import type { Runtime } from '../runtime/lambda.ts';
import { errorFields } from '../runtime/log.ts';
import { processorFailed } from './processor-failed.ts';

/** `left` counts what did not go and is tried again the next day. */
export type ExpireGoogleData = () => Promise<{ readonly erased: number; readonly left: number }>;

const processor = 'google-oauth';
const hourMs = 3_600_000;

/**
 * The privacy policy's promise that Google user data is kept for one calendar year: looked after once a day, whichever sweep comes first.
 * When that fails, it is tried again an hour later; a person learns of it, because nobody's request waits for this.
 */
export async function keepGooglePromise(
  store: Pick<CaseStore, 'claim' | 'count' | 'replace'>,
  expire: ExpireGoogleData,
  runtime: Pick<Runtime, 'now' | 'log' | 'metrics'>,
): Promise<void> {
  const now = runtime.now();
  const at = new Date(now).toISOString();
  const until = (ms: number) => new Date(now + ms).toISOString();
  const key = `google-data.${localDayOf(at)}`;
  if ((await store.claim({ key, value: 'begun', expiresAt: until(48 * hourMs) }, at)) !== 'claimed') return;
  try {
    const { erased, left } = await expire();
    runtime.log.info('google data past its year', { erased, left });
    if (left > 0) await processorFailed(store, runtime, processor, 'grants-left');
  } catch (error) {
    runtime.log.warn('google data was not looked after', errorFields(error));
    const code = error instanceof Error ? error.name : 'failed';
    await processorFailed(store, runtime, processor, code);
    await store.replace({ key, value: 'failed', expiresAt: until(hourMs) });
  }
}
