import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { suppressionLedger } from '../../functions/adapters/dynamodb/suppression.ts';
import { ownKeys } from '../../functions/adapters/secrets/secrets.ts';
import { suppressionHash } from '../../functions/domain/suppression.ts';
import { heldMailboxes } from '../../functions/processors/account/held-mailboxes.ts';
import { account } from '../../functions/processors/account.ts';
import { createHttpClient } from '../../functions/processors/http.ts';
import { enabledProcessors } from '../../functions/processors/registry.ts';
import type { Runtime } from '../../functions/runtime/lambda.ts';
import { replayErasures } from '../../local/commands/operations.ts';
import { createEdition, type Edition } from '../../local/edition.ts';
import { region } from '../../local/machines.ts';
import { credentials, resources } from '../../local/world.ts';

/* The restore drill of docs/runbook.md, on the local edition (F40). */

// Whole months on a machine that may be busy with other tests.
jest.setTimeout(120_000);

type Item = Record<string, AttributeValue>;

let dataDir: string;
let edition: Edition;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-restore-'));
  edition = await createEdition({ dataDir, startAt: '2026-03-05T09:00:00.000Z' });
});
afterEach(async () => {
  await edition.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(edition.url + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${text.slice(0, 200)}`);
  await edition.settle();
  return { etag: answer.headers.get('etag') ?? '', body: JSON.parse(text) };
}

async function post(path: string, body: object, headers = {}) {
  return ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function sendErasure(email: string): Promise<string> {
  const { body } = await post('/api/requests', { email, rights: ['erasure'], language: 'en' });
  const reference: string = body.submitted[0].reference;
  const code = /\b(\d{6})\b/.exec(edition.outbox().at(-1)?.text ?? '')?.[1];
  await post('/api/verifications', { reference, code });
  return reference;
}

async function read(reference: string) {
  return (
    await ask(`/api/staff/requests/${reference}`, {
      headers: { cookie: await edition.staffCookie('officer') },
    })
  ).body;
}

async function staff(user: string, reference: string, action: string, body: object) {
  const cookie = await edition.staffCookie(user);
  const path = `/api/staff/requests/${reference}`;
  const { etag } = await ask(path, { headers: { cookie } });
  await post(`${path}/${action}`, body, { cookie, 'if-match': etag });
}

async function grantByTwo(reference: string) {
  for (const user of ['officer', 'second']) await staff(user, reference, 'decision', { decision: 'grant' });
}

async function finish(reference: string) {
  for (let round = 0; round < 14; round += 1) {
    const { status, tasks } = await read(reference);
    if (status === 'closed') return;
    for (const task of tasks)
      if (task.state === 'open')
        await staff('officer', reference, `tasks/${task.processor}`, {
          outcome: 'done',
          evidence: 'by hand',
        });
    await edition.advance('P8D');
  }
}

/** How many records a vendor holds of each address. */
async function holdings(processor: string): Promise<Record<string, number>> {
  const list: { name: string; holds: { email: string; records: number }[] }[] = (
    await ask('/local/processors.json')
  ).body;
  const holds = list.find(({ name }) => name === processor)?.holds ?? [];
  return Object.fromEntries(holds.map(({ email, records }) => [email, records]));
}

describe('after the account system came back from a backup', () => {
  it('who was erased is erased again, and everybody else is as before', async () => {
    const backup = join(dataDir, 'processors', 'account.json');
    const before = await holdings('account');
    expect(before).toHaveProperty(['ada@example.com']);

    const reference = await sendErasure('ada@example.com');
    const backupAt = new Date(edition.now()).toISOString();
    copyFileSync(backup, join(dataDir, 'account-backup.json'));
    await grantByTwo(reference);
    await edition.advance('P5D');
    expect(await holdings('account')).not.toHaveProperty(['ada@example.com']);

    await edition.stop();
    copyFileSync(join(dataDir, 'account-backup.json'), backup);
    edition = await createEdition({ dataDir });
    expect(await holdings('account')).toEqual(before);

    expect(await replayErasures(await replayPorts(), backupAt)).toEqual({ accepted: 1 });
    // The account system purges what it marked a while later.
    await edition.advance('P31D');
    const { 'ada@example.com': _, ...others } = before;
    expect(await holdings('account')).toEqual(others);
    expect(await replayErasures(await replayPorts(), backupAt)).toEqual({});
  });
});

/** The same ports that the command opens, on this edition. */
async function replayPorts() {
  const { config, secrets } = edition.processors.configFor(Number(new URL(edition.url).port));
  const enabled = enabledProcessors(config).get(account.name);
  if (!enabled) throw new Error('the account system is not there');
  // Only what these adapters read.
  const runtime = {
    env: { TABLE_NAME: resources.table, SECRETS_ID: resources.ownKeys },
    now: edition.now,
  } as unknown as Runtime;
  const dependencies = {
    http: createHttpClient({
      processor: account.name,
      origins: enabled.origins,
      limits: account.limits,
      now: edition.now,
      sleep: (ms) => sleep(ms),
      random: () => 0.5,
    }),
    now: edition.now,
    secret: async (name: string) => secrets[name] ?? '',
  };
  const key = Buffer.from((await ownKeys(runtime)()).suppression, 'base64');
  return {
    ledger: suppressionLedger.create(runtime),
    held: () => heldMailboxes(enabled.config, dependencies),
    hashOf: (address: string) => suppressionHash(key, address),
    account: await account.connect(enabled.config, dependencies),
  };
}

describe('after our own table came back from a backup', () => {
  const client = () => new DynamoDBClient({ endpoint: edition.endpoints.dynamodb, region, credentials });

  async function items(): Promise<Item[]> {
    const found: Item[] = [];
    const dynamodb = client();
    for await (const page of paginateScan({ client: dynamodb }, { TableName: resources.table }))
      found.push(...(page.Items ?? []));
    dynamodb.destroy();
    return found;
  }

  /** Makes the table hold exactly these items, as a table restored to a moment does. */
  async function restore(to: readonly Item[]): Promise<void> {
    const dynamodb = client();
    const key = ({ pk, sk }: Item) => ({ pk: pk as AttributeValue, sk: sk as AttributeValue });
    for (const item of await items())
      await dynamodb.send(new DeleteItemCommand({ TableName: resources.table, Key: key(item) }));
    for (const Item of to) await dynamodb.send(new PutItemCommand({ TableName: resources.table, Item }));
    dynamodb.destroy();
  }

  it('executions follow the rows again, the case is carried to its end once more, and nobody else is touched', async () => {
    const reference = await sendErasure('ada@example.com');
    const bystanders = await holdings('mailchimp');
    const backup = await items();
    await grantByTwo(reference);
    await edition.advance('P5D');
    expect(await holdings('mailchimp')).not.toHaveProperty(['ada@example.com']);

    await restore(backup);
    expect((await read(reference)).status).toBe('awaiting-decision');
    // The execution that went on without the row is told so at its next step; the sweep starts one for the row.
    await edition.advance('P2D');
    expect((await read(reference)).status).toBe('awaiting-decision');
    await grantByTwo(reference);
    await finish(reference);

    const { status, dispositions } = await read(reference);
    expect(status).toBe('closed');
    expect(dispositions.filter((one: { disposition: string }) => one.disposition === 'failed')).toEqual([]);
    const { 'ada@example.com': _, ...others } = bystanders;
    expect(await holdings('mailchimp')).toEqual(others);
  });
});
