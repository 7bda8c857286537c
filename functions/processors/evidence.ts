import { createHash } from 'node:crypto';
import { addDays, localDayOf } from '../domain/calendar.ts';
import type { Evidence, EvidenceClass } from './contract.ts';

/** First 16 hex characters of SHA-256: an auditor who holds the vendor's id can match it, and we need not keep the id. */
export function hashHandle(handle: string): string {
  return createHash('sha256').update(handle).digest('hex').slice(0, 16);
}

export interface EvidenceParts {
  readonly observation: string;
  /** The vendor's ids that were looked at or acted on, in clear: only their hashes are kept. */
  readonly handles?: readonly string[];
  /** Defaults to the number of handles. */
  readonly looked?: number;
  readonly requestIds?: readonly string[];
}

/** Builds evidence of the given class; ids go in clear and come out hashed. */
export function evidenceOf(kind: EvidenceClass, parts: EvidenceParts): Evidence {
  const handles = parts.handles ?? [];
  return {
    class: kind,
    looked: parts.looked ?? handles.length,
    requestIds: parts.requestIds ?? [],
    handles: handles.map(hashHandle),
    observation: parts.observation,
  };
}

/** We looked at the vendor with a call of its own, after acting. */
export const lookedAgain = (parts: EvidenceParts): Evidence => evidenceOf('looked-again', parts);
/** A status document of the vendor says so (job finished, record marked deleted). */
export const vendorStatus = (parts: EvidenceParts): Evidence => evidenceOf('vendor-status', parts);
/** The vendor answered the acting call with success, no more than that. */
export const vendorAcknowledged = (parts: EvidenceParts): Evidence =>
  evidenceOf('vendor-acknowledged', parts);
export const noEvidence = (observation: string): Evidence => evidenceOf('none', { observation });

/** The day (YYYY-MM-DD in Europe/Amsterdam, like all days that are promised or told) `days` days after that of the instant. */
export function dayAfter(nowMs: number, days: number): string {
  return addDays(localDayOf(new Date(nowMs).toISOString()), days);
}
