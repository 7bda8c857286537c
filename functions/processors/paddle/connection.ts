import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  HttpResponse,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { vendorFields } from '../corrections.ts';
import { dayAfter, lookedAgain, vendorStatus } from '../evidence.ts';
import { jsonRequest } from '../json-request.ts';
import { type PaddleConfig, paddle } from '../paddle.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, instant, rawRecord, readJson, saysAbsent, spellingsOf } from '../response.ts';
import { isRetainedOn, paymentServiceRetention } from '../retention.ts';
import { handlesBefore, standingOf } from '../standing.ts';

const pageLimit = 50;
const pageSize = 200;
const customerId = v.pipe(v.string(), v.regex(/^ctm_[a-z\d]{26}$/));

const customerSchema = v.object({
  id: customerId,
  email: v.string(),
  name: v.nullable(v.string()),
  locale: v.string(),
  status: v.picklist(['active', 'archived']),
  created_at: instant,
});
type Customer = v.InferOutput<typeof customerSchema>;

/** Paddle's own words for what is not there. */
const notFound = v.object({ error: v.object({ code: v.picklist(['not_found', 'entity_not_found']) }) });
const subscriptionSchema = v.object({ id: v.string(), status: v.string() });
const transactionSchema = v.object({ id: v.string(), created_at: instant });

const pageOf = <const Schema extends v.GenericSchema<unknown, { readonly id: string }>>(schema: Schema) =>
  v.object({
    data: v.array(schema),
    meta: v.object({
      request_id: v.optional(v.string()),
      pagination: v.object({ has_more: v.boolean(), estimated_total: v.optional(v.number()) }),
    }),
  });

const openSubscriptions = new Set(['active', 'trialing', 'past_due', 'paused']);

/** Fields that Paddle lets a seller correct. */
const correctable = { name: 'name', email: 'email', language: 'locale', locale: 'locale' };
const statusAfter = { restrict: 'archived', lift: 'active' } as const;

