import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { store } from '../../functions/adapters/dynamodb/store.ts';
import { engine } from '../../functions/adapters/sfn/engine.ts';
import { executionArn, executionName } from '../../functions/adapters/sfn/execution-names.ts';
import type { HeldMailbox, SuppressionEntry } from '../../functions/domain/suppression.ts';
import type { ActInput, ActResult, Finding } from '../../functions/processors/contract.ts';
import type { Runtime } from '../../functions/runtime/lambda.ts';
import {
  inspect,
  NoSuchRequest,
  type OperationPorts,
  replayErasures,
  restart,
  stuck,
  withCredential,
} from '../../local/commands/operations.ts';
import { createEdition, type Edition } from '../../local/edition.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';
import { productFunctions } from '../../local/product-functions.ts';
import { resources } from '../../local/world.ts';

const requestArn = stateMachineArn(machineNames.rightsRequest);

describe('a case, to an operator', () => {
  let edition: Edition;
  let ports: OperationPorts;
  let reference: string;
  const dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-ops-'));

  beforeAll(async () => {
    edition = await createEdition({
      dataDir,
      startAt: '2026-03-05T09:00:00.000Z',
      // Without the sweep, so that what it would mend stays broken until a command mends it.
      functions: productFunctions.filter(({ name }) => name !== 'sweep'),
    });
    const runtime = {
      env: { TABLE_NAME: resources.table, RIGHTS_REQUEST_ARN: requestArn, SLA_CLOCK_ARN: requestArn },
    } as unknown as Runtime;
    ports = { store: store.create(runtime), engine: engine.create(runtime), now: edition.now };
    const answer = await fetch(`${edition.url}/api/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email: 'ada@example.com',
        rights: ['access'],
        language: 'en',
        name: 'Canary Lovelace',
        details: 'canary words',
      }),
    });
    const { submitted } = (await answer.json()) as { submitted: [{ reference: string }] };
    reference = submitted[0].reference;
    await edition.settle();
    const code = /\b(\d{6})\b/.exec(edition.outbox().at(-1)?.text ?? '')?.[1];
    await fetch(`${edition.url}/api/verifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference, code }),
    });
    await edition.settle();
  });
  afterAll(async () => {
    await edition.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('shows where it stands', async () => {
    expect(await inspect(ports, reference, true)).toMatchObject({
      reference,
      right: 'access',
      receivedAt: '2026-03-05T09:00:00.000Z',
      plannedBy: '2026-04-05',
      legalBy: '2026-04-07',
      execution: { number: 1, state: 'running' },
      findings: expect.arrayContaining([expect.objectContaining({ processor: 'account', state: 'found' })]),
    });
  });

  it('says nothing about whose it is, what they wrote or who of staff did what (A53)', async () => {
    const said = JSON.stringify(await inspect(ports, reference, true));
    expect(said).not.toMatch(/ada@|lovelace|canary|staff:/i);
  });

  it('is not there when nobody sent it', async () => {
    await expect(inspect(ports, '0'.repeat(26))).rejects.toBeInstanceOf(NoSuchRequest);
    await expect(restart(ports, '0'.repeat(26))).rejects.toBeInstanceOf(NoSuchRequest);
  });

  it('stays alone while its execution runs', async () => {
    expect(await stuck(ports)).toEqual([]);
    expect(await restart(ports, reference)).toBe('running');
    expect((await inspect(ports, reference)).execution.number).toBe(1);
  });

  it('shows as stuck when its execution has died and nothing looks after it, and moves again after a restart', async () => {
    await new SFNClient({}).send(
      new StopExecutionCommand({ executionArn: executionArn(requestArn, executionName(reference, 1)) }),
    );
    // A case that waits for a decision is looked at after seven days.
    await edition.advance('P9D');
    expect(await stuck(ports)).toEqual([
      expect.objectContaining({ reference, execution: 'ended', openTasks: expect.any(Number) }),
    ]);
    expect(await restart(ports, reference)).toBe('started');
    await edition.settle();
    expect((await inspect(ports, reference)).execution).toMatchObject({ number: 2, state: 'running' });
    expect(await stuck(ports)).toEqual([]);
  });

  it('is shown by the command, in a process of its own, too', async () => {
    const { endpoints } = edition;
    writeFileSync(join(dataDir, 'running.json'), JSON.stringify({ endpoints, processors: {} }));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['local/run.mjs', 'local/commands/ops.ts', ...args], {
        env: { ...process.env, DATA_DIR: dataDir },
      });
    const { stdout } = await run('inspect', reference);
    expect(JSON.parse(stdout)).toMatchObject({ reference, execution: { number: 2 } });
    await expect(run('inspect')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('of what?'),
    });
    await expect(run('inspect', '0'.repeat(26))).rejects.toMatchObject({ code: 1 });
  });
});

