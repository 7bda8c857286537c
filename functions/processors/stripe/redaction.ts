import * as v from 'valibot';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';
import type { StripeApi } from './api.ts';

/** Stripe takes this many objects in one job. */
const objectsPerJob = 10;

const job = v.object({
  id: v.pipe(v.string(), v.regex(/^prj_\w+$/)),
  object: v.literal('privacy.redaction_job'),
  status: v.picklist([
    'created',
    'validating',
    'ready',
    'failed',
    'redacting',
    'succeeded',
    'canceling',
    'canceled',
  ]),
});
type Job = v.InferOutput<typeof job>;

/**
 * Stripe's redaction of deleted customers (public preview, enabled per account by Stripe). A job is made, Stripe validates it, and only
 * a second call runs it; that call is made whenever a look finds the job ready, since no process waits here.
 * @param api pinned to the preview version
 */
export function createRedaction(api: StripeApi) {
  async function post(path: string, form: Record<string, string>, key: string): Promise<Job> {
    const response = await api.post(path, form, key);
    if (response.status !== 200) throw refusalOf(response);
    return readJson(response, job);
  }

  return {
    /** Ids of the jobs, joined by commas. */
    async start(customers: readonly string[], idempotencyKey: string): Promise<string> {
      const ids: string[] = [];
      for (let start = 0; start < customers.length; start += objectsPerJob) {
        const group = customers.slice(start, start + objectsPerJob);
        const objects = Object.fromEntries(group.map((id, index) => [`objects[customers][${index}]`, id]));
        const form = { ...objects, validation_behavior: 'fix' };
        ids.push((await post('/privacy/redaction_jobs', form, `${idempotencyKey}/redact/${start}`)).id);
      }
      return ids.join(',');
    },
    /** Moves every job on where it waits for us, and tells how far the slowest is. */
    async advance(jobs: string): Promise<'succeeded' | 'running' | 'failed'> {
      const statuses = new Set<Job['status']>();
      for (const id of jobs.split(',')) {
        const response = await api.get(`/privacy/redaction_jobs/${id}`);
        if (response.status !== 200) throw refusalOf(response);
        const current = readJson(response, job);
        const next =
          current.status === 'ready'
            ? await post(`/privacy/redaction_jobs/${id}/run`, {}, `${id}/run`)
            : current;
        statuses.add(next.status);
      }
      if (statuses.has('failed') || statuses.has('canceling') || statuses.has('canceled')) return 'failed';
      return statuses.size === 1 && statuses.has('succeeded') ? 'succeeded' : 'running';
    },
  };
}
export type Redaction = ReturnType<typeof createRedaction>;
