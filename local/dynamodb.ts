import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  type GlobalSecondaryIndexUpdate,
  type KeySchemaElement,
  type Projection,
  ResourceInUseException,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../functions/adapters/dynamodb/schema.ts';

export interface DynamoDb {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export class DynamoDbUnavailable extends Error {
  override readonly name = 'DynamoDbUnavailable';
}

/**
 * A DynamoDB for this edition: the one that `AWS_ENDPOINT_URL_DYNAMODB` names, or else dynoxide as a child process with its file in
 * `dataDir`, which ends with this process however that ends.
 */
export async function startDynamoDb(options: {
  readonly dataDir: string;
  readonly endpoint: string | undefined;
}): Promise<DynamoDb> {
  if (options.endpoint) return foreignDynamoDb(options.endpoint);
  const binary = dynoxideBinary();
  const tries = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startDynoxide(binary, join(options.dataDir, 'dynamodb.sqlite'));
    } catch (error) {
      // Somebody else may have taken the port between our looking and dynoxide's binding.
      if (attempt === tries) throw error;
    }
  }
}

/** One that somebody else runs: it stays when we end. */
async function foreignDynamoDb(endpoint: string): Promise<DynamoDb> {
  try {
    // Any answer will do, an error too: it shows that somebody listens.
    await (await fetch(endpoint)).arrayBuffer();
  } catch {
    throw new DynamoDbUnavailable(`AWS_ENDPOINT_URL_DYNAMODB is ${endpoint}, but nothing answers there.`);
  }
  return { endpoint, stop: async () => undefined };
}

function dynoxideBinary(): string {
  try {
    // Resolved from the working directory, because the running bundle may lie anywhere.
    return createRequire(join(process.cwd(), 'package.json')).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    throw new DynamoDbUnavailable(
      `No DynamoDB for ${process.platform}-${process.arch}: the bundled one runs on Linux x64 only. Start any DynamoDB-compatible ` +
        'server (DynamoDB Local, dynoxide) and name it, for example AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start.',
    );
  }
}

/**
 * The shell becomes dynoxide; beside it waits a reader on a pipe that only our process holds open. When we end, killed or not, the
 * pipe closes and the reader ends dynoxide, which would otherwise hold the file against the next start.
 */
const endWithParent = '{ cat <&3 >/dev/null; kill -TERM "$$"; } 2>/dev/null & exec "$0" "$@" 3<&-';
const readyWithinMs = 5000;
const endsWithinMs = 3000;

async function startDynoxide(binary: string, file: string): Promise<DynamoDb> {
  const port = await freePort();
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  const child = spawn('sh', ['-c', endWithParent, binary, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const said = child.stderr ? collectText(child.stderr) : () => '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    // The same way that our own death takes.
    child.stdio[3]?.destroy();
    const lastResort = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
    await exited;
    clearTimeout(lastResort);
    child.stderr?.destroy();
  };
  try {
    await ready(port, child, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

function collectText(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2000);
  });
  return () => text.trim();
}

async function ready(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  while (Date.now() < giveUp) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new DynamoDbUnavailable(`dynoxide ended at its start: ${said()}`);
    }
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      await answer.arrayBuffer();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  throw new DynamoDbUnavailable(`dynoxide did not answer within ${readyWithinMs / 1000} seconds: ${said()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The product's table as `CreateTable` wants it. */
export function createTableInput(TableName: string): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes } = tableSchema;
  const names = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Set(names)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keys(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: index.projection },
    })),
  };
}

/**
 * Creates the product's table, or brings the indexes of one that an older version has made up to date. Time-to-live stays off: the engine
 * would follow the real clock, and delete what on the virtual one is still alive. The product must bear late deletion on AWS as well.
 */
export async function ensureTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const wanted = createTableInput(TableName);
  try {
    await client.send(new CreateTableCommand(wanted));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const present = (await activeTable(client, TableName)).GlobalSecondaryIndexes ?? [];
  for (const index of wanted.GlobalSecondaryIndexes ?? []) {
    const { IndexName } = index;
    const old = present.find((one) => one.IndexName === IndexName);
    if (old && isSameIndex(old, index)) continue;
    if (old) await updateIndexes(client, wanted, [{ Delete: { IndexName } }]);
    await updateIndexes(client, wanted, [{ Create: index }]);
  }
}

/** DynamoDB changes one index at a time. */
async function updateIndexes(
  client: DynamoDBClient,
  { TableName = '', AttributeDefinitions }: CreateTableCommandInput,
  GlobalSecondaryIndexUpdates: GlobalSecondaryIndexUpdate[],
): Promise<void> {
  await client.send(new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates }));
  await activeTable(client, TableName);
}

async function activeTable(client: DynamoDBClient, TableName: string): Promise<TableDescription> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    const isActive =
      Table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
    if (Table && isActive) return Table;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isSameIndex(old: GlobalSecondaryIndexDescription, index: GlobalSecondaryIndex): boolean {
  const keysOf = ({ KeySchema = [] }: { KeySchema?: KeySchemaElement[] | undefined }) =>
    KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  const carried = ({ Projection }: { Projection?: Projection | undefined }) =>
    [Projection?.ProjectionType, ...(Projection?.NonKeyAttributes ?? []).toSorted()].join();
  return keysOf(old) === keysOf(index) && carried(old) === carried(index);
}
