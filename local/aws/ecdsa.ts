import { createECDH, type KeyObject, randomBytes } from 'node:crypto';

/** Order of the group of the curve P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * ECDSA on P-256 over a digest of 32 bytes that was made elsewhere, in DER. Node signs whole messages only; the one step that needs
 * the curve, a multiple of its base point, is what ECDH offers. For this machine's edition only: it does not run in constant time.
 */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const { d } = privateKey.export({ format: 'jwk' });
  if (typeof d !== 'string') throw new Error('a private key has its number');
  const secret = toNumber(Buffer.from(d, 'base64url'));
  for (;;) {
    const once = toNumber(randomBytes(32));
    if (once === 0n || once >= order) continue;
    const r = multipleOfBasePoint(once) % order;
    const s = (inverse(once) * ((toNumber(digest) + r * secret) % order)) % order;
    if (r !== 0n && s !== 0n) return derSequence([r, s]);
  }
}

/** The x coordinate of `factor` times the base point. */
function multipleOfBasePoint(factor: bigint): bigint {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(toBytes(factor));
  return toNumber(ecdh.getPublicKey().subarray(1, 33));
}

/** Modulo the order, by Fermat's little theorem: the order is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % order;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

function derSequence(numbers: readonly bigint[]): Buffer {
  const body = Buffer.concat(numbers.map(derInteger));
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function derInteger(value: bigint): Buffer {
  let bytes = toBytes(value);
  while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1);
  // DER's integers are signed, so a leading one bit needs a zero byte before it.
  if ((bytes[0] ?? 0) >= 0x80) bytes = Buffer.concat([Buffer.from([0]), bytes]);
  return Buffer.concat([Buffer.from([0x02, bytes.length]), bytes]);
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
