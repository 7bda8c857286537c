import { type Desk, openDesk } from './desk.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.stop());

const mails = (kind: string) => desk.edition.outbox().filter((mail) => mail.letter === kind);
const metric = (name: string) => desk.edition.metrics().find((one) => one.name === name)?.sum ?? 0;

async function send(body: object = {}) {
  const { status, body: answer } = await desk.submit({
    email: 'ada@example.com',
    language: 'en',
    rights: ['erasure'],
    ...body,
  });
  expect(status).toBe(202);
  return answer.submitted.map((one) => one.reference);
}

const staffView = async (reference: string) => (await desk.staff().get(`/requests/${reference}`)).body;

test('never confirmed: two reminders, then one closing letter for the whole submission, all before the promise', async () => {
  const [reference = '', second = ''] = await send({ rights: ['access', 'erasure'] });
  await desk.edition.advance('P31D');
  expect(mails('receipt')).toHaveLength(1);
  expect(mails('identity-reminder')).toHaveLength(2);
  expect(mails('refusal')).toHaveLength(1);
  const closing = mails('refusal')[0];
  expect(closing?.text).toContain(reference);
  expect(closing?.text).toContain(second);
  expect(closing?.text).toContain('Autoriteit Persoonsgegevens');
  expect((closing?.sentAt ?? '9') < '2026-04-05').toBe(true);
  for (const one of [reference, second])
    expect(await staffView(one)).toMatchObject({ status: 'closed', outcome: 'not-verified' });
});

test('a reminder carries a code that works', async () => {
  const [reference = ''] = await send();
  await desk.edition.advance('P5D');
  const cookie = await desk.verify(reference);
  expect((await desk.status(reference, cookie)).status).toBe('awaiting-decision');
});

test('nobody decides: every milestone rings once at its instant, then the breach of the promise and of the law', async () => {
  const [reference = ''] = await send();
  await desk.verify(reference);
  const rings = async () => (await staffView(reference)).rung;
  await desk.edition.advanceTo('2026-03-21T22:59:59.999Z');
  expect(await rings()).toEqual([]);
  await desk.edition.advanceTo('2026-03-21T23:00:00.000Z');
  expect(await rings()).toEqual(['planned-14']);
  await desk.edition.advanceTo('2026-04-05T21:59:59.999Z');
  expect(metric('PlannedBreach')).toBe(0);
  await desk.edition.advanceTo('2026-04-05T22:00:00.000Z');
  expect(metric('PlannedBreach')).toBe(1);
  await desk.edition.advanceTo('2026-04-07T21:59:59.999Z');
  expect(metric('LegalBreach')).toBe(0);
  await desk.edition.advanceTo('2026-04-07T22:00:00.000Z');
  expect(metric('LegalBreach')).toBe(1);
  const view = await staffView(reference);
  expect(view.rung).toEqual(['planned-14', 'planned-7', 'planned-2', 'planned-breach', 'legal-breach']);
  expect(view.clock.breached).toBe(true);
  expect(view.tasks).toContainEqual(
    expect.objectContaining({ processor: 'staff', operation: 'decision', state: 'open' }),
  );
});

test('nobody decides for a year: the execution ends, the case does not; a late decision carries it on', async () => {
  const [reference = ''] = await send();
  await desk.verify(reference);
  await desk.edition.advance('P200D');
  expect((await staffView(reference)).status).toBe('awaiting-decision');
  const refusal = { decision: 'refuse', reason: 'not-our-data', explanation: 'Another company holds it.' };
  expect((await desk.staff().act(reference, 'decision', refusal)).status).toBe(200);
  expect(await staffView(reference)).toMatchObject({ status: 'closed', outcome: 'refused' });
});

