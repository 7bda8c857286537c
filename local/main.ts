import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEdition } from './edition.ts';

/** Runs this machine's edition until it is told to stop. Resolves when it serves. Reads `PORT` and `DATA_DIR`. */
export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const port = portOf(env.PORT);
  const dataDir = env.DATA_DIR || '.local';
  // People's data and keys lie in it.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const edition = await createEdition({ dataDir, port, clock: 'flowing' });
  // Where `npm run ops` finds this edition.
  const runningFile = join(dataDir, 'running.json');
  const { config: processors } = edition.processors.configFor(Number(new URL(edition.url).port));
  writeFileSync(runningFile, JSON.stringify({ url: edition.url, endpoints: edition.endpoints, processors }), {
    mode: 0o600,
  });

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means that somebody does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    process.stderr.write(`\n${signal}: stopping\n`);
    rmSync(runningFile, { force: true });
    edition.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (process.env.npm_lifecycle_event) stopWithParent(() => stop('SIGTERM'));

  process.stdout.write(
    [
      `Rights desk on ${edition.url}`,
      `  form    ${edition.url}/`,
      `  staff   ${edition.url}/staff`,
      `  mails   ${edition.url}/local/outbox`,
      `  clock and tools  ${edition.url}/local`,
      `  data in ${dataDir}`,
      '',
    ].join('\n'),
  );
}

/** npm that is ended by its process id does not tell the shell between us, so the edition would be left behind: it looks for its parent. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

export class InvalidPort extends Error {
  override readonly name = 'InvalidPort';
}

/** Throws `InvalidPort` for anything but a port number; nothing set means 3000, 0 a free one. */
export function portOf(text: string | undefined): number {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidPort(`PORT must be a number from 0 to 65535, not "${text}"`);
  return port;
}
