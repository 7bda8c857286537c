import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { createEdition, type EditionOptions } from '../../local/edition.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';
import { productFunctions } from '../../local/product-functions.ts';
import { resources } from '../../local/world.ts';
import { type Operator, operatorOf } from './operator.ts';

/* The simulated operator again, for what goes wrong in the engine, the table, the queues and among people. */

jest.setTimeout(120_000);

let operator: Operator;
let dataDir: string;

async function begin(options: Partial<EditionOptions> = {}) {
  dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-operator-'));
  const startAt = '2026-03-05T09:00:00.000Z';
  operator = operatorOf(
    await createEdition({ dataDir, startAt, functions: productFunctions, ...options }),
    dataDir,
  );
}
afterEach(async () => {
  await operator.edition.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function undecided(right = 'restriction'): Promise<string> {
  const reference = await operator.submit('ada@example.com', right);
  expect(await operator.verify(reference)).toBe(200);
  return reference;
}

async function inspect(reference: string) {
  const { code, out } = await operator.ops('inspect', reference);
  expect(code).toBe(0);
  return JSON.parse(out);
}

/** Ends the case's execution as somebody in the console would. */
async function abort(reference: string): Promise<void> {
  const arn = stateMachineArn(machineNames.rightsRequest).replace(':stateMachine:', ':execution:');
  await new SFNClient({}).send(new StopExecutionCommand({ executionArn: `${arn}:${reference}` }));
  await operator.edition.settle();
}

describe('execution failed', () => {
  it('F10 rings when a waiting execution is stopped; the next sweep takes the case up, days before its wait would end', async () => {
    await begin();
    const reference = await undecided();
    await operator.wait(30);
    expect(operator.state('rights-request-failed')).toBe('OK');
    const planned = (await inspect(reference)).lookAt;
    expect(Date.parse(planned) - operator.edition.now()).toBeGreaterThan(6 * 86_400_000);

    const since = operator.edition.now();
    await abort(reference);
    await operator.wait(5);
    expect(operator.rangSince('rights-request-failed', since)).toBe(true);
    expect((await inspect(reference)).execution).toMatchObject({
      number: 2,
      state: 'running',
      waitsFor: ['decision'],
    });
    expect(operator.edition.outbox({ to: 'ada@example.com' }).map(({ letter }) => letter)).toEqual([
      'receipt',
    ]);
    await operator.wait(15);
    expect(operator.state('rights-request-failed')).toBe('OK');
  });

  it('goes on at the state that failed when the operator redrives before the sweep comes', async () => {
    await begin();
    const reference = await undecided();
    await operator.wait(10);
    await abort(reference);
    const { code, out } = await operator.ops('redrive', reference);
    expect([code, JSON.parse(out)]).toEqual([0, { reference, redrivenAt: expect.any(String) }]);
    await operator.edition.settle();
    await operator.wait(10);
    expect((await inspect(reference)).execution).toMatchObject({ number: 1, state: 'running' });
  });

  it('says nothing of an execution that ended as it should, and wakes no case that has moved on', async () => {
    await begin();
    const reference = await undecided();
    await abort(reference);
    await operator.wait(10);
    const { lookAt, execution } = await inspect(reference);
    expect(execution.number).toBe(2);
    const detail = { status: 'ABORTED', name: reference };
    expect(await operator.edition.invoke('execution-ended', { detail })).toEqual({ broughtForward: false });
    expect((await inspect(reference)).lookAt).toBe(lookAt);
    const newer = { status: 'ABORTED', name: `${reference}.2` };
    expect(await operator.edition.invoke('execution-ended', { detail: newer })).toEqual({
      broughtForward: true,
    });
    for (const name of ['../..', reference.slice(1), `${reference}.x`, ''])
      await expect(
        operator.edition.invoke('execution-ended', { detail: { status: 'FAILED', name } }),
      ).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('stuck requests', () => {
  it('F23 F30 rings for a row that a newer version wrote, looks after all others meanwhile, and ends once it can be read', async () => {
    await begin();
    const reference = await undecided();
    const other = await operator.submit('lin@example.com', 'restriction');
    const client = new DynamoDBClient({ endpoint: operator.edition.endpoints.dynamodb });
    const place = { TableName: resources.table, Key: { pk: { S: `R#${reference}` }, sk: { S: 'ROW' } } };
    const { Item = {} } = await client.send(new GetItemCommand(place));
    const newer = { ...JSON.parse(Item.j?.S ?? ''), status: 'pondering' };
    const lookAt = { S: `${new Date(operator.edition.now()).toISOString()}#${reference}` };
    await client.send(
      new PutItemCommand({
        TableName: resources.table,
        Item: { ...Item, lookAt, j: { S: JSON.stringify(newer) } },
      }),
    );
    await operator.wait(150);
    expect(operator.state('stuck-requests')).toBe('ALARM');
    expect(operator.state('sweep-silent')).toBe('OK');
    expect((await inspect(other)).execution.state).toBe('running');

    // Runbook: the line of the log has the reference, and the command says of which kind the trouble is.
    expect(operator.edition.logLines().join('\n')).toContain(
      `"requestId":"${reference}","error":"UnknownShape"`,
    );
    const { code, out } = await operator.ops('inspect', reference, '--events');
    expect([code, out]).toEqual([1, expect.stringContaining('UnknownShape')]);
    await client.send(new PutItemCommand({ TableName: resources.table, Item }));
    client.destroy();
    expect((await operator.ops('restart', reference)).code).toBe(0);
    await operator.wait(240);
    expect(operator.state('stuck-requests')).toBe('OK');
    expect((await inspect(reference)).execution.state).toBe('running');
  });
});

describe('dead letters', () => {
  it('rings for news of a mail that no try could handle, and the task that it means is raised once it is handed over again', async () => {
    let broken = true;
    await begin({
      around: (call, proceed) => {
        if (broken && call.function === 'mail-events') throw new Error('broken');
        return proceed();
      },
    });
    operator.edition.mailWorld.script({ event: 'bounce' });
    const reference = await operator.submit('ada@example.com', 'access');
    await operator.wait(15);
    expect(operator.state('dead-letters-mail-events-dead')).toBe('ALARM');

    broken = false;
    const waiting = operator.edition.deliveries.dead().length;
    expect(await operator.edition.deliveries.redrive()).toBe(waiting);
    await operator.wait(10);
    expect(operator.state('dead-letters-mail-events-dead')).toBe('OK');
    expect((await inspect(reference)).letters).toContainEqual(expect.objectContaining({ state: 'bounced' }));
  });
});

describe('what waits for people', () => {
  async function workOff(reference: string): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      const open = (await operator.read(reference)).tasks.find((task) => task.state === 'open');
      if (!open) return;
      const done = { outcome: 'done', evidence: 'done in the console', operation: open.operation };
      await operator.staff('officer', reference, `tasks/${open.processor}`, done);
    }
  }

  it('old task and forecast late: a case that nobody works on is foretold and named before it is late; done, both end', async () => {
    await begin();
    const reference = await undecided();
    // Promised for 5 April: within five days of it an undecided case is expected to be late.
    await operator.edition.advanceTo('2026-04-01T12:00:00.000Z');
    await operator.wait(35);
    expect(operator.state('forecast-late')).toBe('ALARM');
    expect(operator.state('overdue-requests')).toBe('OK');
    expect(operator.state('old-task')).toBe('ALARM');

    await operator.staff('officer', reference, 'decision', { decision: 'grant' });
    await workOff(reference);
    await operator.wait(45);
    expect(['answered', 'closed']).toContain((await inspect(reference)).status);
    expect(operator.state('forecast-late')).toBe('OK');
    expect(operator.state('old-task')).toBe('OK');
  });

  it('old task: one that waits long before its case is due is found as well', async () => {
    await begin();
    const reference = await undecided('consent-withdrawal');
    await operator.edition.advance('P6D');
    await operator.wait(20);
    expect(operator.state('forecast-late')).toBe('OK');
    expect(operator.state('old-task')).toBe('ALARM');
    await workOff(reference);
    await operator.wait(90);
    expect(operator.state('old-task')).toBe('OK');
  });

  it('lie detected: a vendor that says done and keeps the data rings; done by hand, the alarm has ended', async () => {
    await begin();
    const since = operator.edition.now();
    await fetch(`${operator.edition.url}/local/processors/mailchimp/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lie: true, times: 'forever' }),
    });
    const reference = await undecided('consent-withdrawal');
    await operator.wait(60);
    expect(operator.rangSince('lie-detected', since)).toBe(true);
    await operator.wait(60);
    expect(operator.state('lie-detected')).toBe('OK');
    expect((await operator.read(reference)).tasks).toContainEqual(
      expect.objectContaining({ processor: 'mailchimp' }),
    );
  });
});
