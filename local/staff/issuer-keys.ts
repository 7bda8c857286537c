import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import * as v from 'valibot';
import { openStateFile, type StateFile } from '../state-file.ts';

export interface SigningKey {
  readonly kid: string;
  /** The public part, as the key set publishes it. */
  readonly jwk: JWK;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface IssuerKeys {
  signing(): Promise<SigningKey>;
  revoke(tokenId: string): void;
  isRevoked(tokenId: string): boolean;
}

const storedKeys = v.object({
  kid: v.string(),
  /** PKCS #8, PEM. */
  privateKey: v.string(),
  /** Ids of refresh tokens that were given back. */
  revoked: v.array(v.string()),
});

/** The issuer's signing key and its revoked tokens, in a file. An RSA key takes long to make, so it is made when first needed. */
export function openIssuerKeys(file: string): IssuerKeys {
  let state: StateFile<v.InferOutput<typeof storedKeys>> | undefined;
  let key: Promise<SigningKey> | undefined;

  async function load(): Promise<SigningKey> {
    const made = existsSync(file)
      ? undefined
      : await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    state = openStateFile(file, storedKeys, () => ({
      kid: randomUUID(),
      privateKey: made?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '',
      revoked: [],
    }));
    const privateKey = createPrivateKey(state.value.privateKey);
    const publicKey = createPublicKey(privateKey);
    const { kid } = state.value;
    return {
      kid,
      privateKey,
      publicKey,
      jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' },
    };
  }

  return {
    signing() {
      key ??= load();
      return key;
    },
    revoke: (tokenId) => state?.save({ ...state.value, revoked: [...state.value.revoked, tokenId] }),
    isRevoked: (tokenId) => state?.value.revoked.includes(tokenId) ?? false,
  };
}
