import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ConflictError, PermanentError, TransientError } from '../../domain/errors.ts';
import type { Vault } from '../../domain/ports.ts';
import { type Adapter, environment } from '../../runtime/lambda.ts';
import { ownKeys } from '../secrets/secrets.ts';
import { dynamodb } from './client.ts';
import type { Item } from './codec.ts';
import { keys } from './keys.ts';
import { translate } from './table.ts';

const saltName = '.salt';

/**
 * Sealed words. The key of a request is derived from our master key and a salt that stands beside the sealed values: destroying the
 * salt makes every copy of the values unreadable, whoever holds the master key, while hashes made of them stay what they were.
 * AES-256-GCM; the request's id and the value's name are authenticated, so a value cannot be moved to another case.
 */
export function createVault(
  client: DynamoDBClient,
  table: string,
  master: () => Promise<Uint8Array>,
  randomBytes: (size: number) => Uint8Array,
): Vault {
  const key = (id: string, name: string) => {
    const { pk, sk } = keys.sealed(id, name);
    return { pk: { S: pk }, sk: { S: sk } };
  };

  async function item(id: string, name: string): Promise<Uint8Array | undefined> {
    const answer = await translate(
      client.send(new GetItemCommand({ TableName: table, Key: key(id, name), ConsistentRead: true })),
    );
    return answer.Item?.b?.B;
  }

  async function salt(id: string, make: boolean): Promise<Uint8Array | undefined> {
    const known = await item(id, saltName);
    if (known || !make) return known;
    const fresh = randomBytes(32);
    try {
      await translate(
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...key(id, saltName), b: { B: fresh } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
      return fresh;
    } catch (error) {
      if (error instanceof ConflictError) return item(id, saltName);
      throw error;
    }
  }

  async function cipherKey(saltBytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(hkdfSync('sha256', await master(), saltBytes, 'vault', 32));
  }

  /** All items of a request, or only some of their attributes. */
  async function query(id: string, attributes?: string): Promise<Item[]> {
    const found: Item[] = [];
    let start: Item | undefined;
    do {
      const answer = await translate(
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: keys.vault(id).pk } },
            ProjectionExpression: attributes,
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        ),
      );
      found.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start);
    return found;
  }

  async function names(id: string): Promise<string[]> {
    return (await query(id, 'pk, sk')).flatMap(({ sk }) => (sk?.S ? [sk.S] : []));
  }

  async function sealed(
    id: string,
    name: string,
    value: unknown,
    saltBytes: Uint8Array,
  ): Promise<Uint8Array> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', await cipherKey(saltBytes), nonce);
    cipher.setAAD(Buffer.from(`${id}\n${name}`));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  async function seal(id: string, name: string, value: unknown, saltBytes: Uint8Array): Promise<void> {
    const body = await sealed(id, name, value, saltBytes);
    await translate(
      client.send(new PutItemCommand({ TableName: table, Item: { ...key(id, name), b: { B: body } } })),
    );
  }

  async function unseal(id: string, name: string, body: Uint8Array, saltBytes: Uint8Array): Promise<unknown> {
    const decipher = createDecipheriv('aes-256-gcm', await cipherKey(saltBytes), body.subarray(0, 12));
    decipher.setAAD(Buffer.from(`${id}\n${name}`));
    decipher.setAuthTag(body.subarray(12, 28));
    try {
      const opened = Buffer.concat([decipher.update(body.subarray(28)), decipher.final()]);
      return JSON.parse(opened.toString('utf8'));
    } catch {
      throw new PermanentError('vault-value-damaged');
    }
  }

  const closed: Vault = {
    async sealFor(id, name, value) {
      const fresh = randomBytes(32);
      return [
        { id, name: saltName, bytes: fresh },
        { id, name, bytes: await sealed(id, name, value, fresh) },
      ];
    },
    async put(id, name, value) {
      const saltBytes = await salt(id, true);
      if (!saltBytes) throw new TransientError('vault-salt-unreadable');
      await seal(id, name, value, saltBytes);
    },
    async get(id, name) {
      const body = await item(id, name);
      const saltBytes = body && (await salt(id, false));
      return body && saltBytes ? unseal(id, name, body, saltBytes) : undefined;
    },
    async open(id) {
      const items = await query(id);
      const bodies = new Map(items.flatMap(({ sk, b }) => (sk?.S && b?.B ? [[sk.S, b.B] as const] : [])));
      const saltBytes = bodies.get(saltName);
      bodies.delete(saltName);
      if (!saltBytes) return closed;
      const written = new Set<string>();
      return {
        ...closed,
        async put(other, name, value) {
          if (other !== id) return closed.put(other, name, value);
          await seal(id, name, value, saltBytes);
          // What is written now is read from the table again.
          bodies.delete(name);
          written.add(name);
        },
        async get(other, name) {
          if (other !== id || written.has(name)) return closed.get(other, name);
          const body = bodies.get(name);
          return body ? unseal(id, name, body, saltBytes) : undefined;
        },
        names: async (other) =>
          other === id ? [...new Set([...bodies.keys(), ...written])] : closed.names(other),
      };
    },
    async names(id) {
      return (await names(id)).filter((name) => name !== saltName);
    },
    async shred(id) {
      // The salt goes first: from then on nothing can be read, even if the rest is interrupted.
      const all = [saltName, ...(await names(id)).filter((name) => name !== saltName)];
      for (let at = 0; at < all.length; at += 25) {
        const batch = all.slice(at, at + 25).map((name) => ({ DeleteRequest: { Key: key(id, name) } }));
        const answer = await translate(
          client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } })),
        );
        if (Object.keys(answer.UnprocessedItems ?? {}).length > 0)
          throw new TransientError('vault-not-all-shredded');
      }
    },
  };
  return closed;
}

export const vault: Adapter<Vault> = {
  env: ['TABLE_NAME', 'SECRETS_ID'],
  grants: [
    {
      resource: 'table',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem'],
    },
    { resource: 'secrets', actions: ['secretsmanager:GetSecretValue'] },
  ],
  create: (runtime) =>
    createVault(
      dynamodb(runtime),
      environment(runtime, 'TABLE_NAME'),
      async () => Buffer.from((await ownKeys(runtime)()).vault, 'base64'),
      runtime.randomBytes,
    ),
};
