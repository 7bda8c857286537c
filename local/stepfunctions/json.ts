/** A value that survives a trip through JSON text unchanged. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** AWS's quota for the input or output of a state, task or execution: UTF-8 bytes of the JSON text. */
export const PAYLOAD_LIMIT_BYTES = 262_144;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows to a JSON object where the value is known to be JSON already. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

/** What the other side of a network would see: a deep copy with `undefined`, functions and prototypes gone. */
export function throughJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

/** Whether the JSON text of `value` takes more than `limit` bytes; cheap for what is far below the limit. */
export function exceeds(value: Json, limit: number): boolean {
  if (upperBound(value, limit) <= limit) return false;
  return Buffer.byteLength(JSON.stringify(value), 'utf8') > limit;
}

/** Never less than the true size; stops counting once past `limit`, since only "might be too big" matters then. */
function upperBound(value: Json, limit: number): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  if (typeof value !== 'object' || value === null) return 24;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += upperBound(item, limit) + 1;
      if (size > limit) return size;
    }
    return size;
  }
  for (const key of Object.keys(value)) {
    size += key.length * 6 + 4 + upperBound(value[key] ?? null, limit);
    if (size > limit) return size;
  }
  return size;
}

/** Equality of JSON values; the order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameJson(item, b[i]))
    );
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
