import { openDeliveries } from '../../local/deliveries.ts';
import { handClock, temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A function that fails so many times, and the queue in front of it. */
function queue(name: string, failures: number) {
  const clock = handClock();
  const calls: string[] = [];
  let left = failures;
  const open = () =>
    openDeliveries({
      file: folder.in(name),
      now: clock.now,
      async invoke(functionName, event) {
        calls.push(`${functionName} ${JSON.stringify(event)} +${(clock.now() - start) / 1000}`);
        left--;
        if (left >= 0) throw new Error('not now');
      },
    });
  const start = clock.now();
  return { clock, calls, open };
}

test('an event is handed over at once, and then forgotten', async () => {
  const { calls, open } = queue('once.json', 0);
  const deliveries = open();
  deliveries.send('mail-events', { a: 1 });
  await deliveries.idle();
  expect(calls).toEqual(['mail-events {"a":1} +0']);
  expect(deliveries.nextDueAt()).toBeUndefined();
  expect(open().nextDueAt()).toBeUndefined();
});

test('F9, F10: one that fails is tried again after one and two minutes, and then set aside', async () => {
  const { clock, calls, open } = queue('thrice.json', 3);
  const deliveries = open();
  deliveries.send('mail-events', {});
  await deliveries.idle();
  for (const pause of [59_999, 1, 119_999, 1]) {
    clock.pass(pause);
    await deliveries.runDue();
  }
  expect(calls).toEqual(['mail-events {} +0', 'mail-events {} +60', 'mail-events {} +180']);
  expect(deliveries.nextDueAt()).toBeUndefined();
  expect(deliveries.dead()).toEqual([expect.objectContaining({ function: 'mail-events', attempts: 3 })]);
});

test('one that was under way when the process died is handed over again by the next', async () => {
  const { calls, open, clock } = queue('killed.json', 1);
  open().send('mail-events', { b: 2 });
  const next = open();
  expect(next.nextDueAt()).toBe(clock.now());
  await next.runDue();
  expect(calls.at(-1)).toBe('mail-events {"b":2} +0');
  expect(next.nextDueAt()).toBeUndefined();
});