test('a system that is down for weeks delays nobody: the answer goes out in time and names it', async () => {
  desk.mayFail = true;
  const down = await fetch(`${desk.edition.url}/local/processors/mailchimp/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 503, times: 'forever' }),
  });
  expect(down.status).toBe(201);
  const [reference = ''] = await send({ rights: ['consent-withdrawal'] });
  await desk.verify(reference);
  await desk.edition.advance('P30D');
  const view = await staffView(reference);
  expect(view).toMatchObject({ status: 'answered', outcome: 'partly-fulfilled' });
  expect(view.clock.breached).toBe(false);
  expect(
    view.dispositions.find((one: { processor: string }) => one.processor === 'mailchimp').disposition,
  ).toBe('failed');
  expect(
    view.dispositions.find((one: { processor: string }) => one.processor === 'mailjet').disposition,
  ).toBe('done-confirmed');
  expect(mails('answer')[0]?.text.replace(/\s+/g, ' ')).toContain(
    'Mailchimp (Intuit Inc.): we have not yet been able',
  );
});

test('withdrawn by the subject while cooling off: nothing was touched, and the letter says so', async () => {
  const [reference = ''] = await send();
  const cookie = await desk.verify(reference);
  await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
  await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
  const answer = await fetch(`${desk.edition.url}/api/requests/${reference}`, {
    method: 'DELETE',
    headers: { cookie },
  });
  expect(answer.status).toBe(200);
  await desk.edition.advance('P10D');
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'closed', outcome: 'withdrawn' });
  expect(mails('withdrawn')).toHaveLength(1);
  const mailchimp = desk.edition.processors.view().find((one) => one.name === 'mailchimp');
  expect(mailchimp?.holds).toContainEqual(expect.objectContaining({ email: 'ada@example.com' }));
});

test('a second request for the same right is merged into the first, which keeps its clock', async () => {
  const [first = ''] = await send();
  await desk.verify(first);
  await desk.edition.advance('P2D');
  const [second = ''] = await send();
  expect((await staffView(second)).status).toBe('awaiting-identity');
  const cookie = await desk.verify(second);
  expect(await desk.status(second, cookie)).toMatchObject({
    status: 'closed',
    outcome: 'merged',
    mergedInto: first,
  });
  expect((await staffView(first)).clock.plannedBy).toBe('2026-04-05');
  expect(mails('merged')[0]?.text).toContain(first);
});

test('the same key twice makes one submission', async () => {
  const body = { email: 'lin@example.com', rights: ['erasure'], language: 'nl' };
  const one = await desk.submit(body, { 'idempotency-key': 'k-1' });
  const two = await desk.submit(body, { 'idempotency-key': 'k-1' });
  expect(two.body).toEqual(one.body);
  expect(mails('receipt')).toHaveLength(1);
  const other = await desk.submit({ ...body, language: 'en' }, { 'idempotency-key': 'k-1' });
  expect(other.status).toBe(422);
});

test('an extension: the letter with reasons first, new dates, warnings anew; a second one and a late one are refused', async () => {
  const [reference = ''] = await send();
  await desk.verify(reference);
  const officer = desk.staff();
  const extended = await officer.act(reference, 'extension', {
    reason: 'complexity',
    explanation: 'Three archives.',
  });
  expect(extended.status).toBe(200);
  expect(extended.body.clock).toMatchObject({ extended: true, plannedBy: '2026-06-05' });
  expect(mails('extension')).toHaveLength(1);
  const again = await officer.act(reference, 'extension', { reason: 'complexity' });
  expect([again.status, again.body.detail]).toEqual([422, 'extension-second']);
  const [late = ''] = await send({ email: 'lin@example.com' });
  await desk.verify(late);
  await desk.edition.advance('P40D');
  const refused = await officer.act(late, 'extension', { reason: 'complexity' });
  expect([refused.status, refused.body.detail]).toEqual([422, 'extension-after-first-month']);
  await desk.edition.advanceTo('2026-05-22T23:00:00.000Z');
  expect((await staffView(reference)).rung).toEqual(['planned-14']);
});

test('a letter that arrived three weeks ago has its true dates, and the milestones that passed ring at once', async () => {
  const recorded = await desk.staff().post('/requests', {
    channel: 'letter',
    receivedAt: '2026-02-10',
    email: 'ada@example.com',
    rights: ['restriction'],
    language: 'nl',
  });
  expect(recorded.status).toBe(201);
  const [{ reference, plannedBy }] = recorded.body.submitted;
  expect(plannedBy).toBe('2026-03-10');
  expect((await staffView(reference)).rung).toEqual(['planned-14', 'planned-7']);
});

test('no personal data in the engine or in any log line', async () => {
  const canary = 'Canaryname-Zebedee';
  const [reference = ''] = await send({ name: canary, details: `${canary} lives here`, rights: ['erasure'] });
  await desk.verify(reference);
  await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
  await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P30D');
  const seen: string[] = [...desk.edition.logLines()];
  for (const machine of ['rights-request', 'sla-clock']) {
    const { items } = await desk.edition.engine.listExecutions(machine, undefined, 100);
    expect(items.length).toBeGreaterThan(0);
    for (const { arn } of items) {
      seen.push(JSON.stringify(await desk.edition.engine.describeExecution(arn)));
      seen.push(JSON.stringify(await desk.edition.engine.history(arn, 1000, false)));
    }
  }
  const all = seen.join('\n');
  expect(all).toContain(reference);
  for (const word of [canary, 'ada@example.com', 'CANARY', 'Lovelace']) expect(all).not.toContain(word);
});

test('F36: an answer that comes back is no answer: a task, the clock runs on, and reaching the subject otherwise answers it', async () => {
  const [reference = ''] = await send({ email: 'nobody@example.org', rights: ['restriction'] });
  desk.edition.mailWorld.script({ event: 'bounce', to: 'nobody@example.org' });
  await desk.verify(reference);
  await desk.edition.advance('PT1H');
  const undelivered = await staffView(reference);
  expect(undelivered.status).not.toMatch(/answered|closed/);
  expect(undelivered.tasks).toContainEqual(
    expect.objectContaining({ operation: 'letter-answer', state: 'open' }),
  );
  const reached = await desk.staff().act(reference, 'tasks/request', {
    outcome: 'done',
    evidence: 'Sent on paper, registered',
    operation: 'letter-answer',
  });
  expect(reached.status).toBe(200);
  await desk.edition.advance('P1D');
  expect(await staffView(reference)).toMatchObject({ status: 'closed', outcome: 'nothing-found' });
  expect(mails('answer')).toHaveLength(1);
});

test('an erasure done by hand leaves what the law keeps, and the answer says nothing of systems where nothing was found', async () => {
  const [reference = ''] = await send({ email: 'grace@example.com' });
  await desk.verify(reference);
  for (const user of ['officer', 'second'] as const)
    await desk.staff(user).act(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P4D');
  for (const { processor, operation, state } of (await staffView(reference)).tasks)
    if (state === 'open')
      await desk
        .staff()
        .act(reference, `tasks/${processor}`, { outcome: 'done', evidence: 'in the console', operation });
  await desk.edition.advance('P1D');
  const view = await staffView(reference);
  const at = (processor: string) =>
    view.dispositions.find((one: { processor: string }) => one.processor === processor);
  expect(at('paddle')).toMatchObject({ disposition: 'retained-by-law', by: 'staff:officer' });
  expect(at('paddle').retainedUntil > '2029').toBe(true);
  expect(at('linkedin')).toMatchObject({ disposition: 'done-by-hand' });
  const [answer] = mails('answer');
  expect(answer?.text).toMatch(/Paddle[^:]*:[^-]*kept/);
  // Grace has no Google grant and no payments at these: nothing has been given up, erased or kept there.
  expect(at('google-oauth')).toMatchObject({ disposition: 'nothing-found' });
  const yourself = answer?.text.split('What you can').at(1) ?? '';
  expect(yourself).toContain('Stripe');
  for (const system of ['Google user data', 'Adyen', 'PayPal', 'Telegram'])
    expect(yourself).not.toContain(system);
});