export function connect(config: PaddleConfig, deps: ProcessorDependencies): Processor {
  async function send(
    method: 'GET' | 'PATCH' | 'DELETE',
    path: string,
    body?: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: {
          authorization: `Bearer ${await deps.secret(config.keySecret)}`,
          'paddle-version': '1',
        },
        body,
        // Setting the same values again and deleting what is gone lead to the same end.
        repeatable: true,
      }),
    );
  }

  async function list<const Schema extends v.GenericSchema<unknown, { readonly id: string }>>(
    path: string,
    query: Record<string, string>,
    schema: Schema,
  ) {
    const items: v.InferOutput<Schema>[] = [];
    let after: Record<string, string> = {};
    for (let page = 0; page < pageLimit; page += 1) {
      const search = new URLSearchParams({ ...query, per_page: String(pageSize), ...after });
      const response = await send('GET', `${path}?${search}`);
      if (response.status !== 200) throw refusalOf(response);
      const { data, meta } = readJson(response, pageOf(schema));
      items.push(...data);
      const total = meta.pagination.estimated_total;
      if (!meta.pagination.has_more) return { items, complete: total === undefined || items.length >= total };
      const last = data.at(-1)?.id;
      if (last === undefined) return { items, complete: false };
      after = { after: last };
    }
    return { items, complete: false };
  }

  async function readCustomer(id: string): Promise<Customer | undefined> {
    const response = await send('GET', `/customers/${id}`);
    if (saysAbsent(response, notFound)) return undefined;
    if (response.status !== 200) throw refusalOf(response);
    const { data } = readJson(response, v.object({ data: customerSchema }));
    if (data.id !== id) throw new QuarantineError('another-record');
    return data;
  }

  async function holdingsOf(customer: Customer) {
    const query = { customer_id: customer.id };
    const subscriptions = await list('/subscriptions', query, subscriptionSchema);
    const transactions = await list('/transactions', query, transactionSchema);
    const cards = await list(`/customers/${customer.id}/payment-methods`, {}, rawRecord);
    const today = dayAfter(deps.now(), 0);
    const holdings: Holding[] = [
      { handle: customer.id, category: 'account', count: 1, createdAt: customer.created_at },
      ...cards.items.map(({ id }): Holding => ({ handle: id, category: 'payment', count: 1 })),
      ...subscriptions.items
        .filter(({ status }) => openSubscriptions.has(status))
        .map(
          ({ id }): Holding => ({ handle: id, category: 'payment', count: 1, blocker: 'open-subscription' }),
        ),
      ...transactions.items.map(({ id, created_at }): Holding => {
        const retained = paymentServiceRetention(created_at);
        const base = { handle: id, category: 'payment', count: 1, createdAt: created_at } as const;
        return isRetainedOn(retained, today) ? { ...base, retained } : base;
      }),
    ];
    return { holdings, complete: subscriptions.complete && transactions.complete && cards.complete };
  }

  /** The found customers as they are now, each checked to be the subject's. */
  async function liveCustomers(input: ActInput): Promise<readonly Customer[]> {
    const customers: Customer[] = [];
    for (const handle of handlesBefore(input).filter((each) => v.is(customerId, each))) {
      const customer = await readCustomer(handle);
      if (customer === undefined) continue;
      // After a correction of the address the customer carries the new one, which is the subject's too.
      const corrected = vendorFields(input.corrections ?? [], correctable)?.email;
      if (corrected !== customer.email) expectSubject(input.keys, customer.email);
      customers.push(customer);
    }
    return customers;
  }

  async function patchAll(
    input: ActInput,
    changes: Record<string, string>,
    observation: string,
  ): Promise<ActResult> {
    const customers = await liveCustomers(input);
    if (customers.length === 0)
      return { result: 'nothing-found', evidence: lookedAgain({ observation: 'customer-gone' }) };
    for (const { id } of customers) {
      const response = await send('PATCH', `/customers/${id}`, changes);
      if (response.status !== 200) throw refusalOf(response);
    }
    const handles = customers.map(({ id }) => id);
    return { result: 'done', evidence: vendorStatus({ observation, handles }) };
  }

  async function rectify(input: ActInput): Promise<ActResult> {
    const changes = vendorFields(input.corrections ?? [], correctable);
    if (changes === undefined) return { result: 'manual', instructions: 'rectify' };
    return patchAll(input, changes, 'customer-updated');
  }

  /** Takes the saved cards off by call, which Paddle does allow, and leaves the customer to the seller's letter. */
  async function prepareErasure(input: ActInput): Promise<ActResult> {
    const customers = await liveCustomers(input);
    for (const { id } of customers) {
      const { items } = await list('/subscriptions', { customer_id: id }, subscriptionSchema);
      if (items.some(({ status }) => openSubscriptions.has(status)))
        return { result: 'manual', instructions: 'open-subscription' };
    }
    const handles: string[] = [];
    for (const { id } of customers) {
      const cards = await list(`/customers/${id}/payment-methods`, {}, rawRecord);
      for (const card of cards.items) {
        const response = await send(
          'DELETE',
          `/customers/${id}/payment-methods/${encodeURIComponent(card.id)}`,
        );
        if (response.status !== 204 && !saysAbsent(response, notFound)) throw refusalOf(response);
        handles.push(card.id);
      }
    }
    const evidence = vendorStatus({ observation: 'cards-deleted', handles });
    return { result: 'manual', instructions: 'erase', evidence };
  }

  return {
    name: paddle.name,
    async find(keys): Promise<Finding> {
      // Without the status Paddle leaves archived customers out, and they are held just the same.
      const query = { email: spellingsOf(keys).join(','), status: 'active,archived' };
      const found = await list('/customers', query, customerSchema);
      let { complete } = found;
      const holdings: Holding[] = [];
      for (const customer of found.items) {
        expectSubject(keys, customer.email);
        const held = await holdingsOf(customer);
        complete &&= held.complete;
        holdings.push(...held.holdings);
      }
      return { holdings, complete };
    },
    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const { handle } of finding.holdings) {
        if (!v.is(customerId, handle)) continue;
        const response = await send('GET', `/customers/${handle}`);
        if (saysAbsent(response, notFound)) continue;
        if (response.status !== 200) throw refusalOf(response);
        const { data } = readJson(response, v.object({ data: rawRecord }));
        expectSubject(keys, typeof data.email === 'string' ? data.email : undefined);
        yield { category: 'account', type: 'customer', handle, data, providedBySubject: true };
        const lists = [
          ['address', `/customers/${handle}/addresses`, {}],
          ['business', `/customers/${handle}/businesses`, {}],
          ['payment-method', `/customers/${handle}/payment-methods`, {}],
          ['subscription', '/subscriptions', { customer_id: handle }],
          ['transaction', '/transactions', { customer_id: handle }],
        ] as const;
        for (const [type, path, query] of lists) {
          const { items, complete } = await list(path, query, rawRecord);
          if (!complete) throw new PermanentError('export-incomplete');
          const given = type === 'address' || type === 'business';
          for (const item of items)
            yield { category: 'payment', type, handle: item.id, data: item, providedBySubject: given };
        }
      }
    },
    async act(action: Action, input: ActInput): Promise<ActResult> {
      const standing = standingOf(
        paddle.capabilities,
        action,
        input,
        lookedAgain({ observation: 'no-customer' }),
      );
      if (standing !== undefined) return standing;
      if (action === 'erase') return prepareErasure(input);
      if (action === 'rectify') return rectify(input);
      if (action === 'restrict' || action === 'lift')
        return patchAll(input, { status: statusAfter[action] }, `customer-${statusAfter[action]}`);
      return { result: 'manual', instructions: action };
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const customers = await liveCustomers(input);
      const handles = customers.map(({ id }) => id);
      const seen = (observation: string) => lookedAgain({ observation, handles });
      const { action } = input;
      if (action === 'rectify') {
        const wanted = Object.entries(vendorFields(input.corrections ?? [], correctable) ?? {});
        const isRight = (customer: Customer) => {
          const values: Readonly<Record<string, string | null>> = {
            name: customer.name,
            email: customer.email,
            locale: customer.locale,
          };
          return wanted.every(([field, value]) => values[field] === value);
        };
        // Without a customer, or without knowing what was asked for, nothing can be called corrected.
        if (customers.length > 0 && wanted.length > 0 && customers.every(isRight))
          return { seen: 'confirmed', evidence: seen('corrected') };
        return { seen: 'still-there', code: 'not-corrected', evidence: seen('old-value') };
      }
      if (action === 'restrict' || action === 'lift') {
        const wanted = statusAfter[action];
        if (customers.length > 0 && customers.every(({ status }) => status === wanted))
          return { seen: 'confirmed', evidence: seen(`customer-${wanted}`) };
        return { seen: 'still-there', code: `not-${wanted}`, evidence: seen('status-unchanged') };
      }
      // After the seller's letter the customer can be looked for like any other.
      if (customers.length > 0)
        return { seen: 'still-there', code: 'customer-present', evidence: seen('customer-present') };
      return {
        seen: 'confirmed',
        evidence: lookedAgain({ observation: 'customer-404', handles: handlesBefore(input) }),
      };
    },
    async check() {
      const response = await send('GET', '/customers?per_page=1');
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, pageOf(rawRecord));
    },
  };
}
