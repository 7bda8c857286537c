// A store in a DynamoDB table of its own. Every transition is in one TransactWriteItems, so a crash leaves all of it or nothing.
//
// pk                    sk                      what
// execution#<arn>       state#<part>            the execution as JSON text, in parts that fit an item; part 0 has the revision
// execution#<arn>       event#<first id>#<part> history events since the commit before, as JSON text
// machine#<name>        <started>#<arn>         summary, for ListExecutions
// open                  <arn>                   a running execution: when it is due, whether it needs attention at once
// definition#<hash>     definition#<part>       a definition that executions started with
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GroupCommit } from './group-commit.ts';
import type { HistoryEvent } from './history.ts';
import type { Json } from './json.ts';
import {
  type Commit,
  type ExecutionSummary,
  ExecutionTooLarge,
  type OpenExecution,
  type Page,
  RevisionConflict,
  type Store,
  summaryOf,
} from './store.ts';

export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  /** Created at `open` where it does not exist. */
  readonly tableName?: string;
}

type Item = Record<string, { S: string } | { N: string } | { BOOL: boolean }>;

/** DynamoDB's limits are 400 KB an item and 4 MB and 100 items a transaction; these leave room for keys and names. */
const PART_BYTES = 350_000;
const TRANSACTION_BYTES = 3_800_000;
const TRANSACTION_ITEMS = 100;

export function createDynamoStore({ client, tableName = 'step-functions-local' }: DynamoStoreOptions): Store {
  const query = async (input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> => {
    const items: Item[] = [];
    const request = { TableName: tableName, ConsistentRead: true, ...input };
    for await (const page of paginateQuery({ client }, request)) items.push(...rowsOf(page.Items));
    return items;
  };
  /** The parts of one text, in order. */
  const readText = async (pk: string, prefix: string): Promise<string | undefined> => {
    const items = await query({
      KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
    });
    const [first] = items;
    // Parts beyond the count are left over from when the text was longer.
    return (
      first &&
      items
        .slice(0, numberIn(first, 'parts'))
        .map((item) => textIn(item, 'text'))
        .join('')
    );
  };

  const transactions = new GroupCommit({
    send: async (TransactItems) => {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
    },
    isRefusal: isConditionFailure,
    maxItems: TRANSACTION_ITEMS,
    maxBytes: TRANSACTION_BYTES,
  });

  return {
    open: () => createTable(client, tableName),

    openExecutions: async () => {
      const items = await query({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'open' } },
      });
      return items.map(openOf);
    },

    read: async (arn) => {
      const text = await readText(executionKey(arn), 'state#');
      return text === undefined ? undefined : JSON.parse(text);
    },

    commit: async (commit) => {
      const { writes, bytes } = transactionOf(commit, tableName);
      try {
        await transactions.write(writes, bytes);
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        // The SDK repeats a request whose answer was lost: then the revision in the store is this very one.
        const stored = await readText(executionKey(commit.execution.arn), 'state#');
        if (stored !== JSON.stringify(commit.execution)) throw new RevisionConflict(commit.execution.arn);
      }
    },

    events: (arn, limit, reverse, cursor) =>
      readEvents(client, tableName, arn, limit, reverse, cursor === undefined ? undefined : Number(cursor)),

    list: async (machineName, status, limit, cursor) => {
      const items: ExecutionSummary[] = [];
      let start: Item | undefined =
        cursor === undefined ? undefined : { pk: { S: machineKey(machineName) }, sk: { S: cursor } };
      for (;;) {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            ScanIndexForward: false,
            Limit: limit,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: machineKey(machineName) } },
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        const rows = rowsOf(page.Items);
        for (const [i, row] of rows.entries()) {
          const summary: ExecutionSummary = JSON.parse(textIn(row, 'text'));
          if (status !== undefined && summary.status !== status) continue;
          items.push(summary);
          const last = i === rows.length - 1 && !page.LastEvaluatedKey;
          if (items.length === limit) return last ? { items } : { items, cursor: textIn(row, 'sk') };
        }
        start = rowsOf(page.LastEvaluatedKey && [page.LastEvaluatedKey])[0];
        if (!start) return { items };
      }
    },

    putDefinition: async (hash, definition) => {
      for (const item of partsOf(`definition#${hash}`, 'definition', JSON.stringify(definition))) {
        await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
      }
    },

    definition: async (hash): Promise<Json | undefined> => {
      const text = await readText(`definition#${hash}`, 'definition#');
      return text === undefined ? undefined : JSON.parse(text);
    },
  };
}

async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(new DescribeTableCommand({ TableName: tableName }));
    return;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}

function executionKey(arn: string): string {
  return `execution#${arn}`;
}

function machineKey(name: string): string {
  return `machine#${name}`;
}

function eventKey(id: number): string {
  return `event#${String(id).padStart(6, '0')}`;
}

