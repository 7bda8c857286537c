// RedriveExecution: the unsuccessful part again, with its input, the rest untouched (Guide, Redriving executions).
import { createEngine } from '../../../local/stepfunctions/engine.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';
import {
  ask,
  branch,
  type Call,
  createClock,
  DAY,
  type Functions,
  inProcess,
  line,
  machine,
  named,
  repeatable,
  runAll,
  type States,
  task,
} from './harness.ts';

async function failedOnce(
  states: States,
  functions: Functions,
  top: Record<string, unknown> = {},
  input: unknown = {},
) {
  const clock = createClock();
  const calls: Call[] = [];
  const engine = createEngine({
    machines: { m: machine(states, top) },
    invoke: inProcess(functions, clock, calls),
    clock,
    store: createMemoryStore({ copies: true }),
    random: repeatable(),
  });
  const { executionArn: arn } = await engine.startExecution({
    machine: 'm',
    name: 'one',
    input: JSON.stringify(input),
  });
  await runAll(engine, clock);
  return {
    engine,
    clock,
    calls,
    arn,
    describe: () => engine.describeExecution(arn),
    redrive: async () => {
      const answer = await engine.redriveExecution(arn);
      await runAll(engine, clock);
      return answer;
    },
    lines: async () => (await engine.history(arn, 1000)).items.map(line),
  };
}

const failsFirst: Functions = {
  work: (payload, call) => {
    if (call === 1) throw named('Broken');
    return payload;
  },
};

describe('redrive', () => {
  test('runs the failed Task again, with its input and variables, and nothing before it', async () => {
    const run = await failedOnce(
      {
        A: task('before', { Assign: { kept: 7 }, Output: { n: 1 }, Next: 'B' }),
        B: task('work', {
          Output: '{% [$states.result.Payload, $kept, $states.context.Execution.RedriveCount] %}',
          End: true,
        }),
      },
      { ...failsFirst, before: () => null },
    );
    expect(await run.describe()).toMatchObject({ status: 'FAILED', failure: { error: 'Broken' } });
    run.clock.at += DAY;
    await run.redrive();
    const end = await run.describe();
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: [{ n: 1 }, 7, 1], redriveCount: 1 });
    expect(end.failure).toBeUndefined();
    expect(run.calls.map(({ name }) => name)).toEqual(['before', 'work', 'work']);
    expect((await run.lines()).slice(7)).toEqual([
      '8<7 TaskScheduled',
      '9<8 TaskStarted',
      '10<9 TaskFailed',
      '11<10 ExecutionFailed',
      '12<11 ExecutionRedriven',
      '13<12 TaskScheduled',
      '14<13 TaskStarted',
      '15<14 TaskSucceeded',
      '16<15 TaskStateExited B',
      '17<16 ExecutionSucceeded',
    ]);
  });

  test('of a Map only the iterations that failed or were abandoned', async () => {
    const run = await failedOnce(
      {
        M: {
          Type: 'Map',
          Items: ['a', 'b', 'c', 'd'],
          MaxConcurrency: 2,
          ItemProcessor: branch({ T: task('look') }),
          End: true,
        },
      },
      {
        look: ({ value }, call) => {
          if (value === 'b' && call < 4) throw named('Broken');
          return value;
        },
      },
    );
    expect((await run.describe()).status).toBe('FAILED');
    const before = run.calls.length;
    await run.redrive();
    expect(await run.describe()).toMatchObject({ status: 'SUCCEEDED', output: ['a', 'b', 'c', 'd'] });
    const again = run.calls.slice(before).map(({ payload }) => payload);
    expect(again).not.toContain('a');
    expect(again).toContain('b');
  });

  test('of a Parallel only the branches that did not finish', async () => {
    const run = await failedOnce(
      {
        P: {
          Type: 'Parallel',
          Branches: [
            branch({ Done: task('done') }),
            branch({ W: { Type: 'Wait', Seconds: 1, Next: 'T' }, T: task('work') }),
            branch({ Long: { Type: 'Wait', Seconds: 3_600, Output: 'waited', End: true } }),
          ],
          End: true,
        },
      },
      { ...failsFirst, done: () => 'done' },
    );
    expect((await run.describe()).status).toBe('FAILED');
    await run.redrive();
    expect(await run.describe()).toMatchObject({ status: 'SUCCEEDED', output: ['done', {}, 'waited'] });
    expect(run.calls.map(({ name }) => name)).toEqual(['done', 'work', 'work']);
  });

  test('a Parallel whose own Output failed runs whole', async () => {
    const run = await failedOnce(
      {
        P: {
          Type: 'Parallel',
          Branches: [branch({ T: task('work') })],
          Output: '{% $states.result[0].ok %}',
          End: true,
        },
      },
      { work: (_, call) => (call === 1 ? { nothing: 1 } : { ok: 1 }) },
    );
    expect((await run.describe()).failure?.error).toBe('States.QueryEvaluationError');
    await run.redrive();
    expect(await run.describe()).toMatchObject({ status: 'SUCCEEDED', output: 1 });
  });

  test('retries start from none again, and the timeout of the machine from now', async () => {
    const run = await failedOnce(
      { T: task('work', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }], End: true }) },
      {
        work: (_, call) => {
          if (call < 4) throw named('Broken');
          return call;
        },
      },
      { TimeoutSeconds: 60 },
    );
    expect(run.calls).toHaveLength(2);
    run.clock.at += DAY;
    await run.redrive();
    expect(await run.describe()).toMatchObject({ status: 'SUCCEEDED', output: 4 });
  });

  test('an aborted and a timed out execution can be redriven; tokens are new ones', async () => {
    const tokens: string[] = [];
    const run = await failedOnce(
      { T: ask('ask') },
      { ask: ({ token }) => tokens.push(String(token)) },
      { TimeoutSeconds: 60 },
    );
    expect((await run.describe()).status).toBe('TIMED_OUT');
    await run.engine.redriveExecution(run.arn);
    await run.engine.idle();
    await run.engine.stopExecution(run.arn, { error: 'Stopped', cause: 'by hand' });
    expect(await run.describe()).toMatchObject({ status: 'ABORTED', failure: { error: 'Stopped' } });
    await run.engine.redriveExecution(run.arn);
    await run.engine.idle();
    expect(new Set(tokens).size).toBe(3);
    await expect(run.engine.sendTaskSuccess(tokens[0] ?? '', '1')).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
    await run.engine.sendTaskSuccess(tokens[2] ?? '', '"third"');
    expect(await run.describe()).toMatchObject({ status: 'SUCCEEDED', output: 'third', redriveCount: 2 });
  });

  test('not while running, not after success, not after 14 days; the same client token is the same redrive', async () => {
    const run = await failedOnce(
      { W: { Type: 'Wait', Seconds: 10, Next: 'T' }, T: task('work') },
      failsFirst,
    );
    run.clock.at += 14 * DAY;
    const first = await run.engine.redriveExecution(run.arn, 'token-1');
    run.clock.at += 1_000;
    expect(await run.engine.redriveExecution(run.arn, 'token-1')).toEqual(first);
    await runAll(run.engine, run.clock);
    await expect(run.engine.redriveExecution(run.arn)).rejects.toThrow(/SUCCEEDED/);

    const running = await failedOnce({ T: ask('ask') }, { ask: () => null });
    await expect(running.engine.redriveExecution(running.arn)).rejects.toThrow(/RUNNING/);

    const old = await failedOnce({ T: task('work') }, failsFirst);
    old.clock.at += 14 * DAY + 1;
    await expect(old.engine.redriveExecution(old.arn)).rejects.toThrow(/redrivable period/);
  });
});
