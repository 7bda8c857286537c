import { ConfigurationError } from '../../domain/errors.ts';
import { parseConfig } from '../config.ts';
import { configuration } from '../opendsr.ts';
import { type CallbackVerdict, verifyCallback } from './callback.ts';
import { type CertificateDependencies, createCertificate } from './certificate.ts';
import { isClaimedBy, type SignedHeaders } from './signature.ts';

/** Judges the callbacks of one configured processor by its headers and raw bytes; its certificate is fetched when first needed and kept for an hour. */
export type CallbackReceiver = (headers: SignedHeaders, rawBody: Uint8Array) => Promise<CallbackVerdict>;

/**
 * The receiver for a configured processor. Needs no credential of ours: what a public address runs must not hold any.
 * @throws ConfigurationError naming the processor and the fields, `callbackUrl` where none of its reports are expected
 */
export function callbackReceiver(
  name: string,
  config: unknown,
  deps: CertificateDependencies,
): CallbackReceiver {
  const parsed = parseConfig(name, configuration, config);
  if (parsed.callbackUrl === undefined) throw new ConfigurationError(`${name}: callbackUrl`);
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
