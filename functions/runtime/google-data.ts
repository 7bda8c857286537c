import { processorSecrets } from '../adapters/secrets/secrets.ts';
import { switchedEntry } from '../processors/configured.ts';
import { googleOauth } from '../processors/google-oauth.ts';
import type { ExpireGoogleData } from '../steps/google-data.ts';
import type { Adapter } from './lambda.ts';
import { processorsConfig } from './processors-config.ts';

/** Erases Google user data that is past its calendar year; `undefined` where none is held. What does it is loaded on the one run a day that asks. */
export const googleDataExpiry: Adapter<ExpireGoogleData | undefined> = {
  env: ['PROCESSORS', ...processorSecrets.env],
  grants: processorSecrets.grants,
  create(runtime) {
    const { name, origins, limits } = googleOauth;
    const part = processorsConfig(runtime)[name];
    const entry = part === undefined ? undefined : switchedEntry(name, part);
    if (!entry?.isOn) return undefined;
    const fence = { processor: name, origins: origins(entry.config), limits };
    const secret = processorSecrets.create(runtime);
    return async () => {
      const { eraseExpiredGoogleData } = await import('../processors/google-oauth/expiry.ts');
      const { fencedHttp } = await import('./fenced-http.ts');
      return eraseExpiredGoogleData(entry.config, {
        http: fencedHttp(runtime, fence),
        now: runtime.now,
        secret,
      });
    };
  },
};
