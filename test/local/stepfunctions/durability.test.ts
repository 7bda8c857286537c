// Whatever moment the process dies at: no execution, no token and no timer is lost, and the end is the same.
import { createEngine, type Engine } from '../../../local/stepfunctions/engine.ts';
import { ServiceError } from '../../../local/stepfunctions/service-error.ts';
import { RevisionConflict, type Store } from '../../../local/stepfunctions/store.ts';
import { createDynamoStore } from '../../../local/stepfunctions/store-dynamodb.ts';
import { createMemoryStore } from '../../../local/stepfunctions/store-memory.ts';
import { type Dynoxide, hasDynoxide, startDynoxide } from './dynoxide.ts';
import {
  type Call,
  type Clock,
  createClock,
  DAY,
  inProcess,
  line,
  machine,
  repeatable,
  START,
  task,
} from './harness.ts';
import { answer, child, expectedOutput, functionsOf, parent } from './scenario.ts';

const PARENT = 'arn:aws:states:eu-central-1:000000000000:execution:parent:case-1';
const CHILD = 'arn:aws:states:eu-central-1:000000000000:execution:child:case-1-child';
const INPUT = JSON.stringify({ nap: 20 * 86_400, id: 'case-1' });

class Crash extends Error {
  override readonly name = 'Crash';
}

type Moment = 'before' | 'after';

/** A store that dies at its nth commit, before or after it took effect, and stays dead. */
function mortal(inner: Store, dieAt: number, moment: Moment) {
  const life = { commits: 0, dead: false };
  const alive = <A extends unknown[], R>(operation: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (life.dead) throw new Crash();
      return operation(...args);
    };
  };
  const store: Store = {
    open: alive(inner.open),
    openExecutions: alive(inner.openExecutions),
    read: alive(inner.read),
    events: alive(inner.events),
    list: alive(inner.list),
    putDefinition: alive(inner.putDefinition),
    definition: alive(inner.definition),
    commit: alive(async (commit) => {
      life.commits += 1;
      const last = life.commits === dieAt;
      if (last && moment === 'before') {
        life.dead = true;
        throw new Crash();
      }
      await inner.commit(commit);
      if (last) {
        life.dead = true;
        throw new Crash();
      }
    }),
  };
  return { store, life };
}

interface World {
  readonly clock: Clock;
  readonly calls: Call[];
  readonly tokens: Set<string>;
  readonly faults: unknown[];
}

function engineOn(store: Store, world: World): Engine {
  return createEngine({
    machines: { parent, child },
    invoke: inProcess(functionsOf(world.tokens), world.clock, world.calls),
    clock: world.clock,
    store,
    random: repeatable(world.calls.length + 1),
    onFault: (error) => world.faults.push(error),
  });
}

/** What the world around the engine does, each step safe to repeat. */
async function live(engine: Engine, { clock, tokens }: World, life?: { dead: boolean }): Promise<void> {
  const idle = async () => {
    await engine.idle();
    // The world sees a dead process as dead: time does not go on inside it.
    if (life?.dead) throw new Crash();
  };
  try {
    await engine.startExecution({ machine: 'parent', name: 'case-1', input: INPUT });
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'ExecutionAlreadyExists')) throw error;
  }
  await idle();
  for (;;) {
    for (const token of [...tokens]) {
      try {
        await engine.sendTaskSuccess(token, JSON.stringify(answer));
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === 'TaskTimedOut')) throw error;
      }
      tokens.delete(token);
    }
    await idle();
    const due = await engine.nextDueAt();
    if (due === undefined) return;
    clock.at = Math.max(clock.at, due);
    await engine.runDue();
    await idle();
  }
}

async function lastDays(store: Store, world: World) {
  const engine = engineOn(store, world);
  const parentEnd = await engine.describeExecution(PARENT);
  const childEnd = await engine.describeExecution(CHILD);
  const events = (await engine.history(PARENT, 1000)).items;
  return {
    ends: [parentEnd, childEnd].map(({ status, output, failure }) => ({ status, output, failure })),
    types: events.map(({ type }) => type).toSorted(),
    ids: events.map(({ id }) => id),
    open: await store.openExecutions(),
  };
}

