import * as v from 'valibot';
import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { vendorFields } from '../corrections.ts';
import { dayAfter, lookedAgain, vendorStatus } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import { rawRecord, readJson, saysAbsent } from '../response.ts';
import { longestRetention } from '../retention.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { type StripeConfig, stripe } from '../stripe.ts';
import { createStripeApi, resourceMissing, type StripeApi } from './api.ts';
import {
  type Customer,
  cardsOf,
  customersByMailbox,
  expectOwner,
  findCustomers,
  holdingsOf,
  openContracts,
  readCustomer,
} from './records.ts';
import { createRedaction, type Redaction } from './redaction.ts';

const redactionDays = 3;
const isCustomer = (handle: string) => /^cus_\w+$/.test(handle);

/** Payment methods of today and the cards and sources of Stripe's older interfaces. */
const isCard = (handle: string) => /^(pm|card|src|ba)_\w+$/.test(handle);

/** What a correction may change on a customer; issued invoices keep what they said. */
const correctable: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'email',
  phone: 'phone',
  'address.line1': 'address[line1]',
  'address.line2': 'address[line2]',
  'address.postal_code': 'address[postal_code]',
  'address.city': 'address[city]',
  'address.country': 'address[country]',
};

export function connect(config: StripeConfig, deps: ProcessorDependencies): Processor {
  const api = createStripeApi(config, deps);
  const redaction =
    config.redaction === undefined
      ? undefined
      : createRedaction(createStripeApi({ ...config, apiVersion: config.redaction.apiVersion }, deps));
  const today = () => dayAfter(deps.now(), 0);
  const erasing = { api, redaction, now: deps.now };

  return {
    name: stripe.name,
    async find(keys): Promise<Finding> {
      const found = await findCustomers(api, keys);
      let { complete } = found;
      const holdings: Holding[] = [];
      for (const customer of found.customers) {
        const held = await holdingsOf(api, customer, today());
        complete &&= held.complete;
        holdings.push(...held.holdings);
      }
      return { holdings, complete };
    },
    export: (keys, finding) => exportRecords(api, keys, finding),
    async act(action: Action, input: ActInput): Promise<ActResult> {
      // Payments are no marketing: there is nothing there to opt out of, only a consent to withdraw.
      if (action === 'opt-out' && input.right !== 'consent-withdrawal')
        return { result: 'not-applicable', why: 'no-marketing-there' };
      const nothing = lookedAgain({ observation: 'no-customer' });
      const standing = standingOf(stripe.capabilities, action, input, nothing);
      if (standing !== undefined) return standing;
      const customers = await liveCustomers(api, input);
      if (action === 'rectify') return rectify(api, input, customers);
      const open = await openAt(api, customers);
      if (open !== undefined) return { result: 'manual', instructions: open };
      if (action === 'opt-out') {
        if (!input.finding.holdings.some(({ handle }) => isCard(handle)))
          return { result: 'nothing-found', evidence: lookedAgain({ observation: 'no-card' }) };
        const handles = await detachCards(api, input, customers);
        return { result: 'done', evidence: vendorStatus({ observation: 'cards-detached', handles }) };
      }
      return eraseOrKeep(erasing, input, customers);
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      if (input.action === 'erase') return confirmErasure(erasing, input);
      const customers = await liveCustomers(api, input);
      const handles = customers.map(({ id }) => id);
      const seen = (observation: string) => lookedAgain({ observation, handles });
      if (input.action === 'rectify') {
        const isRight = customers.length > 0 && customers.every((customer) => carries(customer, input));
        if (!isRight) return { seen: 'still-there', code: 'not-corrected', evidence: seen('old-value') };
        return { seen: 'confirmed', evidence: seen('corrected') };
      }
      for (const { id } of customers)
        if ((await cardsOf(api, id)).items.length > 0)
          return { seen: 'still-there', code: 'card-attached', evidence: seen('card-attached') };
      return { seen: 'confirmed', evidence: seen('no-card-attached') };
    },
    async check() {
      const response = await api.get('/customers', { limit: '1' });
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, v.object({ object: v.literal('list') }));
    },
  };
}

