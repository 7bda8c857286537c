import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { actor, code, instant } from './case.ts';

/** Values an event may hold: codes, counts and days. Words of people are sealed elsewhere and only their salted hash is here. */
export type AuditData = { readonly [name: string]: string | number | boolean | null | readonly string[] };

export const auditEvent = v.strictObject({
  seq: v.number(),
  at: instant,
  type: code,
  by: actor,
  data: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(v.string())])),
  /** Hash of the event before; 64 zeros for the first. */
  prev: code,
  /** SHA-256 (hex) of the canonical JSON of all other fields. */
  hash: code,
});
export type AuditEvent = v.InferOutput<typeof auditEvent>;

export const noEvent = '0'.repeat(64);

/**
 * JSON with keys sorted by code point, no white space, and no escapes but those that JSON demands: the form that is hashed, chosen
 * so that Python's `json.dumps(x, sort_keys=True, separators=(',', ':'), ensure_ascii=False)` writes the same bytes. Numbers must be
 * integers, since languages print fractions differently.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new TypeError('only whole numbers are hashed');
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Appends one event to a chain whose last hash is `prev` and whose length is `seq`. */
export function chain(
  prev: string,
  seq: number,
  event: {
    readonly at: string;
    readonly type: string;
    readonly by: AuditEvent['by'];
    readonly data: AuditData;
  },
): AuditEvent {
  const data = Object.fromEntries(
    Object.entries(event.data).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]),
  ) as AuditEvent['data'];
  const body = { seq, at: event.at, type: event.type, by: event.by, data, prev };
  return { ...body, hash: sha256(canonicalJson(body)) };
}

/** Index of the first event that does not follow from the one before, or -1 when the chain holds. */
export function firstBroken(events: readonly AuditEvent[]): number {
  let prev = noEvent;
  for (const [index, event] of events.entries()) {
    const { hash, ...body } = event;
    if (event.seq !== index || event.prev !== prev || sha256(canonicalJson(body)) !== hash) return index;
    prev = hash;
  }
  return -1;
}
