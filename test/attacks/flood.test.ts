import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, metric, send, valid } from './caller.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

const words = { rights: ['erasure'], name: 'CANARY-NAME', details: 'CANARY-WORDS' };

test('A25 a hundred submissions in a stranger’s name make three mails', async () => {
  const body = valid({ email: 'third@example.org', ...words });
  for (let round = 0; round < 10; round += 1) {
    const ten = Array.from({ length: 10 }, () => call(desk, 'POST', '/api/requests', body));
    for (const answer of await Promise.all(ten)) expect(answer.status).toBe(202);
    await desk.edition.settle();
  }
  expect(desk.edition.outbox()).toHaveLength(3);
  expect(metric(desk, 'IntakeThrottled')).toBe(97);
  for (const one of desk.edition.outbox()) expect(JSON.stringify(one)).not.toContain('CANARY');
});

test('A25 a flood that nobody confirms ends without ever more than three mails a day, reminders and endings included', async () => {
  await desk.stop();
  desk = await openDesk();
  const references: string[] = [];
  for (let round = 0; round < 6; round += 1)
    references.push(...(await send(desk, { email: 'fourth@example.org', ...words })));
  await desk.edition.advance('P31D');
  for (const one of desk.edition.outbox()) {
    const inTheDayBefore = desk.edition.outbox().filter((other) => {
      const age = Date.parse(one.sentAt) - Date.parse(other.sentAt);
      return age >= 0 && age < 86_400_000;
    });
    expect(inTheDayBefore.length).toBeLessThanOrEqual(3);
    expect(JSON.stringify(one)).not.toContain('CANARY');
  }
  for (const reference of references)
    expect((await desk.staff().get(`/requests/${reference}`)).body).toMatchObject({
      status: 'closed',
      outcome: 'not-verified',
      tasks: [],
    });
});
