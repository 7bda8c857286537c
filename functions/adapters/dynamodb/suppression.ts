import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ConflictError } from '../../domain/errors.ts';
import {
  type SuppressionDesk,
  type SuppressionEntry,
  type SuppressionLedger,
  type SuppressionReason,
  suppressionHash,
  suppressionReasons,
} from '../../domain/suppression.ts';
import { type Adapter, environment } from '../../runtime/lambda.ts';
import { ownKeys } from '../secrets/secrets.ts';
import { dynamodb } from './client.ts';
import { keys } from './keys.ts';
import { translate } from './table.ts';

/** The ledger in the one table: an item per mailbox and reason, and the same by month, so that a replay reads only what it needs. */
export function createSuppressionLedger(client: DynamoDBClient, table: string): SuppressionLedger {
  const item = (key: { pk: string; sk: string }) => ({ pk: { S: key.pk }, sk: { S: key.sk } });
  return {
    async add(hash, why, at) {
      for (const key of [keys.suppressed(hash, why), keys.suppressedAt(at, hash, why)]) {
        await translate(
          client.send(
            new PutItemCommand({
              TableName: table,
              Item: { ...item(key), hash: { S: hash }, why: { S: why }, at: { S: at } },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        ).catch(unlessRefused);
      }
    },
    async entriesOf(hash) {
      const answer = await translate(
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: keys.suppressions(hash).pk } },
            // A job that asks right after an erasure must not hear the state before it.
            ConsistentRead: true,
          }),
        ),
      );
      return (answer.Items ?? []).flatMap((found) => entryOf(found) ?? []);
    },
    async lift(hash, consentedAt) {
      for (const why of suppressionReasons) {
        await translate(
          client.send(
            new DeleteItemCommand({
              TableName: table,
              Key: item(keys.suppressed(hash, why)),
              ConditionExpression: '#at <= :consented',
              ExpressionAttributeNames: { '#at': 'at' },
              ExpressionAttributeValues: { ':consented': { S: consentedAt } },
            }),
          ),
        ).catch(unlessRefused);
      }
    },
    async *list(since) {
      for (const month of monthsFrom(since)) {
        let start: Record<string, AttributeValue> | undefined;
        do {
          const answer = await translate(
            client.send(
              new QueryCommand({
                TableName: table,
                KeyConditionExpression: 'pk = :pk AND sk >= :since',
                ExpressionAttributeValues: {
                  ':pk': { S: keys.suppressedIn(month).pk },
                  ':since': { S: since },
                },
                ExclusiveStartKey: start,
              }),
            ),
          );
          for (const found of answer.Items ?? []) {
            const entry = entryOf(found);
            if (entry) yield entry;
          }
          start = answer.LastEvaluatedKey;
        } while (start);
      }
    },
  };
}

function entryOf(found: Record<string, AttributeValue>): SuppressionEntry | undefined {
  const why = suppressionReasons.find((reason) => reason === found.why?.S);
  return why && found.hash?.S && found.at?.S ? { hash: found.hash.S, why, at: found.at.S } : undefined;
}

/** A condition that did not hold means that there was nothing to do. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}

/** Calendar months (YYYY-MM) from an instant until a year after it: backups are never older than that. */
function monthsFrom(since: string): string[] {
  const first = new Date(`${since.slice(0, 7)}-01T00:00:00.000Z`);
  return Array.from({ length: 13 }, (_, ahead) =>
    new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + ahead, 1)).toISOString().slice(0, 7),
  );
}

const table = {
  resource: 'table',
  actions: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'],
} as const;

export const suppressionLedger: Adapter<SuppressionLedger> = {
  env: ['TABLE_NAME'],
  grants: [table],
  create: (runtime) => createSuppressionLedger(dynamodb(runtime), environment(runtime, 'TABLE_NAME')),
};

/** Writes a mailbox into the ledger; steps know the address, the ledger only its keyed hash. */
export const suppress: Adapter<(email: string, why: SuppressionReason, at: string) => Promise<void>> = {
  env: ['TABLE_NAME', 'SECRETS_ID'],
  grants: [table, { resource: 'secrets', actions: ['secretsmanager:GetSecretValue'] }],
  create(runtime) {
    const ledger = suppressionLedger.create(runtime);
    return async (email, why, at) => {
      const key = Buffer.from((await ownKeys(runtime)()).suppression, 'base64');
      await ledger.add(suppressionHash(key, email), why, at);
    };
  },
};

/** What the suppression API stands on. */
export const suppressionDesk: Adapter<SuppressionDesk> = {
  env: ['TABLE_NAME', 'SECRETS_ID'],
  grants: [
    { resource: 'table', actions: ['dynamodb:Query', 'dynamodb:DeleteItem'] },
    { resource: 'secrets', actions: ['secretsmanager:GetSecretValue'] },
  ],
  create(runtime) {
    const own = ownKeys(runtime);
    return {
      ledger: suppressionLedger.create(runtime),
      hashOf: async (address) => suppressionHash(Buffer.from((await own()).suppression, 'base64'), address),
      credential: async () => (await own()).suppressionService,
    };
  },
};
