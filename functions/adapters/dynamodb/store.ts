import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  RequestLimitExceeded,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Case, Child, RequestRow } from '../../domain/case.ts';
import { ConflictError, TransientError } from '../../domain/errors.ts';
import type { CaseStore, Claim, Commit, Page, Submission, Wait } from '../../domain/ports.ts';
import { waits } from '../../domain/ports.ts';
import { type Adapter, environment, type Grant } from '../../runtime/lambda.ts';
import { dynamodb } from './client.ts';
import {
  caseOf,
  childItem,
  eventItem,
  eventOf,
  type Item,
  rowItem,
  rowOf,
  submissionItem,
  submissionOf,
} from './codec.ts';
import { closedShelf, keys, openShelf, watched } from './keys.ts';
import type { IndexName } from './schema.ts';

interface Key {
  readonly pk: string;
  readonly sk: string;
}

const keyItem = (key: Key): Item => ({ pk: { S: key.pk }, sk: { S: key.sk } });
const epochSeconds = (at: string) => String(Math.floor(Date.parse(at) / 1000));

/** The most that one BatchGetItem takes. */
const batchSize = 100;
/** What DynamoDB leaves out of a batch is asked for again at once; the SDK has already paced the calls. */
const batchAttempts = 5;

const isOpen = (row: RequestRow): boolean => row.status !== 'closed';

/** When the commit happens, by the events it writes. */
function latestInstant({ changes }: Commit): string | undefined {
  return changes
    .flatMap(({ events }) => events.map(({ at }) => at))
    .sort()
    .at(-1);
}

