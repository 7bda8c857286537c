import { type Context, Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { type StripeCustomer, type StripeData, stripeSeeds } from './stripe-seeds.ts';

const secretKey = 'sk_test_local_rights_desk';

type C = Context<EmulatorEnv>;

/** Stripe's API as far as customers, cards, contracts, bookings and redaction go. */
export const stripeEmulator = defineEmulator<StripeData>({
  name: 'stripe',
  seed: stripeSeeds,
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.use(async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${secretKey}`)
        return stripeError(401, 'authentication_error', 'invalid_api_key');
      c.header('request-id', `req_local${now()}`);
      return next();
    });

    // The same key gives the answer of the first time, whatever is asked.
    app.use(async (c, next) => {
      const key = c.req.header('idempotency-key');
      if (c.req.method !== 'POST' || key === undefined) return next();
      const known = state.data.answers[key];
      if (known !== undefined) return new Response(known.body, { status: known.status, headers: json });
      await next();
      state.data.answers[key] = { status: c.res.status, body: await c.res.clone().text() };
    });

    const visible = () => Object.values(state.data.customers).filter(({ hidden }) => hidden !== true);
    const find = (id: string) => visible().find((one) => one.id === id);

    app.get('/v1/customers', (c) => {
      const email = c.req.query('email');
      return list(
        c,
        visible().filter((one) => email === undefined || one.email === email),
      );
    });

    app.get('/v1/customers/search', (c) => {
      const [, email] = /^email:"(.*)"$/.exec(c.req.query('query') ?? '') ?? [];
      if (email === undefined) return stripeError(400, 'invalid_request_error', 'parameter_invalid');
      const wanted = email.replaceAll('\\"', '"').replaceAll('\\\\', '\\').toLowerCase();
      const data = visible().filter((one) => one.email?.toLowerCase() === wanted);
      return c.json({
        object: 'search_result',
        data,
        has_more: false,
        next_page: null,
        url: '/v1/customers/search',
      });
    });

    app.get('/v1/customers/:id', (c) => {
      const id = c.req.param('id');
      if (state.data.deleted[id]) return c.json({ id, object: 'customer', deleted: true });
      const customer = find(id);
      return customer === undefined ? missing() : c.json(customer);
    });

    app.post('/v1/customers/:id', async (c) => {
      const customer = find(c.req.param('id'));
      if (customer === undefined) return missing();
      const form = new URLSearchParams(await c.req.text());
      for (const [field, value] of form) setField(customer, field, value);
      return c.json(customer);
    });

    app.delete('/v1/customers/:id', (c) => {
      const id = c.req.param('id');
      const customer = find(id);
      if (customer === undefined) return missing();
      if (c.env.lie === 'archive' || c.env.lie === 'cancel') customer.metadata.archived = 'true';
      else {
        delete state.data.customers[id];
        state.data.deleted[id] = true;
        for (const one of Object.values(state.data.subscriptions))
          if (one.customer === id) one.status = 'canceled';
        for (const [cardId, one] of Object.entries(state.data.cards))
          if (one.customer === id) delete state.data.cards[cardId];
      }
      return c.json({ id, object: 'customer', deleted: true });
    });

    app.get('/v1/customers/:id/payment_methods', (c) => {
      const id = c.req.param('id');
      if (find(id) === undefined) return missing();
      return list(
        c,
        Object.values(state.data.cards).filter((one) => one.customer === id),
      );
    });

    app.post('/v1/payment_methods/:id/detach', (c) => {
      const one = state.data.cards[c.req.param('id')];
      if (one === undefined || one.customer === null) return missing();
      delete state.data.cards[one.id];
      return c.json({ ...one, customer: null });
    });

    app.get('/v1/subscriptions', (c) => {
      const { customer, status } = c.req.query();
      const all = Object.values(state.data.subscriptions).filter((one) => one.customer === customer);
      return list(c, status === 'all' ? all : all.filter((one) => one.status !== 'canceled'));
    });
    app.get('/v1/invoices', (c) => {
      const { customer, status } = c.req.query();
      const all = Object.values(state.data.invoices).filter((one) => one.customer === customer);
      return list(c, status === undefined ? all : all.filter((one) => one.status === status));
    });
    app.get('/v1/charges', (c) =>
      list(
        c,
        Object.values(state.data.charges).filter((one) => one.customer === c.req.query('customer')),
      ),
    );
    app.get('/v1/payment_intents', (c) =>
      list(
        c,
        Object.values(state.data.intents).filter((one) => one.customer === c.req.query('customer')),
      ),
    );
    app.get('/v1/disputes', (c) =>
      list(
        c,
        Object.values(state.data.disputes).filter((one) => one.charge === c.req.query('charge')),
      ),
    );

    app.post('/v1/privacy/redaction_jobs', async (c) => {
      const form = new URLSearchParams(await c.req.text());
      const customers = [...form]
        .filter(([field]) => field.startsWith('objects[customers]'))
        .map(([, id]) => id);
      const id = `prj_local${Object.keys(state.data.jobs).length + 1}`;
      const cancels = c.env.lie === 'cancel' || c.env.lie === 'archive';
      state.data.jobs[id] = { id, customers, status: 'validating', ...(cancels ? { cancels } : {}) };
      return c.json(jobOf(id));
    });
    const jobOf = (id: string) => {
      const job = state.data.jobs[id];
      return { id, object: 'privacy.redaction_job', status: job?.status, livemode: false };
    };
    app.get('/v1/privacy/redaction_jobs/:id', (c) => {
      const job = state.data.jobs[c.req.param('id')];
      if (job === undefined) return missing();
      const answer = c.json(jobOf(job.id));
      // Work goes on between two looks.
      if (job.status === 'validating') job.status = job.cancels ? 'canceled' : 'ready';
      else if (job.status === 'redacting') {
        job.status = 'succeeded';
        for (const [id, one] of Object.entries(state.data.charges))
          if (one.customer !== null && job.customers.includes(one.customer)) delete state.data.charges[id];
        for (const [id, one] of Object.entries(state.data.invoices))
          if (one.customer !== null && job.customers.includes(one.customer)) delete state.data.invoices[id];
      }
      return answer;
    });
    app.post('/v1/privacy/redaction_jobs/:id/run', (c) => {
      const job = state.data.jobs[c.req.param('id')];
      if (job === undefined) return missing();
      if (job.status !== 'ready') return stripeError(400, 'invalid_request_error', 'invalid_state');
      job.status = 'redacting';
      return c.json(jobOf(job.id));
    });

    return {
      app,
      holds: () => [
        ...Object.values(state.data.customers).map(({ id, email }) => ({
          email: (email ?? '').toLowerCase(),
          records: 1 + Object.values(state.data.cards).filter((one) => one.customer === id).length,
        })),
        ...Object.values(state.data.invoices).map((one) => ({ email: one.customer_email, records: 1 })),
        ...Object.values(state.data.charges).map((one) => ({ email: one.billing_details.email, records: 1 })),
      ],
      errorBody: (status) => ({ error: { type: 'api_error', message: `scripted ${status}` } }),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { 'stripe/secret-key': secretKey } }),
    };
  },
});

const json = { 'content-type': 'application/json' };

function setField(customer: StripeCustomer, field: string, value: string): void {
  const [, part] = /^address\[(\w+)\]$/.exec(field) ?? [];
  if (part !== undefined) customer.address = { ...customer.address, [part]: value };
  else if (field === 'name' || field === 'email' || field === 'phone') customer[field] = value;
}

function list(c: C, all: readonly { readonly id: string }[]): Response {
  const limit = Number(c.req.query('limit') ?? '10');
  const after = c.req.query('starting_after');
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const data = all.slice(start, start + limit);
  return c.json({
    object: 'list',
    data,
    has_more: start + limit < all.length,
    url: new URL(c.req.url).pathname,
  });
}

function missing(): Response {
  return stripeError(404, 'invalid_request_error', 'resource_missing');
}

function stripeError(status: number, type: string, code: string): Response {
  return Response.json({ error: { type, code, message: code } }, { status });
}
