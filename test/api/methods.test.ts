import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Desk, openDesk } from '../journeys/desk.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By node:http, because `fetch` itself refuses to send some of these. */
describe('a method that an address does not take', () => {
  let dataDir: string;
  let desk: Desk;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rights-desk-methods-'));
    desk = await openDesk({ dataDir });
  });
  afterAll(async () => {
    await desk.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request(`${desk.edition.url}${path}`, {
        method,
        headers:
          body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length },
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      });
      asked.end(body);
    });

  test.each([
    ['PUT', '/api/requests', 'POST'],
    ['TRACE', '/api/requests', 'POST'],
    ['PATCH', '/api/requests/0123456789abcdefghjkmnpqrs', 'GET, DELETE'],
    ['DELETE', '/api/staff/requests', 'GET, POST'],
    ['TRACE', '/health', 'GET'],
  ])('%s %s is answered with those that it takes', async (method, path, allowed) => {
    const answer = await send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/method-not-allowed', status: 405 });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a body that comes with GET is not looked at', async () => {
    const answer = await send('GET', '/health', '{"a":1}');
    expect(answer).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  test('an address that nobody knows is not found, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'TRACE', 'PUT'])
      expect(await send(method, '/api/nothing-here')).toMatchObject({ status: 404 });
  });
});
