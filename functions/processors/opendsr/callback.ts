import { isUtf8 } from 'node:buffer';
import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import { type ReportStatus, reportStatuses } from '../../domain/processor-reports.ts';
import { instant, parseJson } from '../response.ts';
import { requestId } from './request-id.ts';
import { isSigned, type SignedHeaders, type TrustedCertificate } from './signature.ts';

const callbackSchema = v.object({
  controller_id: v.string(),
  status_callback_url: v.string(),
  subject_request_id: requestId,
  request_status: v.picklist(reportStatuses),
  expected_completion_time: instant,
  results_url: v.optional(v.string()),
  results_count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

export interface Callback {
  readonly subjectRequestId: string;
  readonly status: ReportStatus;
  /** RFC 3339. */
  readonly expectedBy: string;
  /** Where the processor believes to have called; the receiver compares it with its own address (§8.8, 6). */
  readonly callbackUrl: string;
}

export type CallbackVerdict =
  | { readonly ok: true; readonly callback: Callback }
  /** The HTTP status to answer with: 403 for what the processor did not send to us, 400 for a signed body that is no callback. */
  | {
      readonly ok: false;
      readonly status: 400 | 403;
      readonly code: 'bad-signature' | 'another-address' | 'no-callback';
    };

/**
 * Verifies a status callback before any of it is parsed (TRUST.md A58).
 * @param rawBody the bytes as they came; a body that was parsed and written again has another digest
 */
export function verifyCallback(
  headers: SignedHeaders,
  rawBody: Uint8Array,
  certificate: TrustedCertificate,
): CallbackVerdict {
  if (!isSigned(headers, rawBody, certificate)) return { ok: false, status: 403, code: 'bad-signature' };
  const parsed = v.safeParse(callbackSchema, parseOrUndefined(rawBody));
  if (!parsed.success) return { ok: false, status: 400, code: 'no-callback' };
  const { subject_request_id, request_status, expected_completion_time, status_callback_url } = parsed.output;
  return {
    ok: true,
    callback: {
      subjectRequestId: subject_request_id,
      status: request_status,
      expectedBy: expected_completion_time,
      callbackUrl: status_callback_url,
    },
  };
}

function parseOrUndefined(rawBody: Uint8Array): unknown {
  if (!isUtf8(rawBody)) return undefined;
  try {
    return parseJson(new TextDecoder().decode(rawBody));
  } catch (error) {
    if (error instanceof QuarantineError) return undefined;
    throw error;
  }
}
