import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * Just enough DER (X.690) to issue X.509 certificates, because Node reads them and cannot make them. For emulated vendors only.
 */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  const size = length < 0x80 ? [length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Uint8Array) => der(0x04, content);
const isTrue = der(0x01, Buffer.from([0xff]));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

/** A distinguished name of one common name. */
const nameOf = (commonName: string) =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));

/** GeneralizedTime, which has no trouble with the year 2050. */
const timeOf = (ms: number) =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(oid(id), ...(critical ? [isTrue] : []), octets(value));

const authority = extension('551d13', sequence(isTrue), true);
const hostName = (domain: string) => extension('551d11', sequence(der(0x82, Buffer.from(domain))));

export interface KeyAndCertificate {
  /** PKCS #8 PEM. */
  readonly privateKey: string;
  /** PEM. */
  readonly certificate: string;
  readonly commonName: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Absent: an authority. */
  readonly domain?: string;
  /** Absent: signs itself. */
  readonly issuer?: KeyAndCertificate;
}

/** Makes an EC P-256 key and a certificate for it. */
export function issueCertificate(request: CertificateRequest): KeyAndCertificate {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { issuer, commonName } = request;
  const positive = Buffer.concat([Buffer.from([0x01]), randomBytes(8)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, positive),
    ecdsaWithSha256,
    nameOf(issuer?.commonName ?? commonName),
    sequence(timeOf(request.validFromMs), timeOf(request.validToMs)),
    nameOf(commonName),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(request.domain === undefined ? authority : hostName(request.domain))),
  );
  const signer = issuer === undefined ? key : createPrivateKey(issuer.privateKey);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, signer));
  const encoded = sequence(body, ecdsaWithSha256, signature).toString('base64');
  const lines = encoded.match(/.{1,64}/g) ?? [];
  const certificate = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { privateKey, certificate, commonName };
}
