import { receive, record } from '../../functions/domain/lifecycle.ts';
import { countWorstHistory } from '../bench/counts.ts';
import { caseWith, receivedAt } from '../domain/case-builder.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.stop());

const staffView = async (reference: string) => (await desk.staff().get(`/requests/${reference}`)).body;
const metric = (name: string) => desk.edition.metrics().find((one) => one.name === name)?.sum ?? 0;

async function send(body: object) {
  const { body: answer } = await desk.submit({ email: 'ada@example.com', language: 'en', ...body });
  return answer.submitted[0]?.reference ?? '';
}

test('F24: a copy of hundreds of kilobytes lies in the bucket; no payload of the engine comes near 32 KiB', async () => {
  const reference = await send({ rights: ['access'] });
  await desk.verify(reference);
  await desk.staff().act(reference, 'decision', { decision: 'grant' });
  const { items } = await desk.edition.engine.listExecutions('rights-request', undefined, 10);
  expect(items).toHaveLength(1);
  let longest = 0;
  for (const { arn } of items) {
    const { items: events } = await desk.edition.engine.history(arn, 1000, false);
    expect(events.length).toBeGreaterThan(100);
    for (const event of events) longest = Math.max(longest, JSON.stringify(event).length);
  }
  expect(longest).toBeLessThan(32 * 1024);
  const view = await staffView(reference);
  expect(view.status).toBe('awaiting-release');
  expect(view.package.bytes).toBeGreaterThan(0);
});

test('F25: with every retry of every state used up the history stays far below the 25,000 events of AWS', async () => {
  const events = await countWorstHistory();
  expect(events).toBeGreaterThan(500);
  expect(events).toBeLessThan(2500);
});

test('F35: a letter with a code that bounces leaves the case visible, with a task, and its clock running', async () => {
  desk.edition.mailWorld.script({ event: 'bounce', to: 'gone@example.org' });
  const reference = await send({ email: 'gone@example.org', rights: ['restriction'] });
  await desk.edition.advance('PT5M');
  const view = await staffView(reference);
  expect(view.status).toBe('awaiting-identity');
  expect(view.tasks).toContainEqual(expect.objectContaining({ operation: 'letter-receipt', state: 'open' }));
  expect(metric('LetterBounced')).toBe(1);
  await desk.edition.advanceTo('2026-03-21T23:00:00.000Z');
  expect((await staffView(reference)).rung).toEqual(['planned-14']);
});

test('F37: a complaint about our mail stops letters that nobody asked for and calls a person', async () => {
  desk.edition.mailWorld.script({ event: 'complaint', to: 'tired@example.org' });
  const reference = await send({ email: 'tired@example.org', rights: ['restriction'] });
  await desk.edition.advance('P13D');
  const view = await staffView(reference);
  expect(view.tasks).toContainEqual(expect.objectContaining({ operation: 'mail-complaint', state: 'open' }));
  expect(metric('LetterComplained')).toBe(1);
  expect(
    desk.edition
      .outbox()
      .filter((mail) => mail.to === 'tired@example.org')
      .map((mail) => mail.letter),
  ).toEqual(['receipt']);
});

test('F39: a write that is repeated long after its token is forgotten is stopped by its condition', async () => {
  const store = createCaseStoreDouble();
  const { change } = receive({ ...caseWith().row, siblings: [] }, 'subject', receivedAt);
  await store.commit({ changes: [change] });
  const second = record(caseWith(change.row), [{ type: 'note-added', by: 'staff:officer', at: receivedAt }]);
  await store.commit({ changes: [second] });
  for (const again of [change, second])
    await expect(store.commit({ changes: [again] })).rejects.toMatchObject({ name: 'ConflictError' });
  expect((await store.events(change.row.id)).map((event) => event.type)).toEqual(['received', 'note-added']);
});

test('F42: without the keys nothing is taken in, nothing is sent, and the next try succeeds', async () => {
  desk.mayFail = true;
  desk.edition.faults.add({ service: 'secretsmanager', code: 'AccessDeniedException', times: 'forever' });
  const refused = await desk.submit({ email: 'ada@example.com', language: 'en', rights: ['access'] });
  expect(refused.status).toBe(503);
  expect(desk.edition.outbox()).toEqual([]);
  expect((await desk.edition.engine.listExecutions('rights-request', undefined, 10)).items).toEqual([]);
  desk.edition.faults.clear();
  const taken = await desk.submit({ email: 'ada@example.com', language: 'en', rights: ['access'] });
  expect(taken.status).toBe(202);
});
