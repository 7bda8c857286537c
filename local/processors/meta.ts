import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const token = 'local-meta-system-user-token';
const account = 'act_202600001';
const removalMs = 20 * 3_600_000;
const pageSize = 1;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface MetaData {
  audiences: Record<string, { name: string; subtype: string; members: Record<string, string> }>;
  removals: Record<string, { at: number; audience: string; hashes: string[]; ignored: boolean }>;
}

/** Meta's Graph API with two uploaded audiences and one that Meta makes by itself. */
export const metaEmulator = defineEmulator<MetaData>({
  name: 'meta',
  seed: () => {
    const members = { [sha256(seeds.ada.email)]: seeds.ada.email };
    return {
      audiences: {
        '23850000000000001': { name: 'Customers', subtype: 'CUSTOM', members: { ...members } },
        '23850000000000002': { name: 'Visitors', subtype: 'WEBSITE', members: {} },
        '23850000000000003': { name: 'Trial ended', subtype: 'CUSTOM', members: { ...members } },
      },
      removals: {},
    };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.use('/:version/*', async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${token}`) return graphError(400, 190);
      return next();
    });

    app.get('/:version/:account/customaudiences', (c) => {
      if (c.req.param('account') !== account) return graphError(400, 100);
      const all = Object.entries(state.data.audiences);
      const start = all.findIndex(([id]) => id === c.req.query('after')) + 1;
      const data = all.slice(start, start + pageSize).map(([id, { subtype }]) => ({ id, subtype }));
      const hasNext = start + pageSize < all.length;
      return c.json({
        data,
        paging: {
          cursors: { before: data[0]?.id, after: data.at(-1)?.id },
          ...(hasNext ? { next: `https://graph.facebook.com/next?after=${data.at(-1)?.id}` } : {}),
        },
      });
    });

    app.get('/:version/:account', (c) =>
      c.req.param('account') === account ? c.json({ id: account }) : graphError(400, 100),
    );

    app.delete('/:version/:audience/users', async (c) => {
      const audience = c.req.param('audience');
      if (state.data.audiences[audience] === undefined) return graphError(400, 100);
      const form = new URLSearchParams(await c.req.text());
      const { schema, data }: { schema?: string; data?: string[] } = JSON.parse(form.get('payload') ?? '{}');
      if (schema !== 'EMAIL_SHA256' || data === undefined) return graphError(400, 100);
      const invalid = data.filter((hash) => !/^[\da-f]{64}$/.test(hash)).length;
      const session = String(1_000_000 + Object.keys(state.data.removals).length);
      const ignored = c.env.lie === 'archive' || c.env.lie === 'cancel';
      state.data.removals[session] = { at: now(), audience, hashes: data, ignored };
      return c.json({
        audience_id: audience,
        session_id: session,
        num_received: data.length,
        num_invalid_entries: invalid,
        invalid_entry_samples: {},
      });
    });

    return {
      app,
      tick(nowMs) {
        for (const [id, removal] of Object.entries(state.data.removals)) {
          if (removal.at + removalMs > nowMs) continue;
          delete state.data.removals[id];
          if (removal.ignored) continue;
          for (const hash of removal.hashes) delete state.data.audiences[removal.audience]?.members[hash];
        }
      },
      holds: () =>
        Object.values(state.data.audiences)
          .flatMap(({ members }) => Object.values(members))
          .map((email) => ({ email, records: 1 })),
      errorBody: () => ({
        error: { message: 'scripted', type: 'OAuthException', code: 2, fbtrace_id: 'local' },
      }),
      configuration: (baseUrl) => ({
        config: { baseUrl, adAccounts: [account], fedFrom: 'accounts', pixel: true },
        secrets: { 'meta/system-user-token': token },
      }),
    };
  },
});

function graphError(status: number, code: number): Response {
  return Response.json(
    { error: { message: 'Invalid parameter', type: 'OAuthException', code, fbtrace_id: 'local' } },
    { status },
  );
}
