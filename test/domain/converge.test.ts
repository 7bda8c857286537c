import { after, converge, mustLoad } from '../../functions/domain/converge.ts';
import { ConflictError, PermanentError } from '../../functions/domain/errors.ts';
import { receive, record } from '../../functions/domain/lifecycle.ts';
import type { CaseStore, Engine } from '../../functions/domain/ports.ts';
import { reconcile } from '../../functions/domain/reconcile.ts';
import { lastToldAt, newsSince } from '../../functions/domain/results.ts';
import { ring } from '../../functions/domain/ring.ts';
import { letterId, letterSent, toldAlready } from '../../functions/domain/tell.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';
import { caseWith, disposition, letter, receivedAt, requestId, task } from './case-builder.ts';

const at = '2026-03-06T10:00:00.000Z';

async function stored(row: Parameters<typeof caseWith>[0] = {}, beside: Parameters<typeof caseWith>[1] = {}) {
  const store = createCaseStoreDouble();
  const { change } = receive({ ...caseWith().row, siblings: [] }, 'subject', receivedAt);
  const wanted = caseWith(row, beside);
  const children = [
    ...wanted.tasks.map((value) => ({ kind: 'task', value }) as const),
    ...wanted.dispositions.map((value) => ({ kind: 'disposition', value }) as const),
    ...wanted.letters.map((value) => ({ kind: 'letter', value }) as const),
  ];
  await store.commit({
    changes: [{ ...change, row: { ...wanted.row, version: 1, head: change.row.head }, children }],
  });
  return store;
}

function engineDouble(state: 'running' | 'ended' | 'absent', wakes: 'woken' | 'stale' = 'woken') {
  const calls: string[] = [];
  const engine: Engine = {
    async startRequest(id, executions) {
      calls.push(`start ${id.slice(-2)} ${executions}`);
      return 'started';
    },
    async startClock() {
      return 'already';
    },
    async requestState() {
      return state;
    },
    async wake(token, output) {
      calls.push(`wake ${token} ${output.next}`);
      return wakes;
    },
  };
  return { engine, calls };
}

const note = { type: 'note-added', by: 'staff:officer', at } as const;

describe('converge', () => {
  test('decides anew when somebody else was first', async () => {
    const store = await stored();
    let reads = 0;
    const result = await converge(store, requestId, async (current) => {
      reads += 1;
      if (reads === 1) await store.commit({ changes: [record(current, [note])] });
      return [{ ...note, data: { read: reads } }];
    });
    expect(reads).toBe(2);
    expect(result.row.version).toBe(3);
  });

  test('gives up after a bounded number of races, with the error that the engine retries', async () => {
    const store: CaseStore = {
      ...(await stored()),
      commit: async () => Promise.reject(new ConflictError('row-changed')),
    };
    let tries = 0;
    await expect(
      converge(store, requestId, () => [{ ...note, data: { tries: ++tries } }]),
    ).rejects.toMatchObject({ name: 'ConflictError', code: 'too-many-writers' });
    expect(tries).toBe(8);
  });

  test('writes nothing when the row is already as it should be', async () => {
    const store = await stored();
    let commits = 0;
    const counting: CaseStore = {
      ...store,
      commit: async (wanted) => {
        commits += 1;
        await store.commit(wanted);
      },
    };
    expect((await converge(counting, requestId, () => [])).row.version).toBe(1);
    expect(commits).toBe(0);
  });

  test('decides on what the caller has just read, and reads again only when that was old', async () => {
    const store = await stored();
    let loads = 0;
    const counting: CaseStore = {
      ...store,
      load: async (id) => {
        loads += 1;
        return await store.load(id);
      },
    };
    const read = await mustLoad(store, requestId);
    await converge(counting, requestId, () => [note], undefined, read);
    expect(loads).toBe(0);
    expect((await converge(counting, requestId, () => [note], undefined, read)).row.version).toBe(3);
    expect(loads).toBe(1);
  });

  test('what belongs to the change is in its transaction', async () => {
    const store = await stored();
    const claims = [{ key: 'k', value: 'v' }];
    await converge(
      store,
      requestId,
      () => [note],
      ({ row }) => ({ claims: claims.map((claim) => ({ ...claim, value: row.id })) }),
    );
    expect(await store.claimed('k', at)).toBe(requestId);
  });

  test('passes on what is no race', async () => {
    const store: CaseStore = { ...(await stored()), commit: async () => Promise.reject(new Error('disk')) };
    await expect(converge(store, requestId, () => [note])).rejects.toThrow('disk');
    await expect(mustLoad(store, 'absent')).rejects.toEqual(new PermanentError('no-such-request'));
  });

  test('the result is the case as it is now stored', async () => {
    const store = await stored();
    const result = await converge(store, requestId, () => [
      { ...note, children: [{ kind: 'task', value: task('paypal') }] },
    ]);
    expect(result).toEqual(await store.load(requestId));
    const change = record(result, [note]);
    expect(after(result, change).row).toBe(change.row);
  });
});

