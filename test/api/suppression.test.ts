import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { resources } from '../../local/world.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

interface Result {
  readonly hash: string;
  readonly suppressed: boolean;
  readonly why: readonly string[];
}

/** The ledger as the company's sync jobs meet it: written by an erasure, asked before a vendor is fed, lifted by a new consent only. */
describe('suppression', () => {
  let dataDir: string;
  let desk: Desk;
  let credential: string;
  let erasedAt: number;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rights-desk-suppression-'));
    desk = await openDesk({ dataDir });
    const client = new SecretsManagerClient({});
    const { SecretString = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: resources.ownKeys }),
    );
    client.destroy();
    credential = JSON.parse(SecretString).suppressionService;
    const { body } = await desk.submit({ email: 'ada@example.com', rights: ['erasure'], language: 'en' });
    const reference = body.submitted[0]?.reference ?? '';
    await desk.verify(reference);
    expect((await check(['ada@example.com'])).results[0]?.suppressed).toBe(false);
    await desk.staff().act(reference, 'decision', { decision: 'grant' });
    await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
    await desk.edition.advance('P10D');
    erasedAt = desk.edition.now();
  });
  afterAll(async () => {
    await desk.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function call(path: string, body: object, authorization = `Bearer ${credential}`) {
    const answer = await fetch(`${desk.edition.url}/api/suppression/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  async function check(addresses: readonly string[]): Promise<{ results: Result[] }> {
    const answer = await call('check', { addresses });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.text);
  }

  test('tells who was erased, in the order asked, however the address is written, and repeats none', async () => {
    const asked = ['nobody@example.com', ' ADA@Example.com', 'grace@example.com'];
    const answer = await call('check', { addresses: asked });
    const { results } = JSON.parse(answer.text);
    expect(results.map((one: Result) => [one.suppressed, one.why])).toEqual([
      [false, []],
      [true, ['erased']],
      [false, []],
    ]);
    // Hexadecimal digits may spell "ada".
    expect(answer.text).not.toMatch(/@|nobody|example/i);
  });

  test('takes the hash of an earlier answer in place of the address', async () => {
    const { results } = await check(['ada@example.com', 'nobody@example.com']);
    const answer = await call('check', { hashes: results.map((one) => one.hash).reverse() });
    expect(JSON.parse(answer.text).results).toEqual(results.toReversed());
  });

  test.each([
    ['no credential', ''],
    ['another one', 'Bearer guess'],
    ['the right one with something behind it', 'longer'],
    ['a cookie instead', 'Basic YTpi'],
  ])('refuses %s, whatever is asked', async (_how, shown) => {
    const authorization = shown === 'longer' ? `Bearer ${credential}x` : shown;
    for (const path of ['check', 'lift']) {
      const answer = await call(path, { addresses: ['ada@example.com'] }, authorization);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(answer.text).not.toContain('suppressed');
    }
  });

  test('the credential opens nothing else', async () => {
    for (const path of ['/api/staff/requests', '/api/requests/00000000000000000000000000']) {
      const answer = await fetch(desk.edition.url + path, {
        headers: { authorization: `Bearer ${credential}` },
      });
      expect([401, 404]).toContain(answer.status);
    }
  });

  test.each([
    [{}],
    [{ addresses: [] }],
    [{ addresses: Array.from({ length: 101 }, () => 'a@example.com') }],
    [{ hashes: ['ABC'] }],
    [{ addresses: ['a@example.com'], hashes: ['0'.repeat(64)] }],
  ])('refuses %j and names what is wrong', async (body) => {
    const answer = await call('check', body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).errors.length).toBeGreaterThan(0);
    expect(answer.text).not.toContain('a@example.com');
  });

  test('only a consent that came after the erasure lifts it', async () => {
    const lift = (consentedAt: number) =>
      call('lift', { addresses: ['ada@example.com'], consentedAt: new Date(consentedAt).toISOString() });
    const day = 86_400_000;
    const old = await lift(erasedAt - 30 * day);
    expect([old.status, JSON.parse(old.text).results[0].suppressed]).toEqual([200, true]);
    expect((await lift(erasedAt + day)).status).toBe(400);
    expect((await check(['ada@example.com'])).results[0]?.suppressed).toBe(true);
    const fresh = await lift(erasedAt);
    expect([fresh.status, JSON.parse(fresh.text).results[0].suppressed]).toEqual([200, false]);
    expect((await check(['ada@example.com'])).results[0]?.suppressed).toBe(false);
  });

  test('is in the description of the API', async () => {
    const document = JSON.parse(await (await fetch(`${desk.edition.url}/openapi.json`)).text());
    expect(document.paths['/api/suppression/check'].post.security).toEqual([{ service: [] }]);
    expect(document.paths['/api/suppression/lift'].post.security).toEqual([{ service: [] }]);
    expect(document.components.securitySchemes.service).toMatchObject({ type: 'http', scheme: 'bearer' });
  });
});
