import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const clientId = 'local-paypal-client';
const clientSecret = 'local-paypal-secret';
const accessToken = 'A21AA-local-paypal';

interface PaypalData {
  tokens: Record<string, { customer: string; email: string }>;
  /** Payments that only PayPal's own people could erase. */
  payments: Record<string, { email: string }>;
}

/** PayPal's vault; `/console/erase` stands for the person using their rights at PayPal. */
export const paypalEmulator = defineEmulator<PaypalData>({
  name: 'paypal',
  seed: () => ({
    tokens: { '8kk845-local': { customer: seeds.ada.paypalCustomerId, email: seeds.ada.email } },
    payments: { '9AB12345CD678901E': { email: seeds.ada.email } },
  }),
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/console/erase', async (c) => {
      const { email } = await c.req.json<{ email: string }>();
      for (const [id, payment] of Object.entries(state.data.payments))
        if (payment.email === email) delete state.data.payments[id];
      return c.body(null, 204);
    });

    app.post('/v1/oauth2/token', (c) => {
      const expected = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
      if (c.req.header('authorization') !== `Basic ${expected}`)
        return c.json({ error: 'invalid_client' }, 401);
      return c.json({ access_token: accessToken, token_type: 'Bearer', expires_in: 32_400, scope: 'vault' });
    });

    app.use('/v3/*', async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${accessToken}`)
        return c.json({ name: 'AUTHENTICATION_FAILURE' }, 401);
      return next();
    });

    app.get('/v3/vault/payment-tokens', (c) => {
      const customer = c.req.query('customer_id') ?? '';
      const size = Number(c.req.query('page_size') ?? '5');
      const page = Number(c.req.query('page') ?? '1');
      const all = Object.entries(state.data.tokens)
        .filter(([, token]) => token.customer === customer)
        .map(([id, token]) => ({
          id,
          customer: { id: customer },
          payment_source: { paypal: { email_address: token.email } },
        }));
      return c.json({
        customer: { id: customer },
        payment_tokens: all.slice((page - 1) * size, page * size),
        total_items: all.length,
        total_pages: Math.max(1, Math.ceil(all.length / size)),
      });
    });

    app.delete('/v3/vault/payment-tokens/:id', (c) => {
      const id = c.req.param('id');
      if (state.data.tokens[id] === undefined) return c.json({ name: 'RESOURCE_NOT_FOUND' }, 404);
      delete state.data.tokens[id];
      return c.body(null, 204);
    });

    return {
      app,
      holds: () =>
        [...Object.values(state.data.tokens), ...Object.values(state.data.payments)].map(({ email }) => ({
          email,
          records: 1,
        })),
      errorBody: (status) => ({
        name: 'INTERNAL_SERVER_ERROR',
        message: `scripted ${status}`,
        debug_id: 'local',
      }),
      configuration: (baseUrl) => ({
        config: { baseUrl },
        secrets: { 'paypal/client-id': clientId, 'paypal/client-secret': clientSecret },
      }),
    };
  },
});
