import { verify, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { QuarantineError } from '../../domain/errors.ts';

/** Headers with lower-case names, as HTTP libraries give them. */
export type SignedHeaders = Readonly<Record<string, string | undefined>>;

/** A processor's signing certificate after its chain, its dates and its domain were checked. */
export interface TrustedCertificate {
  readonly domain: string;
  readonly certificate: X509Certificate;
}

const maxChain = 5;

/**
 * Checks a downloaded certificate (PEM, the leaf first, intermediates after it): issued for the domain, valid now, and signed by way of
 * the intermediates by one of the roots. A self-signed one is refused (OpenDSR 2.0 §4.1).
 * @param roots PEM; the well-known authorities where undefined
 * @throws QuarantineError `certificate-unreadable`, `certificate-dates`, `certificate-domain` or `certificate-untrusted`
 */
export function trustCertificate(
  pem: string,
  domain: string,
  nowMs: number,
  roots: readonly string[] = rootCertificates,
): TrustedCertificate {
  const chain = certificatesIn(pem);
  const [leaf] = chain;
  if (leaf === undefined || chain.length > maxChain) throw new QuarantineError('certificate-unreadable');
  for (const { validFrom, validTo } of chain)
    if (nowMs < Date.parse(validFrom) || nowMs > Date.parse(validTo))
      throw new QuarantineError('certificate-dates');
  if (leaf.checkHost(domain) === undefined) throw new QuarantineError('certificate-domain');
  const trusted = roots.flatMap(certificatesIn);
  if (!leadsToRoot(chain, trusted)) throw new QuarantineError('certificate-untrusted');
  return { domain, certificate: leaf };
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new QuarantineError('certificate-unreadable');
  }
}

/** Each certificate is signed by the next, all but the first may sign others, and the last is signed by a root. */
function leadsToRoot(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): boolean {
  for (const [index, current] of chain.entries()) {
    if (roots.some((root) => isSignedBy(current, root))) return index > 0 || !isSelfSigned(current);
    const next = chain[index + 1];
    if (next === undefined || !isSignedBy(current, next)) return false;
  }
  return false;
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function signerOf(headers: SignedHeaders): string | undefined {
  // The protocol's former name is still to be understood (§10.1).
  return headers['x-opendsr-processor-domain'] ?? headers['x-opengdpr-processor-domain'];
}

function signatureOf(headers: SignedHeaders): string | undefined {
  return headers['x-opendsr-signature'] ?? headers['x-opengdpr-signature'];
}

/** Whether the headers say that this domain has signed; proves nothing, but whoever does not even say so is done with. */
export function isClaimedBy(headers: SignedHeaders, domain: string): boolean {
  return signerOf(headers)?.toLowerCase() === domain.toLowerCase() && signatureOf(headers) !== undefined;
}

/**
 * Whether the raw body carries the processor's signature: base64, over the SHA-256 digest of exactly these bytes, by the certificate's
 * key. Nothing of the body is parsed before this has said yes.
 */
export function isSigned(
  headers: SignedHeaders,
  rawBody: Uint8Array,
  { domain, certificate }: TrustedCertificate,
): boolean {
  const signature = signatureOf(headers);
  if (!isClaimedBy(headers, domain) || signature === undefined) return false;
  const compact = signature.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return false;
  const keyType = certificate.publicKey.asymmetricKeyType;
  // FIPS 186-4 knows these; a key of another kind would bring rules of its own.
  if (keyType !== 'rsa' && keyType !== 'ec') return false;
  return verify('sha256', rawBody, certificate.publicKey, Buffer.from(compact, 'base64'));
}
