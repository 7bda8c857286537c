import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { openStateFile } from '../state-file.ts';
import { AwsError, type AwsService, jsonService, operation } from './service.ts';

const storedSecrets = v.record(
  v.string(),
  v.object({
    current: v.object({ versionId: v.string(), value: v.string(), createdAt: v.number() }),
    previous: v.optional(v.object({ versionId: v.string(), value: v.string(), createdAt: v.number() })),
  }),
);

export interface SecretsOptions {
  /** Where the secrets are kept; made at the first start. */
  readonly file: string;
  /** The secrets that exist, and how the first value of each is made. */
  readonly initial: Readonly<Record<string, () => string>>;
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface SecretsEmulator {
  readonly service: AwsService;
  /** The present value, for this edition's own parts that play the other side. */
  value(id: string): string;
  put(id: string, value: string): void;
}

/** Plays Secrets Manager: the current and the previous version of each secret. */
export function createSecrets(options: SecretsOptions): SecretsEmulator {
  const state = openStateFile(options.file, storedSecrets, () => ({}));
  for (const [name, make] of Object.entries(options.initial)) {
    if (!Object.hasOwn(state.value, name)) store(name, make());
  }
  const arn = (name: string) =>
    `arn:aws:secretsmanager:${options.region}:${options.accountId}:secret:${name}`;

  function find(id: string) {
    const name = id.startsWith('arn:') ? (id.split(':').at(-1) ?? '') : id;
    const secret = Object.hasOwn(state.value, name) ? state.value[name] : undefined;
    if (!secret) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return { name, secret };
  }

  function store(name: string, value: string): string {
    const known = Object.hasOwn(state.value, name) ? state.value[name] : undefined;
    const current = { versionId: randomUUID(), value, createdAt: options.now() };
    const secret = known ? { current, previous: known.current } : { current };
    state.save({ ...state.value, [name]: secret });
    return current.versionId;
  }

  const service = jsonService('secretsmanager.', '1.1', {
    GetSecretValue: operation(
      v.strictObject({
        SecretId: v.string(),
        VersionId: v.optional(v.string()),
        VersionStage: v.optional(v.picklist(['AWSCURRENT', 'AWSPREVIOUS'])),
      }),
      ({ SecretId, VersionId, VersionStage }) => {
        const { name, secret } = find(SecretId);
        const versions = [
          { ...secret.current, stage: 'AWSCURRENT' },
          ...(secret.previous ? [{ ...secret.previous, stage: 'AWSPREVIOUS' }] : []),
        ];
        const version = versions.find(
          ({ versionId, stage }) =>
            (VersionId === undefined || versionId === VersionId) &&
            (VersionId !== undefined && VersionStage === undefined
              ? true
              : stage === (VersionStage ?? 'AWSCURRENT')),
        );
        if (!version) throw new AwsError('ResourceNotFoundException', 'the secret has no such version');
        return {
          ARN: arn(name),
          Name: name,
          VersionId: version.versionId,
          SecretString: version.value,
          VersionStages: [version.stage],
          CreatedDate: version.createdAt / 1000,
        };
      },
    ),
    PutSecretValue: operation(
      v.strictObject({
        SecretId: v.string(),
        SecretString: v.string(),
        // The SDK adds a token to make a repeated call one; a second version with the same value does no harm here.
        ClientRequestToken: v.optional(v.string()),
      }),
      ({ SecretId, SecretString }) => {
        const { name } = find(SecretId);
        return {
          ARN: arn(name),
          Name: name,
          VersionId: store(name, SecretString),
          VersionStages: ['AWSCURRENT'],
        };
      },
    ),
  });

  return { service, value: (id) => find(id).secret.current.value, put: (id, value) => void store(id, value) };
}
