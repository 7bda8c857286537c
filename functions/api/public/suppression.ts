import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { isInstant, writtenInUtc } from '../../domain/calendar.ts';
import type { SuppressionDesk } from '../../domain/suppression.ts';
import type { Runtime } from '../../runtime/lambda.ts';
import { readJson } from '../http.ts';
import { ApiProblem, readInput } from '../problem.ts';

export interface SuppressionPorts {
  readonly suppression: SuppressionDesk;
}

const mostAtOnce = 100;
const several = <Item extends v.GenericSchema<unknown, string>>(item: Item) =>
  v.pipe(v.array(item), v.minLength(1, 'empty'), v.maxLength(mostAtOnce, 'too-many'));
const addresses = several(v.pipe(v.string(), v.minLength(3, 'empty'), v.maxLength(320, 'too-long')));
const hashes = several(v.pipe(v.string(), v.regex(/^[\da-f]{64}$/, 'not-a-hash')));
const consentedAt = v.pipe(v.string(), v.check(isInstant, 'not-an-instant'), v.transform(writtenInUtc));

/** Which mailboxes, by address or by the hash that an earlier answer gave. */
export const suppressionCheckInput = v.union(
  [v.strictObject({ addresses }), v.strictObject({ hashes })],
  'addresses-or-hashes',
);
export const suppressionLiftInput = v.union(
  [v.strictObject({ addresses, consentedAt }), v.strictObject({ hashes, consentedAt })],
  'addresses-or-hashes-and-consent',
);

/**
 * What the company's sync jobs ask before they feed a vendor, and say when a person has given a new consent. Answers follow the order of
 * the question and repeat no address.
 */
export function mountSuppression(api: Hono, { suppression }: SuppressionPorts, runtime: Runtime): void {
  const { ledger } = suppression;

  api.post('/suppression/check', async (c) => {
    await mustBeService(c);
    const asked = await hashesOf(readInput(suppressionCheckInput, await readJson(c)));
    return c.json({ results: await Promise.all(asked.map(resultOf)) });
  });

  api.post('/suppression/lift', async (c) => {
    await mustBeService(c);
    const input = readInput(suppressionLiftInput, await readJson(c));
    // A consent of tomorrow would also lift what is written until then.
    if (Date.parse(input.consentedAt) > runtime.now())
      throw new ApiProblem({
        type: 'invalid-input',
        errors: [{ field: 'consentedAt', code: 'in-the-future' }],
      });
    const asked = await hashesOf(input);
    await Promise.all(asked.map((hash) => ledger.lift(hash, input.consentedAt)));
    return c.json({ results: await Promise.all(asked.map(resultOf)) });
  });

  async function resultOf(hash: string) {
    const why = (await ledger.entriesOf(hash)).map((entry) => entry.why);
    return { hash, suppressed: why.length > 0, why };
  }

  async function hashesOf(
    input: { readonly addresses: readonly string[] } | { readonly hashes: readonly string[] },
  ): Promise<readonly string[]> {
    return 'hashes' in input ? input.hashes : Promise.all(input.addresses.map(suppression.hashOf));
  }

  /** This credential opens these two calls and nothing else. */
  async function mustBeService(c: Context): Promise<void> {
    const shown = /^Bearer ([\x21-\x7e]{1,500})$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (shown !== undefined && isSame(shown, await suppression.credential())) return;
    c.header('WWW-Authenticate', 'Bearer');
    throw new ApiProblem({ type: 'not-signed-in' });
  }
}

/** Digests first, so that the time taken tells neither content nor length. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
