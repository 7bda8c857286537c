import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  QueryCommand,
  type QueryCommandInput,
  RequestLimitExceeded,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ConflictError, TransientError } from '../../domain/errors.ts';
import type { Item } from './codec.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const keyItem = (key: Key): Item => ({ pk: { S: key.pk }, sk: { S: key.sk } });
export const epochSeconds = (at: string) => String(Math.floor(Date.parse(at) / 1000));

/** The calls that every part of the store makes on the one table, with DynamoDB's refusals in the domain's words. */
export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  get(key: Key): Promise<Item | undefined>;
  queryAll(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]>;
  transact(writes: TransactWriteItem[]): Promise<void>;
}

export function createTable(client: DynamoDBClient, name: string): Table {
  return {
    client,
    name,
    async get(key) {
      const answer = await translate(
        client.send(new GetItemCommand({ TableName: name, Key: keyItem(key), ConsistentRead: true })),
      );
      return answer.Item;
    },
    async queryAll(input) {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const answer = await translate(
          client.send(new QueryCommand({ TableName: name, ...input, ExclusiveStartKey: start })),
        );
        items.push(...(answer.Items ?? []));
        start = answer.LastEvaluatedKey;
      } while (start);
      return items;
    },
    async transact(writes) {
      await translate(client.send(new TransactWriteItemsCommand({ TransactItems: writes })));
    },
  };
}

/** DynamoDB's refusals in the domain's words: what another writer caused is a conflict, what time mends is transient. */
export async function translate<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw new ConflictError('row-changed');
    if (error instanceof TransactionConflictException) throw new ConflictError('transaction-conflict');
    if (error instanceof TransactionCanceledException) {
      const reasons = (error.CancellationReasons ?? []).map((reason) => reason.Code);
      if (reasons.includes('ConditionalCheckFailed')) throw new ConflictError('row-changed');
      if (reasons.includes('TransactionConflict')) throw new ConflictError('transaction-conflict');
      throw new TransientError('transaction-cancelled');
    }
    if (error instanceof ProvisionedThroughputExceededException || error instanceof RequestLimitExceeded)
      throw new TransientError('store-throttled');
    throw error;
  }
}
