import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { TransientError } from '../../domain/errors.ts';
import type { Signer } from '../../domain/ports.ts';
import { environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';

const client = perRuntime(() => new KMSClient({}));

export function createSigner(runtime: Runtime): Signer {
  const kms = client(runtime);
  const KeyId = environment(runtime, 'SIGNING_KEY_ID');
  async function ask<Answer>(call: Promise<Answer>): Promise<Answer> {
    try {
      return await call;
    } catch {
      throw new TransientError('signing-key-unavailable');
    }
  }
  return {
    async sign(bytes) {
      const Message = createHash('sha256').update(bytes).digest();
      const answer = await ask(
        kms.send(
          new SignCommand({ KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }),
        ),
      );
      return Buffer.from(answer.Signature ?? new Uint8Array()).toString('base64');
    },
    async publicKey() {
      const answer = await ask(kms.send(new GetPublicKeyCommand({ KeyId })));
      const body = Buffer.from(answer.PublicKey ?? new Uint8Array()).toString('base64');
      const lines = body.match(/.{1,64}/g) ?? [];
      return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
    },
  };
}