const fresh = (): World => ({ clock: createClock(), calls: [], tokens: new Set(), faults: [] });

async function faultFree() {
  const world = fresh();
  const inner = createMemoryStore({ copies: true });
  const { store, life } = mortal(inner, Number.POSITIVE_INFINITY, 'before');
  await live(engineOn(store, world), world);
  return { commits: life.commits, world, ...(await lastDays(inner, world)) };
}

const distinct = (calls: readonly Call[]) =>
  [
    ...new Set(
      calls.map(({ name, payload }) => (name === 'ask' ? name : `${name} ${JSON.stringify(payload)}`)),
    ),
  ].toSorted();

describe('a crash at every single commit', () => {
  test('the run without a crash is what it should be', async () => {
    const { ends, open, commits, world } = await faultFree();
    expect(ends).toEqual([
      { status: 'SUCCEEDED', output: expectedOutput, failure: undefined },
      { status: 'SUCCEEDED', output: null, failure: undefined },
    ]);
    expect(open).toEqual([]);
    expect(commits).toBeGreaterThan(10);
    expect(world.clock.at).toBe(START + 1_000 + 40 * DAY);
  });

  test.each<Moment>(['before', 'after'])(
    '%s it took effect: same end, nothing lost, calls at least once',
    async (moment) => {
      const undisturbed = await faultFree();
      for (let dieAt = 1; dieAt <= undisturbed.commits; dieAt += 1) {
        const world = fresh();
        const inner = createMemoryStore({ copies: true });
        const { store, life } = mortal(inner, dieAt, moment);
        const doomed = engineOn(store, world);
        await live(doomed, world, life).catch((error) => {
          if (!(error instanceof Crash)) throw error;
        });
        expect(life.dead).toBe(true);
        await doomed.stop();
        const unexpected = world.faults.filter((fault) => !(fault instanceof Crash));
        expect(unexpected).toEqual([]);

        await live(engineOn(inner, world), world);
        const after = await lastDays(inner, world);
        expect({ dieAt, ...after }).toEqual({
          dieAt,
          ends: undisturbed.ends,
          types: undisturbed.types,
          ids: undisturbed.ids,
          open: [],
        });
        expect(distinct(world.calls)).toEqual(distinct(undisturbed.world.calls));
        // One crash repeats at most what was under way: two iterations.
        expect(world.calls.length).toBeLessThanOrEqual(undisturbed.world.calls.length + 2);
        expect(world.clock.at).toBe(undisturbed.world.clock.at);
      }
    },
  );

  test('a store that fails once: the engine goes on by itself a second later, from what was stored', async () => {
    const undisturbed = await faultFree();
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1_100));
    const journey = async (failAt: number) => {
      const world = fresh();
      const inner = createMemoryStore({ copies: true });
      let commits = 0;
      const store: Store = {
        ...inner,
        commit: async (commit) => {
          commits += 1;
          if (commits === failAt) throw new Crash();
          return inner.commit(commit);
        },
      };
      const engine = engineOn(store, world);
      // The caller repeats what it got no answer to; what failed in the background is the engine's to repeat.
      let ended = false;
      for (let lives = 0; !ended && lives < 4; lives += 1) {
        await live(engine, world).catch((error) => {
          if (!(error instanceof Crash)) throw error;
        });
        await pause();
        ended = (await inner.read(CHILD)) !== undefined && (await inner.openExecutions()).length === 0;
      }
      const after = await lastDays(inner, world);
      await engine.stop();
      return { failAt, ends: after.ends, open: after.open };
    };
    const all = await Promise.all(Array.from({ length: undisturbed.commits }, (_, i) => journey(i + 1)));
    for (const one of all) expect(one).toEqual({ failAt: one.failAt, ends: undisturbed.ends, open: [] });
  });

  test('two engines on one store: the second to write is refused, and nothing is written twice', async () => {
    const inner = createMemoryStore({ copies: true });
    const world = fresh();
    const first = engineOn(inner, world);
    const second = engineOn(inner, world);
    await first.startExecution({ machine: 'parent', name: 'case-1', input: INPUT });
    await first.idle();
    const stale = await second.describeExecution(PARENT);
    await first.stopExecution(PARENT, {});
    await expect(
      inner.commit({
        execution: { ...stale, revision: stale.revision + 1 },
        events: [],
        open: undefined,
        previouslyOpen: undefined,
      }),
    ).rejects.toThrow(RevisionConflict);
  });
});