describe('reconcile', () => {
  const options = { now: at, restart: true };

  test('wakes who waits for news that is there, and drops the token', async () => {
    const store = await stored({ status: 'finding' });
    await store.saveToken(requestId, 'identity', 'token-1', at);
    const { engine, calls } = engineDouble('running');
    expect(await reconcile(store, engine, requestId, options)).toBe('woken');
    expect(calls).toEqual(['wake token-1 find']);
    expect(await store.tokens(requestId)).toEqual([]);
  });

  test('leaves who waits for what is not there yet', async () => {
    const store = await stored();
    await store.saveToken(requestId, 'identity', 'token-1', at);
    const { engine, calls } = engineDouble('running');
    expect(await reconcile(store, engine, requestId, options)).toBe('running');
    expect(calls).toEqual([]);
    expect((await store.row(requestId))?.lookAt).toBe('2026-03-07T10:00:00.000Z');
  });

  test('starts what was never started, under the same name', async () => {
    const { engine, calls } = engineDouble('absent');
    expect(await reconcile(await stored(), engine, requestId, options)).toBe('started');
    expect(calls).toEqual([`start ${requestId.slice(-2)} 1`]);
  });

  test('starts anew what ended too early, under the next name, recorded first', async () => {
    const store = await stored({ status: 'acting' });
    const { engine, calls } = engineDouble('ended');
    await store.saveToken(requestId, 'work', 'dead', at);
    expect(await reconcile(store, { ...engine, wake: async () => 'stale' }, requestId, options)).toBe(
      'started',
    );
    expect(calls).toEqual([`start ${requestId.slice(-2)} 2`]);
    expect(await store.row(requestId)).toMatchObject({ executions: 2, version: 2 });
    expect(await store.tokens(requestId)).toEqual([]);
  });

  test('a look that is planned for later stays where it is', async () => {
    const { engine } = engineDouble('running');
    const later = '2026-03-20T10:00:00.000Z';
    const planned = await stored({ lookAt: later });
    await reconcile(planned, engine, requestId, options);
    expect((await planned.row(requestId))?.lookAt).toBe(later);
    const due = await stored({ lookAt: at });
    await reconcile(due, engine, requestId, options);
    expect((await due.row(requestId))?.lookAt).toBe('2026-03-07T10:00:00.000Z');
  });

  test('the new execution is in the trail by its number, and one that somebody else recorded is not recorded again', async () => {
    const store = await stored({ status: 'acting' });
    const { engine, calls } = engineDouble('ended');
    await reconcile(store, engine, requestId, options);
    expect((await store.events(requestId)).at(-1)).toMatchObject({
      type: 'execution-started',
      data: { number: 2 },
    });
    const raced: CaseStore = {
      ...store,
      async tokens() {
        const current = await mustLoad(store, requestId);
        const fact = { type: 'execution-started', by: 'system', at, set: { executions: 3 } } as const;
        await store.commit({ changes: [record(current, [fact])] });
        return [];
      },
    };
    expect(await reconcile(raced, engine, requestId, options)).toBe('started');
    expect((await store.row(requestId))?.executions).toBe(3);
    expect(calls.at(-1)).toBe(`start ${requestId.slice(-2)} 3`);
  });

  test.each([
    ['a task of the request that is done', { tasks: [task('request', { state: 'done' })] }],
    ['an open task at a system', { tasks: [task('stripe')] }],
  ])('%s parks nothing', async (_what, beside) => {
    const { engine } = engineDouble('ended');
    expect(await reconcile(await stored({ status: 'acting' }, beside), engine, requestId, options)).toBe(
      'started',
    );
  });

  describe('after every escalation', () => {
    const decision = { kind: 'refuse', reason: 'excessive', by: 'staff:officer', at } as const;
    const built = { hash: 'a', builtAt: at, bytes: 1, approvals: [] };
    test.each([
      ['a decision that nobody takes', { status: 'awaiting-decision' }, 'resting'],
      ['a release that nobody approves', { status: 'awaiting-release', package: built }, 'resting'],
      ['a decision that was taken', { status: 'awaiting-decision', decision }, 'started'],
      [
        'a release that was approved',
        { status: 'awaiting-release', package: built, releasedHash: 'a' },
        'started',
      ],
      ['work that goes on', { status: 'acting' }, 'started'],
      ['one escalation that is left', { status: 'awaiting-decision', escalations: 11 }, 'started'],
    ] as const)('%s', async (_what, row, expected) => {
      const { engine } = engineDouble('ended');
      const store = await stored({ escalations: 12, ...row } as Parameters<typeof caseWith>[0]);
      expect(await reconcile(store, engine, requestId, options)).toBe(expected);
    });
  });

  test('lets rest what is closed, what waits for a person, and what it was told not to restart', async () => {
    const { engine, calls } = engineDouble('ended');
    expect(await reconcile(await stored({ status: 'closed' }), engine, requestId, options)).toBe('resting');
    const parked = await stored({ status: 'acting' }, { tasks: [task('request')] });
    expect(await reconcile(parked, engine, requestId, options)).toBe('resting');
    expect(
      await reconcile(await stored({ status: 'acting' }), engine, requestId, { ...options, restart: false }),
    ).toBe('resting');
    expect(calls).toEqual([]);
  });
});

