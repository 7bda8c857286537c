import { createHash } from 'node:crypto';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { type Receiver, startReceiver, status } from './receiver.ts';

let desk: Desk;
let receiver: Receiver;
/** Whether the function that sends is dead: each call of it ends as if its process had been killed. */
let dead = false;
beforeAll(async () => {
  desk = await openDesk({
    around: async (invocation, proceed) => {
      if (dead && invocation.function === 'transmit-package')
        throw Object.assign(new Error('killed'), { name: 'Lambda.Unknown' });
      return proceed();
    },
  });
  // Receivers that are down and functions that die are what is tried here.
  desk.mayFail = true;
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

describe('what does not work', () => {
  let own: Released;
  beforeAll(async () => {
    own = await released('lin@example.com');
  }, 60_000);
  const tasks = async () =>
    (await desk.staff().get(`/requests/${own.reference}`)).body.tasks.filter(
      (one: { operation: string }) => one.operation === 'transmission',
    );

  test('a refusal is told with its reason, and staff hear of the second in a row', async () => {
    receiver.answers = [status(403)];
    expect((await send(own, { ...target(), code: await freshCode(own) })).status).toBe(202);
    expect(await list(own)).toMatchObject({
      transmissions: [{ state: 'failed', failure: 'refused' }],
      left: 4,
    });
    expect(receiver.took).toHaveLength(1);
    const [letter] = desk.edition.outbox({ reference: own.reference, letter: 'transmission' });
    expect(letter?.text).toContain('did not take the file');
    expect(await tasks()).toEqual([]);
    receiver.answers = [status(307, { location: 'http://169.254.169.254/' })];
    await send(own, { ...target(), code: await freshCode(own) });
    expect(await list(own)).toMatchObject({ transmissions: [{}, { failure: 'redirected' }], left: 3 });
    expect(await tasks()).toMatchObject([{ processor: 'staff', state: 'open' }]);
  });

  test('a receiver that is down is tried a few times; then it is told, and trying again works and ends the task', async () => {
    receiver.answers = [status(503)];
    await send(own, { ...target(), code: await freshCode(own) });
    expect(await list(own)).toMatchObject({ transmissions: [{}, {}, { state: 'under-way' }] });
    const again = await send(own, { ...target(), code: await freshCode(own) });
    expect(again).toMatchObject({ status: 409, body: { detail: 'transmission-under-way' } });
    await desk.edition.advance('PT1H');
    expect(receiver.took.length).toBe(4);
    expect(await list(own)).toMatchObject({ transmissions: [{}, {}, { failure: 'not-reached' }], left: 2 });
    const counted = desk.edition.metrics().find(({ name }) => name === 'TransmissionFailed');
    expect(counted?.points.reduce((sum, { value }) => sum + value, 0)).toBe(3);
    receiver.answers = [status(503), status(200)];
    await send(own, { ...target(), code: await freshCode(own) });
    await desk.edition.advance('PT1H');
    expect(await list(own)).toMatchObject({ transmissions: [{}, {}, {}, { state: 'sent' }], left: 1 });
    expect(await tasks()).toMatchObject([{ state: 'done', doneBy: 'system' }]);
  });

  test('addresses inside are refused before anything is asked of anybody, and do not spend the code', async () => {
    const code = await freshCode(own);
    for (const [url, host, told] of [
      ['https://169.254.169.254/latest/meta-data/', '169.254.169.254', 'host-not-public'],
      ['https://10.1.2.3/in', '10.1.2.3', 'host-not-public'],
      ['http://upload.example.org/in', 'upload.example.org', 'not-https'],
      ['https://localhost/in', 'localhost', 'host-not-public'],
      ['https://a:b@upload.example.org/', 'upload.example.org', 'address-with-login'],
    ])
      expect(await send(own, { ...target(), url, host, code })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'url', code: told }] },
      });
    expect((await send(own, { ...target(), code })).status).toBe(202);
  });

  test('it ends after five times, and after the package has gone', async () => {
    const sixth = await send(own, { ...target(), code: await freshCode(own) });
    expect(sixth).toMatchObject({ status: 429, body: { detail: 'transmission-limit' } });
    const other = await released('grace@example.com');
    await desk.edition.advance('P31D');
    await fetch(`${desk.edition.url}/api/requests/${other.reference}/code`, { method: 'POST' });
    await desk.edition.settle();
    const cookie = await desk.verify(other.reference);
    const late = { ...other, cookie };
    expect((await send(late, { ...target(), code: '123456' })).status).toBe(410);
  }, 60_000);

  test('an access package stays with its subject: only art. 20 gives this right', async () => {
    const access = await released('ada@example.com', 'access');
    const answer = await send(access, { ...target(), code: await freshCode(access) });
    expect(answer).toMatchObject({ status: 422, body: { detail: 'not-portability' } });
    expect(receiver.took).toEqual([]);
  }, 60_000);

  test('one that was never heard of again ends as lost after two hours, and may be asked for anew', async () => {
    const lost = await released('grace@example.com');
    dead = true;
    expect((await send(lost, { ...target(), code: await freshCode(lost) })).status).toBe(202);
    await desk.edition.advance('PT1H30M');
    expect(await list(lost)).toMatchObject({ transmissions: [{ state: 'under-way' }] });
    dead = false;
    await desk.edition.advance('PT2H');
    expect(await list(lost)).toMatchObject({ transmissions: [{ state: 'failed', failure: 'lost' }] });
    expect((await send(lost, { ...target(), code: await freshCode(lost) })).status).toBe(202);
    expect(await list(lost)).toMatchObject({ transmissions: [{}, { state: 'sent' }] });
  }, 60_000);
});

