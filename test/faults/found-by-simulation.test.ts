import { sendMessage } from '../../functions/api/messages.ts';
import { decideCase } from '../../functions/api/staff/decision.ts';
import { liftRestriction } from '../../functions/api/staff/letters.ts';
import { answerTask } from '../../functions/api/staff/tasks.ts';
import { ask, live, seed, subject, workingDay } from '../simulation/journeys.ts';
import { dayMs } from '../simulation/people.ts';
import { createWorld, type World } from '../simulation/world.ts';

// Each of these was found by a seed of `npm run simulate`; what the seed lived through is told here step by step.

const recordOf = (world: World, id: string, processor: string) => {
  const found = world.store.peek(id)?.dispositions.find((one) => one.processor === processor);
  if (!found) throw new Error(`nothing of ${processor}`);
  return found;
};

test('F34 a mail service that fails again and again uses up nothing of what a mailbox may get in a day', async () => {
  let refused = 0;
  const world = createWorld({
    seed: 'places',
    sweepEveryHours: 1,
    inject: ({ port }) => {
      if (port !== 'mail' || refused >= 8) return undefined;
      refused += 1;
      return 'refused';
    },
  });
  seed(world);
  const id = await ask(world, 'restriction');
  await world.runUntil(world.clock.at + dayMs);
  expect(refused).toBe(8);
  expect(world.store.peek(id)?.letters).toContainEqual(
    expect.objectContaining({ id: 'receipt', state: 'sent' }),
  );
});

test('F22 another try that staff asked for and that fails too is made again another day, not at once for ever', async () => {
  const world = createWorld({
    seed: 'retry',
    vendors: { isDown: (vendor) => vendor === 'mailchimp' },
  });
  seed(world);
  const id = await ask(world, 'consent-withdrawal');
  await world.runUntil(world.clock.at + 40 * dayMs);
  const tasks = world.store.peek(id)?.tasks.filter((task) => task.processor === 'mailchimp') ?? [];
  expect(tasks.map((task) => `${task.operation} ${task.state}`).sort()).toEqual([
    'find open',
    'opt-out open',
  ]);
  let looks = 0;
  world.onInvocation = ({ name }) => {
    if (name === 'look-again') looks += 1;
  };
  const retry = { action: 'retry' } as const;
  await answerTask(world.ports, id, 'any', { name: 'officer' }, 'mailchimp', retry, world.clock.at, 'find');
  await world.runUntil(world.clock.at + dayMs / 2);
  expect(looks).toBe(1);
  expect(recordOf(world, id, 'mailchimp')).toMatchObject({ disposition: 'failed', code: 'vendor-down' });
});

test('F22 a look that could not be made changes nothing of what was seen before, nor when it was seen', async () => {
  let isDown = false;
  const world = createWorld({
    seed: 'put off',
    vendors: { isDown: (vendor) => isDown && vendor === 'intercom' },
  });
  seed(world);
  const id = await ask(world, 'erasure');
  await world.runUntil(world.clock.at + dayMs);
  await workingDay(world, id);
  await world.runUntil(world.clock.at + 5 * dayMs);
  const seen = recordOf(world, id, 'intercom');
  expect(seen.disposition).toBe('done-confirmed');
  isDown = true;
  await world.runUntil(world.clock.at + 12 * dayMs);
  const { lookAgainOn, missed, ...putOff } = recordOf(world, id, 'intercom');
  expect({ ...putOff, lookAgainOn: seen.lookAgainOn }).toEqual(seen);
  expect(String(lookAgainOn) > String(seen.lookAgainOn)).toBe(true);
  expect(missed).toBeGreaterThan(3);
  isDown = false;
  await world.runUntil(world.clock.at + 5 * dayMs);
  expect(recordOf(world, id, 'intercom')).toMatchObject({ disposition: 'done-confirmed', looks: 2 });
});

test('F22 a system that never lets itself be looked at again is work for a person in the end', async () => {
  let isDown = false;
  const world = createWorld({
    seed: 'never again',
    vendors: { isDown: (vendor) => isDown && vendor === 'intercom' },
  });
  seed(world);
  const id = await ask(world, 'erasure');
  await world.runUntil(world.clock.at + dayMs);
  await workingDay(world, id);
  await world.runUntil(world.clock.at + 5 * dayMs);
  isDown = true;
  await world.runUntil(world.clock.at + 22 * dayMs);
  expect(recordOf(world, id, 'intercom')).toMatchObject({ disposition: 'failed', code: 'vendor-down' });
  const waiting = world.store.peek(id)?.tasks.filter((task) => task.processor === 'intercom');
  expect(waiting).toEqual([expect.objectContaining({ operation: 'erase', state: 'open' })]);
});

