// The quotas that a workflow can run into: 262,144 bytes of payload, 25,000 events of history.
import { PAYLOAD_LIMIT_BYTES } from '../../../local/stepfunctions/json.ts';
import { createDynamoStore } from '../../../local/stepfunctions/store-dynamodb.ts';
import { type Dynoxide, hasDynoxide, startDynoxide } from './dynoxide.ts';
import { branch, machine, named, play, task } from './harness.ts';

/** A string whose JSON text has exactly this many bytes. */
const textOf = (bytes: number, unit = 'x') => unit.repeat((bytes - 2) / Buffer.byteLength(unit));

describe('payloads', () => {
  const hand = (value: string) => play(machine({ T: task('give') }), {}, { give: () => value });

  test('a result just within the quota passes, its envelope aside', async () => {
    const { execution } = await play(
      machine({
        T: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:give',
          End: true,
        },
      }),
      {},
      { give: () => textOf(PAYLOAD_LIMIT_BYTES) },
    );
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('one byte more is States.DataLimitExceeded', async () => {
    const { execution, lines } = await hand(textOf(PAYLOAD_LIMIT_BYTES + 1));
    expect(execution.failure).toEqual({
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'invoke' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    expect(lines.slice(2)).toEqual(['3<2 TaskScheduled', '4<3 TaskStarted', '5<4 ExecutionFailed']);
  });

  test('bytes are counted in UTF-8, not characters', async () => {
    const within = { Type: 'Pass', Output: { a: '{% $states.input %}' }, End: true };
    // 87,378 characters of three bytes each, and 9 bytes of quotes, key and braces around them.
    const just = textOf(262_136, '€');
    const big = await play(machine({ P: within }), just);
    expect(big.execution.status).toBe('SUCCEEDED');
    const bigger = await play(
      machine({ P: { ...within, Output: { ab: '{% $states.input %}' } } }),
      `${just}xx`,
    );
    expect(bigger.execution.failure?.error).toBe('States.DataLimitExceeded');
  });

  test('States.ALL neither retries nor catches it; its own name does', async () => {
    const all = await play(
      machine({
        T: task('give', {
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }],
          Next: 'S',
        }),
        S: { Type: 'Succeed' },
      }),
      {},
      { give: () => textOf(PAYLOAD_LIMIT_BYTES + 1) },
    );
    expect(all.execution.failure?.error).toBe('States.DataLimitExceeded');
    expect(all.calls).toHaveLength(1);
    const own = await play(
      machine({
        T: task('give', { Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'S' }], Next: 'S' }),
        S: { Type: 'Succeed', Output: 'caught' },
      }),
      {},
      { give: () => textOf(PAYLOAD_LIMIT_BYTES + 1) },
    );
    expect(own.execution.output).toBe('caught');
  });

  test('an expression, a variable, Arguments and the results of a Map count as well', async () => {
    const half = textOf(PAYLOAD_LIMIT_BYTES / 2);
    const twice = '{% [$states.input, $states.input, 1] %}';
    const failure = async (definition: unknown) =>
      (await play(definition, half, {})).execution.failure?.error;
    expect(await failure(machine({ P: { Type: 'Pass', Output: twice, End: true } }))).toBe(
      'States.DataLimitExceeded',
    );
    expect(await failure(machine({ P: { Type: 'Pass', Assign: { a: twice }, End: true } }))).toBe(
      'States.DataLimitExceeded',
    );
    expect(
      await failure(machine({ T: { ...task('give'), Arguments: { FunctionName: 'give', Payload: twice } } })),
    ).toBe('States.DataLimitExceeded');
    expect(
      await failure(
        machine({
          M: {
            Type: 'Map',
            Items: [1, 2],
            ItemSelector: '{% $states.input %}',
            ItemProcessor: branch({ S: { Type: 'Succeed' } }),
            Output: 'small',
            End: true,
          },
        }),
      ),
    ).toBe('States.DataLimitExceeded');
  });

  test('input beyond the quota is refused at the start, and nothing is stored', async () => {
    const { engine } = await play(machine({ S: { Type: 'Succeed' } }));
    const input = JSON.stringify(textOf(PAYLOAD_LIMIT_BYTES + 1));
    await expect(engine.startExecution({ machine: 'played', name: 'two', input })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    expect((await engine.listExecutions('played', undefined, 10)).items).toHaveLength(1);
  });
});

describe('history', () => {
  test('an endless loop ends at event 25,000 with States.Runtime, which nothing catches', async () => {
    const { execution, engine } = await play(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })],
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }],
          Next: 'S',
        },
        S: { Type: 'Succeed' },
      }),
    );
    expect(execution.failure).toEqual({
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    const [last, before] = (await engine.history(execution.arn, 2, true)).items;
    expect(last).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    expect(before?.id).toBe(24_999);
    await expect(engine.redriveExecution(execution.arn)).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
    });
  });

  test('so does endless retrying', async () => {
    const { execution, calls } = await play(
      machine({
        T: task('work', {
          Retry: [{ ErrorEquals: ['E'], MaxAttempts: 99_999_999, BackoffRate: 1 }],
          End: true,
        }),
      }),
      {},
      {
        work: () => {
          throw named('E');
        },
      },
    );
    expect(execution.failure?.error).toBe('States.Runtime');
    expect(calls.length).toBe(Math.floor((24_999 - 2) / 3));
  });

  test('without history the ids still count', async () => {
    const looped = await play(machine({ A: { Type: 'Pass', Next: 'A' } }), {}, {}, { history: false });
    expect(looped.execution.failure?.error).toBe('States.Runtime');
    expect(looped.execution.lastEventId).toBe(25_000);
    expect(looped.events).toEqual([]);
  });
});

(hasDynoxide ? describe : describe.skip)('payloads on DynamoDB, whose items hold 400 KB', () => {
  let server: Dynoxide;
  beforeAll(async () => {
    server = await startDynoxide();
  });
  afterAll(() => server.stop());

  test('states and events far beyond one item are stored in parts and read back whole', async () => {
    const store = createDynamoStore({ client: server.client(), tableName: 'large' });
    const unit = 'ä€😀';
    const text = unit.repeat(25_000);
    const { execution, engine } = await play(
      machine({
        A: { Type: 'Pass', Assign: { a: '{% $states.input %}' }, Next: 'B' },
        B: { Type: 'Pass', Assign: { b: '{% $states.input %}' }, Next: 'C' },
        C: { Type: 'Pass', Assign: { c: '{% $states.input %}' }, Next: 'T' },
        T: task('echo', {
          Output: '{% $a = $b and $b = $c and $c = $states.result.Payload.value %}',
          End: true,
        }),
      }),
      text,
      { echo: (payload) => payload },
      { store },
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: true });
    const forward = (await engine.history(execution.arn, 1000)).items;
    const backward = (await engine.history(execution.arn, 1000, true)).items;
    expect(forward).toEqual(backward.toReversed());
    expect(forward[1]?.stateEnteredEventDetails).toMatchObject({ input: JSON.stringify(text) });
  });

  test('what no transaction can hold fails the execution, instead of stopping the engine', async () => {
    const store = createDynamoStore({ client: server.client(), tableName: 'too-large' });
    const states = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `P${i}`,
        { Type: 'Pass', Assign: { [`v${i}`]: '{% $states.input %}' }, Next: i < 19 ? `P${i + 1}` : 'S' },
      ]),
    );
    const { execution } = await play(
      machine({ ...states, S: { Type: 'Succeed' } }),
      'x'.repeat(260_000),
      {},
      { store },
    );
    expect(execution.failure?.error).toBe('States.Runtime');
  });
});
