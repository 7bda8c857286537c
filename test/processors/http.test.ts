import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { CircuitView } from '../../functions/processors/circuit.ts';
import { createGate } from '../../functions/processors/gate.ts';
import { createHttpClient } from '../../functions/processors/http.ts';

type Answer = (nth: number) => Response | Promise<Response>;

function setUp(answer: Answer, options: { readonly origins?: readonly string[] } = {}) {
  const clock = { ms: Date.UTC(2026, 2, 5) };
  const sleeps: number[] = [];
  const changes: CircuitView[] = [];
  let calls = 0;
  const client = createHttpClient({
    processor: 'vendor',
    origins: options.origins ?? ['https://vendor.example.com'],
    limits: { concurrency: 4, perSecond: 1_000_000 },
    now: () => clock.ms,
    sleep: async (ms) => {
      sleeps.push(ms);
    },
    random: () => 0.5,
    fetch: async () => {
      calls += 1;
      return answer(calls);
    },
    onCircuitChange: (_processor, view) => changes.push(view),
  });
  return { client, clock, sleeps, changes, calls: () => calls };
}

const get = { method: 'GET', url: 'https://vendor.example.com/a' } as const;
const post = { method: 'POST', url: 'https://vendor.example.com/a', body: '{}' } as const;
const status = (code: number, headers: Record<string, string> = {}) =>
  new Response('x', { status: code, headers });