describe('a restart', () => {
  test('fires what fell due while the engine was down, at once', async () => {
    const inner = createMemoryStore({ copies: true });
    const world = fresh();
    const first = engineOn(inner, world);
    await first.startExecution({ machine: 'child', name: 'late', input: '{"nap": 60}' });
    await first.stop();
    world.clock.at += 90 * DAY;
    const second = engineOn(inner, world);
    await second.runDue();
    await second.idle();
    const { items } = await second.listExecutions('child', undefined, 10);
    expect(items).toMatchObject([{ status: 'SUCCEEDED', stoppedAt: START + 90 * DAY }]);
  });

  test('running executions keep their definition when the engine comes back with another', async () => {
    const inner = createMemoryStore({ copies: true });
    const clock = createClock();
    const engineWith = (name: string) =>
      createEngine({
        machines: { m: machine({ W: { Type: 'Wait', Seconds: 60, Next: 'T' }, T: task(name) }) },
        invoke: async (called) => called,
        clock,
        store: inner,
        random: repeatable(),
      });
    const { executionArn } = await engineWith('old').startExecution({ machine: 'm', name: 'first' });
    const engine = engineWith('new');
    const later = await engine.startExecution({ machine: 'm', name: 'second' });
    clock.at += 60_000;
    await engine.runDue();
    await engine.idle();
    expect((await engine.describeExecution(executionArn)).output).toBe('old');
    expect((await engine.describeExecution(later.executionArn)).output).toBe('new');
  });

  test('a task under way is called again with the very same payload', async () => {
    const inner = createMemoryStore({ copies: true });
    const clock = createClock();
    const payloads: unknown[] = [];
    const definition = machine({
      T: {
        ...task('work'),
        Arguments: { FunctionName: 'work', Payload: { id: '{% $uuid() %}', at: '{% $millis() %}' } },
      },
    });
    const engineThat = (answers: boolean, seed: number) =>
      createEngine({
        machines: { m: definition },
        invoke: (_, payload) => {
          payloads.push(payload);
          return answers ? Promise.resolve(null) : new Promise(() => {});
        },
        clock,
        store: inner,
        random: repeatable(seed),
      });
    const first = engineThat(false, 1);
    const { executionArn } = await first.startExecution({ machine: 'm' });
    await first.idle(5);
    await first.stop();
    clock.at += 5_000;
    const second = engineThat(true, 2);
    await second.idle();
    expect((await second.describeExecution(executionArn)).status).toBe('SUCCEEDED');
    expect(payloads).toHaveLength(2);
    expect(payloads[1]).toEqual(payloads[0]);
  });
});