/** The found customers that are still there, each checked to be the subject's before anything is done to it. */
async function liveCustomers(api: StripeApi, input: ActInput): Promise<readonly Customer[]> {
  const customers: Customer[] = [];
  for (const id of handlesBefore(input).filter(isCustomer)) {
    const customer = await readCustomer(api, id);
    if (customer === undefined) continue;
    // After a correction of the address the customer carries the new one, which is the subject's too.
    const corrected = input.corrections?.some(
      ({ field, value }) => field === 'email' && value === customer.email,
    );
    if (corrected !== true) expectOwner(input.keys, customer);
    customers.push(customer);
  }
  return customers;
}

/** The first thing that still runs; looked at now and not taken from the finding, which may be weeks old. */
async function openAt(api: StripeApi, customers: readonly Customer[]): Promise<string | undefined> {
  for (const { id } of customers) {
    const { open, complete } = await openContracts(api, id);
    if (open[0] !== undefined) return open[0].blocker;
    if (!complete) return 'unclear-contracts';
  }
  return undefined;
}

async function detachCards(
  api: StripeApi,
  input: ActInput,
  customers: readonly Customer[],
): Promise<readonly string[]> {
  const detached: string[] = [];
  for (const customer of customers) {
    for (const { id } of (await cardsOf(api, customer.id)).items) {
      const response = await api.post(`/payment_methods/${id}/detach`, {}, `${input.idempotencyKey}/${id}`);
      if (response.status !== 200 && !saysAbsent(response, resourceMissing)) throw refusalOf(response);
      detached.push(id);
    }
  }
  return detached;
}

interface Erasing {
  readonly api: StripeApi;
  readonly redaction: Redaction | undefined;
  readonly now: () => number;
}

/** Where only booked payments are left from an erased customer, there is nothing to do but to say so. */
async function eraseOrKeep(
  erasing: Erasing,
  input: ActInput,
  customers: readonly Customer[],
): Promise<ActResult> {
  const retained = longestRetention(input.finding.holdings);
  if (retained === undefined || handlesBefore(input).length > 0) return erase(erasing, input, customers);
  const handles = input.finding.holdings.map(({ handle }) => handle);
  return {
    result: 'retained',
    evidence: lookedAgain({ observation: 'only-retained', handles }),
    ...retained,
  };
}

async function erase(erasing: Erasing, input: ActInput, customers: readonly Customer[]): Promise<ActResult> {
  const { api, redaction, now } = erasing;
  await detachCards(api, input, customers);
  const requestIds: string[] = [];
  for (const { id } of customers) {
    const response = await api.delete(`/customers/${id}`);
    if (saysAbsent(response, resourceMissing)) continue;
    if (response.status !== 200) throw refusalOf(response);
    readJson(response, v.object({ id: v.literal(id), deleted: v.literal(true) }));
    const requestId = response.headers['request-id'];
    if (requestId !== undefined) requestIds.push(requestId);
  }
  const handles = handlesBefore(input).filter(isCustomer);
  const remaining = await whatRemains(api, input);
  const evidence = (observation: string) => lookedAgain({ observation, handles, requestIds });
  if (remaining !== undefined) return { result: 'failed', code: remaining, evidence: evidence(remaining) };
  const isKept = longestRetention(input.finding.holdings) !== undefined;
  const isLapsed = input.finding.holdings.some(
    (one) => one.handle.includes('/') && one.retained === undefined,
  );
  // A redaction takes the invoices along, so it waits until the law lets go of the last of them.
  if (redaction === undefined || isKept)
    return isLapsed
      ? { result: 'manual', instructions: 'redact', evidence: evidence('customer-deleted') }
      : { result: 'done', evidence: evidence('customer-deleted') };
  const job = await redaction.start(handles, input.idempotencyKey);
  await redaction.advance(job);
  return {
    result: 'accepted',
    evidence: evidence('redaction-started'),
    expectedBy: dayAfter(now(), redactionDays),
    job,
  };
}

