import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { store } from '../../functions/adapters/dynamodb/store.ts';
import { engine } from '../../functions/adapters/sfn/engine.ts';
import { executionArn, executionName } from '../../functions/adapters/sfn/execution-names.ts';
import type { Runtime } from '../../functions/runtime/lambda.ts';
import {
  beforeVersions,
  inspect,
  type MovePorts,
  move,
  moveAll,
  versionsInUse,
} from '../../local/commands/operations.ts';
import { machineNames, productMachines, stateMachineArn, substituted } from '../../local/machines.ts';
import { resources } from '../../local/world.ts';
import { versions } from '../../workflows/versions.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { definitionsOf } from './histories.ts';
import { carry, journeys } from './journeys.ts';

/* Executions of the versions before this one, on the functions of today: what a deploy with open cases comes to. */

const requestArn = stateMachineArn(machineNames.rightsRequest);
const newest = versions.at(-1)?.version ?? '';
const older = versions.filter(({ version, openCases }) => version !== newest && openCases === 'finish');

const machinesOf = (version: string) => ({
  ...productMachines(),
  ...Object.fromEntries(
    Object.entries(definitionsOf(version)).map(([name, definition]) => [name, substituted(definition)]),
  ),
});

function operator(desk: Desk): MovePorts {
  const runtime = {
    env: { TABLE_NAME: resources.table, RIGHTS_REQUEST_ARN: requestArn, SLA_CLOCK_ARN: requestArn },
  } as unknown as Runtime;
  return {
    store: store.create(runtime),
    engine: engine.create(runtime),
    now: desk.edition.now,
    async stop(id, executions) {
      const arn = executionArn(requestArn, executionName(id, executions));
      await new SFNClient({}).send(new StopExecutionCommand({ executionArn: arn }));
      return 'stopped';
    },
  };
}

const letters = (desk: Desk, reference: string) =>
  desk.edition
    .outbox()
    .filter((mail) => mail.reference === reference)
    .map((mail) => mail.letter);

jest.setTimeout(120_000);

test('the versions before this one are on the list as long as cases may run on them', () => {
  expect(older.length).toBeGreaterThanOrEqual(1);
});

describe.each(older)('with cases open on version $version', ({ version }) => {
  let dataDir: string;
  let desk: Desk;
  const open = async (machines: Record<string, unknown>) => {
    desk = await openDesk({ dataDir, machines });
  };
  const deploy = async () => {
    await desk.stop();
    await open({ ...productMachines() });
  };

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-upgrade-'));
    await open(machinesOf(version));
  });
  afterEach(async () => {
    await desk.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function undecided(email = 'ada@example.com') {
    const { body } = await desk.submit({ email, rights: ['erasure'], language: 'en' });
    const reference = body.submitted[0]?.reference ?? '';
    await desk.verify(reference);
    return reference;
  }

  it.each(['access', 'objection', 'vendor-fails', 'letter-fails', 'never-confirmed'])(
    'F29 %s comes to its end on the old definition with the functions of today',
    async (name) => {
      const journey = journeys[name];
      if (!journey) throw new Error(`no journey ${name}`);
      const reference = await journey(desk, async () => undefined);
      const { status, execution } = await inspect(operator(desk), reference);
      expect({ status, state: execution.state }).toEqual({ status: 'closed', state: 'ended' });
    },
  );

  it('F29 a deploy in the middle lets a case finish on the definition it began with, and new ones begin on the new', async () => {
    const reference = await undecided();
    const before = (await inspect(operator(desk), reference)).execution;
    await deploy();
    const fresh = await undecided('lin@example.com');
    expect((await inspect(operator(desk), fresh)).execution.version).toBe(newest);
    expect((await inspect(operator(desk), reference)).execution).toEqual(before);
    const counted = await versionsInUse(operator(desk), versions);
    expect(counted).toContainEqual({ version: newest, openCases: 'finish', newest: true, open: 1 });
    expect(counted).toContainEqual(expect.objectContaining({ version: before.version, open: 1 }));

    await carry(desk, reference, async () => undefined);
    const after = await inspect(operator(desk), reference);
    expect(after).toMatchObject({ status: 'closed', execution: { number: 1, version: before.version } });
    expect(letters(desk, reference).filter((letter) => letter === 'receipt')).toHaveLength(1);
    expect(
      (await versionsInUse(operator(desk), versions)).find((one) => one.version === before.version)?.open ??
        0,
    ).toBe(0);
  });

  it('F28 a case that must not stay moves from its row, does nothing twice and says where it runs', async () => {
    const reference = await undecided();
    await deploy();
    const ports = operator(desk);
    const from = (await inspect(ports, reference)).execution.version;
    expect(await moveAll(ports, new Set([from]))).toEqual({ moved: 1 });
    await desk.edition.settle();
    expect((await inspect(ports, reference)).execution).toMatchObject({
      number: 2,
      state: 'running',
      version: newest,
      waitsFor: ['decision'],
    });
    expect(await moveAll(ports, new Set([from]))).toEqual({});

    await carry(desk, reference, async () => undefined);
    expect((await inspect(ports, reference)).status).toBe('closed');
    const told = letters(desk, reference);
    expect(told.filter((letter) => letter === 'receipt')).toHaveLength(1);
    expect(told.filter((letter) => letter === 'answer')).toHaveLength(1);
    const { body } = await desk.staff().get(`/requests/${reference}`);
    expect(body.machineVersion).toBe(newest);
    expect(await move(ports, reference)).toBe('resting');
  });
});

test('a case from before versions were recorded is counted as such', async () => {
  const rows = [
    { machineVersion: undefined },
    { machineVersion: newest },
    { machineVersion: 'f'.repeat(12) },
  ];
  const counted = await versionsInUse(
    { store: { open: async () => ({ items: rows }) } as unknown as MovePorts['store'] },
    versions,
  );
  expect(counted).toContainEqual({ version: beforeVersions, openCases: 'unlisted', newest: false, open: 1 });
  expect(counted).toContainEqual({ version: 'f'.repeat(12), openCases: 'unlisted', newest: false, open: 1 });
  expect(counted.find((one) => one.newest)).toEqual({
    version: newest,
    openCases: 'finish',
    newest: true,
    open: 1,
  });
});
