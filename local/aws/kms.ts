import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import * as v from 'valibot';
import { openStateFile } from '../state-file.ts';
import { signDigest } from './ecdsa.ts';
import { AwsError, type AwsService, jsonService, operation } from './service.ts';

const keySpecs = ['SYMMETRIC_DEFAULT', 'ECC_NIST_P256', 'HMAC_256'] as const;
type KeySpec = (typeof keySpecs)[number];

const storedKeys = v.array(
  v.object({
    id: v.string(),
    alias: v.string(),
    spec: v.picklist(keySpecs),
    /** Base64: 32 random bytes, or a private key in PKCS #8 DER. */
    material: v.string(),
    createdAt: v.number(),
  }),
);
type StoredKey = v.InferOutput<typeof storedKeys>[number];

export interface KmsOptions {
  /** Where the keys are kept; made at the first start. */
  readonly file: string;
  /** `alias/…` of each key that exists, and what kind it is. */
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface KmsEmulator {
  readonly service: AwsService;
  /** The ARN of the key behind an alias. */
  arnOf(alias: string): string;
}

const usageOf = {
  SYMMETRIC_DEFAULT: 'ENCRYPT_DECRYPT',
  ECC_NIST_P256: 'SIGN_VERIFY',
  HMAC_256: 'GENERATE_VERIFY_MAC',
} as const satisfies Record<KeySpec, string>;

const bytes = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => Buffer.from(text, 'base64')),
);
const keyId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const context = v.optional(v.record(v.string(), v.string()), {});
const plaintextLimit = 4096;
const short = v.pipe(
  bytes,
  v.check((data) => data.length >= 1 && data.length <= plaintextLimit, 'must hold 1 to 4096 bytes'),
);

const macMessage = { KeyId: keyId, Message: short, MacAlgorithm: v.literal('HMAC_SHA_256') };
const signedMessage = {
  KeyId: keyId,
  Message: short,
  SigningAlgorithm: v.literal('ECDSA_SHA_256'),
};