describe('http client', () => {
  test.each([
    'https://other.example.com/a',
    'http://vendor.example.com/a',
    'https://vendor.example.com:8443/a',
    'https://vendor.example.com@other.example.com/a',
    'http://169.254.169.254/latest/meta-data/',
    'no address',
  ])('A41 does not call %s', async (url) => {
    const { client, calls } = setUp(() => status(200));
    await expect(client.send({ method: 'GET', url })).rejects.toMatchObject({
      name: 'PermanentError',
      message: 'host-not-allowed',
    });
    expect(calls()).toBe(0);
  });

  test.each([301, 302, 303, 307, 308])('A41 does not follow %d', async (code) => {
    const { client, calls } = setUp(() => status(code, { location: 'http://169.254.169.254/' }));
    await expect(client.send(get)).rejects.toMatchObject({ name: 'PermanentError', message: 'redirected' });
    expect(calls()).toBe(1);
  });

  test('304 and 4xx are answers', async () => {
    const { client } = setUp((nth) => new Response(null, { status: nth === 1 ? 304 : 404 }));
    expect((await client.send(get)).status).toBe(304);
    expect((await client.send(get)).status).toBe(404);
  });

  test('F18 500, 500, then 200: three attempts with growing jittered waits', async () => {
    const { client, sleeps } = setUp((nth) => status(nth < 3 ? 500 : 200));
    expect((await client.send(get)).status).toBe(200);
    expect(sleeps).toEqual([250, 500]);
  });

  test('gives up after three and says what it was', async () => {
    const { client, calls } = setUp(() => status(503));
    await expect(client.send(get)).rejects.toMatchObject({ name: 'TransientError', message: 'unavailable' });
    expect(calls()).toBe(3);
  });

  test('a request that is not repeatable goes out once when the answer leaves open whether it was done', async () => {
    const failing = setUp(() => status(500));
    await expect(failing.client.send(post)).rejects.toMatchObject({ message: 'unavailable' });
    expect(failing.calls()).toBe(1);
    const lost = setUp(() => {
      throw new TypeError('fetch failed');
    });
    await expect(lost.client.send(post)).rejects.toMatchObject({ message: 'connection-lost' });
    expect(lost.calls()).toBe(1);
  });

  test.each([
    ['429', () => status(429, { 'retry-after': '1' })],
    ['503 with Retry-After', () => status(503, { 'retry-after': '1' })],
    [
      'a refused connection',
      () => {
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
      },
    ],
  ])('%s certainly did nothing, so any request is sent again', async (_what, turnAway) => {
    const { client, calls } = setUp((nth) => (nth === 1 ? turnAway() : status(200)));
    expect((await client.send(post)).status).toBe(200);
    expect(calls()).toBe(2);
  });

  test.each([
    ['2', 2000],
    ['0', 250],
    [new Date(Date.UTC(2026, 2, 5, 0, 0, 3)).toUTCString(), 3000],
    ['soon', 250],
  ])('F17 Retry-After %s is honoured with a wait of %d ms', async (wish, wait) => {
    const { client, sleeps } = setUp((nth) =>
      nth === 1 ? status(429, { 'retry-after': wish }) : status(200),
    );
    await client.send(get);
    expect(sleeps).toEqual([wait]);
  });

  test.each([
    ['120', 120_000],
    ['99999999', 6 * 3_600_000],
  ])('F17 Retry-After %s is too long to wait here: it is handed on, capped', async (wish, retryAfterMs) => {
    const { client, sleeps, calls } = setUp(() => status(429, { 'retry-after': wish }));
    await expect(client.send(get)).rejects.toMatchObject({ message: 'rate-limited', retryAfterMs });
    expect([sleeps, calls()]).toEqual([[], 1]);
  });

  test('A37 a body over the cap is left unread', async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled += 1;
            controller.enqueue(new Uint8Array(65_536));
          },
        }),
      );
    const { client } = setUp(endless);
    await expect(client.send({ ...get, maxBytes: 1_000_000 })).rejects.toMatchObject({
      name: 'QuarantineError',
      message: 'response-too-large',
    });
    expect(pulled).toBeLessThan(20);
  });

  test('the circuit opens after five failures in a row, leaves the vendor alone, tries once, and closes on success', async () => {
    let healthy = false;
    const { client, clock, changes, calls } = setUp(() => status(healthy ? 200 : 500));
    for (let round = 0; round < 5; round += 1)
      await expect(client.send(post)).rejects.toMatchObject({ message: 'unavailable' });
    await expect(client.send(post)).rejects.toMatchObject({ message: 'circuit-open', retryAfterMs: 30_000 });
    expect(calls()).toBe(5);
    clock.ms += 30_000;
    await expect(client.send(post)).rejects.toMatchObject({ message: 'unavailable' });
    await expect(client.send(post)).rejects.toMatchObject({ message: 'circuit-open' });
    clock.ms += 30_000;
    healthy = true;
    await client.send(post);
    expect(client.circuit()).toMatchObject({ state: 'closed', failures: 0 });
    expect(changes.map(({ state }) => state)).toEqual(['open', 'probing', 'open', 'probing', 'closed']);
  });

  test('being limited does not open the circuit', async () => {
    const { client } = setUp(() => status(429));
    for (let round = 0; round < 6; round += 1)
      await expect(client.send(get)).rejects.toMatchObject({ message: 'rate-limited' });
    expect(client.circuit().state).toBe('closed');
  });

  describe('over a real connection', () => {
    let server: Server;
    let origin: string;
    beforeAll(async () => {
      server = createServer((request, response) => {
        if (request.url === '/hang') return;
        if (request.url === '/bomb') {
          response.writeHead(200, { 'content-encoding': 'gzip' });
          response.end(gzipSync(Buffer.alloc(20_000_000)));
          return;
        }
        response.writeHead(200, { 'x-request': 'r1' });
        response.end('grüße');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const real = () =>
      createHttpClient({
        processor: 'vendor',
        origins: [origin],
        limits: { concurrency: 4, perSecond: 1000 },
        now: Date.now,
        sleep: async () => {},
        random: () => 0.5,
      });

    test('answers come with status, headers and text', async () => {
      const answer = await real().send({ method: 'GET', url: `${origin}/` });
      expect([answer.status, answer.headers['x-request'], answer.body]).toEqual([200, 'r1', 'grüße']);
    });

    test('F20 a vendor that hangs is left after the time-out', async () => {
      await expect(
        real().send({ method: 'POST', url: `${origin}/hang`, body: '', timeoutMs: 50 }),
      ).rejects.toMatchObject({ name: 'TransientError', message: 'timeout' });
    });

    test('A37 the cap counts what a packed body unpacks to', async () => {
      await expect(real().send({ method: 'GET', url: `${origin}/bomb` })).rejects.toMatchObject({
        message: 'response-too-large',
      });
    });

    test('a vendor that is not there is told as that', async () => {
      const client = createHttpClient({
        processor: 'vendor',
        origins: ['http://127.0.0.1:9'],
        limits: { concurrency: 1, perSecond: 1000 },
        now: Date.now,
        sleep: async () => {},
        random: () => 0.5,
      });
      await expect(
        client.send({ method: 'POST', url: 'http://127.0.0.1:9/', body: '' }),
      ).rejects.toMatchObject({ name: 'TransientError', message: 'connection-lost' });
    });
  });
});

describe('gate', () => {
  test('never lets more in than allowed, and everybody gets through in order', async () => {
    const gate = createGate({ concurrency: 2, perSecond: 1_000_000, sleep: async () => {} });
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_, number) => {
        const leave = await gate.enter();
        inside += 1;
        most = Math.max(most, inside);
        order.push(number);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        leave();
      }),
    );
    expect([most, order]).toEqual([2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  test('spaces starts after the first second’s worth', async () => {
    let now = 10_000;
    const sleeps: number[] = [];
    const gate = createGate({
      concurrency: 100,
      perSecond: 2,
      monotonic: () => now,
      sleep: async (ms) => {
        sleeps.push(ms);
      },
    });
    for (let call = 0; call < 5; call += 1) (await gate.enter())();
    expect(sleeps).toEqual([500, 1000]);
    now += 60_000;
    (await gate.enter())();
    expect(sleeps).toEqual([500, 1000]);
  });
});
