import { generateKeyPairSync, sign } from 'node:crypto';
import type { Signer } from '../../functions/domain/ports.ts';

/** A key of its own per double, with the real algorithm. */
export function createSignerDouble(): Signer {
  let pair: ReturnType<typeof generate> | undefined;
  const generate = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = () => {
    pair ??= generate();
    return pair;
  };
  return {
    sign: async (bytes) =>
      sign('sha256', bytes, { key: key().privateKey, dsaEncoding: 'der' }).toString('base64'),
    publicKey: async () => key().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
