import { type Context, Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const apiKey = 'pdl_local_apikey_rights_desk';

interface PaddleData {
  customers: Record<
    string,
    {
      id: string;
      email: string;
      name: string;
      locale: string;
      status: 'active' | 'archived';
      created_at: string;
    }
  >;
  cards: Record<string, { id: string; customer_id: string; type: string }>;
  subscriptions: Record<string, { id: string; customer_id: string; status: string }>;
  transactions: Record<string, { id: string; customer_id: string; status: string; created_at: string }>;
}

/** Paddle Billing; `/console/erase` stands for what Paddle's own people do after the seller's mail. */
export const paddleEmulator = defineEmulator<PaddleData>({
  name: 'paddle',
  seed(nowMs) {
    const { ada, grace } = seeds;
    const lastYear = new Date(nowMs).getUTCFullYear() - 1;
    const customer = (id: string, email: string, name: string, created_at: string) =>
      ({ id, email, name, locale: 'en', status: 'active', created_at }) as const;
    const transaction = (id: string, customer_id: string, created_at: string) => ({
      id,
      customer_id,
      status: 'completed',
      created_at,
    });
    return {
      customers: {
        [ada.paddleCustomerId]: customer(
          ada.paddleCustomerId,
          ada.email,
          `${ada.canary}-paddle-name`,
          '2024-09-12T10:18:47.635628Z',
        ),
        [grace.paddleCustomerId]: customer(
          grace.paddleCustomerId,
          grace.email,
          `${grace.canary}-paddle-name`,
          '2023-09-12T10:18:47.635628Z',
        ),
      },
      cards: {
        paymtd_01hs8zx6x377xfsfrt2bqsevbw: {
          id: 'paymtd_01hs8zx6x377xfsfrt2bqsevbw',
          customer_id: ada.paddleCustomerId,
          type: 'card',
        },
      },
      subscriptions: {},
      transactions: Object.fromEntries(
        [
          transaction(
            'txn_01hv8wptq8987qeep44cyrewp9',
            grace.paddleCustomerId,
            `${lastYear}-02-01T10:00:00Z`,
          ),
          transaction(
            'txn_01hv8wptq8987qeep44cyrewpa',
            grace.paddleCustomerId,
            `${lastYear}-03-01T10:00:00Z`,
          ),
        ].map((one) => [one.id, one]),
      ),
    };
  },
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/console/erase', async (c) => {
      const { email } = await c.req.json<{ email: string }>();
      for (const { id } of Object.values(state.data.customers).filter((one) => one.email === email))
        delete state.data.customers[id];
      return c.body(null, 204);
    });

    app.use(async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${apiKey}`)
        return paddleError(403, 'authentication', 'invalid_token');
      return next();
    });

    app.get('/customers', (c) => {
      const emails = c.req.query('email')?.split(',');
      const statuses = (c.req.query('status') ?? 'active').split(',');
      const all = Object.values(state.data.customers)
        .filter(({ email }) => emails === undefined || emails.includes(email))
        .filter(({ status }) => statuses.includes(status));
      return list(c, all);
    });
    app.get('/customers/:id', (c) => {
      const customer = state.data.customers[c.req.param('id')];
      return customer === undefined ? missing() : c.json({ data: customer, meta: { request_id: 'local' } });
    });
    app.patch('/customers/:id', async (c) => {
      const customer = state.data.customers[c.req.param('id')];
      if (customer === undefined) return missing();
      const { name, email, locale, status } = await c.req.json<Partial<typeof customer>>();
      Object.assign(customer, defined({ name, email, locale, status }));
      return c.json({ data: customer, meta: { request_id: 'local' } });
    });
    app.get('/customers/:id/payment-methods', (c) =>
      list(
        c,
        Object.values(state.data.cards).filter((one) => one.customer_id === c.req.param('id')),
      ),
    );
    app.delete('/customers/:id/payment-methods/:card', (c) => {
      const card = state.data.cards[c.req.param('card')];
      if (card === undefined) return missing();
      delete state.data.cards[card.id];
      return c.body(null, 204);
    });
    for (const path of ['addresses', 'businesses'] as const)
      app.get(`/customers/:id/${path}`, (c) => list(c, []));
    app.get('/subscriptions', (c) =>
      list(
        c,
        Object.values(state.data.subscriptions).filter(
          (one) => one.customer_id === c.req.query('customer_id'),
        ),
      ),
    );
    app.get('/transactions', (c) =>
      list(
        c,
        Object.values(state.data.transactions).filter(
          (one) => one.customer_id === c.req.query('customer_id'),
        ),
      ),
    );

    const ownerOf: Record<string, string> = Object.fromEntries(
      [seeds.ada, seeds.grace].map(({ paddleCustomerId, email }) => [paddleCustomerId, email]),
    );
    return {
      app,
      holds: () => [
        ...Object.values(state.data.customers).map(({ email }) => ({ email, records: 1 })),
        ...[...Object.values(state.data.cards), ...Object.values(state.data.transactions)].map((one) => ({
          email: ownerOf[one.customer_id] ?? '',
          records: 1,
        })),
      ],
      errorBody: (status) => ({
        error: { type: 'api_error', code: `scripted_${status}`, detail: 'scripted' },
      }),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { 'paddle/api-key': apiKey } }),
    };
  },
});

function defined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}

function list(c: Context<EmulatorEnv>, all: readonly { readonly id: string }[]): Response {
  const perPage = Number(c.req.query('per_page') ?? '50');
  const after = c.req.query('after');
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const pagination = {
    per_page: perPage,
    next: '',
    has_more: start + perPage < all.length,
    estimated_total: all.length,
  };
  return c.json({ data: all.slice(start, start + perPage), meta: { request_id: 'local', pagination } });
}

function missing(): Response {
  return paddleError(404, 'request_error', 'not_found');
}

function paddleError(status: number, type: string, code: string): Response {
  return Response.json({ error: { type, code, detail: code }, meta: { request_id: 'local' } }, { status });
}
