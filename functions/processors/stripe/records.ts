import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import type { Blocker, Holding, SubjectKeys } from '../contract.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, foldMailbox, readJson, saysAbsent, spellingsOf } from '../response.ts';
import { bookYearOf, isRetainedOn, taxRetention } from '../retention.ts';
import { resourceMissing, type StripeApi } from './api.ts';

const epochSeconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(253_402_300_799));
const customerId = v.pipe(v.string(), v.regex(/^cus_\w+$/));

export const customerSchema = v.object({
  id: customerId,
  object: v.literal('customer'),
  created: epochSeconds,
  email: v.optional(v.nullable(v.string()), null),
  name: v.optional(v.nullable(v.string()), null),
  phone: v.optional(v.nullable(v.string()), null),
  address: v.optional(v.nullable(v.record(v.string(), v.nullable(v.string()))), null),
});
export type Customer = v.InferOutput<typeof customerSchema>;

const deletedCustomer = v.object({ id: customerId, object: v.literal('customer'), deleted: v.literal(true) });
const card = v.object({ id: v.pipe(v.string(), v.regex(/^\w+$/)), created: epochSeconds });
const subscription = v.object({ id: v.string(), status: v.string() });
const invoice = v.object({
  id: v.string(),
  status: v.nullable(v.string()),
  created: epochSeconds,
  status_transitions: v.optional(v.object({ finalized_at: v.optional(v.nullable(epochSeconds)) })),
});
const charge = v.object({ id: v.string(), created: epochSeconds, disputed: v.boolean() });
const dispute = v.object({ id: v.string(), status: v.string() });
const paymentIntent = v.object({ id: v.string(), status: v.string() });
const openSubscriptions = new Set(['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete']);
const closedDisputes = new Set(['won', 'lost', 'warning_closed', 'charge_refunded', 'prevented']);
/** Money under way; intents that wait for a customer who will not come stop nothing. */
const openPayments = new Set(['processing', 'requires_capture']);

/** RFC 3339 instant of Stripe's epoch seconds. */
const instantOf = (seconds: number) => new Date(seconds * 1000).toISOString();

/** The customer as it is now; undefined once it is deleted or was never there. */
export async function readCustomer(api: StripeApi, id: string): Promise<Customer | undefined> {
  const response = await api.get(`/customers/${id}`);
  if (saysAbsent(response, resourceMissing)) return undefined;
  if (response.status !== 200) throw refusalOf(response);
  const customer = readJson(response, v.union([deletedCustomer, customerSchema]));
  if (customer.id !== id) throw new QuarantineError('another-record');
  return 'deleted' in customer ? undefined : customer;
}

/**
 * A customer named by our own account may have no address, but not somebody else's. One found by its address must carry it.
 * @throws QuarantineError `another-person`
 */
export function expectOwner(keys: SubjectKeys, customer: Customer): void {
  if (customer.email === null && (keys.stripeCustomerIds ?? []).includes(customer.id)) return;
  expectSubject(keys, customer.email);
}

/** Customers that carry one of the subject's addresses now, by the list that does not lag. */
export async function customersByMailbox(api: StripeApi, keys: SubjectKeys) {
  const customers = new Map<string, Customer>();
  let complete = true;
  for (const email of spellingsOf(keys)) {
    const listing = await api.list('/customers', { email }, customerSchema);
    complete &&= listing.complete;
    for (const customer of listing.items) customers.set(customer.id, customer);
  }
  return { customers, complete };
}

/** All customers of the subject: by every spelling, by the search that does not mind case, and by the ids our account holds. */
export async function findCustomers(api: StripeApi, keys: SubjectKeys) {
  const found = await customersByMailbox(api, keys);
  const { customers } = found;
  let { complete } = found;
  for (const email of new Set(spellingsOf(keys).map(foldMailbox))) {
    const query = `email:"${email.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    const listing = await api.list('/customers/search', { query }, customerSchema);
    complete &&= listing.complete;
    for (const customer of listing.items) customers.set(customer.id, customer);
  }
  for (const id of keys.stripeCustomerIds ?? []) {
    if (customers.has(id) || !v.is(customerId, id)) continue;
    const customer = await readCustomer(api, id);
    if (customer !== undefined) customers.set(id, customer);
  }
  for (const customer of customers.values()) expectOwner(keys, customer);
  return { customers: [...customers.values()], complete };
}

/** What still runs with this customer: each entry stops an erasure until a person has looked. */
export async function openContracts(api: StripeApi, customer: string) {
  const subscriptions = await api.list('/subscriptions', { customer }, subscription);
  const invoices = await api.list('/invoices', { customer, status: 'open' }, invoice);
  const payments = await api.list('/payment_intents', { customer }, paymentIntent);
  const charges = await api.list('/charges', { customer }, charge);
  const open: { readonly handle: string; readonly blocker: Blocker }[] = [];
  for (const { id, status } of subscriptions.items)
    if (openSubscriptions.has(status)) open.push({ handle: id, blocker: 'open-subscription' });
  let complete = subscriptions.complete && invoices.complete && payments.complete && charges.complete;
  for (const { id, disputed } of charges.items) {
    if (!disputed) continue;
    const disputes = await api.list('/disputes', { charge: id }, dispute);
    complete &&= disputes.complete;
    for (const each of disputes.items)
      if (!closedDisputes.has(each.status)) open.push({ handle: each.id, blocker: 'open-dispute' });
  }
  for (const { id, status } of invoices.items)
    if (status === 'open') open.push({ handle: id, blocker: 'open-invoice' });
  for (const { id, status } of payments.items)
    if (openPayments.has(status)) open.push({ handle: id, blocker: 'open-payment' });
  return { open, complete, charges: charges.items };
}

export function cardsOf(api: StripeApi, customer: string) {
  return api.list(`/customers/${customer}/payment_methods`, {}, card);
}

/**
 * Everything that one customer stands for. Invoices and payments are counted per book year, because that is how the law keeps them;
 * a year whose retention has passed comes out without `retained`.
 * @param today YYYY-MM-DD
 */
export async function holdingsOf(api: StripeApi, customer: Customer, today: string) {
  const cards = await cardsOf(api, customer.id);
  const invoices = await api.list('/invoices', { customer: customer.id }, invoice);
  const contracts = await openContracts(api, customer.id);
  const booked = (kind: string, created: readonly number[]): Holding[] => {
    const years = new Map<number, number>();
    for (const seconds of created) {
      const year = bookYearOf(instantOf(seconds));
      years.set(year, (years.get(year) ?? 0) + 1);
    }
    return [...years].map(([year, count]) => {
      const retained = taxRetention(year);
      const handle = `${customer.id}/${kind}/${year}`;
      const base = { handle, category: 'payment', count } as const;
      return isRetainedOn(retained, today) ? { ...base, retained } : base;
    });
  };
  const finalised = invoices.items
    .filter(({ status }) => status !== 'draft' && status !== null)
    .map((each) => each.status_transitions?.finalized_at ?? each.created);
  const holdings: Holding[] = [
    { handle: customer.id, category: 'account', count: 1, createdAt: instantOf(customer.created) },
    ...cards.items.map(
      ({ id, created }): Holding => ({
        handle: id,
        category: 'payment',
        count: 1,
        createdAt: instantOf(created),
      }),
    ),
    ...contracts.open.map((each): Holding => ({ ...each, category: 'payment', count: 1 })),
    ...booked('invoices', finalised),
    ...booked(
      'charges',
      contracts.charges.map(({ created }) => created),
    ),
  ];
  return { holdings, complete: cards.complete && invoices.complete && contracts.complete };
}
