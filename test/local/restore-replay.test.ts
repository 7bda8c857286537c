import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suppress } from '../../functions/adapters/dynamodb/suppression.ts';
import type { Runtime } from '../../functions/runtime/lambda.ts';
import { createEdition, type Edition } from '../../local/edition.ts';
import { resources } from '../../local/world.ts';

/** `npm run restore-replay`, as an operator types it; the drill with a real backup is in test/infra/restore.test.ts. */
describe('restore-replay', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-replay-'));
  let edition: Edition;
  beforeAll(async () => {
    edition = await createEdition({ dataDir, startAt: '2026-03-05T09:00:00.000Z' });
    const { config } = edition.processors.configFor(Number(new URL(edition.url).port));
    writeFileSync(
      join(dataDir, 'running.json'),
      JSON.stringify({ endpoints: edition.endpoints, processors: config }),
    );
    // Only what this adapter reads.
    const runtime = {
      env: { TABLE_NAME: resources.table, SECRETS_ID: resources.ownKeys },
    } as unknown as Runtime;
    await suppress.create(runtime)('ada@example.com', 'erased', '2026-03-04T12:00:00.000Z');
    await suppress.create(runtime)('lin@example.com', 'objected-to-marketing', '2026-03-04T12:00:00.000Z');
  });
  afterAll(async () => {
    await edition.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const script: string = JSON.parse(readFileSync('package.json', 'utf8')).scripts['restore-replay'];
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [...script.split(' ').slice(1), ...args], {
      env: { ...process.env, DATA_DIR: dataDir },
    });
  const erasures = () =>
    edition.processors
      .view()
      .find((one) => one.name === 'account')
      ?.calls.filter((call) => call.method === 'PUT' && call.path.endsWith('/erasure')) ?? [];

  it('erases again who was erased after the backup, and nobody else, and names nobody', async () => {
    const { stdout, stderr } = await run('--since', '2026-03-04T00:00:00Z');
    expect(JSON.parse(stdout)).toEqual({ accepted: 1 });
    expect(stdout + stderr).not.toMatch(/ada|lin@|example\.com/);
    expect(erasures()).toHaveLength(1);
    await edition.advance('P31D');
    const mailboxes = edition.processors.view().find((one) => one.name === 'account')?.holds ?? [];
    expect(mailboxes.map((one) => one.email)).not.toContain('ada@example.com');
    expect(mailboxes.map((one) => one.email)).toContain('lin@example.com');
  });

  it('leaves alone who was erased before the backup was taken', async () => {
    const before = erasures().length;
    const { stdout } = await run('--since', '2026-03-05T00:00:00Z');
    expect(JSON.parse(stdout)).toEqual({});
    expect(erasures()).toHaveLength(before);
  });

  it('refuses to start without knowing from when', async () => {
    await expect(run()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--since') });
    await expect(run('--since', 'yesterday')).rejects.toMatchObject({ code: 1 });
    expect(erasures()).toHaveLength(1);
  });
});
