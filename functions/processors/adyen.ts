import * as v from 'valibot';
import { QuarantineError } from '../domain/errors.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Holding,
  HttpResponse,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import {
  dayAfter,
  evidenceOf,
  lookedAgain,
  noEvidence,
  vendorAcknowledged,
  vendorStatus,
} from './evidence.ts';
import { refusalOf } from './refusal.ts';
import { expectSubject, readJson } from './response.ts';
import { handlesBefore, standingOf } from './standing.ts';
import { failureTasks, toldWith } from './tasks.ts';

const name = 'adyen';

const configuration = v.strictObject({
  /** Data Protection API; the live address is `https://ca-live.adyen.com/ca/services/DataProtectionService/v1`. */
  baseUrl: baseUrl('https://ca-live.adyen.com/ca/services/DataProtectionService/v1'),
  /** Recurring API, which lists and disables saved cards; live addresses carry a prefix of the company's own. */
  recurringUrl: baseUrl('https://pal-live.adyen.com/pal/servlet/Recurring/v68'),
  apiKeySecret: secretName('adyen/api-key'),
  merchantAccount: v.pipe(v.string(), v.nonEmpty()),
  /** True: payments are erased although a saved card refuses to go. Adyen then erases the payment's data and leaves the card. */
  forceErasure: v.optional(v.boolean(), false),
});
type Config = v.InferOutput<typeof configuration>;

const capabilities = {
  find: 'automated',
  export: 'manual',
  rectify: 'none',
  erase: 'automated',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'automated',
} as const;

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
          creationDate: v.optional(v.pipe(v.string(), v.isoTimestamp())),
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

/** Adyen is a bank: the payments that it settles are its own books, and the watch over them is its own duty. */
const subjectText = {
  nl: 'Adyen is een bank en bewaart de betalingen die het verwerkt ook onder eigen verantwoordelijkheid. Daarvoor kunt u uw rechten bij Adyen zelf gebruiken; hoe, staat in de privacyverklaring op adyen.com.',
  en: 'Adyen is a bank and also keeps the payments that it handles under its own responsibility. For that you can use your rights at Adyen itself; the privacy statement at adyen.com says how.',
};

export const adyen: ProcessorDefinition<unknown> = {
  name,
  title: 'Adyen (Adyen N.V.)',
  capabilities,
  ownController: true,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks: {
    ...toldWith(failureTasks('the Adyen Customer Area', ['find', 'erase', 'opt-out']), subjectText),
    export: {
      instructions: [
        'In the Customer Area search each payment reference shown in the finding (Transactions, Payments).',
        'Download the payment details, take out everything that is not about the subject, and add them to the package.',
      ],
      evidence: 'Payment references searched and the names of the files added.',
      subjectText,
    },
    restrict: {
      instructions: [
        'Adyen has no restriction. Stop charging saved cards of this shopper in our own billing, and note it on the account.',
      ],
      evidence: 'What was stopped and when.',
      subjectText,
    },
    lift: {
      instructions: ['Let billing charge the saved cards again as agreed with the subject.'],
      evidence: 'What was resumed and when.',
    },
    'recurring-token': {
      instructions: [
        'Adyen refuses to erase a payment while a saved card of the shopper exists that could not be disabled.',
        'Disable it in the Customer Area (Shoppers), after any running subscription has been ended with the subject.',
        'Then press retry.',
      ],
      evidence: 'Which saved card it was and when it was disabled.',
    },
  },
  origins: (config) => {
    const { baseUrl, recurringUrl } = parseConfig(name, configuration, config);
    return [originOf(baseUrl), originOf(recurringUrl)];
  },
  connect: (config, deps) => connect(parseConfig(name, configuration, config), deps),
  exampleConfig: { merchantAccount: 'KinescopeCOM' },
};

const tokenPrefix = 'token/';
const paymentPrefix = 'payment/';

function connect(config: Config, deps: ProcessorDependencies): Processor {
  async function post(base: string, path: string, body: Record<string, unknown>): Promise<HttpResponse> {
    return deps.http.send({
      method: 'POST',
      url: `${base}/${path}`,
      headers: {
        'x-api-key': await deps.secret(config.apiKeySecret),
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ merchantAccount: config.merchantAccount, ...body }),
      // A payment that was erased before answers ALREADY_PROCESSED, a card that was disabled before is not found.
      repeatable: true,
    });
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
    name,
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
      const standing = standingOf(capabilities, action, input, noEvidence('no-payment-known'));
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