/** Plays KMS with keys in a file. Ciphertexts are bound to their key and encryption context, as the real ones are. */
export function createKms(options: KmsOptions): KmsEmulator {
  const state = openStateFile(options.file, storedKeys, () => []);
  for (const [alias, spec] of Object.entries(options.keys)) {
    if (state.value.some((key) => key.alias === alias)) continue;
    state.save([...state.value, newKey(alias, spec, options.now())]);
  }
  const arn = (key: StoredKey) => `arn:aws:kms:${options.region}:${options.accountId}:key/${key.id}`;

  function find(id: string): StoredKey {
    const name = id.startsWith('arn:') ? id.split(':').slice(5).join(':') : id;
    const key = state.value.find((one) => name === one.alias || name === one.id || name === `key/${one.id}`);
    if (!key) throw new AwsError('NotFoundException', 'the key does not exist');
    return key;
  }

  function usable(id: string, spec: KeySpec): StoredKey {
    const key = find(id);
    if (key.spec !== spec) {
      throw new AwsError('InvalidKeyUsageException', `the key is for ${usageOf[key.spec]}`);
    }
    return key;
  }

  function decrypt(blob: Buffer, encryptionContext: Record<string, string>, id: string | undefined) {
    const sealedBy = state.value.find((key) => key.id === blob.subarray(1, 37).toString('latin1'));
    if (blob[0] !== 1 || !sealedBy)
      throw new AwsError('InvalidCiphertextException', 'not a ciphertext of ours');
    if (id !== undefined && find(id).id !== sealedBy.id) {
      throw new AwsError('IncorrectKeyException', 'the ciphertext was made with another key');
    }
    return { key: sealedBy, plaintext: unseal(sealedBy, blob, encryptionContext) };
  }

  const service = jsonService('TrentService.', '1.1', {
    Encrypt: operation(
      v.strictObject({ KeyId: keyId, Plaintext: short, EncryptionContext: context }),
      ({ KeyId, Plaintext, EncryptionContext }) => {
        const key = usable(KeyId, 'SYMMETRIC_DEFAULT');
        const blob = seal(key, Plaintext, EncryptionContext);
        return {
          CiphertextBlob: blob.toString('base64'),
          KeyId: arn(key),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      },
    ),
    Decrypt: operation(
      v.strictObject({ KeyId: v.optional(keyId), CiphertextBlob: bytes, EncryptionContext: context }),
      ({ KeyId, CiphertextBlob, EncryptionContext }) => {
        const { key, plaintext } = decrypt(CiphertextBlob, EncryptionContext, KeyId);
        return {
          Plaintext: plaintext.toString('base64'),
          KeyId: arn(key),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      },
    ),
    GenerateDataKey: operation(
      v.strictObject({
        KeyId: keyId,
        KeySpec: v.optional(v.picklist(['AES_256', 'AES_128'])),
        NumberOfBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))),
        EncryptionContext: context,
      }),
      ({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }) => {
        if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
          throw new AwsError('ValidationException', 'give either KeySpec or NumberOfBytes');
        }
        const key = usable(KeyId, 'SYMMETRIC_DEFAULT');
        const plaintext = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
        return {
          Plaintext: plaintext.toString('base64'),
          CiphertextBlob: seal(key, plaintext, EncryptionContext).toString('base64'),
          KeyId: arn(key),
        };
      },
    ),
    GenerateMac: operation(v.strictObject(macMessage), ({ KeyId, Message, MacAlgorithm }) => {
      const key = usable(KeyId, 'HMAC_256');
      return { Mac: macOf(key, Message).toString('base64'), MacAlgorithm, KeyId: arn(key) };
    }),
    VerifyMac: operation(
      v.strictObject({ ...macMessage, Mac: bytes }),
      ({ KeyId, Message, MacAlgorithm, Mac }) => {
        const key = usable(KeyId, 'HMAC_256');
        const expected = macOf(key, Message);
        if (Mac.length !== expected.length || !timingSafeEqual(Mac, expected)) {
          throw new AwsError('KMSInvalidMacException', 'the MAC does not match');
        }
        return { MacValid: true, MacAlgorithm, KeyId: arn(key) };
      },
    ),
    Sign: operation(
      v.strictObject({ ...signedMessage, MessageType: v.optional(v.picklist(['RAW', 'DIGEST']), 'RAW') }),
      ({ KeyId, Message, SigningAlgorithm, MessageType }) => {
        const privateKey = privateKeyOf(usable(KeyId, 'ECC_NIST_P256'));
        if (MessageType === 'DIGEST' && Message.length !== 32) {
          throw new AwsError('ValidationException', 'the digest must hold 32 bytes');
        }
        const signature =
          MessageType === 'DIGEST' ? signDigest(privateKey, Message) : sign('sha256', Message, privateKey);
        return { Signature: signature.toString('base64'), SigningAlgorithm, KeyId: arn(find(KeyId)) };
      },
    ),
    Verify: operation(
      // Node's crypto cannot check a bare digest, so only whole messages are taken here; the real service takes both.
      v.strictObject({ ...signedMessage, MessageType: v.optional(v.literal('RAW')), Signature: bytes }),
      ({ KeyId, Message, SigningAlgorithm, Signature }) => {
        const key = usable(KeyId, 'ECC_NIST_P256');
        if (!verify('sha256', Message, createPublicKey(privateKeyOf(key)), Signature)) {
          throw new AwsError('KMSInvalidSignatureException', 'the signature does not match');
        }
        return { SignatureValid: true, SigningAlgorithm, KeyId: arn(key) };
      },
    ),
    GetPublicKey: operation(v.strictObject({ KeyId: keyId }), ({ KeyId }) => {
      const key = find(KeyId);
      if (key.spec !== 'ECC_NIST_P256') {
        throw new AwsError('UnsupportedOperationException', 'the key has no public part');
      }
      const publicKey = createPublicKey(privateKeyOf(key)).export({ type: 'spki', format: 'der' });
      return {
        KeyId: arn(key),
        PublicKey: publicKey.toString('base64'),
        KeySpec: key.spec,
        KeyUsage: usageOf[key.spec],
        SigningAlgorithms: ['ECDSA_SHA_256'],
      };
    }),
    DescribeKey: operation(v.strictObject({ KeyId: keyId }), ({ KeyId }) => {
      const key = find(KeyId);
      return {
        KeyMetadata: {
          AWSAccountId: options.accountId,
          KeyId: key.id,
          Arn: arn(key),
          CreationDate: key.createdAt / 1000,
          Enabled: true,
          KeyState: 'Enabled',
          KeyManager: 'CUSTOMER',
          KeySpec: key.spec,
          KeyUsage: usageOf[key.spec],
          Origin: 'AWS_KMS',
          MultiRegion: false,
        },
      };
    }),
  });

  return { service, arnOf: (alias) => arn(find(alias)) };
}

function newKey(alias: string, spec: KeySpec, createdAt: number): StoredKey {
  const material =
    spec === 'ECC_NIST_P256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' })
      : randomBytes(32);
  return { id: randomUUID(), alias, spec, material: material.toString('base64'), createdAt };
}

// Layout of a ciphertext: version (1) · key id (36, ASCII) · nonce (12) · tag (16) · sealed bytes.
function seal(key: StoredKey, plaintext: Buffer, encryptionContext: Record<string, string>): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), nonce);
  cipher.setAAD(contextBytes(encryptionContext));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), Buffer.from(key.id), nonce, cipher.getAuthTag(), sealed]);
}

function unseal(key: StoredKey, blob: Buffer, encryptionContext: Record<string, string>): Buffer {
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      Buffer.from(key.material, 'base64'),
      blob.subarray(37, 49),
    );
    decipher.setAAD(contextBytes(encryptionContext));
    decipher.setAuthTag(blob.subarray(49, 65));
    return Buffer.concat([decipher.update(blob.subarray(65)), decipher.final()]);
  } catch {
    // A wrong context and a damaged ciphertext look the same, on AWS too.
    throw new AwsError(
      'InvalidCiphertextException',
      'the ciphertext or its encryption context does not match',
    );
  }
}

function contextBytes(encryptionContext: Record<string, string>): Buffer {
  const pairs = Object.entries(encryptionContext).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}

function macOf(key: StoredKey, message: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(key.material, 'base64')).update(message).digest();
}

function privateKeyOf(key: StoredKey) {
  return createPrivateKey({ key: Buffer.from(key.material, 'base64'), type: 'pkcs8', format: 'der' });
}