describe('the replay after a restore (F40)', () => {
  const since = '2026-03-01T00:00:00.000Z';
  const erasedAt = '2026-03-10T12:00:00.000Z';
  const entry = (address: string, why: SuppressionEntry['why'] = 'erased'): SuppressionEntry => ({
    hash: `hash of ${address}`,
    why,
    at: erasedAt,
  });
  const mailbox = (email: string, createdAt: string): HeldMailbox => ({
    accountId: `id of ${email}`,
    email,
    createdAt,
  });
  const old = '2025-01-01T00:00:00.000Z';

  async function replay(entries: SuppressionEntry[], held: HeldMailbox[], from = since) {
    const asked: string[] = [];
    const erased: ActInput[] = [];
    const finding: Finding = { holdings: [], complete: true };
    const results = await replayErasures(
      {
        ledger: {
          async *list(instant) {
            asked.push(instant);
            yield* entries;
          },
        },
        async *held() {
          yield* held;
        },
        hashOf: (address) => `hash of ${address}`,
        account: {
          find: async () => finding,
          act: async (action, input): Promise<ActResult> => {
            expect(action).toBe('erase');
            erased.push(input);
            return {
              result: 'done',
              evidence: {
                class: 'looked-again',
                looked: 1,
                requestIds: [],
                handles: [],
                observation: 'gone',
              },
            };
          },
        },
      },
      from,
    );
    return { results, asked, erased };
  }

  it('erases again who is back, once, by the id that is back and with a key of its own', async () => {
    const { results, asked, erased } = await replay(
      [entry('ada@example.com'), entry('ada@example.com')],
      [mailbox('ada@example.com', old), mailbox('grace@example.com', old)],
    );
    expect(asked).toEqual([since]);
    expect(results).toEqual({ done: 1 });
    expect(erased).toMatchObject([
      {
        keys: { email: 'ada@example.com', accountId: 'id of ada@example.com' },
        idempotencyKey: 'replay-id of ada@example.com',
        cutoff: old,
      },
    ]);
  });

  it('touches nobody who came again after the erasure (A55), and nobody who only objected', async () => {
    const { results } = await replay(
      [entry('ada@example.com'), entry('lin@example.com', 'objected-to-marketing')],
      [mailbox('ada@example.com', '2026-03-11T00:00:00.000Z'), mailbox('lin@example.com', old)],
    );
    expect(results).toEqual({});
  });

  it('refuses to start without knowing from when', async () => {
    await expect(replay([], [], 'yesterday')).rejects.toMatchObject({ name: 'InvalidInput', field: 'since' });
  });
});

describe('the pages for operators', () => {
  it.each(['docs/runbook.md', 'docs/operations.md', 'docs/deploy.md'])(
    '%s names only commands that are there',
    (page) => {
      const text = readFileSync(page, 'utf8');
      const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;
      const usage = readFileSync('local/commands/ops.ts', 'utf8');
      const named = [...text.matchAll(/npm run ([\w-]+)(?: -- ([\w-]+))?/g)];
      expect(named.length).toBeGreaterThan(0);
      for (const [, script = '', command] of named) {
        expect([...Object.keys(scripts), 'cost']).toContain(script);
        if (script === 'ops' && command) expect(usage).toContain(`\n  ${command} `);
      }
    },
  );
});

describe('a credential', () => {
  it('replaces its own value and no other', () => {
    expect(JSON.parse(withCredential('{"mailchimp":"a","stripe":"b"}', 'stripe', 'c'))).toEqual({
      mailchimp: 'a',
      stripe: 'c',
    });
  });

  it.each([
    ['not json', 'stripe', 'c'],
    ['["stripe"]', 'stripe', 'c'],
    ['{}', 'a name', 'c'],
    ['{}', 'stripe', ''],
  ])('is not written over %s as %s = "%s"', (current, name, value) => {
    expect(() => withCredential(current, name, value)).toThrow();
  });
});
