// The functions that Step Functions adds to JSONata, and those whose clock or chance must be the engine's own.
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';

/** The clock in epoch milliseconds, and chance as a number in [0, 1). */
export interface Surroundings {
  readonly now: () => number;
  readonly random: () => number;
}

const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const RANGE_LIMIT = 1_000;
const format = jsonata('$fromMillis($at, $picture, $zone)');

/** A version 4 UUID from the given source of chance. */
export function uuidFrom(random: () => number): string {
  let hex = '';
  for (let i = 0; i < 32; i += 1) {
    const digit = Math.floor(random() * 16);
    hex += (i === 12 ? 4 : i === 16 ? (digit & 3) | 8 : digit).toString(16);
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Bound for every evaluation, beneath the workflow's variables. `$eval` is bound to nothing: it does not exist on AWS. */
export function awsFunctions({ now, random }: Surroundings): Record<string, unknown> {
  return {
    eval: undefined,
    now: (picture?: string, zone?: string) =>
      picture === undefined && zone === undefined
        ? new Date(now()).toISOString()
        : format.evaluate({}, { at: now(), picture, zone }),
    millis: () => now(),
    random: (seed?: number) => (seed === undefined ? random() : seeded(seed)),
    uuid: () => uuidFrom(random),
    parse: (text: unknown) => {
      if (typeof text !== 'string') throw new Error('$parse takes a string');
      return JSON.parse(text);
    },
    partition: (array: unknown, size: unknown) => {
      if (!Array.isArray(array)) throw new Error('$partition takes an array');
      const width = Math.floor(Number(size));
      if (!(width >= 1)) throw new Error('$partition takes a size of at least 1');
      const chunks: unknown[] = [];
      for (let i = 0; i < array.length; i += width) chunks.push(array.slice(i, i + width));
      return chunks;
    },
    range: (first: unknown, last: unknown, step: unknown) => {
      if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number' || step === 0) {
        throw new Error('$range takes a first number, a last number and a step that is not zero');
      }
      if ((last - first) / step >= RANGE_LIMIT)
        throw new Error(`$range gives at most ${RANGE_LIMIT} numbers`);
      const numbers: number[] = [];
      for (let n = first; step > 0 ? n <= last : n >= last; n += step) numbers.push(n);
      return numbers;
    },
    hash: (content: unknown, algorithm: unknown) => {
      const name = typeof algorithm === 'string' ? HASHES[algorithm] : undefined;
      if (!name) throw new Error(`$hash takes one of ${Object.keys(HASHES).join(', ')}`);
      return createHash(name)
        .update(typeof content === 'string' ? content : JSON.stringify(content))
        .digest('hex');
    },
  };
}

/** One number per seed, always the same (mulberry32). */
function seeded(seed: number): number {
  let t = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