export function createStore(client: DynamoDBClient, table: string): CaseStore {
  async function get(key: Key): Promise<Item | undefined> {
    const answer = await translate(
      client.send(new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true })),
    );
    return answer.Item;
  }

  async function queryAll(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const answer = await translate(
        client.send(new QueryCommand({ TableName: table, ...input, ExclusiveStartKey: start })),
      );
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start);
    return items;
  }

  /** Rows by their keys, in the order of the keys; one that has gone meanwhile is left out. */
  async function rowsAt(found: readonly Item[]): Promise<RequestRow[]> {
    const items = new Map<string, Item>();
    for (let from = 0; from < found.length; from += batchSize) {
      let left: Item[] | undefined = found
        .slice(from, from + batchSize)
        .map(({ pk, sk }) => ({ pk: pk ?? { S: '' }, sk: sk ?? { S: '' } }));
      for (let attempt = 0; left && left.length > 0; attempt += 1) {
        if (attempt === batchAttempts) throw new TransientError('store-throttled');
        const answer: BatchGetItemCommandOutput = await translate(
          client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left } } })),
        );
        for (const item of answer.Responses?.[table] ?? []) items.set(item.pk?.S ?? '', item);
        left = answer.UnprocessedKeys?.[table]?.Keys;
      }
    }
    return found.flatMap((key) => {
      const item = items.get(key.pk?.S ?? '');
      return item ? [rowOf(item)] : [];
    });
  }

  /** One page of an index, as rows that still belong on it: the index follows the rows a moment later. The cursor is opaque to callers. */
  async function page(
    index: IndexName,
    condition: string,
    values: Readonly<Record<string, string>>,
    belongs: (row: RequestRow) => boolean,
    options: { readonly limit: number; readonly cursor?: string | undefined; readonly backward?: boolean },
  ): Promise<Page<RequestRow>> {
    const answer = await fromCursor(
      options.cursor,
      client.send(
        new QueryCommand({
          TableName: table,
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
    const items = (await rowsAt(answer.Items ?? [])).filter(belongs);
    return answer.LastEvaluatedKey ? { items, cursor: encodeCursor(answer.LastEvaluatedKey) } : { items };
  }

  function writesOf(commit: Commit): TransactWriteItem[] {
    const writes: TransactWriteItem[] = [];
    for (const change of commit.changes) {
      const { id } = change.row;
      writes.push({
        Put: {
          TableName: table,
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
            TableName: table,
            Item: { ...keyItem(keys.event(id, event.seq)), ...eventItem(event) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        });
      }
      for (const child of change.children) {
        writes.push({
          Put: { TableName: table, Item: { ...keyItem(keys.child(id, child)), ...childItem(child) } },
        });
      }
    }
    const at = latestInstant(commit);
    for (const claim of commit.claims ?? []) {
      writes.push({
        Put: {
          TableName: table,
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
      writes.push({ Delete: { TableName: table, Key: keyItem(keys.claim(key)) } });
    }
    for (const { id, name, bytes } of commit.words ?? []) {
      writes.push({
        Put: {
          TableName: table,
          Item: { ...keyItem(keys.sealed(id, name)), b: { B: bytes } },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      });
    }
    if (commit.submission)
      writes.push(...submissionWrites(commit.submission.before, commit.submission.after));
    return writes;
  }

  /** Replaces a submission only if neither its code nor its token has changed since it was read: spending is exact. */
  function submissionWrites(before: Submission | undefined, after: Submission): TransactWriteItem[] {
    const writes: TransactWriteItem[] = [
      {
        Put: {
          TableName: table,
          Item: { ...keyItem(keys.submission(after.id)), ...submissionItem(after) },
          ...(before
            ? {
                ConditionExpression: 'code = :code AND #token = :token',
                ExpressionAttributeNames: { '#token': 'token' },
                ExpressionAttributeValues: {
                  ':code': { S: before.code?.hash ?? '-' },
                  ':token': { S: before.token?.hash ?? '-' },
                },
              }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
        },
      },
    ];
    if (after.token && after.token.hash !== before?.token?.hash) {
      writes.push({
        Put: {
          TableName: table,
          Item: {
            ...keyItem(keys.link(after.token.hash)),
            owner: { S: after.id },
            expiresAt: { N: epochSeconds(after.token.expiresAt) },
          },
        },
      });
    }
    return writes;
  }

  async function transact(writes: TransactWriteItem[]): Promise<void> {
    await translate(client.send(new TransactWriteItemsCommand({ TransactItems: writes })));
  }

  function claimItem(claim: Claim): Item {
    return {
      ...keyItem(keys.claim(claim.key)),
      owner: { S: claim.value },
      ...(claim.expiresAt ? { expiresAt: { N: epochSeconds(claim.expiresAt) } } : {}),
    };
  }

  async function load(id: string): Promise<Case | undefined> {
    return caseOf(
      await queryAll({
        KeyConditionExpression: 'pk = :pk AND sk < :events',
        ExpressionAttributeValues: { ':pk': { S: keys.case(id).pk }, ':events': { S: '~' } },
        ConsistentRead: true,
      }),
    );
  }

  return {
    async row(id) {
      const item = await get(keys.row(id));
      return item ? rowOf(item) : undefined;
    },
    load,
    async events(id) {
      const { pk, prefix } = keys.events(id);
      const items = await queryAll({
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
        ConsistentRead: true,
      });
      return items.map(eventOf);
    },
    commit: (commit) => transact(writesOf(commit)),
    async note(id: string, child: Child) {
      await translate(
        client.send(
          new PutItemCommand({
            TableName: table,
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
      ),
    async touch(row, lookAt) {
      try {
        await translate(
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: keyItem(keys.row(row.id)),
              UpdateExpression: 'SET lookAt = :look',
              ConditionExpression: 'v = :version',
              ExpressionAttributeValues: {
                ':look': { S: `${lookAt}#${row.id}` },
                ':version': { N: String(row.version) },
              },
            }),
          ),
        );
      } catch (error) {
        // Whoever changed the row has set a fresh time to look.
        if (!(error instanceof ConflictError)) throw error;
      }
    },
    async expire(id, at) {
      const items = await queryAll({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: keys.case(id).pk } },
        ProjectionExpression: 'pk, sk',
      });
      for (const item of items) {
        await translate(
          client.send(
            new UpdateItemCommand({
              TableName: table,
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
              TableName: table,
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

    async submission(id) {
      const item = await get(keys.submission(id));
      return item ? submissionOf(item) : undefined;
    },
    async submissionByToken(tokenHash) {
      const link = await get(keys.link(tokenHash));
      const item = link?.owner?.S ? await get(keys.submission(link.owner.S)) : undefined;
      return item ? submissionOf(item) : undefined;
    },
    saveSubmission: (before, after) => transact(submissionWrites(before, after)),
    async takeTry(id, limits) {
      try {
        const answer = await translate(
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: keyItem(keys.submission(id)),
              UpdateExpression: 'ADD tries :one, #total :one',
              ConditionExpression:
                'attribute_exists(pk) AND #code <> :none AND tries < :per AND #total < :total AND #until > :now',
              ExpressionAttributeNames: { '#total': 'total', '#until': 'until', '#code': 'code' },
              ExpressionAttributeValues: {
                ':one': { N: '1' },
                ':per': { N: String(limits.perCode) },
                ':total': { N: String(limits.total) },
                ':now': { S: limits.now },
                ':none': { S: '-' },
              },
              ReturnValues: 'ALL_NEW',
            }),
          ),
        );
        return answer.Attributes ? submissionOf(answer.Attributes) : undefined;
      } catch (error) {
        if (error instanceof ConflictError) return undefined;
        throw error;
      }
    },

    async claim(claim, now) {
      try {
        await translate(
          client.send(
            new PutItemCommand({
              TableName: table,
              Item: claimItem(claim),
              // Time-to-live deletes late, so an expired claim is overwritten rather than waited for.
              ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
              ExpressionAttributeValues: { ':now': { N: epochSeconds(now) } },
            }),
          ),
        );
        return 'claimed';
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        const item = await get(keys.claim(claim.key));
        return { heldBy: item?.owner?.S ?? '' };
      }
    },
    async claimed(key, now) {
      const item = await get(keys.claim(key));
      const expires = item?.expiresAt?.N;
      return now && expires && Number(expires) < Number(epochSeconds(now)) ? undefined : item?.owner?.S;
    },
    async replace(claim) {
      await translate(client.send(new PutItemCommand({ TableName: table, Item: claimItem(claim) })));
    },
    async release(key) {
      await translate(
        client.send(new DeleteItemCommand({ TableName: table, Key: keyItem(keys.claim(key)) })),
      );
    },
    async claims({ owner, startsWith }, limit) {
      const answer = await translate(
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: keys.claims(owner).pk }, ':prefix': { S: startsWith } },
            Limit: limit,
            ConsistentRead: true,
          }),
        ),
      );
      return (answer.Items ?? []).map((item) => ({
        key: `${owner}/${item.sk?.S ?? ''}`,
        value: item.owner?.S ?? '',
      }));
    },
    async count(counter, window) {
      const answer = await translate(
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyItem(keys.counter(counter, window.key)),
            UpdateExpression: 'ADD uses :one SET expiresAt = :until',
            ExpressionAttributeValues: {
              ':one': { N: '1' },
              ':until': { N: epochSeconds(window.expiresAt) },
            },
            ReturnValues: 'UPDATED_NEW',
          }),
        ),
      );
      return Number(answer.Attributes?.uses?.N ?? 1);
    },
    async counted(counter, fromKey) {
      const answer = await translate(
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND sk >= :from',
            ExpressionAttributeValues: { ':pk': { S: keys.counters(counter).pk }, ':from': { S: fromKey } },
          }),
        ),
      );
      return (answer.Items ?? []).reduce((sum, item) => sum + Number(item.uses?.N ?? 0), 0);
    },

    async saveToken(id, wait, token, at) {
      await translate(
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyItem(keys.token(id, wait)), token: { S: token }, at: { S: at } },
          }),
        ),
      );
    },
    async tokens(id) {
      const items = await queryAll({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: keys.tokens(id).pk } },
        ConsistentRead: true,
      });
      return items.flatMap((item) => {
        const wait = waits.find((name) => name === item.sk?.S);
        return wait && item.token?.S ? [{ wait, token: item.token.S }] : [];
      });
    },
    async dropToken(id: string, wait: Wait, token: string) {
      try {
        await translate(
          client.send(
            new DeleteItemCommand({
              TableName: table,
              Key: keyItem(keys.token(id, wait)),
              ConditionExpression: '#token = :token',
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: { ':token': { S: token } },
            }),
          ),
        );
      } catch (error) {
        // A newer execution has put its own token there: that one must stay.
        if (!(error instanceof ConflictError)) throw error;
      }
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

const encodeCursor = (key: Item): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const cursorKey = v.record(v.string(), v.strictObject({ S: v.string() }));

/** A cursor comes from outside: one that DynamoDB cannot start from is the caller's mistake, not ours. */
async function fromCursor<Answer>(cursor: string | undefined, call: Promise<Answer>): Promise<Answer> {
  try {
    return await translate(call);
  } catch (error) {
    if (cursor !== undefined && error instanceof Error && error.name === 'ValidationException')
      throw new InvalidCursor('not a cursor of this list');
    throw error;
  }
}

class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

function decodeCursor(cursor: string): Item {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const parsed = v.safeParse(cursorKey, key);
    if (parsed.success) return parsed.output;
  } catch {
    // Falls through to the same answer as a well-formed text that is no cursor.
  }
  throw new InvalidCursor('not a cursor of this list');
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
