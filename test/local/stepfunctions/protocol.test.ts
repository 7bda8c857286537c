// The API as @aws-sdk/client-sfn sees it, with nothing changed but the endpoint.
import type { Server } from 'node:http';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createEngine, type Engine } from '../../../local/stepfunctions/engine.ts';
import { createProtocol, type Protocol } from '../../../local/stepfunctions/protocol.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';
import {
  ask,
  type Clock,
  createClock,
  inProcess,
  machine,
  named,
  repeatable,
  START,
  task,
} from './harness.ts';

const PLACE = 'arn:aws:states:eu-central-1:000000000000';
const arnOf = (name: string) => `${PLACE}:stateMachine:${name}`;
const executionOf = (machineName: string, name: string) => `${PLACE}:execution:${machineName}:${name}`;

const machines = {
  echo: machine({ T: task('echo') }, { Comment: 'echoes' }),
  asks: machine({ T: ask('ask', { HeartbeatSeconds: 60, End: true }) }),
  fails: machine({ F: { Type: 'Fail', Error: 'No', Cause: 'never' } }),
  recovers: machine({ T: task('second') }),
  starts: machine({
    One: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: { StateMachineArn: arnOf('echo'), Name: '{% $states.input.name %}', Input: { n: 1 } },
      Output: '{% $states.result %}',
      Catch: [
        { ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], Output: 'exists', Next: 'Two' },
      ],
      Next: 'Two',
    },
    Two: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
      Arguments: {
        StateMachineArn: arnOf('echo'),
        Name: '{% $states.context.Execution.Input.name %}',
        Input: '{"n":2}',
      },
      Catch: [
        {
          ErrorEquals: ['Sfn.ExecutionAlreadyExistsException'],
          Output: ['{% $states.input %}', 'exists'],
          Next: 'End',
        },
      ],
      Next: 'End',
    },
    End: { Type: 'Succeed' },
  }),
};

