import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import type { ProcessorDependencies } from '../contract.ts';
import { type OpenDsrConfig, originsOf } from '../opendsr.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';
import { type TrustedCertificate, trustCertificate } from './signature.ts';

/** A certificate is fetched anew after an hour, so that a withdrawn one does not live on in a warm function. */
const certificateLifeMs = 3_600_000;

const discovery = v.object({
  api_version: v.string(),
  supported_identities: v.array(v.object({ identity_type: v.string(), identity_format: v.string() })),
  supported_subject_request_types: v.array(v.string()),
  processor_certificate: v.pipe(v.string(), v.url()),
});

export type CertificateDependencies = Pick<ProcessorDependencies, 'http' | 'now'>;

/** Discovery and certificate are public by their nature: whoever is to verify a signature must be able to read them. */
export async function discover(config: OpenDsrConfig, { http }: CertificateDependencies) {
  const headers = { accept: 'application/json' };
  const response = await http.send({ method: 'GET', url: `${config.baseUrl}/discovery`, headers });
  if (response.status !== 200) throw refusalOf(response);
  return readJson(response, discovery);
}

/** The checked signing certificate, kept for its time. */
export function createCertificate(
  config: OpenDsrConfig,
  deps: CertificateDependencies,
): () => Promise<TrustedCertificate> {
  let cached: { readonly value: TrustedCertificate; readonly endsAt: number } | undefined;
  return async () => {
    if (cached !== undefined && deps.now() < cached.endsAt) return cached.value;
    const { processor_certificate } = await discover(config, deps);
    // §6.3: from the processor's own domain and no other, whatever the document says.
    if (!originsOf(config).includes(new URL(processor_certificate).origin))
      throw new QuarantineError('certificate-elsewhere');
    const response = await deps.http.send({ method: 'GET', url: processor_certificate, maxBytes: 65_536 });
    if (response.status !== 200) throw refusalOf(response);
    const roots = config.rootCertificate === undefined ? undefined : [config.rootCertificate];
    const value = trustCertificate(response.body, config.domain, deps.now(), roots);
    cached = { value, endsAt: deps.now() + certificateLifeMs };
    return value;
  };
}
