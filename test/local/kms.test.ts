import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { createKms, type KmsEmulator } from '../../local/aws/kms.ts';
import { handClock, startTestEndpoint, type TestEndpoint, temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
const clock = handClock();
const data = 'alias/data';
const mac = 'alias/mac';
const signing = 'alias/signing';
let endpoint: TestEndpoint;
let client: KMSClient;

function kms(): KmsEmulator {
  return createKms({
    file: folder.in('kms.json'),
    keys: { [data]: 'SYMMETRIC_DEFAULT', [mac]: 'HMAC_256', [signing]: 'ECC_NIST_P256' },
    region: 'eu-central-1',
    accountId: '000000000000',
    now: clock.now,
  });
}

beforeAll(async () => {
  endpoint = await startTestEndpoint({ kms: kms().service });
  client = new KMSClient(endpoint.client);
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  folder.remove();
});

const secret = Buffer.from('what only the key opens');

test('a ciphertext opens with the same context, after a restart too, and names its key', async () => {
  const { CiphertextBlob, KeyId } = await client.send(
    new EncryptCommand({ KeyId: data, Plaintext: secret, EncryptionContext: { request: '1', kind: 'row' } }),
  );
  const restarted = await startTestEndpoint({ kms: kms().service });
  const other = new KMSClient(restarted.client);
  const opened = await other.send(
    new DecryptCommand({ CiphertextBlob, EncryptionContext: { kind: 'row', request: '1' } }),
  );
  other.destroy();
  await restarted.stop();
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(secret);
  expect(opened.KeyId).toBe(KeyId);
});

test.each([
  [
    'another context',
    (blob: Uint8Array) => ({ CiphertextBlob: blob, EncryptionContext: { request: '2' } }),
    'InvalidCiphertextException',
  ],
  ['no context', (blob: Uint8Array) => ({ CiphertextBlob: blob }), 'InvalidCiphertextException'],
  [
    'a flipped bit',
    (blob: Uint8Array) => ({
      CiphertextBlob: blob.with(blob.length - 1, (blob.at(-1) ?? 0) ^ 1),
      EncryptionContext: { request: '1' },
    }),
    'InvalidCiphertextException',
  ],
  [
    'bytes of no key of ours',
    () => ({ CiphertextBlob: new Uint8Array(80), EncryptionContext: { request: '1' } }),
    'InvalidCiphertextException',
  ],
  [
    'another key named',
    (blob: Uint8Array) => ({ KeyId: mac, CiphertextBlob: blob, EncryptionContext: { request: '1' } }),
    'IncorrectKeyException',
  ],
])('a ciphertext stays shut for %s', async (_, input, name) => {
  const { CiphertextBlob = new Uint8Array() } = await client.send(
    new EncryptCommand({ KeyId: data, Plaintext: secret, EncryptionContext: { request: '1' } }),
  );
  await expect(client.send(new DecryptCommand(input(CiphertextBlob)))).rejects.toMatchObject({ name });
});

test('a data key comes open and sealed, and each one is new', async () => {
  const first = await client.send(new GenerateDataKeyCommand({ KeyId: data, KeySpec: 'AES_256' }));
  const second = await client.send(new GenerateDataKeyCommand({ KeyId: data, KeySpec: 'AES_256' }));
  const opened = await client.send(new DecryptCommand({ CiphertextBlob: first.CiphertextBlob }));
  expect(first.Plaintext).toHaveLength(32);
  expect(opened.Plaintext).toEqual(first.Plaintext);
  expect(second.Plaintext).not.toEqual(first.Plaintext);
});

test('a MAC holds for its message and for no other', async () => {
  const input = { KeyId: mac, MacAlgorithm: 'HMAC_SHA_256' } as const;
  const { Mac } = await client.send(new GenerateMacCommand({ ...input, Message: secret }));
  await expect(client.send(new VerifyMacCommand({ ...input, Message: secret, Mac }))).resolves.toMatchObject({
    MacValid: true,
  });
  await expect(
    client.send(new VerifyMacCommand({ ...input, Message: Buffer.from('another'), Mac })),
  ).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
});

test('a signature is checked by the service and, with the public key alone, by anyone', async () => {
  const input = { KeyId: signing, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
  const { Signature = new Uint8Array() } = await client.send(new SignCommand({ ...input, Message: secret }));
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: signing }));
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), type: 'spki', format: 'der' });
  expect(verify('sha256', secret, publicKey, Signature)).toBe(true);
  await expect(
    client.send(new VerifyCommand({ ...input, Message: secret, Signature })),
  ).resolves.toMatchObject({
    SignatureValid: true,
  });
  await expect(
    client.send(new VerifyCommand({ ...input, Message: Buffer.from('another'), Signature })),
  ).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' });
});

test('a signature over a digest is a signature over the message, for a hundred messages', async () => {
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: signing }));
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), type: 'spki', format: 'der' });
  const valid: boolean[] = [];
  for (let at = 0; at < 100; at++) {
    const message = Buffer.from(`message ${at}`);
    const { Signature = new Uint8Array() } = await client.send(
      new SignCommand({
        KeyId: signing,
        Message: createHash('sha256').update(message).digest(),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    valid.push(verify('sha256', message, publicKey, Signature));
  }
  expect(valid).toEqual(valid.map(() => true));
});

test('keys go by alias, id and ARN; an unknown one is not found', async () => {
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: data }));
  expect(KeyMetadata).toMatchObject({ KeyUsage: 'ENCRYPT_DECRYPT', KeyState: 'Enabled' });
  for (const KeyId of [KeyMetadata?.KeyId, KeyMetadata?.Arn]) {
    const again = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(again.KeyMetadata?.Arn).toBe(KeyMetadata?.Arn);
  }
  await expect(client.send(new DescribeKeyCommand({ KeyId: 'alias/none' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test.each([
  [
    'encrypting with a signing key',
    new EncryptCommand({ KeyId: signing, Plaintext: secret }),
    'InvalidKeyUsageException',
  ],
  [
    'signing with a data key',
    new SignCommand({ KeyId: data, Message: secret, SigningAlgorithm: 'ECDSA_SHA_256' }),
    'InvalidKeyUsageException',
  ],
  [
    'more than 4096 bytes',
    new EncryptCommand({ KeyId: data, Plaintext: new Uint8Array(4097) }),
    'ValidationException',
  ],
  [
    'a digest of a wrong length',
    new SignCommand({
      KeyId: signing,
      Message: new Uint8Array(31),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    'ValidationException',
  ],
  [
    'a field that is not played',
    new EncryptCommand({ KeyId: data, Plaintext: secret, DryRun: true }),
    'ValidationException',
  ],
  ['an operation that is not played', new ListAliasesCommand({}), 'UnknownOperationException'],
])('%s is refused by name', async (_, command, name) => {
  await expect(client.send(command as EncryptCommand)).rejects.toMatchObject({ name });
});

test('scripted: KMS denies, once', async () => {
  endpoint.faults.add({ service: 'kms', operation: 'Encrypt', code: 'AccessDeniedException' });
  const command = new EncryptCommand({ KeyId: data, Plaintext: secret });
  await expect(client.send(command)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(client.send(command)).resolves.toHaveProperty('CiphertextBlob');
});
