import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { createTableInput, type DynamoDb, ensureTable, startDynamoDb } from '../../local/dynamodb.ts';
import { temporaryFolder, testCredentials } from './aws-endpoint.ts';

const folder = temporaryFolder();
let dynamodb: DynamoDb;
let client: DynamoDBClient;

beforeAll(async () => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  dynamodb = await startDynamoDb({ dataDir: folder.path, endpoint: undefined });
  client = new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region: 'eu-central-1',
    credentials: testCredentials,
  });
});
afterAll(async () => {
  client.destroy();
  await dynamodb.stop();
  folder.remove();
});

async function indexesOf(TableName: string) {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  return Object.fromEntries(
    (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      { KeySchema, type: Projection?.ProjectionType },
    ]),
  );
}

const wanted = createTableInput('wanted');
const indexes = wanted.GlobalSecondaryIndexes ?? [];
const [first] = indexes;
const wantedIndexes = Object.fromEntries(
  indexes.map(({ IndexName, KeySchema, Projection }) => [
    IndexName,
    { KeySchema, type: Projection?.ProjectionType },
  ]),
);

test('the table is made with its indexes, and a second start leaves it alone', async () => {
  await ensureTable(client, 'fresh');
  expect(await indexesOf('fresh')).toEqual(wantedIndexes);
  await ensureTable(client, 'fresh');
  expect(await indexesOf('fresh')).toEqual(wantedIndexes);
});

test.each([
  ['without its indexes', undefined],
  [
    'with an index that carries something else',
    indexes.map((index) => ({
      ...index,
      Projection: {
        ProjectionType:
          index.Projection?.ProjectionType === 'ALL' ? ('KEYS_ONLY' as const) : ('ALL' as const),
      },
    })),
  ],
])('a table of an older version, %s, gets them, rows included', async (name, old) => {
  const TableName = name.replace(/[^a-z]+/g, '-');
  const keyNames = wanted.KeySchema?.map(({ AttributeName }) => AttributeName) ?? [];
  await client.send(
    new CreateTableCommand({
      ...wanted,
      TableName,
      GlobalSecondaryIndexes: old,
      AttributeDefinitions: old
        ? wanted.AttributeDefinitions
        : wanted.AttributeDefinitions?.filter(({ AttributeName }) => keyNames.includes(AttributeName)),
    }),
  );
  const indexKey = first?.KeySchema?.[0]?.AttributeName ?? '';
  const names = [...keyNames, ...(first?.KeySchema ?? []).map(({ AttributeName }) => AttributeName)];
  const Item = Object.fromEntries(names.map((attribute) => [attribute ?? '', { S: 'x' }]));
  await client.send(new PutItemCommand({ TableName, Item }));
  await ensureTable(client, TableName);
  expect(await indexesOf(TableName)).toEqual(wantedIndexes);
  const found = await client.send(
    new QueryCommand({
      TableName,
      IndexName: first?.IndexName,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': indexKey },
      ExpressionAttributeValues: { ':key': { S: 'x' } },
    }),
  );
  expect(found.Count).toBe(1);
});
