import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const apiKey = 'local-adyen-api-key';
const merchantAccount = 'KinescopeLocal';
/** Erasures are worked on later. */
const workMs = 24 * 3_600_000;

interface Payment {
  email: string;
  shopperReference: string;
  requestedAt?: number;
  erased?: true;
  ignores?: true;
}

interface AdyenData {
  payments: Record<string, Payment>;
  tokens: Record<string, { email: string; shopperReference: string; createdAt: string }>;
}

/** Adyen's Data Protection API (`/dps`) and Recurring API (`/recurring`). */
export const adyenEmulator = defineEmulator<AdyenData>({
  name: 'adyen',
  seed: () => {
    const { email, adyenPspReferences, adyenShopperReference: shopperReference } = seeds.ada;
    return {
      payments: Object.fromEntries(adyenPspReferences.map((psp) => [psp, { email, shopperReference }])),
      tokens: { '8316178952380001': { email, shopperReference, createdAt: '2024-04-02T08:00:00Z' } },
    };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.use(async (c, next) => {
      if (c.req.header('x-api-key') !== apiKey)
        return serviceError(401, '000', 'HTTP Status Response - Unauthorized');
      const body: { merchantAccount?: unknown } = await c.req.json().catch(() => ({}));
      if (body.merchantAccount !== merchantAccount)
        return serviceError(403, '901', 'Invalid Merchant Account');
      return next();
    });

    app.post('/dps/requestSubjectErasure', async (c) => {
      const body = await c.req.json<{ pspReference: string; forceErasure?: unknown }>();
      if (body.forceErasure !== undefined && typeof body.forceErasure !== 'boolean')
        return serviceError(422, '702', 'Unable to parse forceErasure');
      const payment = state.data.payments[body.pspReference];
      if (payment === undefined) return c.json({ result: 'PAYMENT_NOT_FOUND' });
      if (payment.erased || payment.requestedAt !== undefined) return c.json({ result: 'ALREADY_PROCESSED' });
      const hasToken = Object.values(state.data.tokens).some(
        (token) => token.shopperReference === payment.shopperReference,
      );
      if (hasToken && body.forceErasure !== true) return c.json({ result: 'ACTIVE_RECURRING_TOKEN_EXISTS' });
      payment.requestedAt = now();
      if (c.env.lie === 'archive' || c.env.lie === 'cancel') payment.ignores = true;
      return c.json({ result: 'SUCCESS' });
    });

    app.post('/recurring/listRecurringDetails', async (c) => {
      const { shopperReference } = await c.req.json<{ shopperReference: string }>();
      const tokens = Object.entries(state.data.tokens).filter(
        ([, token]) => token.shopperReference === shopperReference,
      );
      const [first] = tokens;
      if (first === undefined) return c.json({});
      return c.json({
        creationDate: first[1].createdAt,
        shopperReference,
        lastKnownShopperEmail: first[1].email,
        details: tokens.map(([recurringDetailReference, { createdAt }]) => ({
          RecurringDetail: { recurringDetailReference, creationDate: createdAt, variant: 'visa' },
        })),
      });
    });

    app.post('/recurring/disable', async (c) => {
      const body = await c.req.json<{ shopperReference: string; recurringDetailReference: string }>();
      const token = state.data.tokens[body.recurringDetailReference];
      if (token === undefined || token.shopperReference !== body.shopperReference)
        return serviceError(422, '803', 'PaymentDetail not found');
      if (c.env.lie !== 'archive' && c.env.lie !== 'cancel')
        delete state.data.tokens[body.recurringDetailReference];
      return c.json({ response: '[detail-successfully-disabled]' });
    });

    return {
      app,
      tick(nowMs) {
        for (const payment of Object.values(state.data.payments))
          if (payment.requestedAt !== undefined && payment.requestedAt + workMs <= nowMs && !payment.ignores)
            payment.erased = true;
      },
      holds: () => [
        ...Object.values(state.data.payments).map(({ email, erased }) => ({
          email,
          records: erased ? 0 : 1,
        })),
        ...Object.values(state.data.tokens).map(({ email }) => ({ email, records: 1 })),
      ],
      errorBody: (status) => ({ status, errorCode: '000', message: 'scripted', errorType: 'internal' }),
      configuration: (baseUrl) => ({
        config: { baseUrl: `${baseUrl}/dps`, recurringUrl: `${baseUrl}/recurring`, merchantAccount },
        secrets: { 'adyen/api-key': apiKey },
      }),
    };
  },
});

function serviceError(status: number, errorCode: string, message: string): Response {
  return Response.json({ status, errorCode, message, errorType: 'validation' }, { status });
}
