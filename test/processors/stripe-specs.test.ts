import { withNull } from './openapi.ts';
import { prepare } from './rights.ts';
import { hasSpec, type Json, pointerOf, readSpec, validatorOf } from './specs.ts';
import { ada, gather, grace, openVendors, type Vendors } from './vendors.ts';

const file = 'stripe/stripe-2025-10-15.openapi3.json';
const form = 'application/x-www-form-urlencoded';
const base = 'http://127.0.0.1:4010/local/processors/stripe';
/** In public preview, and so not in the description: the only calls that may be missing there. */
const isPreview = (path: string) => path.startsWith('/v1/privacy/redaction_jobs');

/** Calls of every operation at Stripe, against Stripe's own OpenAPI document. */
describe('stripe against its openapi document', () => {
  const present = hasSpec(file) ? test : test.skip;
  let vendors: Vendors;
  let document: Json;
  beforeAll(() => {
    if (hasSpec(file)) document = withNull(readSpec(file));
  });
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  function templateOf(method: string, path: string): string | undefined {
    const fits = Object.keys(document.paths).filter((template) => {
      const parts = template.split('/');
      const steps = path.split('/');
      return (
        parts.length === steps.length && parts.every((part, at) => part.startsWith('{') || part === steps[at])
      );
    });
    // A fixed word beats a placeholder: `/v1/customers/search` is not the customer "search".
    const [best] = fits.toSorted((one, other) => one.split('{').length - other.split('{').length);
    return best !== undefined && document.paths[best][method.toLowerCase()] !== undefined ? best : undefined;
  }

  async function calls() {
    const corrections = [
      { field: 'name', value: 'New Name' },
      { field: 'email', value: 'ada.new@example.com' },
      { field: 'phone', value: '+31201234567' },
      { field: 'address.line1', value: 'Street 1' },
      { field: 'address.country', value: 'NL' },
    ];
    const charge = { id: 'ch_1', created: 1_750_000_000, disputed: true };
    const body = { object: 'list', data: [charge], has_more: false };
    await vendors.fault('stripe', { status: 200, body, path: '/v1/charges', times: 1 });
    const adas = await prepare(vendors, 'stripe', ada, { corrections });
    await adas.processor.check();
    await gather(adas.processor.export(adas.keys, adas.finding));
    await adas.act('rectify');
    const graces = await prepare(vendors, 'stripe', grace);
    await gather(graces.processor.export(graces.keys, graces.finding));
    await graces.act('erase');
    await graces.confirm('erase');
    return vendors.requests
      .filter(({ url }) => url.startsWith(base))
      .map(({ method, url, body: sent }) => ({
        method,
        body: sent,
        url: new URL(url.slice(base.length), 'https://x'),
      }));
  }

  function problemsOfBody(method: string, template: string, body: unknown): string | undefined {
    const problems = validatorOf(document, { coerce: true });
    return problems(
      pointerOf('paths', template, method.toLowerCase(), 'requestBody', 'content', form, 'schema'),
      body,
    );
  }

  present('every path, parameter and form field is one of Stripe’s', async () => {
    const seen = new Set<string>();
    for (const { method, url, body } of await calls()) {
      const template = templateOf(method, url.pathname);
      if (template === undefined) {
        expect(isPreview(url.pathname) ? '' : `${method} ${url.pathname}`).toBe('');
        continue;
      }
      seen.add(`${method} ${template}`);
      const operation = document.paths[template][method.toLowerCase()];
      const names = operation.parameters.map((one: Json) => one.name);
      for (const parameter of url.searchParams.keys()) expect(names).toContain(parameter);
      for (const one of operation.parameters.filter((each: Json) => each.in === 'query' && each.required))
        expect([...url.searchParams.keys()]).toContain(one.name);
      if (body !== undefined)
        expect([template, problemsOfBody(method, template, nested(body))]).toEqual([template, undefined]);
    }
    expect([...seen].toSorted()).toEqual([
      'DELETE /v1/customers/{customer}',
      'GET /v1/charges',
      'GET /v1/customers',
      'GET /v1/customers/search',
      'GET /v1/customers/{customer}',
      'GET /v1/customers/{customer}/payment_methods',
      'GET /v1/disputes',
      'GET /v1/invoices',
      'GET /v1/payment_intents',
      'GET /v1/subscriptions',
      'POST /v1/customers/{customer}',
      'POST /v1/payment_methods/{payment_method}/detach',
    ]);
  });

  present('the states that the connector tells apart are Stripe’s', () => {
    const { subscription, dispute, payment_intent, invoice } = document.components.schemas;
    expect(subscription.properties.status.enum).toEqual(
      expect.arrayContaining(['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete']),
    );
    expect(dispute.properties.status.enum).toEqual(expect.arrayContaining(['won', 'lost', 'warning_closed']));
    expect(payment_intent.properties.status.enum).toEqual(
      expect.arrayContaining(['processing', 'requires_capture']),
    );
    expect(JSON.stringify(invoice.properties.status)).toContain('"open"');
  });

  present('a deleted customer looks as the connector expects, here and in the emulator', async () => {
    const { act } = await prepare(vendors, 'stripe', ada);
    await act('erase');
    const answer = await vendors.hub.app.request('/local/processors/stripe/v1/customers/cus_SeedAda0000001', {
      headers: { authorization: 'Bearer sk_test_local_rights_desk' },
    });
    const problems = validatorOf(document);
    expect(
      problems(pointerOf('components', 'schemas', 'deleted_customer'), await answer.json()),
    ).toBeUndefined();
  });

  present('negative control: other paths, fields and types are refused', async () => {
    expect(templateOf('DELETE', '/v1/customer/cus_1')).toBeUndefined();
    expect(templateOf('PATCH', '/v1/customers/cus_1')).toBeUndefined();
    const template = '/v1/customers/{customer}';
    expect(problemsOfBody('POST', template, { name: 'New', surname: 'x' })).toContain(
      'additional properties',
    );
    expect(problemsOfBody('POST', template, { name: ['x'] })).toBeDefined();
  });
});

/** Stripe's bracketed form as the object that its schema describes. */
function nested(body: string): Json {
  const root: Json = {};
  for (const [field, value] of new URLSearchParams(body)) {
    const steps = [...field.matchAll(/[^[\]]+/g)].map(([step]) => step);
    const last = steps.pop() ?? '';
    let node = root;
    for (const step of steps) {
      node[step] ??= {};
      node = node[step];
    }
    node[last] = value;
  }
  return root;
}