describe('ring', () => {
  const bell = () => {
    const heard: string[] = [];
    return {
      heard,
      emit: (name: string, value: number, unit = '', dimensions?: Readonly<Record<string, string>>) =>
        void heard.push([name, value, unit, dimensions?.Milestone ?? ''].join(' ').trim()),
    };
  };

  test('rings each passed milestone once, whoever asks first', async () => {
    const store = await stored({ status: 'acting' });
    const { heard, emit } = bell();
    const now = Date.parse('2026-04-08T00:00:00.000Z');
    for (let twice = 0; twice < 2; twice += 1)
      await ring(store, { emit }, await mustLoad(store, requestId), now);
    expect(heard).toEqual([
      'MilestoneRung 1 Count planned-14',
      'MilestoneRung 1 Count planned-7',
      'MilestoneRung 1 Count planned-2',
      'MilestoneRung 1 Count planned-breach',
      'PlannedBreach 1',
      'MilestoneRung 1 Count legal-breach',
      'LegalBreach 1',
    ]);
    const events = (await store.events(requestId)).filter((event) => event.type === 'milestone-rung');
    expect(events.map((event) => event.data.milestone)).toEqual([
      'planned-14',
      'planned-7',
      'planned-2',
      'planned-breach',
      'legal-breach',
    ]);
    expect((await store.row(requestId))?.rung).toHaveLength(5);
  });

  test('is silent before its time, and after the answer', async () => {
    const { heard, emit } = bell();
    const early = await stored({ status: 'acting' });
    await ring(early, { emit }, await mustLoad(early, requestId), Date.parse(at));
    for (const status of ['answered', 'closed'] as const) {
      const store = await stored({ status });
      await ring(store, { emit }, await mustLoad(store, requestId), Date.parse('2027-01-01T00:00:00.000Z'));
    }
    expect(heard).toEqual([]);
  });
});

describe('what the subject has been told', () => {
  test('a letter that came back was not told; one that went out, or is withheld for good, was', () => {
    const told = (state: 'sent' | 'bounced' | 'withheld') =>
      toldAlready(caseWith({}, { letters: [letter('answer', { state })] }), 'answer')?.state;
    expect([told('sent'), told('bounced'), told('withheld')]).toEqual(['sent', undefined, 'withheld']);
    expect([letterId('answer'), letterId('supplement', 2)]).toEqual(['answer', 'supplement-2']);
    const withheld = letter('code', { state: 'withheld' });
    expect(letterSent(withheld)).toEqual({
      type: 'letter-withheld',
      by: 'system',
      at: withheld.at,
      data: { letter: 'code' },
      children: [{ kind: 'letter', value: withheld }],
    });
    expect(toldAlready(caseWith({}, { letters: [letter('receipt')] }), 'answer')).toBeUndefined();
    expect(letterSent(letter('answer'), 'staff:officer')).toMatchObject({
      type: 'letter-sent',
      by: 'staff:officer',
      data: { letter: 'answer' },
    });
  });

  test('news is what became final after the last letter about results', () => {
    const current = caseWith(
      {},
      {
        letters: [
          letter('receipt', { at: '2026-05-01T00:00:00.000Z' }),
          letter('answer', { at: '2026-04-01T00:00:00.000Z' }),
          letter('supplement', { at: '2026-04-10T00:00:00.000Z' }),
        ],
        dispositions: [
          disposition('a', { at: '2026-04-10T00:00:00.000Z' }),
          disposition('b', { at: '2026-04-11T00:00:00.000Z' }),
          disposition('c', { at: '2026-04-11T00:00:00.000Z', disposition: 'failed' }),
        ],
      },
    );
    expect(lastToldAt(current)).toBe('2026-04-10T00:00:00.000Z');
    expect(newsSince(current, lastToldAt(current)).map((one) => one.processor)).toEqual(['b']);
    expect(lastToldAt(caseWith())).toBe('');
  });

  test.each(['answer', 'release', 'refusal', 'supplement'] as const)(
    'a letter that tells results: %s',
    (kind) => {
      const early = '2026-04-01T00:00:00.000Z';
      const late = '2026-04-10T00:00:00.000Z';
      const told = (...days: string[]) =>
        lastToldAt(
          caseWith({}, { letters: days.map((at, index) => letter(kind, { id: `l-${index}`, at })) }),
        );
      expect([told(early), told(early, late), told(late, early)]).toEqual([early, late, late]);
    },
  );
});