/** Code of what should be gone and is not; undefined when nothing is left. */
async function whatRemains(api: StripeApi, input: ActInput): Promise<string | undefined> {
  for (const id of handlesBefore(input).filter(isCustomer))
    if ((await readCustomer(api, id)) !== undefined) return 'customer-present';
  const cutoff = Date.parse(input.cutoff);
  const { customers, complete } = await customersByMailbox(api, input.keys);
  // One that is older than the request and was not in the finding: a cut page then, or brought back since.
  for (const { created } of customers.values()) if (created * 1000 <= cutoff) return 'another-customer';
  return complete ? undefined : 'look-incomplete';
}

async function confirmErasure(erasing: Erasing, input: ConfirmInput): Promise<Confirmation> {
  const handles = handlesBefore(input).filter(isCustomer);
  const remaining = await whatRemains(erasing.api, input);
  if (remaining !== undefined)
    return {
      seen: 'still-there',
      code: remaining,
      evidence: lookedAgain({ observation: remaining, handles }),
    };
  if (input.job !== undefined && erasing.redaction !== undefined) {
    const requestIds = input.job.split(',');
    const state = await erasing.redaction.advance(input.job);
    const evidence = vendorStatus({ observation: `redaction-${state}`, handles, requestIds });
    if (state === 'failed') return { seen: 'still-there', code: 'redaction-failed', evidence };
    if (state === 'running')
      return { seen: 'pending', evidence, expectedBy: dayAfter(erasing.now(), redactionDays) };
  }
  return { seen: 'confirmed', evidence: lookedAgain({ observation: 'customer-deleted', handles }) };
}

async function rectify(api: StripeApi, input: ActInput, customers: readonly Customer[]): Promise<ActResult> {
  const form = vendorFields(input.corrections ?? [], correctable);
  if (form === undefined) return { result: 'manual', instructions: 'rectify' };
  if (customers.length === 0)
    return { result: 'nothing-found', evidence: lookedAgain({ observation: 'customer-gone' }) };
  for (const { id } of customers) {
    const response = await api.post(`/customers/${id}`, form, `${input.idempotencyKey}/${id}`);
    if (response.status !== 200) throw refusalOf(response);
  }
  const handles = customers.map(({ id }) => id);
  return { result: 'done', evidence: vendorStatus({ observation: 'customer-updated', handles }) };
}

/** Whether the customer now says what it was asked to say. */
function carries(customer: Customer, input: ActInput): boolean {
  const { name: fullName, email, phone, address } = customer;
  const flat: Readonly<Record<string, string | null | undefined>> = {
    name: fullName,
    email,
    phone,
    ...Object.fromEntries(Object.entries(address ?? {}).map(([key, value]) => [`address[${key}]`, value])),
  };
  const wanted = vendorFields(input.corrections ?? [], correctable);
  // Without knowing what was asked for, nothing can be called corrected.
  if (wanted === undefined) return false;
  return Object.entries(wanted).every(([field, value]) => flat[field] === value);
}

const exportedLists = [
  { type: 'payment_method', path: (id: string) => `/customers/${id}/payment_methods`, byCustomer: false },
  { type: 'subscription', path: () => '/subscriptions', byCustomer: true, status: 'all' },
  { type: 'invoice', path: () => '/invoices', byCustomer: true },
  { type: 'charge', path: () => '/charges', byCustomer: true },
] as const;

async function* exportRecords(
  api: StripeApi,
  keys: Parameters<Processor['export']>[0],
  finding: Finding,
): AsyncIterable<ExportedRecord> {
  for (const handle of finding.holdings.map((holding) => holding.handle).filter(isCustomer)) {
    const customer = await readCustomer(api, handle);
    if (customer === undefined) continue;
    expectOwner(keys, customer);
    const response = await api.get(`/customers/${handle}`);
    if (response.status !== 200) throw refusalOf(response);
    const data = readJson(response, rawRecord);
    yield { category: 'account', type: 'customer', handle, data, providedBySubject: true };
    for (const list of exportedLists) {
      const query = {
        ...(list.byCustomer ? { customer: handle } : {}),
        ...('status' in list ? { status: list.status } : {}),
      };
      const { items } = await api.list(list.path(handle), query, rawRecord);
      for (const item of items)
        yield {
          category: 'payment',
          type: list.type,
          handle: item.id,
          data: item,
          providedBySubject: list.type === 'payment_method',
        };
    }
  }
}
