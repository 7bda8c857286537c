import { TransientError } from '../../functions/domain/errors.ts';
import { readHealth } from '../../functions/domain/processor-health.ts';
import { processorFailed } from '../../functions/steps/processor-failed.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';
import { createTestClock, createTestRuntime } from '../doubles/runtime.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

describe('how the systems fare, to staff', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
    // What a vendor's failure makes a step throw is logged as the error that it is.
    desk.mayFail = true;
  });
  afterAll(() => desk.stop());

  const read = async (user?: string) => (await desk.staff(user).get('/processors')).body.items;
  const one = async (name: string) => (await read()).find((item: { name: string }) => item.name === name);

  test('every system is there by its title, and nothing has failed yet', async () => {
    const items = await read('viewer');
    expect(items.length).toBeGreaterThan(15);
    expect(items).toContainEqual({
      name: 'beacon',
      title: 'Beacon',
      enabled: true,
      failuresLast24h: 0,
      circuit: 'closed',
    });
  });

  test('is for staff only', async () => {
    expect((await fetch(`${desk.edition.url}/api/staff/processors`)).status).toBe(401);
  });

  test('a system that is down shows with its last code, and the others do not', async () => {
    await fetch(`${desk.edition.url}/local/processors/mailchimp/faults`, {
      method: 'POST',
      body: JSON.stringify({ status: 503, times: 'forever' }),
    });
    const { body } = await desk.submit({ email: 'ada@example.com', rights: ['access'], language: 'en' });
    await desk.verify(body.submitted[0]?.reference ?? '');
    await desk.edition.advance('PT1M');
    expect((await one('mailchimp')).circuit).toMatch(/^(open|probing)$/);
    const page = await fetch(`${desk.edition.url}/staff/processors`, {
      headers: { cookie: await desk.edition.staffCookie('officer'), 'accept-language': 'en' },
    });
    const rowOf = (html: string, title: string) =>
      html.split('<tr>').find((row) => row.includes(`<b>${title}`)) ?? '';
    const html = await page.text();
    expect(rowOf(html, 'Mailchimp')).toContain('Down, calls held back');
    expect(rowOf(html, 'Intercom')).not.toContain('Down');
    await desk.edition.advance('PT6H');
    const failed = await one('mailchimp');
    expect(failed).toMatchObject({ enabled: true, lastFailure: { code: 'circuit-open' } });
    expect(failed.failuresLast24h).toBeGreaterThan(0);
    expect(await one('intercom')).toMatchObject({ failuresLast24h: 0, circuit: 'closed' });
    expect(JSON.stringify(await read())).not.toMatch(/ada@/);
  });

  test('failures are those of the last 24 hours; the last one is remembered longer', async () => {
    const clock = createTestClock('2026-03-05T09:30:00.000Z');
    const store = createCaseStoreDouble();
    const runtime = createTestRuntime(clock.now);
    await processorFailed(store, runtime, 'mailchimp', 'timeout');
    clock.at += 3_600_000;
    await processorFailed(store, runtime, 'mailchimp', 'unavailable');
    const health = () => readHealth(store, 'mailchimp', clock.at);
    const lastFailure = { at: '2026-03-05T10:30:00.000Z', code: 'unavailable' };
    expect(await health()).toEqual({ failuresLast24h: 2, circuit: 'closed', lastFailure });
    clock.at += 24 * 3_600_000;
    expect(await health()).toEqual({ failuresLast24h: 1, circuit: 'closed', lastFailure });
    clock.at += 24 * 3_600_000;
    expect(await health()).toEqual({ failuresLast24h: 0, circuit: 'closed', lastFailure });
  });

  test('a store that cannot write it down does not stop the work', async () => {
    const store = createCaseStoreDouble();
    const clock = createTestClock('2026-03-05T09:30:00.000Z');
    const lines: string[] = [];
    const runtime = createTestRuntime(clock.now, { write: (line) => lines.push(line) });
    const broken = { ...store, count: async () => Promise.reject(new TransientError('store-throttled')) };
    await processorFailed(broken, runtime, 'mailchimp', 'timeout');
    expect(lines.filter((line) => line.includes('ProcessorFailed'))).toHaveLength(1);
  });
});
