// State transitions per second of the local engine: in memory, and with every transition stored.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createEngine, type EngineOptions } from '../../local/stepfunctions/engine.ts';
import { createDynamoStore } from '../../local/stepfunctions/store-dynamodb.ts';
import { createMemoryStore } from '../../local/stepfunctions/store-memory.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const TASKS = 8;

/** Task, Choice, Wait and a small Map, in the manner of a real workflow: ids in, short results out. */
function workflow(): Record<string, unknown> {
  const states: Record<string, unknown> = {};
  for (let i = 0; i < TASKS; i += 1) {
    states[`Step ${i}`] = {
      Type: 'Task',
      Resource: LAMBDA,
      Arguments: { FunctionName: 'step', Payload: { requestId: '{% $requestId %}', step: i } },
      Assign: { [`status${i}`]: '{% $states.result.Payload.status %}' },
      Output: '{% $states.result.Payload %}',
      Next: `Is ${i} Done?`,
    };
    states[`Is ${i} Done?`] = {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.done %}', Next: i + 1 < TASKS ? `Step ${i + 1}` : 'Rest' }],
      Default: 'Failed',
    };
  }
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Assign: { requestId: '{% $states.input.requestId %}' }, Next: 'Step 0' },
      ...states,
      Rest: { Type: 'Wait', Seconds: 86_400, Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: '{% ["a", "b", "c", "d"] %}',
        ItemProcessor: {
          StartAt: 'Look',
          States: {
            Look: {
              Type: 'Task',
              Resource: LAMBDA,
              Arguments: {
                FunctionName: 'step',
                Payload: { requestId: '{% $requestId %}', item: '{% $states.input %}' },
              },
              Output: '{% $states.result.Payload.status %}',
              End: true,
            },
          },
        },
        Next: 'Answered',
      },
      Answered: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'NotDone' },
    },
  };
}

/** States entered by one execution, as AWS counts transitions. */
const TRANSITIONS = 1 + 2 * TASKS + 2 + 4 + 1;

async function measure(
  label: string,
  executions: number,
  at: number,
  options: Pick<EngineOptions, 'store' | 'history'>,
) {
  let now = Date.parse('2026-01-05T10:00:00Z');
  const engine = createEngine({
    machines: { bench: workflow() },
    invoke: async () => ({ done: true, status: 'ok' }),
    clock: { now: () => now },
    random: Math.random,
    onFault: (error) => console.error(error),
    ...options,
  });
  await engine.idle();
  const start = performance.now();
  let next = 0;
  const starter = async (): Promise<void> => {
    for (let i = next; i < executions; i = next) {
      next += 1;
      const requestId = `request-${i}`;
      await engine.startExecution({
        machine: 'bench',
        name: requestId,
        input: JSON.stringify({ requestId }),
      });
    }
  };
  await Promise.all(Array.from({ length: at }, starter));
  await engine.idle();
  now = (await engine.nextDueAt()) ?? now;
  await engine.runDue();
  await engine.idle();
  const seconds = (performance.now() - start) / 1000;
  const { items } = await engine.listExecutions('bench', 'SUCCEEDED', 1000);
  if (items.length !== Math.min(executions, 1000)) throw new Error(`${items.length} executions succeeded`);
  await engine.stop();
  const rate = Math.round((executions * TRANSITIONS) / seconds);
  console.log(
    `${label.padEnd(44)} ${String(rate).padStart(8)} transitions/s  (${executions} executions in ${seconds.toFixed(2)} s)`,
  );
  return rate;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function durable(): Promise<void> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'engine-bench-'));
  const binary = join(process.cwd(), 'node_modules', '@dynoxide', 'linux-x64', 'dynoxide');
  const server = spawn(binary, ['serve', '--port', String(port), '--db-path', join(folder, 'db')], {
    stdio: 'ignore',
  });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 10,
  });
  try {
    const store = createDynamoStore({ client });
    await measure('durable (dynoxide, with history), 1 at a time', 20, 1, { store });
    await measure('durable (dynoxide, with history), 50 at a time', 600, 50, {
      store: createDynamoStore({ client, tableName: 'bench-50' }),
    });
    await waiting(client);
  } finally {
    client.destroy();
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Heap that the engine itself takes for an execution that waits, its state being in the store. */
async function waiting(client: DynamoDBClient): Promise<void> {
  const engine = createEngine({
    machines: {
      bench: {
        QueryLanguage: 'JSONata',
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 3_000_000, End: true } },
      },
    },
    invoke: async () => null,
    clock: { now: Date.now },
    random: Math.random,
    store: createDynamoStore({ client, tableName: 'bench-waiting' }),
  });
  const begin = async (from: number, to: number) => {
    for (let i = from; i < to; i += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, j) =>
          engine.startExecution({ machine: 'bench', name: `waiting-${i + j}` }),
        ),
      );
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await begin(0, 500);
  const after = await begin(500, 5_500);
  await engine.stop();
  const bytes = Math.round((after - before) / 5_000);
  console.log(`${'heap per waiting execution (on a store)'.padEnd(44)} ${String(bytes).padStart(8)} bytes`);
}

async function main(): Promise<void> {
  await measure('in memory, warm-up', 500, 8, { store: createMemoryStore(), history: false });
  await measure('in memory, without history', 4_000, 8, { store: createMemoryStore(), history: false });
  await measure('in memory, with history', 4_000, 8, { store: createMemoryStore() });
  await durable();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
