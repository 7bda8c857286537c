import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { ConfigurationError, TransientError } from '../../domain/errors.ts';
import type { KeyedHash } from '../../domain/ports.ts';
import { type Adapter, environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';

/** The product's own keys, each 32 random bytes in base64; one secret, so that one read serves a function's whole life. */
const keysSchema = v.object({
  hashing: v.string(),
  vault: v.string(),
  suppression: v.string(),
  /** What the company's jobs show to the suppression API, as text; they are given its source, never this secret. */
  suppressionService: v.pipe(v.string(), v.minLength(32)),
});
export type Keys = v.InferOutput<typeof keysSchema>;

const client = perRuntime(() => new SecretsManagerClient({}));

async function read(runtime: Runtime, id: string): Promise<unknown> {
  try {
    const answer = await client(runtime).send(new GetSecretValueCommand({ SecretId: id }));
    return JSON.parse(answer.SecretString ?? '');
  } catch {
    // The cause may quote the secret's name or content, so only the code goes on.
    throw new TransientError('secrets-unavailable');
  }
}

/** The own keys, read once per world and kept; a failed read is not kept. */
export const ownKeys = perRuntime((runtime) => {
  let known: Promise<Keys> | undefined;
  return async (): Promise<Keys> => {
    known ??= read(runtime, environment(runtime, 'SECRETS_ID')).then((value) => {
      const parsed = v.safeParse(keysSchema, value);
      if (!parsed.success) throw new ConfigurationError('own-keys-incomplete');
      return parsed.output;
    });
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
});

const grant = { resource: 'secrets', actions: ['secretsmanager:GetSecretValue'] } as const;

export function createKeyedHash(key: () => Promise<Uint8Array>): KeyedHash {
  return {
    async of(purpose, text) {
      return createHmac('sha256', await key())
        .update(`${purpose}\n${text}`)
        .digest('base64url');
    },
  };
}

export const keyedHash: Adapter<KeyedHash> = {
  env: ['SECRETS_ID'],
  grants: [grant],
  create: (runtime) => createKeyedHash(async () => Buffer.from((await ownKeys(runtime)()).hashing, 'base64')),
};

/** Credentials of the processors, by name; a secret apart from the own keys, because only functions that call vendors may read it. */
export const processorSecrets: Adapter<(name: string) => Promise<string>> = {
  env: ['PROCESSOR_SECRETS_ID'],
  grants: [{ resource: 'processor-secrets', actions: ['secretsmanager:GetSecretValue'] }],
  create(runtime) {
    let known: Promise<Readonly<Record<string, string>>> | undefined;
    return async (name) => {
      known ??= read(runtime, environment(runtime, 'PROCESSOR_SECRETS_ID')).then((value) =>
        v.parse(v.record(v.string(), v.string()), value),
      );
      try {
        const secret = (await known)[name];
        if (secret === undefined) throw new ConfigurationError('processor-secret-missing');
        return secret;
      } catch (error) {
        known = undefined;
        throw error;
      }
    };
  },
};
