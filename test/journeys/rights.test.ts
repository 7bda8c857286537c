import { type Desk, openDesk, type StatusView } from './desk.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.stop());

const disposition = (view: StatusView, processor: string) =>
  view.dispositions.find((one) => one.processor === processor)?.disposition;

async function confirmed(body: object) {
  const { body: answer } = await desk.submit({ email: 'ada@example.com', language: 'en', ...body });
  const reference = answer.submitted[0]?.reference ?? '';
  return { reference, cookie: await desk.verify(reference) };
}

async function grant(reference: string, body: object = { decision: 'grant' }) {
  const first = await desk.staff('officer').act(reference, 'decision', body);
  expect([first.status, first.body.detail]).toEqual([200, undefined]);
  if (first.body.decision === 'proposed') {
    const second = await desk.staff('second').act(reference, 'decision', body);
    expect([second.status, second.body.decision]).toEqual([200, 'decided']);
  }
}

/** Does every open manual task, as staff would. */
async function workOff(reference: string) {
  const officer = desk.staff('officer');
  for (;;) {
    const { body } = await officer.get(`/requests/${reference}`);
    const task = body.tasks.find((one: { state: string }) => one.state === 'open');
    if (!task) return;
    expect(task.instructions).not.toBe('');
    const done = await officer.act(reference, `tasks/${task.processor}`, {
      outcome: 'done',
      evidence: 'Done in the vendor console',
      operation: task.operation,
    });
    expect(done.status).toBe(200);
  }
}

const letters = (reference: string) =>
  desk.edition
    .outbox()
    .filter((mail) => mail.reference === reference)
    .map((mail) => mail.letter);

test('erasure: two people agree, three days to cancel, the records are gone, and the case closes when all is looked at again', async () => {
  const { reference, cookie } = await confirmed({ rights: ['erasure'] });
  expect((await desk.status(reference, cookie)).status).toBe('awaiting-decision');
  await grant(reference);
  expect((await desk.status(reference, cookie)).status).toBe('cooling-off');
  await desk.edition.advance('P2D');
  expect((await desk.status(reference, cookie)).status).toBe('cooling-off');
  expect(desk.edition.processors.view().find((one) => one.name === 'mailchimp')?.holds).toContainEqual(
    expect.objectContaining({ email: 'ada@example.com' }),
  );
  await desk.edition.advance('P1DT1H');
  const acting = await desk.status(reference, cookie);
  expect(acting.status).toBe('acting');
  expect(disposition(acting, 'mailchimp')).toBe('done-confirmed');
  expect(disposition(acting, 'intercom')).toBe('accepted');
  expect(disposition(acting, 'linkedin')).toBe('failed');
  const holders = desk.edition.processors
    .view()
    .filter((one) => one.holds.some((held) => held.email === 'ada@example.com' && held.records > 0))
    .map((one) => one.name);
  expect(holders).not.toContain('mailchimp');
  await workOff(reference);
  const answered = await desk.status(reference, cookie);
  expect(answered).toMatchObject({ status: 'answered', outcome: 'partly-fulfilled' });
  await desk.edition.advance('P120D');
  await workOff(reference);
  await desk.edition.advance('P2D');
  const closed = await desk.status(reference, cookie);
  expect(closed.status).toBe('closed');
  expect(closed.dispositions.every((one) => one.disposition !== 'failed')).toBe(true);
  expect(letters(reference)).toEqual(expect.arrayContaining(['receipt', 'answer', 'supplement']));
  expect(closed.clock.breached).toBe(false);
});

test('the account system is erased after all others', async () => {
  const { reference } = await confirmed({ rights: ['erasure'] });
  await grant(reference);
  await desk.edition.advance('P4D');
  const lastCall = (name: string) =>
    desk.edition.processors
      .view()
      .find((one) => one.name === name)
      ?.calls.filter((call) => call.method === 'DELETE' || call.path.includes('delete-permanent'))
      .at(0)?.at ?? '';
  expect(lastCall('account') >= lastCall('mailchimp')).toBe(true);
  expect(lastCall('account')).not.toBe('');
});

test('consent withdrawal takes effect without any member of staff', async () => {
  const { reference, cookie } = await confirmed({ rights: ['consent-withdrawal'] });
  const view = await desk.status(reference, cookie);
  expect(['acting', 'answered', 'closed']).toContain(view.status);
  expect(disposition(view, 'mailchimp')).toBe('done-confirmed');
  await workOff(reference);
  expect((await desk.status(reference, cookie)).status).toMatch(/answered|closed/);
  expect(letters(reference)).toContain('answer');
});

test('objection to direct marketing is immediate', async () => {
  const { reference, cookie } = await confirmed({
    rights: ['objection'],
    objectionScope: 'direct-marketing',
  });
  const view = await desk.status(reference, cookie);
  expect(disposition(view, 'mailchimp')).toBe('done-confirmed');
});

test('another objection restricts while it is weighed, and lifts with notice when refused', async () => {
  const { reference, cookie } = await confirmed({
    rights: ['objection'],
    objectionScope: 'other',
    details: 'No profiling',
  });
  const waiting = await desk.status(reference, cookie);
  expect(waiting.status).toBe('awaiting-decision');
  expect(disposition(waiting, 'mailchimp')).toBe('done-confirmed');
  const refusal = {
    decision: 'refuse',
    reason: 'compelling-grounds-21-1',
    explanation: 'Fraud is under investigation.',
  };
  const answer = await desk.staff().act(reference, 'decision', refusal);
  expect(answer.status).toBe(200);
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'answered', outcome: 'refused' });
  expect(letters(reference)).toEqual(expect.arrayContaining(['refusal', 'restriction-lifted']));
  await desk.edition.advance('P9D');
  expect(disposition(await desk.status(reference, cookie), 'account')).toBe('done-confirmed');
  await workOff(reference);
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'closed', outcome: 'refused' });
});

