import * as v from 'valibot';

/** What a token service of OAuth 2.0 answers (RFC 6749 §5.1), as far as it is needed to use the token. */
export const accessToken = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.pipe(v.number(), v.minValue(1)),
});

/** A token is asked for anew this long before its end, so that none dies between our check and the vendor's. */
const marginMs = 60_000;

/**
 * Gives the value of the `authorization` header, and asks for a token when there is none or its end is near.
 * @param now epoch milliseconds
 */
export function createBearer(
  now: () => number,
  ask: () => Promise<v.InferOutput<typeof accessToken>>,
): () => Promise<string> {
  let current: { readonly value: string; readonly endsAt: number } | undefined;
  return async () => {
    if (current !== undefined && now() < current.endsAt - marginMs) return current.value;
    const { access_token, expires_in } = await ask();
    current = { value: `Bearer ${access_token}`, endsAt: now() + expires_in * 1000 };
    return current.value;
  };
}
