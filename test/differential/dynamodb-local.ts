import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../local/stepfunctions/dynoxide.ts';

/** Where the jars lie: `npm run differential` fetches them there, or `DYNAMODB_LOCAL` names another folder. */
export const jarsFolder = (): string =>
  process.env.DYNAMODB_LOCAL ?? join(process.cwd(), '.local', 'dynamodb-local');

export const hasJava = (): boolean => spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;

export function hasJars(folder = jarsFolder()): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /^DynamoDBLocal-.*\.jar$/.test(name));
}

/** Why nothing can be compared on this machine; `undefined` where it can. */
export function whyNot(): string | undefined {
  if (!hasJars()) return 'its jars are not here (npm run differential fetches them)';
  return hasJava() ? undefined : 'there is no Java here';
}

export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const startsWithinMs = 30_000;

/** Amazon's DynamoDB Local on loopback, in memory, without its telemetry. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const folder = jarsFolder();
  const port = await freePort();
  const child = spawn(
    'java',
    [
      `-Djava.library.path=${folder}`,
      '-cp',
      join(folder, '*'),
      'software.amazon.dynamodb.services.local.main.ServerRunner',
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (const giveUp = Date.now() + startsWithinMs; ; ) {
    try {
      // Any answer will do: it shows that somebody listens.
      await (await fetch(endpoint)).arrayBuffer();
      return { endpoint, stop };
    } catch {
      if (child.exitCode !== null || Date.now() > giveUp) {
        await stop();
        throw new Error('DynamoDB Local did not start');
      }
      await sleep(50);
    }
  }
}