test('rectification changes the field where it is held, and says so per recipient', async () => {
  const { reference, cookie } = await confirmed({
    rights: ['rectification'],
    corrections: [{ field: 'name', value: 'Ada Byron' }],
  });
  await grant(reference);
  const view = await desk.status(reference, cookie);
  expect(disposition(view, 'mailchimp')).toBe('done-confirmed');
  expect(disposition(view, 'account')).toBe('done-confirmed');
  await workOff(reference);
  expect((await desk.status(reference, cookie)).status).toMatch(/answered|closed/);
});

test('completion adds what was missing', async () => {
  const { reference, cookie } = await confirmed({
    rights: ['completion'],
    corrections: [{ field: 'phone', value: '+31201234567' }],
  });
  await grant(reference);
  const view = await desk.status(reference, cookie);
  expect(disposition(view, 'account')).toBe('done-confirmed');
});

test('restriction marks the data at each system that can', async () => {
  const { reference, cookie } = await confirmed({ rights: ['restriction'] });
  await grant(reference);
  const view = await desk.status(reference, cookie);
  expect(disposition(view, 'account')).toBe('done-confirmed');
  expect(disposition(view, 'mailchimp')).toBe('done-confirmed');
});

test('a complaint is a case with its own answer and touches no system', async () => {
  const { reference, cookie } = await confirmed({ rights: ['complaint'], details: 'You were slow' });
  expect((await desk.status(reference, cookie)).status).toBe('awaiting-decision');
  await grant(reference, { decision: 'grant', explanation: 'You are right, and we apologise.' });
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'closed', outcome: 'fulfilled' });
  const answer = desk.edition.outbox().find((mail) => mail.letter === 'answer');
  expect(answer?.text).toContain('Autoriteit Persoonsgegevens');
});

test('a person whom nobody knows hears that nothing was found', async () => {
  const { reference, cookie } = await confirmed({ email: 'nobody@example.org', rights: ['erasure'] });
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'closed', outcome: 'nothing-found' });
  expect(letters(reference)).toEqual(['receipt', 'answer']);
});

test('a refusal names its ground and both ways to contest it', async () => {
  const { reference, cookie } = await confirmed({ rights: ['erasure'] });
  const refused = await desk.staff().act(reference, 'decision', {
    decision: 'refuse',
    reason: 'legal-claims-17-3-e',
    explanation: 'A claim about the contract is before the court.',
  });
  expect(refused.status).toBe(200);
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'closed', outcome: 'refused' });
  const letter = desk.edition.outbox().find((mail) => mail.letter === 'refusal');
  expect(letter?.text).toContain('Autoriteit Persoonsgegevens');
  expect(letter?.text).toMatch(/six weeks/);
});

test('tax law keeps invoices: everything else goes, and the letter says until when', async () => {
  const { reference, cookie } = await confirmed({ email: 'grace@example.com', rights: ['erasure'] });
  await grant(reference);
  await desk.edition.advance('P4D');
  const view = await desk.status(reference, cookie);
  const kept = view.dispositions.filter((one) => one.disposition === 'retained-by-law');
  expect(kept.length).toBeGreaterThan(0);
  for (const one of kept)
    expect(one).toMatchObject({ retainedUntil: expect.stringMatching(/^20\d\d-12-31$/) });
});

test('a restriction is lifted only after the subject was told, on the day that was named', async () => {
  const { reference, cookie } = await confirmed({ rights: ['restriction'] });
  await grant(reference);
  await workOff(reference);
  await desk.edition.advance('P3D');
  expect((await desk.status(reference, cookie)).status).toBe('closed');
  const lifted = await desk
    .staff()
    .act(reference, 'lift-restriction', { explanation: 'The data proved to be right.' });
  expect(lifted.status).toBe(200);
  expect(letters(reference)).toContain('restriction-lifted');
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'answered' });
  const isRestricted = () =>
    desk.edition.processors
      .view()
      .find((one) => one.name === 'account')
      ?.calls.some((call) => call.method !== 'GET' && call.at > '2026-03-09');
  await desk.edition.advance('P6D');
  expect(isRestricted()).toBe(false);
  await desk.edition.advance('P2D');
  expect(isRestricted()).toBe(true);
  await workOff(reference);
  expect((await desk.status(reference, cookie)).status).toBe('closed');
});

test('staff see a series in figures, and nothing is refused for it', async () => {
  for (const right of ['restriction', 'consent-withdrawal']) {
    const { reference } = await confirmed({ rights: [right], email: 'lin@example.com' });
    await desk.edition.advance('P1D');
    expect(reference).not.toBe('');
  }
  const { reference } = await confirmed({ rights: ['erasure'], email: 'lin@example.com' });
  const { body } = await desk.staff().get(`/requests/${reference}`);
  expect(body.series).toMatchObject({ inTwelveMonths: 3, sameRight: 1, first: true });
  expect(body.status).toBe('awaiting-decision');
});
