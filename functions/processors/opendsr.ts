import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { QuarantineError } from '../domain/errors.ts';
import { type ReportStatus, reportStatuses } from '../domain/processor-reports.ts';
import type { Recipient } from '../domain/register-record.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  HttpRequest,
  HttpResponse,
  ManualTask,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import { dayAfter, evidenceOf, noEvidence, vendorAcknowledged, vendorStatus } from './evidence.ts';
import { type CallbackVerdict, requestId, rfc3339, verifyCallback } from './opendsr/callback.ts';
import {
  isClaimedBy,
  isSigned,
  type SignedHeaders,
  type TrustedCertificate,
  trustCertificate,
} from './opendsr/signature.ts';
import { refusalOf } from './refusal.ts';
import { mailboxesOf, readJson } from './response.ts';
import { standingOf } from './standing.ts';
import { failureTasks, toldWith } from './tasks.ts';
import { fedFrom, mayBeUploaded } from './uploaded.ts';

const configuration = v.strictObject({
  /** With the major version at its end, for example `https://opendsr.example.com/v2`. */
  baseUrl: v.unwrap(baseUrl('https://localhost')),
  /** The domain in the signing certificate and in the processor's headers. */
  domain: v.pipe(v.string(), v.regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/)),
  /** How we prove ourselves is left to each processor; most want one header. */
  authorization: v.optional(
    v.strictObject({
      header: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
      secret: secretName('opendsr/authorization'),
    }),
  ),
  /** Under which identities the processor knows people. */
  identities: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          type: v.picklist(['email', 'controller_customer_id']),
          format: v.picklist(['raw', 'sha256']),
        }),
      ),
      v.minLength(1),
    ),
    [{ type: 'email', format: 'raw' }],
  ),
  fedFrom,
  /** Where the processor reports changes; without it we ask. */
  callbackUrl: v.optional(v.unwrap(baseUrl('https://localhost'))),
  /** PEM of the authority that issued the signing certificate, where it is none of the well-known ones. */
  rootCertificate: v.optional(v.pipe(v.string(), v.startsWith('-----BEGIN CERTIFICATE-----'))),
});
type Config = v.InferOutput<typeof configuration>;

const capabilities = {
  find: 'automated',
  // The protocol files access requests, but leaves open in what form the results come back.
  export: 'manual',
  rectify: 'manual',
  erase: 'automated',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'manual',
} as const;

/** However far ahead a processor promises, we look again after this many days. */
const longestWaitDays = 30;
/** A certificate is fetched anew after an hour, so that a withdrawn one does not live on in a warm function. */
const certificateLifeMs = 3_600_000;
const neverFiled = '00000000-0000-4000-8000-000000000000';

const acceptance = v.object({
  controller_id: v.string(),
  expected_completion_time: rfc3339,
  received_time: rfc3339,
  encoded_request: v.string(),
  subject_request_id: requestId,
});
const statusDocument = v.object({
  controller_id: v.string(),
  expected_completion_time: rfc3339,
  subject_request_id: requestId,
  request_status: v.picklist(reportStatuses),
});
const discovery = v.object({
  api_version: v.string(),
  supported_identities: v.array(v.object({ identity_type: v.string(), identity_format: v.string() })),
  supported_subject_request_types: v.array(v.string()),
  processor_certificate: v.pipe(v.string(), v.url()),
});

const byHand = (what: string): ManualTask => ({
  instructions: [
    `OpenDSR has no message for this: ${what}.`,
    'Write to the privacy contact in the processing agreement, name our reference and what is asked, and never more about the person than the identity they know.',
  ],
  evidence: 'Date of the message, date and content of the answer in one line.',
});
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks('the portal of this processor', ['find', 'erase']),
  export: byHand('ask for the copy, and add what comes back to the package after reading it'),
  rectify: byHand('ask for the correction'),
  restrict: byHand('ask to restrict the data'),
  lift: byHand('tell that the restriction has ended'),
  'opt-out': byHand('ask to stop the use that the person objects to or withdrew consent for'),
};

/** Words for the subject where the register says that the processor also decides by itself. */
function ownControllerText({ title, legalEntity }: Recipient) {
  return {
    nl: `${title} gebruikt gegevens ook onder eigen verantwoordelijkheid. Daarvoor kunt u uw rechten bij ${legalEntity} zelf gebruiken.`,
    en: `${title} also uses data under its own responsibility. For that you can use your rights at ${legalEntity} itself.`,
  };
}

