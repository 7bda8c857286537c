import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import { type ReportStatus, reportStatuses } from '../../domain/processor-reports.ts';
import type { ActInput, HttpRequest, HttpResponse, ProcessorDependencies, SubjectKeys } from '../contract.ts';
import type { OpenDsrConfig } from '../opendsr.ts';
import { refusalOf } from '../refusal.ts';
import { instant, mailboxesOf, readJson } from '../response.ts';
import { createCertificate, discover } from './certificate.ts';
import { requestId } from './request-id.ts';
import { isSigned } from './signature.ts';

const neverFiled = '00000000-0000-4000-8000-000000000000';

const acceptance = v.object({
  controller_id: v.string(),
  expected_completion_time: instant,
  received_time: instant,
  encoded_request: v.string(),
  subject_request_id: requestId,
});

const statusDocument = v.object({
  controller_id: v.string(),
  expected_completion_time: instant,
  subject_request_id: requestId,
  request_status: v.picklist(reportStatuses),
});

interface RequestState {
  readonly status: ReportStatus;
  /** RFC 3339. */
  readonly expectedBy: string;
}

export function identitiesOf(keys: SubjectKeys, config: OpenDsrConfig) {
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

/** The messages of the protocol, each answer checked for the processor's signature. */
export function createProtocol(config: OpenDsrConfig, deps: ProcessorDependencies) {
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
