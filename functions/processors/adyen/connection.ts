import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import { type AdyenConfig, adyen } from '../adyen.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Holding,
  HttpResponse,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import {
  dayAfter,
  evidenceOf,
  lookedAgain,
  noEvidence,
  vendorAcknowledged,
  vendorStatus,
} from '../evidence.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, instant, readJson } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';

/** Adyen works on an erasure in its own time and names none; after a week it should say that it was done. */
const erasureDays = 7;
const reference = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

const recurringDetails = v.object({
  shopperReference: v.optional(v.string()),
  lastKnownShopperEmail: v.optional(v.string()),
  details: v.optional(
    v.array(
      v.object({
        RecurringDetail: v.object({
          recurringDetailReference: reference,
          creationDate: v.optional(instant),
        }),
      }),
    ),
    [],
  ),
});

const disabled = v.object({
  response: v.picklist(['[detail-successfully-disabled]', '[all-details-successfully-disabled]']),
});

const erasureResults = [
  'SUCCESS',
  'ALREADY_PROCESSED',
  'PAYMENT_NOT_FOUND',
  'ACTIVE_RECURRING_TOKEN_EXISTS',
] as const;

const erasure = v.object({ result: v.picklist(erasureResults) });
type ErasureResult = (typeof erasureResults)[number];

const serviceError = v.object({ errorCode: v.optional(v.string()) });

/** "PaymentDetail not found": the saved card is gone already. */
const detailNotFound = '803';
const tokenPrefix = 'token/';
const paymentPrefix = 'payment/';