/** A processor that speaks OpenDSR 2.0 and is known by configuration and its register entry alone. */
export function openDsr(name: string, recipient?: Recipient): ProcessorDefinition<unknown> {
  const isController = recipient?.role === 'own-controller';
  return {
    name,
    title: recipient?.title ?? name,
    capabilities,
    ownController: isController,
    limits: { concurrency: 2, perSecond: 2 },
    manualTasks: isController ? toldWith(manualTasks, ownControllerText(recipient)) : manualTasks,
    origins: (config) => originsOf(parseConfig(name, configuration, config)),
    connect: (config, deps) => connect(name, parseConfig(name, configuration, config), deps),
    exampleConfig: { baseUrl: 'https://opendsr.example.com/v2', domain: 'opendsr.example.com' },
  };
}

function originsOf(config: Config): readonly string[] {
  return [...new Set([originOf(config.baseUrl), `https://${config.domain}`])];
}

/** The same key always makes the same id, so that a repeated request is one the processor already knows. UUID v4 in form, by hash. */
export function subjectRequestId(idempotencyKey: string, processor: string): string {
  const bytes = createHash('sha256')
    .update(`opendsr ${processor} ${idempotencyKey}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Judges the callbacks of one configured processor by its headers and raw bytes; its certificate is fetched when first needed and kept for an hour. */
export type CallbackReceiver = (headers: SignedHeaders, rawBody: Uint8Array) => Promise<CallbackVerdict>;

/**
 * The receiver for a configured processor, or `undefined` where none of its reports are expected. Needs no credential of ours: what a
 * public address runs must not hold any.
 * @throws ConfigurationError naming the processor and the fields
 */
export function callbackReceiver(
  name: string,
  config: unknown,
  deps: Pick<ProcessorDependencies, 'http' | 'now'>,
): CallbackReceiver | undefined {
  const parsed = parseConfig(name, configuration, config);
  if (parsed.callbackUrl === undefined) return undefined;
  const certificate = createCertificate(parsed, deps);
  return async (headers, rawBody) => {
    // Whoever does not even name the processor must not make us call it.
    if (!isClaimedBy(headers, parsed.domain)) return { ok: false, status: 403, code: 'bad-signature' };
    const verdict = verifyCallback(headers, rawBody, await certificate());
    // §8.8: a callback that was meant for another address has been carried here by somebody.
    if (verdict.ok && verdict.callback.callbackUrl !== parsed.callbackUrl)
      return { ok: false, status: 403, code: 'another-address' };
    return verdict;
  };
}

function connect(name: string, config: Config, deps: ProcessorDependencies): Processor {
  const protocol = createProtocol(config, deps);

  async function erase(input: ActInput): Promise<ActResult> {
    const id = subjectRequestId(input.idempotencyKey, name);
    // Asked first, so that a run after a crash never files the same request twice.
    const known = await protocol.status(id);
    const expected = known ?? (await protocol.submit(id, input));
    const observation = `request-${expected.status}`;
    const evidence = vendorAcknowledged({ observation, looked: 1, requestIds: [id] });
    if (expected.status === 'cancelled') return { result: 'failed', code: 'request-cancelled', evidence };
    return { result: 'accepted', evidence, expectedBy: lookAgainBy(expected.expectedBy), job: id };
  }

  function lookAgainBy(expected: string): string {
    const tomorrow = dayAfter(deps.now(), 1);
    const latest = dayAfter(deps.now(), longestWaitDays);
    const day = new Date(expected).toISOString().slice(0, 10);
    if (day >= latest) return latest;
    if (day <= tomorrow) return tomorrow;
    return day;
  }

  return {
    name,
    async find(keys): Promise<Finding> {
      const isKnown = mayBeUploaded(keys, config.fedFrom) && identitiesOf(keys, config).length > 0;
      const holdings = isKnown ? [{ handle: 'subject', category: 'usage', count: 1 } as const] : [];
      return { holdings, complete: true };
    },
    // Copies come back in a form that the protocol leaves open, so a person reads and adds them.
    async *export() {},
    async act(action, input) {
      const nothing = noEvidence('not-in-upload-source');
      return standingOf(capabilities, action, input, nothing) ?? (await erase(input));
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const id = input.job ?? subjectRequestId(input.idempotencyKey, name);
      const state = await protocol.status(id);
      const evidence = (observation: string) => vendorStatus({ observation, looked: 1, requestIds: [id] });
      if (state === undefined)
        return {
          seen: 'still-there',
          code: 'request-unknown',
          evidence: evidenceOf('none', { observation: 'request-404', requestIds: [id] }),
        };
      if (state.status === 'cancelled')
        return { seen: 'still-there', code: 'request-cancelled', evidence: evidence('request-cancelled') };
      if (state.status === 'completed')
        // The processor's signed word, and still only its word: the protocol has no look at the data.
        return { seen: 'cannot-look', evidence: evidence('request-completed') };
      return {
        seen: 'pending',
        evidence: evidence(`request-${state.status}`),
        expectedBy: lookAgainBy(state.expectedBy),
      };
    },
    reportsAs: (idempotencyKey) => subjectRequestId(idempotencyKey, name),
    check: () => protocol.check(),
  };
}

function identitiesOf(keys: SubjectKeys, config: Config) {
  return config.identities.flatMap(({ type, format }) => {
    const values =
      type === 'email' ? mailboxesOf(keys) : keys.accountId === undefined ? [] : [keys.accountId];
    return values.map((value) => ({
      identity_type: type,
      identity_format: format,
      identity_value: format === 'raw' ? value : createHash('sha256').update(value).digest('hex'),
    }));
  });
}

interface RequestState {
  readonly status: ReportStatus;
  /** RFC 3339. */
  readonly expectedBy: string;
}

type CertificateDependencies = Pick<ProcessorDependencies, 'http' | 'now'>;

/** Discovery and certificate are public by their nature: whoever is to verify a signature must be able to read them. */
async function discover(config: Config, { http }: CertificateDependencies) {
  const headers = { accept: 'application/json' };
  const response = await http.send({ method: 'GET', url: `${config.baseUrl}/discovery`, headers });
  if (response.status !== 200) throw refusalOf(response);
  return readJson(response, discovery);
}

/** The checked signing certificate, kept for its time. */
function createCertificate(config: Config, deps: CertificateDependencies): () => Promise<TrustedCertificate> {
  let cached: { readonly value: TrustedCertificate; readonly endsAt: number } | undefined;
  return async () => {
    if (cached !== undefined && deps.now() < cached.endsAt) return cached.value;
    const { processor_certificate } = await discover(config, deps);
    // §6.3: from the processor's own domain and no other, whatever the document says.
    if (!originsOf(config).includes(new URL(processor_certificate).origin))
      throw new QuarantineError('certificate-elsewhere');
    const response = await deps.http.send({ method: 'GET', url: processor_certificate, maxBytes: 65_536 });
    if (response.status !== 200) throw refusalOf(response);
    const roots = config.rootCertificate === undefined ? undefined : [config.rootCertificate];
    const value = trustCertificate(response.body, config.domain, deps.now(), roots);
    cached = { value, endsAt: deps.now() + certificateLifeMs };
    return value;
  };
}

function createProtocol(config: Config, deps: ProcessorDependencies) {
  const certificate = createCertificate(config, deps);

  async function send(request: Omit<HttpRequest, 'headers' | 'url'>, path: string): Promise<HttpResponse> {
    const { authorization } = config;
    return deps.http.send({
      ...request,
      url: `${config.baseUrl}${path}`,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined
          ? {}
          : { [authorization.header]: await deps.secret(authorization.secret) }),
      },
    });
  }

  /** @throws QuarantineError `bad-signature`: an answer that anybody could have given proves nothing */
  async function expectSigned(response: HttpResponse): Promise<void> {
    const signer = await certificate();
    if (!isSigned(response.headers, Buffer.from(response.body, 'utf8'), signer))
      throw new QuarantineError('bad-signature');
  }

  return {
    async submit(id: string, input: ActInput): Promise<RequestState> {
      const body = JSON.stringify({
        regulation: 'gdpr',
        subject_request_id: id,
        subject_request_type: 'erasure',
        submitted_time: new Date(input.cutoff).toISOString(),
        subject_identities: identitiesOf(input.keys, config),
        api_version: '2.0',
        ...(config.callbackUrl === undefined ? {} : { status_callback_urls: [config.callbackUrl] }),
      });
      // The id is the processor's own means against doubles.
      const response = await send({ method: 'POST', body, repeatable: true }, '/requests');
      if (response.status !== 201) throw refusalOf(response);
      await expectSigned(response);
      const accepted = readJson(response, acceptance);
      const echoed = Buffer.from(accepted.encoded_request, 'base64').toString('utf8');
      if (accepted.subject_request_id !== id || echoed !== body) throw new QuarantineError('another-request');
      return { status: 'pending', expectedBy: accepted.expected_completion_time };
    },
    status,
    async check(): Promise<void> {
      const { supported_identities, supported_subject_request_types } = await discover(config, deps);
      const knows = (type: string, format: string) =>
        supported_identities.some((one) => one.identity_type === type && one.identity_format === format);
      if (!supported_subject_request_types.includes('erasure'))
        throw new QuarantineError('erasure-not-supported');
      if (!config.identities.some(({ type, format }) => knows(type, format)))
        throw new QuarantineError('identities-not-supported');
      await certificate();
      // Discovery needs no credential; asking after a request that never was shows whether ours is right.
      await status(neverFiled);
    },
  };

  /** Undefined when the processor does not know the request. */
  async function status(id: string): Promise<RequestState | undefined> {
    const response = await send({ method: 'GET' }, `/requests/${id}`);
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw refusalOf(response);
    await expectSigned(response);
    const document = readJson(response, statusDocument);
    if (document.subject_request_id !== id) throw new QuarantineError('another-request');
    return { status: document.request_status, expectedBy: document.expected_completion_time };
  }
}
