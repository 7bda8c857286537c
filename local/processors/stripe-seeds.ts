import { type SeedName, seeds } from './seeds.ts';

export interface StripeCustomer {
  id: string;
  object: 'customer';
  created: number;
  email: string | null;
  name: string | null;
  phone: string | null;
  address: Record<string, string | null> | null;
  metadata: Record<string, string>;
  /** Set by a vendor that hides instead of deleting; never shown. */
  hidden?: true;
}

interface Owned {
  id: string;
  object: string;
  created: number;
  customer: string | null;
}

export interface StripeData {
  customers: Record<string, StripeCustomer>;
  deleted: Record<string, true>;
  cards: Record<string, Owned & { card: { brand: string; last4: string } }>;
  subscriptions: Record<string, Owned & { status: string }>;
  invoices: Record<
    string,
    Owned & {
      status: string;
      customer_email: string;
      number: string;
      total: number;
      status_transitions: { finalized_at: number | null };
    }
  >;
  charges: Record<
    string,
    Owned & { disputed: boolean; amount: number; billing_details: { email: string; name: string } }
  >;
  disputes: Record<string, { id: string; object: 'dispute'; charge: string; status: string }>;
  intents: Record<string, Owned & { status: string }>;
  jobs: Record<string, { id: string; customers: string[]; status: string; cancels?: true }>;
  /** Idempotency key → status and body that are given again. */
  answers: Record<string, { status: number; body: string }>;
}

const secondsAt = (iso: string) => Math.floor(Date.parse(iso) / 1000);

export function stripeSeeds(nowMs: number): StripeData {
  const lastYear = new Date(nowMs).getUTCFullYear() - 1;
  const ada = seeds.ada.stripeCustomerIds[0];
  const grace = seeds.grace.stripeCustomerIds[0];
  const invoices = [
    `${lastYear - 1}-11-03T10:00:00Z`,
    `${lastYear}-03-03T10:00:00Z`,
    `${lastYear}-04-03T10:00:00Z`,
  ];
  return {
    customers: {
      // Stripe keeps the case that was typed at the checkout, and its filter minds it.
      [ada]: customer(ada, 'ada', 'Ada@Example.com', '2024-03-01T09:05:00Z'),
      [grace]: customer(grace, 'grace', seeds.grace.email, '2023-05-12T14:40:00Z'),
    },
    deleted: {},
    cards: {
      pm_SeedAda1: card('pm_SeedAda1', ada, '4242', '2024-03-01T09:05:00Z'),
      pm_SeedGrace1: card('pm_SeedGrace1', grace, '4444', '2023-05-12T14:40:00Z'),
    },
    subscriptions: {
      sub_SeedAda1: {
        id: 'sub_SeedAda1',
        object: 'subscription',
        created: secondsAt('2024-03-01T09:05:00Z'),
        customer: ada,
        status: 'canceled',
      },
    },
    invoices: Object.fromEntries(
      invoices.map((at, index) => {
        const id = `in_SeedGrace${index + 1}`;
        return [
          id,
          {
            id,
            object: 'invoice',
            created: secondsAt(at),
            customer: grace,
            customer_email: seeds.grace.email,
            number: `KIN-${index + 1}`,
            total: 4900,
            status: 'paid',
            status_transitions: { finalized_at: secondsAt(at) },
          },
        ];
      }),
    ),
    charges: Object.fromEntries(
      invoices.map((at, index) => {
        const id = `ch_SeedGrace${index + 1}`;
        return [
          id,
          {
            id,
            object: 'charge',
            created: secondsAt(at),
            customer: grace,
            disputed: false,
            amount: 4900,
            billing_details: { email: seeds.grace.email, name: `${seeds.grace.canary}-name` },
          },
        ];
      }),
    ),
    disputes: {},
    intents: {},
    jobs: {},
    answers: {},
  };
}

function customer(id: string, name: SeedName, email: string, created: string): StripeCustomer {
  return {
    id,
    object: 'customer',
    created: secondsAt(created),
    email,
    name: `${seeds[name].canary}-stripe-name`,
    phone: null,
    address: {
      line1: `${seeds[name].canary}-street 1`,
      city: 'Emmen',
      postal_code: '7811 KZ',
      country: 'NL',
    },
    metadata: {},
  };
}

function card(id: string, owner: string, last4: string, created: string): StripeData['cards'][string] {
  return {
    id,
    object: 'payment_method',
    created: secondsAt(created),
    customer: owner,
    card: { brand: 'visa', last4 },
  };
}
