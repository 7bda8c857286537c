import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Case, Child, RequestRow } from '../../domain/case.ts';
import { ConflictError, TransientError } from '../../domain/errors.ts';
import type { CaseStore, Commit, Page } from '../../domain/ports.ts';
import { type Adapter, environment, type Grant } from '../../runtime/lambda.ts';
import { claimItem, createClaims } from './claims.ts';
import { dynamodb } from './client.ts';
import { caseOf, childItem, eventItem, eventOf, type Item, rowItem, rowOf, UnknownShape } from './codec.ts';
import { decodeCursor, encodeCursor, fromCursor } from './cursor.ts';
import { closedShelf, keys, openShelf, watched } from './keys.ts';
import type { IndexName } from './schema.ts';
import { createSubmissions, submissionWrites } from './submissions.ts';
import { createTable, epochSeconds, keyItem, translate } from './table.ts';
import { createTokens } from './tokens.ts';

/** The most that one BatchGetItem takes. */
const batchSize = 100;
/** What DynamoDB leaves out of a batch is asked for again at once; the SDK has already paced the calls. */
const batchAttempts = 5;

/** One row of a shape that is not known must not hide all others of its page. */
function readRows(items: readonly Item[]): { readonly rows: RequestRow[]; readonly unreadable: Item[] } {
  const rows: RequestRow[] = [];
  const unreadable: Item[] = [];
  for (const item of items) {
    try {
      rows.push(rowOf(item));
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      unreadable.push(item);
    }
  }
  return { rows, unreadable };
}

const isOpen = (row: RequestRow): boolean => row.status !== 'closed';

/** When the commit happens, by the events it writes. */
function latestInstant({ changes }: Commit): string | undefined {
  return changes
    .flatMap(({ events }) => events.map(({ at }) => at))
    .sort()
    .at(-1);
}