function transactionOf(
  { execution, events, open, previouslyOpen }: Commit,
  tableName: string,
): { writes: TransactWriteItem[]; bytes: number } {
  const { arn, revision } = execution;
  const [head, ...rest] = partsOf(executionKey(arn), 'state', JSON.stringify(execution));
  const items: Item[] = [...rest];
  const first = events[0];
  if (first) items.push(...partsOf(executionKey(arn), eventKey(first.id), JSON.stringify(events)));
  if (revision === 1 || execution.status !== 'RUNNING' || execution.redrivenAt !== undefined) {
    items.push({
      pk: { S: machineKey(execution.machineName) },
      sk: { S: `${new Date(execution.startedAt).toISOString()}#${arn}` },
      text: { S: JSON.stringify(summaryOf(execution)) },
    });
  }
  if (open && (open.dueAt !== previouslyOpen?.dueAt || open.attention !== previouslyOpen?.attention)) {
    items.push({
      pk: { S: 'open' },
      sk: { S: arn },
      attention: { BOOL: open.attention },
      ...(open.dueAt !== undefined && { dueAt: { N: String(open.dueAt) } }),
    });
  }
  const writes: TransactWriteItem[] = items.map((Item) => ({ Put: { TableName: tableName, Item } }));
  if (head) {
    writes.push({
      Put: {
        TableName: tableName,
        Item: { ...head, revision: { N: String(revision) } },
        ...(revision === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'revision = :before',
              ExpressionAttributeValues: { ':before': { N: String(revision - 1) } },
            }),
      },
    });
  }
  if (!open) writes.push({ Delete: { TableName: tableName, Key: { pk: { S: 'open' }, sk: { S: arn } } } });
  const bytes = items.concat(head ?? []).reduce((sum, item) => sum + sizeOf(item), 0);
  if (writes.length > TRANSACTION_ITEMS || bytes > TRANSACTION_BYTES) {
    throw new ExecutionTooLarge(
      `${bytes} bytes in ${writes.length} items are more than one transaction takes`,
    );
  }
  return { writes, bytes };
}

/** A text as items of at most `PART_BYTES`; part 0 says how many there are. */
function partsOf(pk: string, prefix: string, text: string): Item[] {
  const texts: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest, 'utf8') > PART_BYTES) {
    // A character takes at most three bytes per UTF-16 unit, so this many units always fit; a pair is not cut in two.
    let cut = Math.floor(PART_BYTES / 3);
    const unit = rest.charCodeAt(cut - 1);
    if (unit >= 0xd800 && unit <= 0xdbff) cut -= 1;
    texts.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  texts.push(rest);
  return texts.map((part, i) => ({
    pk: { S: pk },
    sk: { S: `${prefix}#${String(i).padStart(3, '0')}` },
    text: { S: part },
    parts: { N: String(texts.length) },
  }));
}

function sizeOf(item: Item): number {
  return 'text' in item ? Buffer.byteLength(textIn(item, 'text'), 'utf8') + 500 : 500;
}

/** Cursors are the event id to go on with. Reads the items that hold them, which may reach past what is asked for. */
async function readEvents(
  client: DynamoDBClient,
  tableName: string,
  arn: string,
  limit: number,
  reverse: boolean,
  from: number | undefined,
): Promise<Page<HistoryEvent>> {
  const pk = executionKey(arn);
  const start = from === undefined || reverse ? undefined : await chunkOf(client, tableName, pk, from);
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: !reverse,
      KeyConditionExpression: 'pk = :pk and sk between :low and :high',
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':low': { S: start ?? 'event#' },
        ':high': { S: reverse && from !== undefined ? `${eventKey(from)}~` : 'event#~' },
      },
    },
  );
  const items: HistoryEvent[] = [];
  let pending: Item[] = [];
  for await (const page of pages) {
    for (const row of rowsOf(page.Items)) {
      pending.push(row);
      if (pending.length < numberIn(row, 'parts')) continue;
      const rows = reverse ? pending.toReversed() : pending;
      pending = [];
      const chunk: HistoryEvent[] = JSON.parse(rows.map((one) => textIn(one, 'text')).join(''));
      for (const event of reverse ? chunk.toReversed() : chunk) {
        if (from !== undefined && (reverse ? event.id > from : event.id < from)) continue;
        if (items.length === limit) return { items, cursor: String(event.id) };
        items.push(event);
      }
    }
  }
  return { items };
}

/** The sort key at which the chunk with this event begins. */
async function chunkOf(
  client: DynamoDBClient,
  tableName: string,
  pk: string,
  id: number,
): Promise<string | undefined> {
  const page = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
      KeyConditionExpression: 'pk = :pk and sk between :low and :high',
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':low': { S: 'event#' },
        ':high': { S: `${eventKey(id)}~` },
      },
    }),
  );
  const row = rowsOf(page.Items)[0];
  return row && textIn(row, 'sk').slice(0, eventKey(id).length);
}

function rowsOf(items: readonly Record<string, unknown>[] | undefined): Item[] {
  // The table is this file's own: every attribute in it was written above as S, N or BOOL.
  return (items ?? []) as Item[];
}

function textIn(item: Item, name: string): string {
  const value = item[name];
  if (value && 'S' in value) return value.S;
  throw new Error(`an item of the store lacks ${name}`);
}

function numberIn(item: Item, name: string): number {
  const value = item[name];
  if (value && 'N' in value) return Number(value.N);
  throw new Error(`an item of the store lacks ${name}`);
}

function openOf(item: Item): OpenExecution {
  const { attention } = item;
  return {
    arn: textIn(item, 'sk'),
    dueAt: item.dueAt ? numberIn(item, 'dueAt') : undefined,
    attention: attention !== undefined && 'BOOL' in attention && attention.BOOL,
  };
}

function isConditionFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'TransactionCanceledException' &&
    /ConditionalCheckFailed/.test(error.message)
  );
}
