// A DynamoDB server of one test's own, on loopback and in a temporary folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

const binary = join(process.cwd(), 'node_modules', '@dynoxide', 'linux-x64', 'dynoxide');
export const hasDynoxide = existsSync(binary);

export interface Dynoxide {
  readonly endpoint: string;
  client(): DynamoDBClient;
  /** Ends the server with kill -9 and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

export async function startDynoxide(): Promise<Dynoxide> {
  const folder = mkdtempSync(join(tmpdir(), 'dynoxide-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const clients: DynamoDBClient[] = [];
  let server: ChildProcess | undefined;
  const client = (maxAttempts = 8): DynamoDBClient => {
    const made = new DynamoDBClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts,
    });
    clients.push(made);
    return made;
  };
  const start = async () => {
    server = spawn(binary, ['serve', '--port', String(port), '--db-path', join(folder, 'db')], {
      stdio: 'ignore',
    });
    const probe = client(1);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await probe.send(new ListTablesCommand({}));
        return;
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const kill = async () => {
    const running = server;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    endpoint,
    client: () => client(),
    restart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      for (const one of clients) one.destroy();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