export function createStore(client: DynamoDBClient, tableName: string): CaseStore {
  const table = createTable(client, tableName);

  /** Items by their keys, in the order of the keys; one that has gone meanwhile is left out. */
  async function itemsAt(found: readonly Item[]): Promise<Item[]> {
    const items = new Map<string, Item>();
    for (let from = 0; from < found.length; from += batchSize) {
      let left: Item[] | undefined = found
        .slice(from, from + batchSize)
        .map(({ pk, sk }) => ({ pk: pk ?? { S: '' }, sk: sk ?? { S: '' } }));
      for (let attempt = 0; left && left.length > 0; attempt += 1) {
        if (attempt === batchAttempts) throw new TransientError('store-throttled');
        const answer: BatchGetItemCommandOutput = await translate(
          client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left } } })),
        );
        for (const item of answer.Responses?.[tableName] ?? []) items.set(item.pk?.S ?? '', item);
        left = answer.UnprocessedKeys?.[tableName]?.Keys;
      }
    }
    return found.flatMap((key) => {
      const item = items.get(key.pk?.S ?? '');
      return item ? [item] : [];
    });
  }

  /** One page of an index, as rows that still belong on it: the index follows the rows a moment later. The cursor is opaque to callers. */
  async function page(
    index: IndexName,
    condition: string,
    values: Readonly<Record<string, string>>,
    belongs: (row: RequestRow) => boolean,
    options: { readonly limit: number; readonly cursor?: string | undefined; readonly backward?: boolean },
    /** The same as `belongs`, of an item that cannot be read. */
    isListed: (item: Item) => boolean = () => true,
  ): Promise<Page<RequestRow>> {
    const answer = await fromCursor(
      options.cursor,
      client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: index,
          KeyConditionExpression: condition,
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, { S: value }]),
          ),
          Limit: options.limit,
          ScanIndexForward: !options.backward,
          ExclusiveStartKey: options.cursor ? decodeCursor(options.cursor) : undefined,
        }),
      ),
    );
    const { rows, unreadable } = readRows(await itemsAt(answer.Items ?? []));
    const found = unreadable.filter(isListed);
    return {
      items: rows.filter(belongs),
      ...(found.length > 0 ? { unreadable: found.map((item) => keys.idOf(item.pk?.S ?? '')) } : {}),
      ...(answer.LastEvaluatedKey ? { cursor: encodeCursor(answer.LastEvaluatedKey) } : {}),
    };
  }

  function writesOf(commit: Commit): TransactWriteItem[] {
    const writes: TransactWriteItem[] = [];
    for (const change of commit.changes) {
      const { id } = change.row;
      writes.push({
        Put: {
          TableName: tableName,
          Item: { ...keyItem(keys.row(id)), ...rowItem(change.row) },
          ConditionExpression: change.before === 0 ? 'attribute_not_exists(pk)' : 'v = :before',
          ...(change.before === 0
            ? {}
            : { ExpressionAttributeValues: { ':before': { N: String(change.before) } } }),
        },
      });
      for (const event of change.events) {
        writes.push({
          Put: {
            TableName: tableName,
            Item: { ...keyItem(keys.event(id, event.seq)), ...eventItem(event) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        });
      }
      for (const child of change.children) {
        writes.push({
          Put: { TableName: tableName, Item: { ...keyItem(keys.child(id, child)), ...childItem(child) } },
        });
      }
    }
    const at = latestInstant(commit);
    for (const claim of commit.claims ?? []) {
      writes.push({
        Put: {
          TableName: tableName,
          Item: claimItem(claim),
          // Time-to-live deletes late, so an expired claim is overwritten rather than waited for.
          ConditionExpression: at
            ? 'attribute_not_exists(pk) OR expiresAt < :now'
            : 'attribute_not_exists(pk)',
          ...(at ? { ExpressionAttributeValues: { ':now': { N: epochSeconds(at) } } } : {}),
        },
      });
    }
    for (const key of commit.releases ?? []) {
      writes.push({ Delete: { TableName: tableName, Key: keyItem(keys.claim(key)) } });
    }
    for (const { id, name, bytes } of commit.words ?? []) {
      writes.push({
        Put: {
          TableName: tableName,
          Item: { ...keyItem(keys.sealed(id, name)), b: { B: bytes } },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      });
    }
    if (commit.submission)
      writes.push(...submissionWrites(table, commit.submission.before, commit.submission.after));
    return writes;
  }

  /** Nothing is written where the condition does not hold: whoever changed the row has set a fresh time to look. */
  async function setLook(
    id: string,
    lookAt: string,
    condition: string,
    values: Readonly<Record<string, AttributeValue>> = {},
  ): Promise<void> {
    try {
      await translate(
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: keyItem(keys.row(id)),
            UpdateExpression: 'SET lookAt = :look',
            ConditionExpression: condition,
            ExpressionAttributeValues: { ...values, ':look': { S: `${lookAt}#${id}` } },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  async function load(id: string): Promise<Case | undefined> {
    return caseOf(
      await table.queryAll({
        KeyConditionExpression: 'pk = :pk AND sk < :events',
        ExpressionAttributeValues: { ':pk': { S: keys.case(id).pk }, ':events': { S: '~' } },
        ConsistentRead: true,
      }),
    );
  }

  return {
    ...createSubmissions(table),
    ...createClaims(table),
    ...createTokens(table),
    async row(id) {
      const item = await table.get(keys.row(id));
      return item ? rowOf(item) : undefined;
    },
    load,
    async events(id) {
      const { pk, prefix } = keys.events(id);
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
        ConsistentRead: true,
      });
      return items.map(eventOf);
    },
    commit: (commit) => table.transact(writesOf(commit)),
    async note(id: string, child: Child) {
      await translate(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...keyItem(keys.child(id, child)), ...childItem(child) },
          }),
        ),
      );
    },
    open: ({ dueBefore, limit, cursor }) =>
      dueBefore === undefined
        ? page('queue', 'shelf = :shelf', { ':shelf': openShelf }, isOpen, { limit, cursor })
        : page('queue', 'shelf = :shelf AND due < :due', { ':shelf': openShelf, ':due': dueBefore }, isOpen, {
            limit,
            cursor,
          }),
    closed: ({ limit, cursor }) =>
      page('queue', 'shelf = :shelf', { ':shelf': closedShelf }, (row) => !isOpen(row), {
        limit,
        cursor,
        backward: true,
      }),
    overdueForLook: ({ before, limit, cursor }) =>
      page(
        'look',
        'watch = :watch AND lookAt < :before',
        { ':watch': watched, ':before': before },
        (row) => row.lookAt < before,
        { limit, cursor },
        (item) => (item.lookAt?.S ?? '') < before,
      ),
    touch: (row, lookAt) =>
      setLook(row.id, lookAt, 'v = :version', { ':version': { N: String(row.version) } }),
    lookBy: (id, lookAt) => setLook(id, lookAt, 'attribute_exists(pk)'),
    async expire(id, at) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: keys.case(id).pk } },
        ProjectionExpression: 'pk, sk',
      });
      for (const item of items) {
        await translate(
          client.send(
            new UpdateItemCommand({
              TableName: tableName,
              Key: { pk: item.pk ?? { S: '' }, sk: item.sk ?? { S: '' } },
              UpdateExpression: 'SET expiresAt = :at',
              ExpressionAttributeValues: { ':at': { N: epochSeconds(at) } },
            }),
          ),
        );
      }
    },
    async countOpen(bound) {
      let total = 0;
      let start: Item | undefined;
      do {
        const answer = await translate(
          client.send(
            new QueryCommand({
              TableName: tableName,
              IndexName: 'queue',
              KeyConditionExpression: 'shelf = :shelf',
              ExpressionAttributeValues: { ':shelf': { S: openShelf } },
              Select: 'COUNT',
              ExclusiveStartKey: start,
            }),
          ),
        );
        total += answer.Count ?? 0;
        start = answer.LastEvaluatedKey;
      } while (start && total < bound);
      return Math.min(total, bound);
    },
  };
}

const readActions = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const writeActions = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

function adapter(grants: readonly Grant[]): Adapter<CaseStore> {
  return {
    env: ['TABLE_NAME'],
    grants,
    create: (runtime) => createStore(dynamodb(runtime), environment(runtime, 'TABLE_NAME')),
  };
}

/** The table, for functions that move requests. */
export const store = adapter([{ resource: 'table', actions: [...readActions, ...writeActions] }]);
