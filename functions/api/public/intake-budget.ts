import type { CaseStore } from '../../domain/ports.ts';
import { ApiProblem } from '../problem.ts';

/** Submissions taken in one minute from everybody together: far above any honest day, far below what a mail account survives (TRUST.md A26). */
export const submissionsPerMinute = 3000;
const minuteMs = 60_000;

/** Takes one place in this minute's budget; throws 429, with nothing stored, when it is spent. `now` in epoch milliseconds of real time. */
export async function takeIntakePlace(store: Pick<CaseStore, 'count'>, now: number): Promise<void> {
  const minute = Math.floor(now / minuteMs);
  const endsAt = (minute + 1) * minuteMs;
  const used = await store.count('intake', {
    key: String(minute),
    expiresAt: new Date(endsAt + minuteMs).toISOString(),
  });
  if (used > submissionsPerMinute)
    throw new ApiProblem({
      type: 'too-many-requests',
      retryAfterSeconds: Math.max(1, Math.ceil((endsAt - now) / 1000)),
    });
}