test('F22 a restriction that cannot be lifted at a system is work for a person at once', async () => {
  let isDown = false;
  const world = createWorld({
    seed: 'lift',
    vendors: { isDown: (vendor) => isDown && vendor === 'mailchimp' },
  });
  const id = await live(world, 'restriction');
  expect(world.store.peek(id)?.row.status).toBe('closed');
  isDown = true;
  await liftRestriction(world.ports, id, 'any', { name: 'officer' }, undefined, world.clock.at);
  await world.runUntil(world.clock.at + 9 * dayMs);
  expect(recordOf(world, id, 'mailchimp')).toMatchObject({ action: 'lift', disposition: 'failed' });
  const waiting = world.store.peek(id)?.tasks.filter((task) => task.state === 'open') ?? [];
  expect(waiting.map((task) => `${task.processor} ${task.operation}`)).toContain('mailchimp lift');
});

test('F22 work for a person is due by the day of the first failure, however often the system fails again', async () => {
  const world = createWorld({
    seed: 'due',
    vendors: { isDown: (vendor) => vendor === 'telegram' },
  });
  seed(world);
  const id = await ask(world, 'consent-withdrawal');
  const taskOf = () =>
    world.store.peek(id)?.tasks.find((task) => task.processor === 'telegram' && task.operation === 'opt-out');
  await world.runUntil(world.clock.at + dayMs / 2);
  const first = taskOf();
  expect(first?.state).toBe('open');
  const asked = () => world.vendors.calls.filter((call) => call.vendor === 'telegram').length;
  const before = asked();
  await world.runUntil(world.clock.at + 6 * dayMs);
  expect(asked()).toBeGreaterThan(before + 3);
  expect(taskOf()).toEqual(first);
});

test('F16 a search that ends while the copy is written: written again, and never answered without a copy', async () => {
  let meanwhile: Promise<unknown> | undefined;
  let id = '';
  const world = createWorld({
    seed: 'meanwhile',
    vendors: { manner: (vendor) => (vendor === 'linkedin' ? 'garbled' : 'prompt') },
    inject: ({ port, method }, caller) => {
      if (meanwhile || caller !== 'build-package' || port !== 'files' || method !== 'put') return undefined;
      const done = { outcome: 'done', evidence: 'seen' } as const;
      const officer = { name: 'officer' };
      meanwhile = answerTask(world.ports, id, 'any', officer, 'linkedin', done, world.clock.at, 'find');
      return 'delay';
    },
  });
  seed(world);
  id = await ask(world, 'access');
  await world.runUntil(world.clock.at + dayMs);
  await decideCase(world.ports, id, 'any', { name: 'officer' }, { decision: 'grant' }, world.clock.at);
  await world.runUntil(world.clock.at + dayMs);
  await meanwhile;
  expect(world.store.peek(id)?.findings).toContainEqual(
    expect.objectContaining({ processor: 'linkedin', state: 'by-hand' }),
  );
  expect(world.store.peek(id)?.row).toMatchObject({ status: 'awaiting-release', package: expect.anything() });
  expect(world.mail.sent.map((letter) => letter.letterId)).toEqual(['receipt']);
});

test('F38 a message that collides with another change is announced once', async () => {
  let collisions = 0;
  const world = createWorld({
    seed: 'notice',
    inject: ({ port, method }, caller) => {
      if (caller !== 'staff-api' || port !== 'store' || method !== 'commit' || collisions > 0)
        return undefined;
      collisions += 1;
      return 'conflict';
    },
  });
  const id = await ask(world, 'complaint');
  await world.live('staff-api', (ports) =>
    sendMessage(ports, world.runtime, id, 'staff:officer', { text: 'hello', files: [], keepAnyway: false }),
  );
  expect(collisions).toBe(1);
  expect(world.mail.sent.filter((letter) => letter.kind === 'message-notice')).toHaveLength(1);
});

