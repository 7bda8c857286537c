import { PermanentError, TransientError } from '../../domain/errors.ts';
import { parseConfig } from '../config.ts';
import type { ProcessorDependencies } from '../contract.ts';
import { configuration, googleOauth } from '../google-oauth.ts';
import { createGrants } from './grants.ts';

/**
 * The promise of the privacy policy: Google user data is kept for one calendar year. Revokes and erases every grant whose data was
 * fetched longer ago than that; run it daily. `left` counts those that did not go and will be tried again tomorrow.
 */
export async function eraseExpiredGoogleData(
  config: unknown,
  deps: ProcessorDependencies,
): Promise<{ readonly erased: number; readonly left: number }> {
  const grants = createGrants(parseConfig(googleOauth.name, configuration, config), deps);
  const aYearAgo = new Date(deps.now());
  aYearAgo.setUTCFullYear(aYearAgo.getUTCFullYear() - 1);
  const outcome = { erased: 0, left: 0 };
  for (const id of await grants.fetchedBefore(aYearAgo.toISOString())) {
    try {
      const grant = await grants.read(id);
      if (grant !== undefined) {
        await grants.revoke(grant);
        await grants.erase(id);
      }
      outcome.erased += 1;
    } catch (error) {
      // One stubborn grant must not keep the others past their year; anything but a vendor's refusal is a defect.
      if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
      outcome.left += 1;
    }
  }
  return outcome;
}
