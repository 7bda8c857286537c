import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from '../../../local/processors/emulator.ts';
import { createProcessorHub, type ProcessorHub } from '../../../local/processors/hub.ts';

interface Card {
  email: string;
  archived?: boolean;
}

const cards = defineEmulator<{ cards: Record<string, Card> }>({
  name: 'cards',
  seed: () => ({ cards: { c1: { email: 'ada@example.com' }, c2: { email: 'lin@example.com' } } }),
  create({ state }) {
    const app = new Hono<EmulatorEnv>();
    app.get('/cards', (c) =>
      c.json({ total: Object.keys(state.data.cards).length, cards: Object.values(state.data.cards) }),
    );
    app.delete('/cards/:id', (c) => {
      const card = state.data.cards[c.req.param('id')];
      if (card === undefined) return c.json({ code: 'absent' }, 404);
      if (c.env.lie === 'archive') card.archived = true;
      else delete state.data.cards[c.req.param('id')];
      return c.body(null, 204);
    });
    return {
      app,
      holds: () => Object.values(state.data.cards).map(({ email }) => ({ email, records: 1 })),
      errorBody: (status) => ({ code: `vendor-${status}` }),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { 'cards-key': 'secret' } }),
    };
  },
});

describe('emulator framework', () => {
  let dataDir: string;
  let nowMs: number;
  let hub: ProcessorHub;
  const open = () => createProcessorHub({ dataDir, now: () => nowMs, emulators: [cards] });
  const call = (method: string, path: string) =>
    hub.app.request(`/local/processors/cards${path}`, { method });
  const fault = (body: unknown) =>
    hub.app.request('/local/processors/cards/faults', { method: 'POST', body: JSON.stringify(body) });
  const people = () => hub.view()[0]?.holds.map(({ email }) => email);

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'emulator-'));
    nowMs = Date.UTC(2026, 2, 5);
    hub = open();
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  test('records and calls outlive a restart', async () => {
    expect((await call('DELETE', '/cards/c1')).status).toBe(204);
    hub = open();
    expect(people()).toEqual(['lin@example.com']);
    expect(hub.view()[0]?.calls).toEqual([
      { at: '2026-03-05T00:00:00.000Z', method: 'DELETE', path: '/cards/c1', status: 204 },
    ]);
  });

  test('a scripted status comes as often as asked, in the shape of the vendor, also after a restart', async () => {
    await fault({ status: 429, headers: { 'retry-after': 2 }, times: 2 });
    const first = await call('GET', '/cards');
    expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([
      429,
      '2',
      { code: 'vendor-429' },
    ]);
    hub = open();
    expect((await call('GET', '/cards')).status).toBe(429);
    expect((await call('GET', '/cards')).status).toBe(200);
  });

  test('faults keep to method and path', async () => {
    await fault([{ status: 500, method: 'delete', path: '^/cards/c[2-9]$', times: 'forever' }]);
    expect((await call('GET', '/cards')).status).toBe(200);
    expect((await call('DELETE', '/cards/c1')).status).toBe(204);
    expect((await call('DELETE', '/cards/c2')).status).toBe(500);
    await hub.app.request('/local/processors/cards/faults', { method: 'DELETE' });
    expect((await call('DELETE', '/cards/c2')).status).toBe(204);
  });

  test('the lie "keep" waits for the call that acts', async () => {
    await fault({ lie: true });
    await call('GET', '/cards');
    expect((await call('DELETE', '/cards/c1')).status).toBe(204);
    expect(people()).toContain('ada@example.com');
    expect((await call('DELETE', '/cards/c1')).status).toBe(204);
    expect(people()).not.toContain('ada@example.com');
  });

  test('the lie "restore-later" brings back what was erased, a week later, and nothing else', async () => {
    await fault({ lie: 'restore-later' });
    await call('DELETE', '/cards/c1');
    await call('DELETE', '/cards/c2');
    nowMs += 6 * 86_400_000;
    expect(people()).toEqual([]);
    nowMs += 86_400_000;
    expect(people()).toEqual(['ada@example.com']);
  });

  test('the lie "archive" is told by the emulator itself', async () => {
    await fault({ lie: 'archive' });
    expect((await call('DELETE', '/cards/c1')).status).toBe(204);
    expect(await (await call('GET', '/cards')).json()).toEqual({
      total: 2,
      cards: [{ email: 'ada@example.com', archived: true }, { email: 'lin@example.com' }],
    });
  });

  test.each([
    ['error-in-200', 200, { code: 'vendor-500' }],
    ['false-404', 404, { code: 'vendor-404' }],
    [
      'wrong-subject',
      200,
      expect.objectContaining({ cards: expect.arrayContaining([{ email: 'somebody.else@example.org' }]) }),
    ],
    ['partial-page', 200, { total: 2, cards: [{ email: 'ada@example.com' }] }],
  ])('the lie "%s" is told in the answer', async (lie, status, body) => {
    await fault({ lie });
    const answer = await call('GET', '/cards');
    expect([answer.status, await answer.json()]).toEqual([status, body]);
  });

  test('over a socket: delays, dropped connections before and after the work, and large bodies', async () => {
    const server = await hub.listen(0);
    const base = `http://127.0.0.1:${server.port}/local/processors/cards`;
    try {
      await fault([{ cancel: true }, { cancel: 'after' }, { delay: 60 }, { bodyBytes: 3_000_000 }]);
      await expect(fetch(`${base}/cards/c1`, { method: 'DELETE' })).rejects.toThrow();
      expect(people()).toContain('ada@example.com');
      await expect(fetch(`${base}/cards/c1`, { method: 'DELETE' })).rejects.toThrow();
      expect(people()).not.toContain('ada@example.com');
      const start = performance.now();
      await (await fetch(`${base}/cards`)).json();
      expect(performance.now() - start).toBeGreaterThan(55);
      expect((await (await fetch(`${base}/cards`)).text()).length).toBe(3_000_000);
    } finally {
      await server.close();
    }
  });

  test('says which fields of a fault are wrong', async () => {
    const answer = await fault({ status: 42, colour: 'red' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ fields: expect.arrayContaining(['colour', 'status']) });
    expect((await hub.app.request('/local/processors/nobody/faults', { method: 'POST' })).status).toBe(404);
  });

  test('gives the configuration for a port', () => {
    expect(hub.configFor(4010)).toEqual({
      config: { cards: { enabled: true, baseUrl: 'http://127.0.0.1:4010/local/processors/cards' } },
      secrets: { 'cards-key': 'secret' },
    });
  });

  test('gives the configuration to commands on this machine, for the port they came in by', async () => {
    const server = await hub.listen(0);
    const answer = await fetch(`http://127.0.0.1:${server.port}/local/processors/configuration.json`);
    expect(await answer.json()).toEqual(hub.configFor(server.port));
    await server.close();
  });
});
