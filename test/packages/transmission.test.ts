import { createHash } from 'node:crypto';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { type Receiver, startReceiver, status } from './receiver.ts';

let desk: Desk;
let receiver: Receiver;
beforeAll(async () => {
  desk = await openDesk();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await receiver.stop();
  await desk.stop();
});
beforeEach(() => {
  receiver.took.length = 0;
  receiver.answers = [status(200)];
});

/** Submitted, confirmed, granted and released by two people. */
async function released(email: string, right: 'access' | 'portability' = 'portability') {
  const { body } = await desk.submit({ email, rights: [right], language: 'en' });
  const reference = body.submitted[0]?.reference ?? '';
  const cookie = await desk.verify(reference);
  await desk.staff().act(reference, 'decision', { decision: 'grant' });
  await desk.edition.settle();
  const { body: review } = await desk.staff().get(`/requests/${reference}/package`);
  for (const user of ['officer', 'second'])
    await desk.staff(user).act(reference, 'release', { packageHash: review.package.hash });
  await desk.edition.settle();
  return { reference, cookie, hash: review.package.hash as string, bytes: review.package.bytes as number };
}
type Released = Awaited<ReturnType<typeof released>>;

async function freshCode({ reference, cookie }: Released): Promise<string> {
  const asked = await fetch(`${desk.edition.url}/api/requests/${reference}/package`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(asked.status).toBe(202);
  const letter = desk.edition.outbox({ reference, letter: 'code' }).at(-1);
  return /\b(\d{6})\b/.exec(letter?.text ?? '')?.[1] ?? '';
}

async function send(own: Released, input: object, cookie = own.cookie) {
  const answer = await fetch(`${desk.edition.url}/api/requests/${own.reference}/package/transmissions`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body = await answer.json();
  await desk.edition.settle();
  return { status: answer.status, body };
}

const list = async (own: Released) =>
  (
    await fetch(`${desk.edition.url}/api/requests/${own.reference}/package/transmissions`, {
      headers: { cookie: own.cookie },
    })
  ).json();

const secret = 'X-Amz-Signature=0123456789abcdef';
const target = () => ({
  receiver: 'Videofabriek',
  url: `${receiver.url}/in/box?${secret}`,
  host: '127.0.0.1',
});

describe('a portability package goes to the controller that its subject names', () => {
  let own: Released;
  beforeAll(async () => {
    own = await released('ada@example.com');
  }, 60_000);

  test('only with the session, a fresh code and the host that the address leads to', async () => {
    const code = await freshCode(own);
    expect((await send(own, { ...target(), code }, '')).status).toBe(404);
    const other = await send(own, { ...target(), host: 'upload.example.org', code });
    expect(other).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'host', code: 'not-the-host-of-the-address' }] },
    });
    expect((await send(own, { ...target(), code: code === '000000' ? '000001' : '000000' })).status).toBe(
      410,
    );
    expect(receiver.took).toEqual([]);
    expect(await list(own)).toEqual({ transmissions: [], left: 5 });
  });

  test('the very bytes of the hash arrive once, by PUT, with their length and digest', async () => {
    const sent = await send(own, { ...target(), code: await freshCode(own) });
    expect(sent).toEqual({ status: 202, body: { number: 1 } });
    expect(receiver.took).toHaveLength(1);
    const [took] = receiver.took;
    expect(took).toMatchObject({ method: 'PUT', path: `/in/box?${secret}` });
    expect(took?.headers).toMatchObject({
      'content-length': String(own.bytes),
      'content-type': 'application/zip',
      'repr-digest': `sha-256=:${Buffer.from(own.hash, 'hex').toString('base64')}:`,
    });
    expect(took?.headers.cookie).toBeUndefined();
    expect(
      createHash('sha256')
        .update(took?.body ?? '')
        .digest('hex'),
    ).toBe(own.hash);
    expect(await list(own)).toMatchObject({
      transmissions: [{ number: 1, host: '127.0.0.1', hash: own.hash, state: 'sent' }],
      left: 4,
    });
  });

  test('the mailbox is told, the trail knows the host, and the address’s secret stands nowhere', async () => {
    const [letter] = desk.edition.outbox({ reference: own.reference, letter: 'transmission' });
    expect(letter?.text).toContain('127');
    const { body } = await desk.staff().get(`/requests/${own.reference}`);
    expect(body.trail).toContainEqual(
      expect.objectContaining({ type: 'transmitted', data: expect.objectContaining({ host: '127.0.0.1' }) }),
    );
    const caseFile = await fetch(
      `${desk.edition.url}/api/staff/requests/${own.reference}/case-file?words=include`,
      { headers: { cookie: await desk.edition.staffCookie('officer') } },
    );
    const words = await caseFile.text();
    expect(words).toContain('Videofabriek');
    for (const text of [JSON.stringify(body), words, letter?.html ?? '', ...desk.edition.logLines()])
      expect(text).not.toMatch(/X-Amz-Signature|in\/box/);
    const executions = JSON.stringify(
      await desk.edition.engine.history(
        `arn:aws:states:eu-central-1:000000000000:execution:package-transmission:${own.reference}.1`,
      ),
    );
    expect(executions).not.toMatch(/X-Amz-Signature|127\.0\.0\.1/);
  });
});
