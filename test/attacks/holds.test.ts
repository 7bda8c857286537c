import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, letter, send } from './caller.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.stop());

const view = async (reference: string) => (await desk.staff().get(`/requests/${reference}`)).body;
const calls = (name: string) => desk.edition.processors.view().find((one) => one.name === name)?.calls ?? [];

/** The account system answers look-ups with these accounts from now on. */
async function accountsAre(...accounts: object[]): Promise<void> {
  const fault = { path: '/v1/lookups', body: { total: accounts.length, accounts }, times: 'forever' };
  const answer = await call(desk, 'POST', '/local/processors/account/faults', fault);
  if (answer.status !== 201) throw new Error(`the fault was refused: ${answer.text}`);
}

const accountOfAda = (more: object = {}) => ({
  accountId: 'acc_ada',
  email: 'ada@example.com',
  createdAt: '2024-01-10T00:00:00Z',
  mailboxSince: '2024-01-10T00:00:00Z',
  openSubscription: false,
  billing: [],
  mediaProjectIds: [],
  otherEmails: [],
  counts: [],
  linked: {},
  ...more,
});

async function confirmed(rights: string[]): Promise<string> {
  const [reference = ''] = await send(desk, { rights });
  await desk.verify(reference);
  return reference;
}

test.each([
  ['A19 an address that came to the account yesterday', [{ mailboxSince: '2026-03-04T09:00:00Z' }]],
  ['A36 a mailbox that two accounts share', [{}, { accountId: 'acc_other' }]],
])('%s: nothing is copied, and a person has to ask at the older address first', async (_what, accounts) => {
  await accountsAre(...accounts.map(accountOfAda));
  const reference = await confirmed(['access']);
  const before = await view(reference);
  expect(before.findings).toContainEqual(
    expect.objectContaining({ processor: 'account', state: 'ambiguous' }),
  );
  const task = before.tasks.find((one: { processor: string }) => one.processor === 'account');
  expect(task).toMatchObject({ operation: 'find', state: 'open', code: 'ambiguous-mailbox' });
  expect(task.instructions).toContain('older address');
  expect(calls('account').filter((one) => one.path.includes('/accounts/'))).toEqual([]);
});

test('A19 A36 an erasure leaves the uncertain account alone, and is not called complete', async () => {
  await accountsAre(accountOfAda({ mailboxSince: '2026-03-04T09:00:00Z' }));
  const reference = await confirmed(['erasure']);
  await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
  await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P4D');
  expect(calls('account').filter((one) => one.method === 'PUT')).toEqual([]);
  const { dispositions, status } = await view(reference);
  expect(status).not.toBe('closed');
  expect(dispositions).toContainEqual(
    expect.objectContaining({ processor: 'account', disposition: 'failed', code: 'ambiguous-mailbox' }),
  );
});

test('A36 once a person is certain, the search is asked again and goes on', async () => {
  await accountsAre(accountOfAda({ mailboxSince: '2026-03-04T09:00:00Z' }));
  const reference = await confirmed(['access']);
  await call(desk, 'DELETE', '/local/processors/account/faults');
  await desk.edition.advance('P15D');
  const retried = await desk.staff().act(reference, 'tasks/account', { action: 'retry' });
  expect(retried.status).toBe(200);
  expect((await view(reference)).findings).toContainEqual(
    expect.objectContaining({ processor: 'account', state: 'found' }),
  );
});

describe('A56 an erasure that somebody else asked for', () => {
  test('A56 the mailbox is told before anything happens, can stop it until the last moment, and nothing was touched', async () => {
    const reference = await confirmed(['erasure']);
    await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
    expect(desk.edition.outbox().some((mail) => mail.letter === 'cooling-off')).toBe(false);
    await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
    const notice = letter(desk, 'cooling-off', reference);
    expect(notice.to).toContain('ada@example.com');
    expect(notice.text).toContain(`/requests/${reference}`);
    expect(notice.text).toMatch(/8 March 2026|March 8/);
    const until: string = (await view(reference)).coolingOffUntil ?? '2026-03-08T09:00:00.000Z';
    await desk.edition.advanceTo(new Date(Date.parse(until) - 1).toISOString());
    await call(desk, 'POST', `/api/requests/${reference}/code`);
    await desk.edition.settle();
    const cookie = await desk.verify(reference);
    const changes = () =>
      desk.edition.processors
        .view()
        .flatMap((one) => one.calls)
        .filter((one) => ['DELETE', 'PUT', 'PATCH'].includes(one.method));
    expect(changes()).toEqual([]);
    const cancelled = await call(desk, 'DELETE', `/api/requests/${reference}`, undefined, { cookie });
    expect([cancelled.status, cancelled.body.outcome]).toEqual([200, 'withdrawn']);
    await desk.edition.advance('P10D');
    expect(changes()).toEqual([]);
    expect(desk.edition.outbox().filter((mail) => mail.letter === 'cooling-off')).toHaveLength(1);
  });

  test('A56 without the second person’s agreement time alone erases nothing', async () => {
    const reference = await confirmed(['erasure']);
    await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
    await desk.edition.advance('P20D');
    expect((await view(reference)).status).toBe('awaiting-decision');
    expect(calls('mailchimp').filter((one) => one.method !== 'GET' && one.method !== 'POST')).toEqual([]);
  });
});

describe('A58 news about mails', () => {
  const bounceOf = (messageId: string, reference: string, letterId = 'receipt') => ({
    Records: [
      {
        Sns: {
          Message: JSON.stringify({
            eventType: 'Bounce',
            bounce: { bounceType: 'Permanent' },
            mail: {
              messageId,
              tags: { reference: [reference], 'letter-id': [letterId], letter: ['receipt'] },
            },
          }),
        },
      },
    ],
  });

  test('A58 a bounce of a message that we did not send changes nothing', async () => {
    const [reference = ''] = await send(desk, {});
    const before = (await view(reference)).version;
    await desk.edition.invoke('mail-events', bounceOf('forged-0000', reference));
    // Of a letter that is not there it may be early news: handed back for another try, and at last to the dead letters.
    desk.mayFail = true;
    await expect(
      desk.edition.invoke('mail-events', bounceOf('forged-0000', reference, 'answer')),
    ).rejects.toMatchObject({ name: 'TransientError' });
    expect((await view(reference)).version).toBe(before);
  });

  test('A58 what has another shape than the topic’s is refused before anything is read', async () => {
    for (const forged of [{}, { Records: 'x' }, { Records: [{ body: 'x' }] }, null, 'x'])
      await expect(desk.edition.invoke('mail-events', forged)).rejects.toMatchObject({
        name: 'PermanentError',
      });
    desk.mayFail = true;
  });

  test('A58 there is no address on the web that takes such news', async () => {
    for (const path of ['/api/mail-events', '/api/callbacks', '/mail-events', '/api/webhooks/ses', '/sns'])
      expect((await call(desk, 'POST', path, bounceOf('x', '0'.repeat(26)))).status).toBe(404);
  });
});

test('A24 a person who asks again and again is refused by nobody but a person', async () => {
  for (let round = 0; round < 3; round += 1) {
    const reference = await confirmed(['complaint']);
    expect(await view(reference)).toMatchObject({ status: 'awaiting-decision', outcome: null });
    await desk.edition.advance('PT25H');
  }
});
