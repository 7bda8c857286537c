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
    expect((await converge(store, requestId, () => [])).row.version).toBe(1);
  });

  test('passes on what is no race', async () => {
    const store: CaseStore = { ...(await stored()), commit: async () => Promise.reject(new Error('disk')) };
    await expect(converge(store, requestId, () => [note])).rejects.toThrow('disk');
    await expect(mustLoad(store, 'absent')).rejects.toBeInstanceOf(PermanentError);
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
      emit: (name: string, _value: number, _unit?: 'Count', dimensions?: Readonly<Record<string, string>>) =>
        void heard.push(`${name} ${dimensions?.Milestone ?? ''}`.trim()),
    };
  };

  test('rings each passed milestone once, whoever asks first', async () => {
    const store = await stored({ status: 'acting' });
    const { heard, emit } = bell();
    const now = Date.parse('2026-04-08T00:00:00.000Z');
    for (let twice = 0; twice < 2; twice += 1)
      await ring(store, { emit }, await mustLoad(store, requestId), now);
    expect(heard).toEqual([
      'MilestoneRung planned-14',
      'MilestoneRung planned-7',
      'MilestoneRung planned-2',
      'MilestoneRung planned-breach',
      'PlannedBreach',
      'MilestoneRung legal-breach',
      'LegalBreach',
    ]);
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
    expect(letterSent(letter('code', { state: 'withheld' })).type).toBe('letter-withheld');
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
});
