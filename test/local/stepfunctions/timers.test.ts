import { createEngine } from '../../../local/stepfunctions/engine.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';
import { Timers } from '../../../local/stepfunctions/timers.ts';
import {
  ask,
  createClock,
  DAY,
  inProcess,
  machine,
  play,
  repeatable,
  runAll,
  START,
  task,
} from './harness.ts';

describe('timers', () => {
  test('come out in order of time, equal ones in the order they were set', () => {
    const timers = new Timers();
    const random = repeatable(3);
    const expected: { due: number; order: number; arn: string }[] = [];
    for (let order = 0; order < 2_000; order += 1) {
      const due = Math.floor(random() * 300);
      timers.set(`e${order}`, due);
      expected.push({ due, order, arn: `e${order}` });
    }
    // Some are moved and some taken away before they fire.
    for (const one of expected.slice(0, 200)) timers.set(one.arn, undefined);
    const kept = expected.slice(200);
    kept.slice(0, 200).forEach((one, i) => {
      one.due = 1_000 - i;
      one.order = 10_000 + i;
      timers.set(one.arn, one.due);
    });
    kept.sort((a, b) => a.due - b.due || a.order - b.order);
    const taken: (string | undefined)[] = [];
    while (timers.size > 0) taken.push(timers.takeDue(Number.MAX_SAFE_INTEGER));
    expect(taken).toEqual(kept.map(({ arn }) => arn));
  });

  test('nothing comes out before its time', () => {
    const timers = new Timers();
    timers.set('a', 10);
    expect(timers.takeDue(9)).toBeUndefined();
    expect(timers.nextDueAt()).toBe(10);
    expect(timers.takeDue(10)).toBe('a');
    expect(timers.nextDueAt()).toBeUndefined();
  });
});

describe('waiting', () => {
  test('a wait of 40 days takes 40 days to the millisecond, and fires neither early nor by itself', async () => {
    const clock = createClock();
    const engine = createEngine({
      machines: { m: machine({ W: { Type: 'Wait', Seconds: 40 * 86_400, End: true } }) },
      invoke: inProcess({}, clock),
      clock,
      store: createMemoryStore(),
      random: repeatable(),
    });
    await engine.start();
    const { executionArn } = await engine.startExecution({ machine: 'm', name: 'one' });
    expect(await engine.nextDueAt()).toBe(START + 40 * DAY);
    clock.at = START + 40 * DAY - 1;
    await engine.runDue();
    expect((await engine.describeExecution(executionArn)).status).toBe('RUNNING');
    clock.at += 1;
    await engine.runDue();
    expect(await engine.describeExecution(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      stoppedAt: START + 40 * DAY,
    });
    await engine.stop();
  });

  test('instants have no daylight saving: a timestamp wait over the change of March is exact', async () => {
    const { took } = await play(
      machine({ W: { Type: 'Wait', Timestamp: '2026-03-29T03:30:00+02:00', End: true } }),
    );
    expect(START + took).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  test('5,000 executions wait at once, each fires at its own time', async () => {
    const clock = createClock();
    const fired = new Map<string, number>();
    const engine = createEngine({
      machines: {
        m: machine({
          W: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'T' },
          T: task('note'),
        }),
      },
      invoke: async (_, payload) => {
        fired.set(JSON.stringify(payload), clock.at);
        return null;
      },
      clock,
      store: createMemoryStore(),
      random: repeatable(),
      history: false,
    });
    const random = repeatable(7);
    for (let i = 0; i < 5_000; i += 1) {
      const input = JSON.stringify({ i, seconds: 1 + Math.floor(random() * 3_000_000) });
      await engine.startExecution({ machine: 'm', input });
    }
    await runAll(engine, clock);
    expect(fired.size).toBe(5_000);
    for (const [input, at] of fired) expect(at).toBe(START + JSON.parse(input).seconds * 1000);
  });

  test('in real time the engine wakes by itself', async () => {
    const engine = createEngine({
      machines: { m: machine({ W: { Type: 'Wait', Seconds: 1, End: true } }) },
      invoke: async () => null,
      clock: { now: Date.now },
      store: createMemoryStore(),
      random: repeatable(),
    });
    await engine.start();
    const { executionArn, startedAt } = await engine.startExecution({ machine: 'm' });
    const deadline = Date.now() + 10_000;
    while ((await engine.describeExecution(executionArn)).status === 'RUNNING' && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { status, stoppedAt = 0 } = await engine.describeExecution(executionArn);
    expect(status).toBe('SUCCEEDED');
    expect(stoppedAt - startedAt).toBeGreaterThanOrEqual(1_000);
    await engine.stop();
  });

  test('heartbeats keep a task alive until they stop', async () => {
    const clock = createClock();
    const tokens: string[] = [];
    const engine = createEngine({
      machines: { m: machine({ T: ask('ask', { HeartbeatSeconds: 60, End: true }) }) },
      invoke: inProcess({ ask: ({ token }) => tokens.push(String(token)) }, clock),
      clock,
      store: createMemoryStore(),
      random: repeatable(),
    });
    const { executionArn } = await engine.startExecution({ machine: 'm' });
    await engine.idle();
    for (let beat = 0; beat < 5; beat += 1) {
      clock.at += 59_000;
      await engine.runDue();
      await engine.sendTaskHeartbeat(tokens[0] ?? '');
    }
    expect((await engine.describeExecution(executionArn)).status).toBe('RUNNING');
    await runAll(engine, clock);
    expect(await engine.describeExecution(executionArn)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'States.HeartbeatTimeout' },
      stoppedAt: START + 5 * 59_000 + 60_000,
    });
  });

  test('an answer after the timeout is nobody’s', async () => {
    const clock = createClock();
    const answers: ((value: string) => void)[] = [];
    const engine = createEngine({
      machines: {
        m: machine({
          T: task('slow', {
            TimeoutSeconds: 5,
            Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'W' }],
            Next: 'W',
          }),
          W: { Type: 'Wait', Seconds: 100, Output: '{% $states.input.Error %}', End: true },
        }),
      },
      invoke: () =>
        new Promise((resolve) => {
          answers.push(resolve);
        }),
      clock,
      store: createMemoryStore(),
      random: repeatable(),
    });
    const { executionArn } = await engine.startExecution({ machine: 'm' });
    expect(await engine.idle(5)).toBe(false);
    clock.at += 5_000;
    await engine.runDue();
    expect(await engine.idle(5)).toBe(true);
    answers[0]?.('too late');
    await runAll(engine, clock);
    const { items } = await engine.history(executionArn, 1000);
    expect(items.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskTimedOut',
      'TaskStateExited',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
    expect((await engine.describeExecution(executionArn)).output).toBe('States.Timeout');
  });
});