test('the pages: name and address, then the host alone in large letters with a fresh code, then what became of it', async () => {
  const own = await released('ada@example.com');
  const path = `/requests/${own.reference}/transmission`;
  const page = async (method: string, form?: Record<string, string>) => {
    const answer = await fetch(desk.edition.url + path, {
      method,
      redirect: 'manual',
      headers: { cookie: own.cookie, accept: 'text/html' },
      ...(form ? { body: new URLSearchParams({ lang: 'en', ...form }) } : {}),
    });
    await desk.edition.settle();
    return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') ?? '' };
  };
  const statusPage = async () =>
    (
      await fetch(`${desk.edition.url}/requests/${own.reference}?lang=en`, {
        headers: { cookie: own.cookie },
      })
    ).text();
  expect(await statusPage()).toContain(`href="${path}?lang=en"`);
  expect((await page('GET')).text).toContain('Upload address');
  const typed = { receiver: '<i>Videofabriek</i>', url: target().url };
  const noName = await page('POST', { step: 'check', ...typed });
  expect(noName).toMatchObject({ status: 400, text: expect.stringContaining('Fill in the name') });
  const inside = await page('POST', {
    step: 'check',
    receiver: 'Videofabriek',
    url: 'https://192.168.1.1/up',
  });
  expect(inside).toMatchObject({ status: 400, text: expect.stringContaining('not on the public internet') });
  const asked = { receiver: 'Videofabriek', url: target().url };
  const mails = () => desk.edition.outbox({ reference: own.reference, letter: 'code' }).length;
  const before = mails();
  const confirm = await page('POST', { step: 'check', ...asked });
  expect(confirm.text).toContain('<p class="big mono">127.0.0.1</p>');
  expect(mails()).toBe(before + 1);
  expect(receiver.took).toEqual([]);
  const code =
    /\b(\d{6})\b/.exec(
      desk.edition.outbox({ reference: own.reference, letter: 'code' }).at(-1)?.text ?? '',
    )?.[1] ?? '';
  // Whoever changes the address between the two pages has confirmed another host.
  const changed = await page('POST', { step: 'send', ...asked, host: 'upload.example.org', code });
  expect(changed.status).toBe(400);
  expect((await page('POST', { step: 'send', ...asked, host: '127.0.0.1', code: '12' })).status).toBe(410);
  const sent = await page('POST', { step: 'send', ...asked, host: '127.0.0.1', code });
  expect(sent).toMatchObject({ status: 303, to: expect.stringContaining('done=transmitting') });
  expect(receiver.took).toHaveLength(1);
  const after = await statusPage();
  expect(after).toContain('Sent and taken.');
  expect(after).not.toContain('X-Amz-Signature');
  expect(after).toContain(`/api/requests/${own.reference}/package/transmissions/1/receipt`);
}, 60_000);