test('what two requests have restricted stays restricted when one of them ends', async () => {
  const world = createWorld({ seed: 'two restrictions' });
  seed(world);
  const first = await ask(world, 'restriction');
  await world.runUntil(world.clock.at + dayMs);
  await workingDay(world, first);
  const body = { email: subject, rights: ['objection'], language: 'en', objectionScope: 'other' };
  const headers = { 'content-type': 'application/json' };
  await world.fetch('/api/requests', { method: 'POST', headers, body: JSON.stringify(body) });
  await world.runUntil(world.clock.at + dayMs / 24);
  const token = world.mail
    .to(subject)
    .map((letter) => /#token=([\w-]+)/.exec(letter.text)?.[1])
    .findLast(Boolean);
  await world.fetch('/api/verifications', { method: 'POST', headers, body: JSON.stringify({ token }) });
  await world.runUntil(world.clock.at + dayMs);
  const second = world.store.rows().find((row) => row.right === 'objection')?.id ?? '';
  expect(recordOf(world, second, 'telegram')).toMatchObject({ action: 'restrict' });
  const refusal = {
    decision: 'refuse',
    reason: 'compelling-grounds-21-1',
    explanation: 'security of the service',
  } as const;
  await decideCase(world.ports, second, 'any', { name: 'officer' }, refusal, world.clock.at);
  await workingDay(world, first);
  await world.runUntil(world.clock.at + 12 * dayMs);
  expect(recordOf(world, second, 'telegram')).toMatchObject({
    action: 'lift',
    disposition: 'not-applicable',
    code: 'restricted-for-another',
  });
  // Still restricted; and its own end lifts it.
  expect(world.vendors.left('telegram', subject, 'restrict')).toEqual([]);
  await liftRestriction(world.ports, first, 'any', { name: 'officer' }, undefined, world.clock.at);
  await world.runUntil(world.clock.at + 12 * dayMs);
  expect(recordOf(world, first, 'telegram')).toMatchObject({
    action: 'lift',
    disposition: 'done-confirmed',
  });
  expect(world.vendors.left('telegram', subject, 'restrict')).toHaveLength(1);
});

test('an objection that is refused lifts also what a system had only promised to restrict', async () => {
  const world = createWorld({ seed: 'promised', vendors: { manner: () => 'slow' } });
  seed(world);
  const id = await ask(world, 'objection');
  await world.runUntil(world.clock.at + dayMs);
  expect(recordOf(world, id, 'telegram')).toMatchObject({ action: 'restrict', disposition: 'accepted' });
  const refusal = {
    decision: 'refuse',
    reason: 'compelling-grounds-21-1',
    explanation: 'security of the service',
  } as const;
  await decideCase(world.ports, id, 'any', { name: 'officer' }, refusal, world.clock.at);
  await world.runUntil(world.clock.at + dayMs);
  expect(recordOf(world, id, 'telegram')).toMatchObject({ action: 'lift' });
  await world.runUntil(world.clock.at + 30 * dayMs);
  expect(recordOf(world, id, 'telegram')).toMatchObject({ action: 'lift', disposition: 'done-confirmed' });
  expect(world.vendors.left('telegram', subject, 'restrict')).toHaveLength(1);
});

test('what could not be restricted while an objection is weighed is work to restrict, not to opt out', async () => {
  const world: World = createWorld({
    seed: 'interim',
    vendors: {
      isDown: (vendor) =>
        vendor === 'mailchimp' && world.vendors.calls.some((call) => call.vendor === 'mailchimp'),
    },
  });
  seed(world);
  const id = await ask(world, 'objection');
  await world.runUntil(world.clock.at + dayMs);
  expect(world.store.peek(id)?.row.status).toBe('awaiting-decision');
  expect(recordOf(world, id, 'mailchimp')).toMatchObject({ action: 'restrict', disposition: 'failed' });
  const waiting = world.store.peek(id)?.tasks.filter((task) => task.state === 'open') ?? [];
  expect(waiting.map((task) => `${task.processor} ${task.operation}`)).toContain('mailchimp restrict');
});

test('work that a person did while an objection was weighed is not taken for what was decided since', async () => {
  const world = createWorld({ seed: 'phases', vendors: { isDown: (vendor) => vendor === 'mailchimp' } });
  seed(world);
  const id = await ask(world, 'objection');
  await world.runUntil(world.clock.at + dayMs);
  await decideCase(world.ports, id, 'any', { name: 'officer' }, { decision: 'grant' }, world.clock.at);
  await world.runUntil(world.clock.at + dayMs);
  const open = () => world.store.peek(id)?.tasks.filter((task) => task.state === 'open') ?? [];
  const done = (operation: string) =>
    answerTask(
      world.ports,
      id,
      'any',
      { name: 'officer' },
      'mailchimp',
      { outcome: 'done', evidence: 'in the console' },
      world.clock.at,
      operation,
    );
  const record = () => recordOf(world, id, 'mailchimp');
  expect(
    open()
      .flatMap((task) => (task.processor === 'mailchimp' ? [task.operation] : []))
      .sort(),
  ).toEqual(['find', 'opt-out', 'restrict']);
  await done('restrict');
  expect(record()).toMatchObject({ action: 'opt-out', disposition: 'failed' });
  await done('opt-out');
  expect(record()).toMatchObject({ action: 'opt-out', disposition: 'done-by-hand' });
});