describe('the Step Functions API', () => {
  let clock: Clock;
  let engine: Engine;
  let protocol: Protocol;
  let server: Server;
  let client: SFNClient;
  let tokens: string[];

  beforeEach(async () => {
    clock = createClock();
    tokens = [];
    engine = createEngine({
      machines,
      invoke: inProcess(
        {
          echo: (payload) => payload,
          ask: ({ token }) => tokens.push(String(token)),
          second: (_, call) => {
            if (call === 1) throw named('First');
            return 'second';
          },
        },
        clock,
      ),
      clock,
      store: createMemoryStore(),
      random: repeatable(),
    });
    protocol = createProtocol(engine, { clock });
    server = protocol.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    client = new SFNClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await engine.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const start = (name: string, machineName = 'echo', input = '{"a":1}') =>
    client.send(new StartExecutionCommand({ stateMachineArn: arnOf(machineName), name, input }));

  test('start, describe and history of an execution', async () => {
    const { executionArn, startDate } = await start('one');
    expect(executionArn).toBe(executionOf('echo', 'one'));
    expect(startDate).toEqual(new Date(START));
    await engine.idle();
    clock.at += 1_500;
    const { $metadata, ...described } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect($metadata.httpStatusCode).toBe(200);
    expect(described).toEqual({
      executionArn,
      stateMachineArn: arnOf('echo'),
      name: 'one',
      status: 'SUCCEEDED',
      startDate: new Date(START),
      stopDate: new Date(START),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events[0]).toEqual({
      id: 1,
      previousEventId: 0,
      timestamp: new Date(START),
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::000000000000:role/local',
      },
    });
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'eu-central-1',
      parameters: '{"FunctionName":"echo","Payload":{"a":1}}',
    });
    expect(events.at(-1)).toMatchObject({
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output: '{"a":1}' },
    });
  });

  test('history in pages, in reverse, and without data', async () => {
    const { executionArn = '' } = await start('one');
    await engine.idle();
    const ids: (number | undefined)[] = [];
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 2 }, { executionArn })) {
      ids.push(...(page.events ?? []).map(({ id }) => id));
    }
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const reversed = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: 2,
        includeExecutionData: false,
      }),
    );
    expect(reversed.events?.map(({ id }) => id)).toEqual([7, 6]);
    expect(reversed.events?.[0]?.executionSucceededEventDetails).toEqual({});
    expect(reversed.events?.[1]?.stateExitedEventDetails).toEqual({ name: 'T' });
    expect(reversed.nextToken).toBeDefined();
  });

  test('the same name with the same input is the same execution while it runs, and taken for ever after', async () => {
    const first = await start('one', 'asks');
    clock.at += 5_000;
    const again = await start('one', 'asks', '{ "a": 1 }');
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(start('one', 'asks', '{"a":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
    });
    await engine.idle();
    await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' }));
    await expect(start('one', 'asks')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(tokens).toHaveLength(1);
  });

  test('without a name each start is an execution of its own', async () => {
    const stateMachineArn = arnOf('echo');
    const one = await client.send(new StartExecutionCommand({ stateMachineArn }));
    const two = await client.send(new StartExecutionCommand({ stateMachineArn }));
    expect(one.executionArn).not.toBe(two.executionArn);
    await engine.idle();
    const { input } = await client.send(new DescribeExecutionCommand({ executionArn: one.executionArn }));
    expect(input).toBe('{}');
  });

  test('versions and aliases in the ARN of the machine', async () => {
    const stateMachineArn = `${arnOf('echo')}:live`;
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'aliased' }),
    );
    await client.send(
      new StartExecutionCommand({ stateMachineArn: `${arnOf('echo')}:3`, name: 'versioned' }),
    );
    await engine.idle();
    expect(executionArn).toBe(executionOf('echo', 'aliased'));
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      stateMachineArn: arnOf('echo'),
      stateMachineAliasArn: stateMachineArn,
    });
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn: arnOf('echo') }));
    expect(executions).toMatchObject([
      { name: 'versioned', stateMachineArn: arnOf('echo'), stateMachineVersionArn: `${arnOf('echo')}:3` },
      { name: 'aliased', stateMachineArn: arnOf('echo'), stateMachineAliasArn: stateMachineArn },
    ]);
  });

  test('lists by status and in pages, the latest first', async () => {
    for (const name of ['a', 'b', 'c']) {
      await start(name, 'asks');
      clock.at += 1_000;
    }
    await client.send(new StopExecutionCommand({ executionArn: executionOf('asks', 'b') }));
    const stateMachineArn = arnOf('asks');
    const running = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );
    expect(running.executions?.map(({ name }) => name)).toEqual(['c', 'a']);
    const first = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 2 }));
    const second = await client.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 2, nextToken: first.nextToken }),
    );
    expect(first.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    expect(second.executions?.map(({ name }) => name)).toEqual(['a']);
    expect(second.nextToken).toBeUndefined();
    await expect(
      client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: 'nonsense' })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('tokens: success, failure, heartbeat, and every way to be wrong', async () => {
    await start('one', 'asks');
    await start('two', 'asks');
    await engine.idle();
    const [one, two] = tokens;
    await client.send(new SendTaskHeartbeatCommand({ taskToken: one }));
    await client.send(new SendTaskFailureCommand({ taskToken: two, error: 'Refused', cause: 'why' }));
    expect(
      await client.send(new DescribeExecutionCommand({ executionArn: executionOf('asks', 'two') })),
    ).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: 'why',
      redriveStatus: 'REDRIVABLE',
    });
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: one, output: 'no json' })),
    ).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    await client.send(new SendTaskSuccessCommand({ taskToken: one, output: '{"yes":true}' }));
    const { output } = await client.send(
      new DescribeExecutionCommand({ executionArn: executionOf('asks', 'one') }),
    );
    expect(output).toBe('{"yes":true}');

    const sendAgain = (taskToken: string | undefined) =>
      client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(sendAgain(one)).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    await expect(sendAgain('nonsense')).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(client.send(new SendTaskHeartbeatCommand({ taskToken: two }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    const elsewhere = Buffer.from(
      Buffer.from(one ?? '', 'base64url')
        .toString()
        .replace(':one"', ':none"'),
    ).toString('base64url');
    await expect(sendAgain(elsewhere)).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  test('a token cannot be made up: the secret part is checked', async () => {
    await start('one', 'asks');
    await engine.idle();
    const token = JSON.parse(Buffer.from(tokens[0] ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...token, n: 'guess' })).toString('base64url');
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: forged, output: '{}' })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('an answer that comes from inside the call counts, and the end of the call changes nothing', async () => {
    const inside = createEngine({
      machines: { asks: machines.asks },
      invoke: async (_, payload) => {
        const { token } = payload as { token: string };
        await inside.sendTaskSuccess(token, '"at once"');
        return 'ignored';
      },
      clock,
      store: createMemoryStore(),
      random: repeatable(),
    });
    const { executionArn } = await inside.startExecution({ machine: 'asks' });
    await inside.idle();
    expect(await inside.describeExecution(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: 'at once',
    });
  });

  test('stop ends an execution once; its token is dead', async () => {
    const { executionArn } = await start('one', 'asks');
    await engine.idle();
    clock.at += 2_000;
    const stop = new StopExecutionCommand({ executionArn, error: 'E', cause: 'c' });
    const { stopDate } = await client.send(stop);
    expect(stopDate).toEqual(new Date(START + 2_000));
    clock.at += 2_000;
    expect((await client.send(stop)).stopDate).toEqual(stopDate);
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'c',
    });
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'E', cause: 'c' },
    });
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' })),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('redrive', async () => {
    const { executionArn } = await start('one', 'recovers');
    await engine.idle();
    clock.at += 3_000;
    const { redriveDate } = await client.send(new RedriveExecutionCommand({ executionArn }));
    expect(redriveDate).toEqual(new Date(START + 3_000));
    await engine.idle();
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'SUCCEEDED',
      output: '"second"',
      redriveCount: 1,
      redriveDate: new Date(START + 3_000),
    });
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  test('executions start executions, and both integrations name a taken name their own way', async () => {
    const { executionArn } = await start('parent', 'starts', '{"name":"fresh"}');
    await engine.idle();
    const first = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(JSON.parse(first.output ?? '')).toMatchObject([
      { ExecutionArn: executionOf('echo', 'fresh') },
      'exists',
    ]);
    const child = await client.send(
      new DescribeExecutionCommand({ executionArn: executionOf('echo', 'fresh') }),
    );
    expect(child).toMatchObject({ status: 'SUCCEEDED', input: '{"n":1}' });
    const again = await start('other', 'starts', '{"name":"fresh"}');
    await engine.idle();
    const second = await client.send(new DescribeExecutionCommand({ executionArn: again.executionArn }));
    expect(JSON.parse(second.output ?? '')).toEqual(['exists', 'exists']);
  });

  test('the machines', async () => {
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map(({ name }) => name)).toEqual(Object.keys(machines));
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arnOf('echo') }));
    expect(described).toMatchObject({
      name: 'echo',
      status: 'ACTIVE',
      type: 'STANDARD',
      description: 'echoes',
    });
    expect(JSON.parse(described.definition ?? '')).toEqual(machines.echo);
  });

  const wrong: [string, () => Promise<unknown>, string][] = [
    ['no such machine', () => start('one', 'none'), 'StateMachineDoesNotExist'],
    [
      'no ARN',
      () => client.send(new StartExecutionCommand({ stateMachineArn: 'arn:aws:s3:::x' })),
      'InvalidArn',
    ],
    ['a name with a space', () => start('a b'), 'InvalidName'],
    ['a name of 81 characters', () => start('x'.repeat(81)), 'InvalidName'],
    ['input that is not JSON', () => start('one', 'echo', 'a: 1'), 'InvalidExecutionInput'],
    [
      'no such execution',
      () => client.send(new DescribeExecutionCommand({ executionArn: executionOf('echo', 'none') })),
      'ExecutionDoesNotExist',
    ],
    [
      'no execution ARN',
      () => client.send(new StopExecutionCommand({ executionArn: arnOf('echo') })),
      'InvalidArn',
    ],
    [
      'history of none',
      () => client.send(new GetExecutionHistoryCommand({ executionArn: executionOf('echo', 'none') })),
      'ExecutionDoesNotExist',
    ],
    [
      'a page too large',
      () => client.send(new ListExecutionsCommand({ stateMachineArn: arnOf('echo'), maxResults: 1001 })),
      'ValidationException',
    ],
    [
      'a cause too long',
      () =>
        client.send(
          new StopExecutionCommand({ executionArn: executionOf('echo', 'none'), cause: 'x'.repeat(32_769) }),
        ),
      'ValidationException',
    ],
  ];
  test.each(wrong)('%s', async (_, send, name) => {
    await expect(send()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test('the input itself is never in an error message', async () => {
    await expect(start('one', 'echo', 'ada@example.com')).rejects.not.toThrow(/ada@example/);
  });

  test('the wire: error type in header and body, unknown operations, bodies that are no JSON object', async () => {
    const request = (target: string | undefined, body: string) => protocol.handleRequest({ target, body });
    const missing = await request('AWSStepFunctions.DescribeExecution', '{}');
    expect(missing.status).toBe(400);
    expect(missing.headers['x-amzn-errortype']).toBe('ValidationException');
    expect(JSON.parse(missing.body)).toMatchObject({
      __type: 'ValidationException',
      message: expect.stringContaining('executionArn'),
    });
    expect(JSON.parse((await request('AWSStepFunctions.CreateStateMachine', '{}')).body).__type).toBe(
      'UnknownOperationException',
    );
    expect(JSON.parse((await request('AWSStepFunctions.toString', '{}')).body).__type).toBe(
      'UnknownOperationException',
    );
    expect(JSON.parse((await request(undefined, '{}')).body).__type).toBe('UnknownOperationException');
    expect(JSON.parse((await request('AWSStepFunctions.ListStateMachines', '[')).body).__type).toBe(
      'SerializationException',
    );
    expect(JSON.parse((await request('AWSStepFunctions.ListStateMachines', '[]')).body).__type).toBe(
      'SerializationException',
    );
    const wrongType = await request(
      'AWSStepFunctions.StartExecution',
      JSON.stringify({ stateMachineArn: 1 }),
    );
    expect(JSON.parse(wrongType.body).__type).toBe('SerializationException');
  });

  test('a body beyond a megabyte is refused', async () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: 'x'.repeat(1_100_000),
    });
    expect(answer.status).toBe(413);
    await answer.arrayBuffer();
  });
});
