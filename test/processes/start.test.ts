import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { dataFolder, type EditionProcess, isRunning, processesWith, startEditionProcess } from './edition.ts';

const data = dataFolder();
let running: EditionProcess | undefined;

async function start(options: { port?: number; env?: Record<string, string> } = {}): Promise<EditionProcess> {
  running = await startEditionProcess({ dataDir: data.path, ...options });
  return running;
}

afterEach(async () => {
  await running?.kill();
  running = undefined;
});
afterAll(() => data.remove());

async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
  const giveUp = Date.now() + withinMs;
  while (Date.now() < giveUp) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

test('npm start serves its first page within 10 seconds, in less than 250 MB for all its processes', async () => {
  const before = Date.now();
  const edition = await start();
  expect((await edition.ask('/local')).status).toBe(200);
  expect(Date.now() - before).toBeLessThan(10_000);
  const processes = edition.processes();
  expect(processes.map(({ command }) => command)).toEqual(
    expect.arrayContaining([expect.stringContaining('start.mjs'), expect.stringContaining('dynoxide')]),
  );
  const memory = processes.reduce((sum, { rss }) => sum + rss, 0);
  expect(memory).toBeLessThan(250_000_000);
});

test('every port of it is on loopback', async () => {
  const edition = await start();
  const open = listeningAddresses(edition.processes().map(({ pid }) => pid));
  expect(open.length).toBeGreaterThanOrEqual(3);
  for (const address of open) expect(address).toBe('0100007F');
});

test('SIGTERM ends it and its children, and the folder is free', async () => {
  const edition = await start();
  const pids = edition.processes().map(({ pid }) => pid);
  expect(await edition.stop()).toBe(0);
  expect(await until(() => pids.every((pid) => !isRunning(pid)), 1000)).toBe(true);
  await start();
});

test('kill -9: its DynamoDB ends with it, the next start takes the folder over, and virtual time goes on', async () => {
  const edition = await start();
  await edition.advance('P3D');
  const { now: before } = await edition.json<{ now: string }>('/local/clock');
  await edition.kill();
  expect(await until(() => processesWith(data.path).length === 0, 2000)).toBe(true);
  const again = await start({ port: edition.port });
  expect(again.url).toBe(edition.url);
  const { now: after } = await again.json<{ now: string }>('/local/clock');
  expect(Date.parse(after)).toBeGreaterThanOrEqual(Date.parse(before));
  expect(Date.parse(after) - Date.parse(before)).toBeLessThan(60_000);
});

test('a second edition on the same folder is told why not, and leaves the first alone', async () => {
  const edition = await start();
  await expect(startEditionProcess({ dataDir: data.path })).rejects.toThrow('uses this data folder');
  expect((await edition.ask('/local/clock')).status).toBe(200);
});

test('a taken port is named, with what to do', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startEditionProcess({ dataDir: data.path, port })).rejects.toThrow(
    `Port ${port} is taken; choose another, for example PORT=${port + 1} npm start`,
  );
  await new Promise((resolve) => taken.close(resolve));
  expect(await until(() => processesWith(data.path).length === 0, 1000)).toBe(true);
});

test('a DynamoDB that is named is used in place of the bundled one, and stays when the edition ends', async () => {
  const own = dataFolder();
  const dynamodb = await startDynamoDb({ dataDir: own.path, endpoint: undefined });
  const edition = await start({ env: { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint } });
  expect((await edition.ask('/local/clock')).status).toBe(200);
  expect(edition.processes().filter(({ command }) => command.includes('dynoxide'))).toEqual([]);
  expect(await edition.stop()).toBe(0);
  expect((await fetch(dynamodb.endpoint)).status).toBe(200);
  await dynamodb.stop();
  await expect(start({ env: { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint } })).rejects.toThrow(
    `AWS_ENDPOINT_URL_DYNAMODB is ${dynamodb.endpoint}, but nothing answers there.`,
  );
  own.remove();
});

test('a PORT that is none is named', async () => {
  await expect(start({ env: { PORT: 'http' } })).rejects.toThrow('PORT must be a number from 0 to 65535');
});

/** Local addresses (hexadecimal, as in /proc/net/tcp) on which these processes listen. */
function listeningAddresses(pids: readonly number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(join('/proc', String(pid), 'fd', fd)))?.[1];
          return inode ? [inode] : [];
        } catch {
          return [];
        }
      }),
    ),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode ?? ''))
      .map(([, local]) => local?.split(':')[0] ?? ''),
  );
}
