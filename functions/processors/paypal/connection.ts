import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type { Action } from '../../domain/words.ts';
import { accessToken, createBearer } from '../bearer.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  HttpResponse,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { evidenceOf, lookedAgain, noEvidence, vendorStatus } from '../evidence.ts';
import { jsonRequest } from '../json-request.ts';
import { type PaypalConfig, paypal } from '../paypal.ts';
import { refusalOf } from '../refusal.ts';
import { readJson, saysAbsent } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';

const pageSize = 20;
const pageLimit = 50;

/** A customer without saved tokens is still known at PayPal by our own id; the handle of that bare fact. */
const customerHandle = 'customer';

const tokenSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  customer: v.object({ id: v.string() }),
});

const tokenPage = v.object({
  payment_tokens: v.optional(v.array(tokenSchema), []),
  total_pages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  total_items: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** PayPal's own words for what is not there. */
const notFound = v.object({ name: v.literal('RESOURCE_NOT_FOUND') });

export function connect(config: PaypalConfig, deps: ProcessorDependencies): Processor {
  const bearer = createBearer(deps.now, async () => {
    const id = await deps.secret(config.clientIdSecret);
    const secret = await deps.secret(config.clientSecretSecret);
    const response = await deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/v1/oauth2/token`,
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
      repeatable: true,
    });
    if (response.status !== 200) throw refusalOf(response);
    return readJson(response, accessToken);
  });

  async function send(method: 'GET' | 'DELETE', path: string): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: { authorization: await bearer() },
        // Deleting a token that is gone answers 404 or 204 and changes nothing.
        repeatable: true,
      }),
    );
  }

  async function tokensOf(customer: string): Promise<{ ids: readonly string[]; complete: boolean }> {
    const ids: string[] = [];
    for (let page = 1; page <= pageLimit; page += 1) {
      const query = new URLSearchParams({
        customer_id: customer,
        page: String(page),
        page_size: String(pageSize),
        total_required: 'true',
      });
      const response = await send('GET', `/v3/vault/payment-tokens?${query}`);
      // PayPal knows no such customer: nothing was ever saved for this id.
      if (saysAbsent(response, notFound)) return { ids, complete: true };
      if (response.status !== 200) throw refusalOf(response);
      const { payment_tokens, total_pages = 1, total_items } = readJson(response, tokenPage);
      for (const token of payment_tokens) {
        if (token.customer.id !== customer) throw new QuarantineError('another-person');
        ids.push(token.id);
      }
      if (page >= total_pages)
        return { ids, complete: total_items === undefined || ids.length >= total_items };
    }
    return { ids, complete: false };
  }

  const tokensIn = (input: ActInput) => handlesBefore(input).filter((handle) => handle !== customerHandle);

  async function deleteTokens(input: ActInput): Promise<readonly string[]> {
    const handles = tokensIn(input);
    for (const id of handles) {
      const response = await send('DELETE', `/v3/vault/payment-tokens/${encodeURIComponent(id)}`);
      if (response.status !== 204 && !saysAbsent(response, notFound)) throw refusalOf(response);
    }
    return handles;
  }

  async function tokensLeft(input: ActInput): Promise<boolean> {
    const { paypalCustomerId } = input.keys;
    if (paypalCustomerId === undefined) return false;
    const { ids, complete } = await tokensOf(paypalCustomerId);
    if (!complete) throw new PermanentError('list-incomplete');
    return tokensIn(input).some((handle) => ids.includes(handle));
  }

  async function confirmTokens(input: ConfirmInput): Promise<Confirmation> {
    const handles = tokensIn(input);
    if (await tokensLeft(input))
      return {
        seen: 'still-there',
        code: 'token-listed',
        evidence: lookedAgain({ observation: 'token-listed', handles }),
      };
    // Transactions at PayPal cannot be looked at by person; only the saved methods can.
    if (input.action === 'erase')
      return {
        seen: 'cannot-look',
        evidence: evidenceOf('none', { observation: 'transactions-not-readable', handles }),
      };
    return { seen: 'confirmed', evidence: lookedAgain({ observation: 'no-token-listed', handles }) };
  }

  return {
    name: paypal.name,
    async find(keys): Promise<Finding> {
      const { paypalCustomerId } = keys;
      if (paypalCustomerId === undefined) return { holdings: [], complete: true };
      const { ids, complete } = await tokensOf(paypalCustomerId);
      const tokens = ids.map((handle) => ({ handle, category: 'payment', count: 1 }) as const);
      return { holdings: [{ handle: customerHandle, category: 'payment', count: 1 }, ...tokens], complete };
    },
    // PayPal gives a person's payments to that person only; what we can see is looked up by staff.
    async *export() {},
    async act(action: Action, input: ActInput): Promise<ActResult> {
      if (action === 'opt-out' && input.right !== 'consent-withdrawal')
        return { result: 'not-applicable', why: 'no-marketing-there' };
      const standing = standingOf(paypal.capabilities, action, input, noEvidence('no-customer-known'));
      if (standing !== undefined) return standing;
      const handles = await deleteTokens(input);
      const evidence = vendorStatus({ observation: 'tokens-deleted', handles });
      if (action === 'erase') return { result: 'manual', instructions: 'erase', evidence };
      if (handles.length === 0)
        return { result: 'nothing-found', evidence: lookedAgain({ observation: 'no-token-listed' }) };
      return { result: 'done', evidence };
    },
    confirm: confirmTokens,
    async check() {
      await tokensOf('rights-desk-connection-check');
    },
  };
}
