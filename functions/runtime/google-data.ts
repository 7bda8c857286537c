import { processorSecrets } from '../adapters/secrets/secrets.ts';
import { switchedEntry } from '../processors/configured.ts';
import { eraseExpiredGoogleData, googleOauth } from '../processors/google-oauth.ts';
import type { ExpireGoogleData } from '../steps/google-data.ts';
import type { Adapter } from './lambda.ts';
import { fencedHttp, processorsConfig } from './processor-world.ts';

/** Erases Google user data that is past its calendar year; `undefined` where none is held. */
export const googleDataExpiry: Adapter<ExpireGoogleData | undefined> = {
  env: ['PROCESSORS', ...processorSecrets.env],
  grants: processorSecrets.grants,
  create(runtime) {
    const { name, origins, limits } = googleOauth;
    const part = processorsConfig(runtime)[name];
    const entry = part === undefined ? undefined : switchedEntry(name, part);
    if (!entry?.isOn) return undefined;
    const http = fencedHttp(runtime, { processor: name, origins: origins(entry.config), limits });
    const secret = processorSecrets.create(runtime);
    return () => eraseExpiredGoogleData(entry.config, { http, now: runtime.now, secret });
  },
};