export function connect(config: AdyenConfig, deps: ProcessorDependencies): Processor {
  async function post(base: string, path: string, body: Record<string, unknown>): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method: 'POST',
        url: `${base}/${path}`,
        headers: { 'x-api-key': await deps.secret(config.apiKeySecret) },
        body: { merchantAccount: config.merchantAccount, ...body },
        // A payment that was erased before answers ALREADY_PROCESSED, a card that was disabled before is not found.
        repeatable: true,
      }),
    );
  }

  async function savedCards(keys: SubjectKeys): Promise<readonly Holding[]> {
    const shopperReference = keys.adyenShopperReference;
    if (shopperReference === undefined) return [];
    const response = await post(config.recurringUrl, 'listRecurringDetails', { shopperReference });
    if (response.status !== 200) throw refusalOf(response);
    const listed = readJson(response, recurringDetails);
    if (listed.shopperReference !== undefined && listed.shopperReference !== shopperReference)
      throw new QuarantineError('another-record');
    if (listed.lastKnownShopperEmail !== undefined) expectSubject(keys, listed.lastKnownShopperEmail);
    return listed.details.map(({ RecurringDetail: { recurringDetailReference, creationDate } }) => ({
      handle: tokenPrefix + recurringDetailReference,
      category: 'payment',
      count: 1,
      ...(creationDate === undefined ? {} : { createdAt: creationDate }),
    }));
  }

  async function disableCards(input: ActInput): Promise<readonly string[]> {
    const tokens = handlesBefore(input).filter((handle) => handle.startsWith(tokenPrefix));
    for (const token of tokens) {
      const response = await post(config.recurringUrl, 'disable', {
        shopperReference: input.keys.adyenShopperReference,
        recurringDetailReference: token.slice(tokenPrefix.length),
      });
      const wasGone =
        response.status === 422 && readJson(response, serviceError).errorCode === detailNotFound;
      if (wasGone) continue;
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, disabled);
    }
    return tokens;
  }

  /** Saved cards of the finding that Adyen still lists. */
  async function cardsLeft(input: ActInput): Promise<boolean> {
    const tokens = new Set(handlesBefore(input).filter((handle) => handle.startsWith(tokenPrefix)));
    if (tokens.size === 0) return false;
    return (await savedCards(input.keys)).some(({ handle }) => tokens.has(handle));
  }

  async function requestErasure(pspReference: string, force: boolean): Promise<ErasureResult> {
    const response = await post(config.baseUrl, 'requestSubjectErasure', {
      pspReference,
      ...(force ? { forceErasure: true } : {}),
    });
    // Status 200 says only that the question was understood: the answer is in `result`.
    if (response.status !== 200) throw refusalOf(response);
    return readJson(response, erasure).result;
  }

  const paymentsOf = (input: ActInput) =>
    handlesBefore(input).filter((handle) => handle.startsWith(paymentPrefix));

  async function askAll(input: ActInput): Promise<ReadonlySet<ErasureResult>> {
    const results = new Set<ErasureResult>();
    for (const handle of paymentsOf(input)) {
      const psp = handle.slice(paymentPrefix.length);
      const first = await requestErasure(psp, false);
      const isHeld = first === 'ACTIVE_RECURRING_TOKEN_EXISTS';
      results.add(isHeld && config.forceErasure ? await requestErasure(psp, true) : first);
    }
    return results;
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const tokens = await disableCards(input);
    const handles = [...tokens, ...paymentsOf(input)];
    if (await cardsLeft(input))
      return {
        result: 'failed',
        code: 'card-listed',
        evidence: lookedAgain({ observation: 'card-listed', handles }),
      };
    const results = await askAll(input);
    if (results.has('ACTIVE_RECURRING_TOKEN_EXISTS'))
      return {
        result: 'manual',
        instructions: 'recurring-token',
        evidence: vendorStatus({ observation: 'recurring-token-exists', handles }),
      };
    // Our own books name this payment, so "not found" means a wrong merchant account or a wrong book, never that there is nothing.
    if (results.has('PAYMENT_NOT_FOUND'))
      return {
        result: 'failed',
        code: 'known-payment-not-found',
        evidence: vendorStatus({ observation: 'payment-not-found', handles }),
      };
    if (results.size === 0)
      return { result: 'done', evidence: lookedAgain({ observation: 'no-card-listed', handles }) };
    return {
      result: 'accepted',
      evidence: vendorAcknowledged({ observation: 'erasure-submitted', handles }),
      expectedBy: dayAfter(deps.now(), erasureDays),
      job: dayAfter(deps.now(), 0),
    };
  }

  async function confirmErasure(input: ConfirmInput): Promise<Confirmation> {
    const handles = handlesBefore(input);
    if (await cardsLeft(input))
      return {
        seen: 'still-there',
        code: 'card-listed',
        evidence: lookedAgain({ observation: 'card-listed', handles }),
      };
    if (paymentsOf(input).length === 0)
      return { seen: 'confirmed', evidence: lookedAgain({ observation: 'no-card-listed', handles }) };
    const expectedBy = dayAfter(Date.parse(input.job ?? input.cutoff), erasureDays);
    if (dayAfter(deps.now(), 0) < expectedBy)
      return {
        seen: 'pending',
        evidence: vendorAcknowledged({ observation: 'erasure-submitted', handles }),
        expectedBy,
      };
    // Payments cannot be read back; asking once more at least tells whether Adyen remembers having erased them.
    const results = await askAll(input);
    const processed = results.size === 1 && results.has('ALREADY_PROCESSED');
    if (results.has('ACTIVE_RECURRING_TOKEN_EXISTS'))
      return {
        seen: 'still-there',
        code: 'recurring-token',
        evidence: vendorStatus({ observation: 'recurring-token-exists', handles }),
      };
    const kind = processed ? 'vendor-status' : 'vendor-acknowledged';
    const observation = processed ? 'already-processed' : 'erasure-not-acknowledged-as-done';
    return { seen: 'cannot-look', evidence: evidenceOf(kind, { observation, handles }) };
  }

  return {
    name: adyen.name,
    async find(keys): Promise<Finding> {
      const payments = [...new Set(keys.adyenPspReferences ?? [])]
        .filter((psp) => v.is(reference, psp))
        .map((psp): Holding => ({ handle: paymentPrefix + psp, category: 'payment', count: 1 }));
      return { holdings: [...(await savedCards(keys)), ...payments], complete: true };
    },
    // Payment details are read by staff in the Customer Area; no call gives them per person.
    async *export() {},
    async act(action, input): Promise<ActResult> {
      if (action === 'opt-out' && input.right !== 'consent-withdrawal')
        return { result: 'not-applicable', why: 'no-marketing-there' };
      const standing = standingOf(adyen.capabilities, action, input, noEvidence('no-payment-known'));
      if (standing !== undefined) return standing;
      if (action === 'erase') return erase(input);
      const handles = await disableCards(input);
      if (handles.length === 0)
        return { result: 'nothing-found', evidence: lookedAgain({ observation: 'no-card-listed' }) };
      return { result: 'done', evidence: vendorStatus({ observation: 'card-disabled', handles }) };
    },
    async confirm(input): Promise<Confirmation> {
      if (input.action === 'erase') return confirmErasure(input);
      const handles = handlesBefore(input).filter((handle) => handle.startsWith(tokenPrefix));
      if (await cardsLeft(input))
        return {
          seen: 'still-there',
          code: 'card-listed',
          evidence: lookedAgain({ observation: 'card-listed', handles }),
        };
      return { seen: 'confirmed', evidence: lookedAgain({ observation: 'no-card-listed', handles }) };
    },
    async check() {
      const shopperReference = 'rights-desk-connection-check';
      const response = await post(config.recurringUrl, 'listRecurringDetails', { shopperReference });
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, recurringDetails);
    },
  };
}
