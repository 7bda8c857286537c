import * as v from 'valibot';
import { accessToken, createBearer } from '../bearer.ts';
import type { ProcessorDependencies } from '../contract.ts';
import type { HotjarConfig } from '../hotjar.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';

type ScaleConfig = Extract<HotjarConfig, { plan: 'scale' }>;

/** What a look-up answers is not documented beyond being JSON; an error in it is at least told apart. */
const lookupAnswer = v.object({
  error: v.optional(v.undefined()),
  errors: v.optional(v.undefined()),
  status: v.optional(v.string()),
});

export type LookupSubject =
  | { readonly data_subject_email: string }
  | { readonly data_subject_site_id_to_user_id_map: Readonly<Record<string, string>> };

export function createLookup(config: ScaleConfig, deps: ProcessorDependencies) {
  const signIn = createBearer(deps.now, async () => {
    const response = await deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/v1/oauth/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: await deps.secret(config.clientIdSecret),
        client_secret: await deps.secret(config.clientSecretSecret),
      }).toString(),
      repeatable: true,
    });
    if (response.status !== 200) throw refusalOf(response);
    return readJson(response, accessToken);
  });

  return {
    signIn,
    async deleteAll(subject: LookupSubject): Promise<void> {
      const response = await deps.http.send(
        jsonRequest({
          method: 'POST',
          url: `${config.baseUrl}/v1/organizations/${config.organizationId}/user-lookup`,
          headers: { authorization: await signIn() },
          body: { ...subject, delete_all_hits: true },
          // Deleting all hits twice deletes no more than once.
          repeatable: true,
        }),
      );
      // 404 speaks of the organisation and never of the person: it is no proof that nothing is held.
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, lookupAnswer);
    },
  };
}
