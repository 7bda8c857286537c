import { Hono } from 'hono';
import type { JsonValue } from '../../functions/processors/contract.ts';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const client = { id: 'local-app.apps.googleusercontent.com', secret: 'local-app-secret' };
const storeToken = 'local-grant-store-token';

interface GrantRow {
  accountId: string;
  email: string;
  grantedAt: string;
  refreshToken: string;
  scopes: string[];
  records: { id: string; type: string; fetchedAt: string; data: JsonValue }[];
}

interface OauthData {
  /** Our own store. */
  grants: Record<string, GrantRow>;
  /** Google's side: refresh token → alive. */
  tokens: Record<string, boolean>;
}

/** Google's revocation and token endpoints, and under `/store` our own store of grants and fetched data. */
export const googleOauthEmulator = defineEmulator<OauthData>({
  name: 'google-oauth',
  seed(nowMs) {
    const { ada } = seeds;
    const monthAgo = new Date(nowMs - 30 * 86_400_000).toISOString();
    const grants = Object.fromEntries(
      ada.googleOauthTokenIds.map((id) => [
        id,
        {
          accountId: ada.accountId,
          email: ada.email,
          grantedAt: monthAgo,
          refreshToken: `1//refresh-${id}`,
          scopes: ['openid', 'https://www.googleapis.com/auth/youtube.readonly'],
          records: [
            {
              id: `${id}-channel`,
              type: 'youtube-channel',
              fetchedAt: monthAgo,
              data: { title: `${ada.canary}-youtube-channel` },
            },
          ],
        },
      ]),
    );
    return {
      grants,
      tokens: Object.fromEntries(Object.values(grants).map(({ refreshToken }) => [refreshToken, true])),
    };
  },
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/revoke', async (c) => {
      const token = new URLSearchParams(await c.req.text()).get('token') ?? '';
      if (state.data.tokens[token] !== true)
        return c.json({ error: 'invalid_token', error_description: 'Token expired or revoked' }, 400);
      state.data.tokens[token] = c.env.lie === 'archive' || c.env.lie === 'cancel';
      return c.json({});
    });

    app.post('/token', async (c) => {
      const form = new URLSearchParams(await c.req.text());
      if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
        return c.json({ error: 'invalid_client' }, 401);
      if (state.data.tokens[form.get('refresh_token') ?? ''] !== true)
        return c.json(
          { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
          400,
        );
      return c.json({ access_token: 'ya29.local', expires_in: 3599, token_type: 'Bearer' });
    });

    app.use('/store/*', async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${storeToken}`)
        return c.json({ code: 'unauthorized' }, 401);
      return next();
    });

    app.get('/store/google-grants', (c) => {
      const before = Date.parse(c.req.query('fetchedBefore') ?? '');
      const grants = Object.entries(state.data.grants)
        .filter(([, { records }]) => records.some(({ fetchedAt }) => Date.parse(fetchedAt) < before))
        .map(([id]) => ({ id }));
      return c.json({ grants });
    });

    app.get('/store/google-grants/:id', (c) => {
      const id = c.req.param('id');
      const row = state.data.grants[id];
      if (row === undefined) return c.json({ code: 'absent' }, 404);
      const { email: _, ...grant } = row;
      return c.json({ id, ...grant });
    });

    app.delete('/store/google-grants/:id', (c) => {
      const id = c.req.param('id');
      if (state.data.grants[id] === undefined) return c.json({ code: 'absent' }, 404);
      delete state.data.grants[id];
      return c.body(null, 204);
    });

    return {
      app,
      holds: () =>
        Object.values(state.data.grants).map(({ email, records }) => ({
          email,
          records: 1 + records.length,
        })),
      errorBody: () => ({ error: 'internal_failure' }),
      configuration: (baseUrl) => ({
        config: { baseUrl, store: `${baseUrl}/store`, clientId: client.id },
        secrets: {
          'google-oauth/client-secret': client.secret,
          'google-oauth/store-token': storeToken,
        },
      }),
    };
  },
});
