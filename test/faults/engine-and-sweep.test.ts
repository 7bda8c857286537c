import { decideCase } from '../../functions/api/staff/decision.ts';
import { escalationsInAll } from '../../functions/domain/progress.ts';
import { requestArn } from '../doubles/engine.ts';
import { ask, live, seed, subject, workingDay } from '../simulation/journeys.ts';
import { dayMs } from '../simulation/people.ts';
import { createWorld, type World } from '../simulation/world.ts';

const hourMs = 3_600_000;
const rowOf = (world: World, id: string) => {
  const row = world.store.peek(id)?.row;
  if (!row) throw new Error('no such row');
  return row;
};
const lettersOf = (world: World, name: string) =>
  world.mail.sent.filter((letter) => letter.letterId === name).length;

function submitted(world: World, key?: string): Promise<Response> {
  return world.fetch('/api/requests', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
    body: JSON.stringify({ email: subject, rights: ['erasure'], language: 'nl' }),
  });
}

describe('executions that start, end and vanish', () => {
  test('F5 the same submission twice, also at once: one case, one execution, one receipt', async () => {
    const world = createWorld({ seed: 'F5' });
    const answers = await Promise.all([submitted(world, 'k'), submitted(world, 'k'), submitted(world, 'k')]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    await world.runUntil(world.clock.at + hourMs);
    expect(world.store.rows()).toHaveLength(1);
    expect((await world.engine.listExecutions('rights-request', undefined, 10)).items).toHaveLength(1);
    expect(lettersOf(world, 'receipt')).toBe(1);
  });

  test('F6 F7 intake answers 202 while no execution can be started; the sweep starts it', async () => {
    let throttled = true;
    const world = createWorld({
      seed: 'F7',
      sweepEveryHours: 1,
      inject: ({ method }) => (throttled && method === 'startRequest' ? 'refused' : undefined),
    });
    expect((await submitted(world)).status).toBe(202);
    expect((await world.engine.listExecutions('rights-request', undefined, 10)).items).toHaveLength(0);
    throttled = false;
    await world.runUntil(world.clock.at + 2 * hourMs);
    expect((await world.engine.listExecutions('rights-request', 'RUNNING', 10)).items).toHaveLength(1);
    expect(lettersOf(world, 'receipt')).toBe(1);
  });

  test('F6 F28 an execution that is gone for good is started anew from the row, and the case ends the same', async () => {
    const world = createWorld({ seed: 'F28', sweepEveryHours: 1 });
    seed(world);
    const id = await ask(world, 'erasure');
    await world.runUntil(world.clock.at + hourMs);
    await world.engine.stopExecution(requestArn(id, 1), { error: 'Lost' });
    await world.runUntil(world.clock.at + 20 * dayMs);
    expect(rowOf(world, id).executions).toBe(2);
    await workingDay(world, id);
    expect(rowOf(world, id).decision?.kind).toBe('grant');
    for (let day = 0; day < 20; day += 1) {
      await world.runUntil(world.clock.at + dayMs);
      await workingDay(world, id);
    }
    expect(rowOf(world, id)).toMatchObject({ status: 'closed' });
    expect(lettersOf(world, 'answer')).toBe(1);
  });

  test('F27 the token of a stopped execution is dead: nothing waits with it any more', async () => {
    const world = createWorld({ seed: 'F27' });
    seed(world);
    const id = await ask(world, 'erasure');
    await world.runUntil(world.clock.at + hourMs);
    const [old] = await world.store.tokens(id);
    await world.engine.stopExecution(requestArn(id, 1), { error: 'Lost' });
    expect(await world.ports.engine.wake(old?.token ?? '', { next: 'act' })).toBe('stale');
    expect(rowOf(world, id).status).toBe('awaiting-decision');
    expect(world.vendors.effects).toEqual([]);
  });

  test('F9 F11 every call delivered twice at once: one letter of each, one effect at each vendor', async () => {
    const world = createWorld({ seed: 'F11', twice: () => true });
    const id = await live(world, 'erasure', 30);
    expect(rowOf(world, id).status).toBe('closed');
    const names = world.mail.sent.map((letter) => letter.letterId);
    expect(names).toHaveLength(new Set(names).size);
    const handles = world.vendors.effects.map(({ vendor, handle }) => `${vendor} ${handle}`);
    expect(handles).toHaveLength(new Set(handles).size);
  });

  test('F12 the clock has died: the sweep rings each milestone by itself', async () => {
    const world = createWorld({ seed: 'F12', sweepEveryHours: 24 });
    seed(world);
    const id = await ask(world, 'erasure');
    await world.engine.stopExecution(requestArn(id, 1).replace('rights-request', 'sla-clock'), {
      error: 'Lost',
    });
    await world.runUntil(world.clock.at + 40 * dayMs);
    expect(rowOf(world, id).rung).toEqual([
      'planned-14',
      'planned-7',
      'planned-2',
      'planned-breach',
      'legal-breach',
    ]);
  });

  test('F13 a timer that fires after the end changes nothing', async () => {
    const world = createWorld({ seed: 'F13' });
    const id = await live(world, 'consent-withdrawal', 10);
    const before = rowOf(world, id);
    for (const name of ['sla-tick', 'remind-identity', 'look-again', 'answer', 'close', 'begin-acting'])
      await world.invoke(name, { requestId: id });
    expect({ ...rowOf(world, id), lookAt: before.lookAt }).toEqual(before);
    expect(lettersOf(world, 'answer')).toBe(1);
  });

  test('F15 news that comes before the token is stored is found by the wait itself', async () => {
    const world = createWorld({ seed: 'F15' });
    seed(world);
    const id = await ask(world, 'rectification');
    await world.runUntil(world.clock.at + hourMs);
    const now = world.clock.at;
    // The decision is stored, and whoever should wake the execution finds no token.
    for (const { wait, token } of await world.store.tokens(id)) await world.store.dropToken(id, wait, token);
    await decideCase(world.ports, id, 'any', { name: 'officer' }, { decision: 'grant' }, now);
    await world.engine.stopExecution(requestArn(id, 1), { error: 'Lost' });
    await world.sweep();
    await world.runUntil(now + 2 * dayMs);
    expect(['acting', 'answered', 'closed']).toContain(rowOf(world, id).status);
  });
});

describe('people and vendors that do nothing', () => {
  test('F26 nobody ever decides: tasks, milestones, and an end of the waiting well within a year', async () => {
    const world = createWorld({ seed: 'F26', sweepEveryHours: 24 });
    seed(world);
    const id = await ask(world, 'erasure');
    await world.runUntil(world.clock.at + 364 * dayMs);
    const row = rowOf(world, id);
    expect(row.escalations).toBe(escalationsInAll);
    expect(row.openTasks).toBeGreaterThan(0);
    expect(row.rung).toContain('planned-breach');
    const failed = await world.engine.listExecutions('rights-request', 'FAILED', 10);
    expect(failed.items).toEqual([]);
    // It rests, and a decision takes it up again.
    for (const name of ['officer', 'second'])
      await decideCase(world.ports, id, 'any', { name }, { decision: 'grant' }, world.clock.at);
    await world.runUntil(world.clock.at + 5 * dayMs);
    expect(rowOf(world, id).status).toBe('answered');
  });

  test('F20 F22 a vendor is down for weeks: the others finish, the answer goes out in time and says it is partial', async () => {
    const world = createWorld({
      seed: 'F22',
      vendors: { isDown: (vendor) => vendor === 'mailchimp' },
    });
    seed(world);
    const id = await ask(world, 'erasure');
    await world.runUntil(world.clock.at + dayMs);
    for (const name of ['officer', 'second'])
      await decideCase(world.ports, id, 'any', { name }, { decision: 'grant' }, world.clock.at);
    await world.runUntil(world.clock.at + 32 * dayMs);
    const row = rowOf(world, id);
    expect(row.outcome).toBe('partly-fulfilled');
    expect(row.answeredAt && row.answeredAt.slice(0, 10) <= row.plannedBy).toBe(true);
    expect(world.vendors.left('intercom', subject)).toEqual([]);
    expect(world.vendors.left('mailchimp', subject)).not.toEqual([]);
    const record = world.store.peek(id)?.dispositions.find((one) => one.processor === 'mailchimp');
    expect(record?.disposition).toBe('failed');
  });

  test('F19 F44 the answer of an erasure is lost at every vendor: asked again under the same key, erased once', async () => {
    const lost = new Set<string>();
    const world = createWorld({
      seed: 'F19',
      inject: ({ port, method }, caller) => {
        const key = `${port} ${method} ${caller} ${lost.size}`;
        if (port !== 'vendor' || method !== 'act' || lost.size >= 6) return undefined;
        lost.add(key);
        return 'lost-answer';
      },
    });
    const id = await live(world, 'erasure', 30);
    expect(rowOf(world, id).status).toBe('closed');
    expect(lost.size).toBe(6);
    const asked = world.vendors.calls.filter(({ method }) => method === 'act');
    for (const vendor of new Set(asked.map((call) => call.vendor)))
      expect(new Set(asked.filter((call) => call.vendor === vendor).map(({ key }) => key)).size).toBe(1);
    const handles = world.vendors.effects.map(({ vendor, handle }) => `${vendor} ${handle}`);
    expect(handles).toHaveLength(new Set(handles).size);
  });

  test('F34 the letter service throttles and loses an answer: sent in the end, doubled at most once', async () => {
    let faults = 0;
    const world = createWorld({
      seed: 'F34',
      inject: ({ port }) => {
        if (port !== 'mail' || faults >= 3) return undefined;
        faults += 1;
        return faults === 3 ? 'lost-answer' : 'refused';
      },
    });
    const id = await live(world, 'consent-withdrawal', 10);
    expect(rowOf(world, id).status).toBe('closed');
    expect(lettersOf(world, 'receipt')).toBeLessThanOrEqual(2);
    expect(lettersOf(world, 'answer')).toBe(1);
  });
});
