import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { rowItem } from '../../functions/adapters/dynamodb/codec.ts';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { createStore } from '../../functions/adapters/dynamodb/store.ts';
import { keyItem } from '../../functions/adapters/dynamodb/table.ts';
import { newReference } from '../../functions/domain/identity.ts';
import { type Arrival, receive } from '../../functions/domain/lifecycle.ts';
import type { Engine } from '../../functions/domain/ports.ts';
import { createSweep } from '../../functions/steps/sweep.ts';
import { ensureTable, startDynamoDb } from '../../local/dynamodb.ts';
import { createTestRuntime, seededBytes } from '../doubles/runtime.ts';
import { createWorld } from '../simulation/world.ts';

export interface SweepRun {
  readonly seen: number;
  readonly seconds: number;
  /** Calls of DynamoDB by command. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface SweepLoad {
  readonly rows: number;
  readonly overdue: number;
  readonly runs: readonly SweepRun[];
  /** Rows that were handled more than once, and overdue ones that no run reached. */
  readonly twice: number;
  readonly missed: number;
}

const receivedAt = '2026-03-05T09:00:00.000Z';
const now = Date.parse('2026-03-06T09:00:00.000Z');

/** The sweep over a table with many rows, of which some are overdue; runs until nothing is left, each run a call of the function. */
export async function measureSweep(rows: number, overdue: number): Promise<SweepLoad> {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-load-'));
  const server = await startDynamoDb({ dataDir: folder, endpoint: undefined });
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    await ensureTable(client, 'load');
    const due = await fill(client, rows, overdue);
    const calls: Record<string, number> = {};
    client.middlewareStack.add(
      (next, context) => (args) => {
        const name = String(context.commandName);
        calls[name] = (calls[name] ?? 0) + 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    const handled = new Map<string, number>();
    const engine: Engine = {
      startRequest: async () => 'already',
      startClock: async (id) => {
        handled.set(id, (handled.get(id) ?? 0) + 1);
        return 'already';
      },
      requestState: async () => 'running',
      wake: async () => 'stale',
    };
    const { ports } = createWorld({ seed: 'sweep' });
    const sweep = createSweep(
      { ...ports, store: createStore(client, 'load'), engine },
      createTestRuntime(() => now),
    );
    const runs: SweepRun[] = [];
    for (let seen = 1; seen > 0; ) {
      for (const name of Object.keys(calls)) delete calls[name];
      const began = performance.now();
      ({ seen } = (await sweep({})) as { seen: number });
      runs.push({ seen, seconds: (performance.now() - began) / 1000, calls: { ...calls } });
    }
    return {
      rows,
      overdue,
      runs,
      twice: [...handled.values()].filter((times) => times > 1).length,
      missed: due.filter((id) => !handled.has(id)).length,
    };
  } finally {
    client.destroy();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows as intake leaves them; returns the ids of those that the sweep must look at. */
async function fill(client: DynamoDBClient, rows: number, overdue: number): Promise<readonly string[]> {
  const bytes = seededBytes('sweep load');
  const due: string[] = [];
  const batchSize = 25;
  for (let from = 0; from < rows; from += batchSize) {
    const puts = Array.from({ length: Math.min(batchSize, rows - from) }, (_, place) => {
      const id = newReference(bytes);
      const isDue = (from + place) % Math.round(rows / overdue) === 0;
      if (isDue) due.push(id);
      const arrival: Arrival = {
        id,
        submissionId: newReference(bytes),
        siblings: [],
        right: 'access',
        channel: 'form',
        language: 'nl',
        receivedAt,
        mailbox: `mailbox-${from + place}`,
      };
      const { row } = receive(arrival, 'subject', receivedAt).change;
      const lookAt = isDue ? row.lookAt : '2026-03-20T09:00:00.000Z';
      return { PutRequest: { Item: { ...keyItem(keys.row(id)), ...rowItem({ ...row, lookAt }) } } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { load: puts } }));
  }
  return due;
}
