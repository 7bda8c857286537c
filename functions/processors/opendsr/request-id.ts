import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** UUID v4 in lower case (OpenDSR 2.0 §1.1). */
export const requestId = v.pipe(
  v.string(),
  v.regex(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
);

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
