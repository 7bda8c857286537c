import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const clientId = 'local-hotjar-client';
const clientSecret = 'local-hotjar-secret';
const accessToken = 'local-hotjar-bearer';
const organizationId = '5100001';
const site = '6200001';
const deletionMs = 20 * 86_400_000;

interface Hits {
  email: string;
  count: number;
  deleteAt?: number;
}

interface HotjarData {
  /** `site/user id` or mailbox → what was recorded. */
  hits: Record<string, Hits>;
}

/** Hotjar's API of the Scale plan. */
export const hotjarEmulator = defineEmulator<HotjarData>({
  name: 'hotjar',
  seed: () => ({
    hits: Object.fromEntries(
      seeds.ada.hotjarUserIds.map((id) => [`${site}/${id}`, { email: seeds.ada.email, count: 4 }]),
    ),
  }),
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/v1/oauth/token', async (c) => {
      const form = new URLSearchParams(await c.req.text());
      const isKnown = form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
      if (!isKnown || form.get('grant_type') !== 'client_credentials')
        return c.json({ error: 'unauthorized', message: 'Invalid client' }, 401);
      return c.json({ access_token: accessToken, token_type: 'bearer', expires_in: 3600 });
    });

    app.post('/v1/organizations/:organization/user-lookup', async (c) => {
      if (c.req.header('authorization') !== `Bearer ${accessToken}`)
        return c.json({ error: 'unauthorized', message: 'Invalid token' }, 401);
      if (c.req.param('organization') !== organizationId)
        return c.json({ error: 'not_found', message: 'Organization not found' }, 404);
      const body = await c.req.json<{
        data_subject_email?: string;
        data_subject_site_id_to_user_id_map?: Record<string, string>;
        delete_all_hits?: boolean;
      }>();
      const users = Object.entries(body.data_subject_site_id_to_user_id_map ?? {}).map(
        ([at, id]) => `${at}/${id}`,
      );
      const keys = [...users, ...(body.data_subject_email === undefined ? [] : [body.data_subject_email])];
      if (keys.length === 0) return c.json({ error: 'bad_request', message: 'No identifier' }, 400);
      for (const key of keys) {
        const hits = state.data.hits[key];
        if (hits !== undefined && body.delete_all_hits === true && c.env.lie === undefined)
          hits.deleteAt = now() + deletionMs;
      }
      return c.json({ status: 'ok', message: 'The request is being processed' });
    });

    return {
      app,
      tick(nowMs) {
        for (const [key, hits] of Object.entries(state.data.hits))
          if (hits.deleteAt !== undefined && hits.deleteAt <= nowMs) delete state.data.hits[key];
      },
      holds: () => Object.values(state.data.hits).map(({ email, count }) => ({ email, records: count })),
      errorBody: () => ({ error: 'internal_error', message: 'scripted' }),
      configuration: (baseUrl) => ({
        config: { plan: 'scale', baseUrl, organizationId, sites: [site] },
        secrets: { 'hotjar/client-id': clientId, 'hotjar/client-secret': clientSecret },
      }),
    };
  },
});