(hasDynoxide ? describe : describe.skip)('on DynamoDB', () => {
  let server: Dynoxide;
  beforeAll(async () => {
    server = await startDynoxide();
  });
  afterAll(() => server.stop());

  test('the same journey with a crash at every third commit ends the same', async () => {
    const undisturbed = await faultFree();
    const world = fresh();
    const inner = createDynamoStore({ client: server.client(), tableName: 'journey' });
    let deaths = 0;
    for (let done = false; !done; ) {
      const { store, life } = mortal(inner, 3, deaths % 2 === 0 ? 'before' : 'after');
      const engine = engineOn(store, world);
      done = await live(engine, world, life).then(
        () => !life.dead,
        (error) => {
          if (!(error instanceof Crash)) throw error;
          return false;
        },
      );
      await engine.stop();
      if (!done) deaths += 1;
      expect(deaths).toBeLessThan(40);
    }
    expect(deaths).toBeGreaterThan(3);
    const after = await lastDays(inner, world);
    expect(after).toEqual({
      ends: undisturbed.ends,
      types: undisturbed.types,
      ids: undisturbed.ids,
      open: [],
    });
  });

  test('the server dies with kill -9 and comes back while executions run: all reach their end', async () => {
    const world: World = { ...fresh(), clock: { at: 0, now: Date.now } };
    const engine = engineOn(createDynamoStore({ client: server.client(), tableName: 'server-dies' }), world);
    await engine.start();
    const input = JSON.stringify({ nap: 1 });
    // A caller whose start was lost with the server asks again; the same name and input start nothing twice.
    const started = async (name: string, tries = 20): Promise<unknown> =>
      engine.startExecution({ machine: 'child', name, input }).catch(async (error: unknown) => {
        if (tries === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return started(name, tries - 1);
      });
    const starts = Array.from({ length: 30 }, (_, i) => started(`case-${i}`));
    await server.restart();
    await Promise.all(starts);
    await server.restart();
    const deadline = Date.now() + 20_000;
    let succeeded = 0;
    while (succeeded < 30 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const page = await engine.listExecutions('child', 'SUCCEEDED', 100).catch(() => undefined);
      succeeded = page?.items.length ?? succeeded;
    }
    expect(succeeded).toBe(30);
    await engine.stop();
  });

  test('lists, pages and histories read back as they were written', async () => {
    const clock = createClock();
    const store = createDynamoStore({ client: server.client(), tableName: 'reading' });
    const engine = createEngine({
      machines: {
        m: machine({
          Q: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input.wait %}', Next: 'W' }],
            Default: 'S',
          },
          W: { Type: 'Wait', Seconds: 60, Next: 'S' },
          S: { Type: 'Succeed' },
        }),
      },
      invoke: async () => null,
      clock,
      store,
      random: repeatable(),
    });
    const names: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      clock.at += 1_000;
      names.unshift(`n${i}`);
      await engine.startExecution({
        machine: 'm',
        name: `n${i}`,
        input: JSON.stringify({ wait: i % 2 === 0 }),
      });
    }
    const listed: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await engine.listExecutions('m', undefined, 3, cursor);
      listed.push(...page.items.map(({ name }) => name));
      cursor = page.cursor;
    }
    expect(listed).toEqual(names);
    const running = await engine.listExecutions('m', 'RUNNING', 10);
    expect(running.items.map(({ name }) => name)).toEqual(['n6', 'n4', 'n2', 'n0']);
    const firstTwo = await engine.listExecutions('m', 'RUNNING', 2);
    expect(firstTwo.items).toHaveLength(2);
    const rest = await engine.listExecutions('m', 'RUNNING', 10, firstTwo.cursor);
    expect(rest.items.map(({ name }) => name)).toEqual(['n2', 'n0']);

    clock.at += 60_000;
    await engine.runDue();
    const arn = 'arn:aws:states:eu-central-1:000000000000:execution:m:n0';
    const all = (await engine.history(arn, 100)).items.map(line);
    expect(all).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ChoiceStateEntered Q',
      '3<2 ChoiceStateExited Q',
      '4<3 WaitStateEntered W',
      '5<4 WaitStateExited W',
      '6<5 SucceedStateEntered S',
      '7<6 SucceedStateExited S',
      '8<7 ExecutionSucceeded',
    ]);
    for (const reverse of [false, true]) {
      const paged: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await engine.history(arn, 3, reverse, cursor);
        paged.push(...page.items.map(line));
        cursor = page.cursor;
      }
      expect(paged).toEqual(reverse ? all.toReversed() : all);
    }
  });
});
