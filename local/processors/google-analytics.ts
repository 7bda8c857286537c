import { generateKeyPairSync } from 'node:crypto';
import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { googleError, googleErrorBody, grantToken, isBearer } from './google-token.ts';
import { seeds } from './seeds.ts';

const scope = 'https://www.googleapis.com/auth/analytics.edit';
const account = 'rights-desk@kinescope-local.iam.gserviceaccount.com';
const dailyDeletions = 500;
const dayMs = 86_400_000;
/** The run that purges comes about every two months. */
const purgeMs = 60 * dayMs;

interface Visitor {
  email: string;
  events: number;
  /** Epoch milliseconds at which the next run takes it. */
  purgeAt?: number;
}

interface AnalyticsData {
  privateKey: string;
  /** Property → `clientId/…` or `userId/…` → visitor. */
  properties: Record<string, { displayName: string; visitors: Record<string, Visitor> }>;
  /** `property day` → deletions asked for. */
  used: Record<string, number>;
}

let madeKey: string | undefined;
/** PEM; made once in a process, because making one takes longer than everything else here together. */
function serviceKey(): string {
  madeKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  return madeKey;
}

/** Google Analytics Admin API with two properties. */
export const googleAnalyticsEmulator = defineEmulator<AnalyticsData>({
  name: 'google-analytics',
  seed() {
    const visitors = (events: number) => ({
      ...Object.fromEntries(
        seeds.ada.gaClientIds.map((id) => [`clientId/${id}`, { email: seeds.ada.email, events }]),
      ),
      ...Object.fromEntries(
        seeds.ada.gaUserIds.map((id) => [`userId/${id}`, { email: seeds.ada.email, events }]),
      ),
    });
    return {
      privateKey: serviceKey(),
      properties: {
        '311110001': { displayName: 'kinescope.io', visitors: visitors(140) },
        '311110002': { displayName: 'app.kinescope.io', visitors: visitors(32) },
      },
      used: {},
    };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/token', async (c) => {
      const known = { serviceAccount: { email: account, privateKey: state.data.privateKey } };
      return grantToken(new URLSearchParams(await c.req.text()), known, scope, now());
    });

    app.use('/v1alpha/*', async (c, next) => {
      if (!isBearer(c.req.header('authorization'), scope, now())) return googleError(401, 'UNAUTHENTICATED');
      return next();
    });

    app.get('/v1alpha/properties/:id', (c) => {
      const id = c.req.param('id');
      const property = state.data.properties[id];
      if (property === undefined) return googleError(403, 'PERMISSION_DENIED');
      return c.json({ name: `properties/${id}`, displayName: property.displayName });
    });

    app.post('/v1alpha/properties/:target', async (c) => {
      const [id = '', verb] = c.req.param('target').split(':');
      const property = state.data.properties[id];
      if (verb !== 'submitUserDeletion') return googleError(404, 'NOT_FOUND');
      if (property === undefined) return googleError(403, 'PERMISSION_DENIED');
      const entries = Object.entries(await c.req.json<Record<string, string>>());
      const [kind, value] = entries[0] ?? [];
      if (entries.length !== 1 || kind === undefined || value === undefined)
        return googleError(400, 'INVALID_ARGUMENT');
      const today = `${id} ${new Date(now()).toISOString().slice(0, 10)}`;
      const used = state.data.used[today] ?? 0;
      if (used >= dailyDeletions) return googleError(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED');
      state.data.used[today] = used + 1;
      const visitor = property.visitors[`${kind}/${value}`];
      // Google answers the same whether or not it knows the id.
      if (visitor !== undefined && c.env.lie === undefined) visitor.purgeAt = now() + purgeMs;
      return c.json({ deletionRequestTime: new Date(now()).toISOString() });
    });

    return {
      app,
      tick(nowMs) {
        for (const { visitors } of Object.values(state.data.properties))
          for (const [id, visitor] of Object.entries(visitors))
            if (visitor.purgeAt !== undefined && visitor.purgeAt <= nowMs) delete visitors[id];
      },
      holds: () =>
        Object.values(state.data.properties)
          .flatMap(({ visitors }) => Object.values(visitors))
          .map(({ email, events }) => ({ email, records: events })),
      errorBody: googleErrorBody,
      configuration: (baseUrl) => ({
        config: {
          baseUrl,
          auth: { kind: 'service-account', clientEmail: account, tokenUrl: `${baseUrl}/token` },
          properties: Object.keys(state.data.properties),
        },
        secrets: { 'google-analytics/private-key': state.data.privateKey },
      }),
    };
  },
});
