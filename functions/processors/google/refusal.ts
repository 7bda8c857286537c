import * as v from 'valibot';
import { type PermanentError, TransientError } from '../../domain/errors.ts';
import type { HttpResponse } from '../contract.ts';
import { refusalOf } from '../refusal.ts';
import { readJsonIf } from '../response.ts';

const googleError = v.object({
  error: v.object({
    status: v.optional(v.string()),
    errors: v.optional(v.array(v.object({ reason: v.optional(v.string()) }))),
    details: v.optional(v.array(v.object({ reason: v.optional(v.string()) }))),
  }),
});

const quotaReasons = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'dailyLimitExceeded',
  'RATE_LIMIT_EXCEEDED',
]);

/** Google's per-day quotas open again within a day; asking every hour finds that out soon enough. */
const quotaRetryMs = 3_600_000;

/** Google answers a spent quota with 429 or, on older surfaces, with 403 and a reason: both are worth another try. */
export function googleRefusalOf(response: HttpResponse): PermanentError | TransientError {
  if (response.status !== 403 && response.status !== 429) return refusalOf(response);
  return isQuota(response) ? new TransientError('quota-spent', quotaRetryMs) : refusalOf(response);
}

function isQuota(response: HttpResponse): boolean {
  const known = readJsonIf(response, googleError);
  if (known === undefined) return false;
  const { status, errors = [], details = [] } = known.error;
  return (
    status === 'RESOURCE_EXHAUSTED' ||
    [...errors, ...details].some(({ reason }) => reason !== undefined && quotaReasons.has(reason))
  );
}
