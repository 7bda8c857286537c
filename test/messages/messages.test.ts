import { sha256 } from '../../functions/domain/audit.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

let desk: Desk;
let reference: string;
let cookie: string;
let staffCookie: string;

beforeAll(async () => {
  desk = await openDesk();
  const { body } = await desk.submit({ email: 'ada@example.com', rights: ['access'], language: 'en' });
  reference = body.submitted[0]?.reference ?? '';
  cookie = await desk.verify(reference);
  staffCookie = await desk.edition.staffCookie('officer');
}, 60_000);
afterAll(() => desk.stop());

const path = (side: 'public' | 'staff', rest = '') =>
  `${desk.edition.url}/api/${side === 'staff' ? 'staff/' : ''}requests/${reference}/messages${rest}`;

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes, each asserted on where it is read
const looselyJson = (answer: Response): Promise<any> => answer.json();

async function send(side: 'public' | 'staff', body: object | FormData, headers: Record<string, string> = {}) {
  const form = body instanceof FormData;
  const answer = await fetch(path(side), {
    method: 'POST',
    headers: {
      cookie: side === 'staff' ? staffCookie : cookie,
      'if-match': '*',
      ...(form ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: form ? body : JSON.stringify(body),
  });
  await desk.edition.settle();
  return { status: answer.status, body: await looselyJson(answer) };
}

async function read(side: 'public' | 'staff') {
  const answer = await fetch(path(side), { headers: { cookie: side === 'staff' ? staffCookie : cookie } });
  return (await looselyJson(answer)).messages;
}

function form(text: string, files: readonly [string, Uint8Array][], more: Record<string, string> = {}) {
  const body = new FormData();
  body.set('text', text);
  for (const [name, bytes] of files) body.append('file', new Blob([new Uint8Array(bytes)]), name);
  for (const [key, value] of Object.entries(more)) body.set(key, value);
  return body;
}

const pdf = (words: string) => new Uint8Array(Buffer.from(`%PDF-1.7\n${words}\n%%EOF`));

test('a question and its answer stay in the case; the mail says only that there is one', async () => {
  expect((await send('public', { text: 'My words CANARY-message <b>bold</b>' })).status).toBe(201);
  const waiting = await desk.staff().get(`/requests/${reference}`);
  expect(waiting.body.tasks).toContainEqual(
    expect.objectContaining({ processor: 'staff', operation: 'message', state: 'open' }),
  );
  expect(JSON.stringify(waiting.body.trail)).not.toContain('CANARY-message');

  const mails = desk.edition.outbox().length;
  expect((await send('staff', { text: 'Our answer CANARY-answer' })).status).toBe(201);
  const [notice, ...more] = desk.edition.outbox().slice(mails);
  expect(more).toEqual([]);
  expect(notice).toMatchObject({ letter: 'message-notice', to: 'ada@example.com' });
  expect(`${notice?.subject}${notice?.text}${notice?.html}`).not.toContain('CANARY');

  expect(await read('public')).toMatchObject([
    { from: 'subject', text: 'My words CANARY-message <b>bold</b>' },
    { from: 'staff', text: 'Our answer CANARY-answer' },
  ]);
  expect(JSON.stringify(await read('public'))).not.toContain('officer');
  expect((await read('staff'))[1]).toMatchObject({ by: 'staff:officer' });
  const done = await desk.staff().get(`/requests/${reference}`);
  expect(done.body.tasks).toContainEqual(
    expect.objectContaining({ operation: 'message', state: 'done', doneBy: 'staff:officer' }),
  );
});

test('a file comes back byte for byte, to be saved and never shown', async () => {
  const bytes = pdf('a statement');
  const sent = await send('public', form('see the file', [['../../état "x".pdf', bytes]]));
  expect(sent.status).toBe(201);
  const message = (await read('public')).find((one: { id: string }) => one.id === sent.body.id);
  expect(message.files).toEqual([
    { number: 1, name: 'état x.pdf', type: 'application/pdf', bytes: bytes.byteLength, hash: sha256(bytes) },
  ]);
  const answer = await fetch(path('staff', `/${sent.body.id}/files/1`), { headers: { cookie: staffCookie } });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="_tat x\.pdf"/);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await fetch(path('public', `/${sent.body.id}/files/2`), { headers: { cookie } })).status).toBe(404);
  expect((await fetch(path('public', `/${sent.body.id}/files/1`))).status).toBe(404);
});

test.each([
  ['a program', 'photo.png', new Uint8Array([0x4d, 0x5a, 0x90, 0x00]), 'file-type-not-allowed'],
  [
    'a page',
    'notes.txt',
    new Uint8Array(Buffer.from('<!doctype html><script>1</script>')),
    'file-type-not-allowed',
  ],
  [
    'a PDF that runs script',
    'x.pdf',
    pdf('/OpenAction << /S /JavaScript /JS (1) >>'),
    'file-with-active-content',
  ],
  ['an empty file', 'x.pdf', new Uint8Array(), 'file-empty'],
])('%s is refused and nothing is kept', async (_what, name, bytes, code) => {
  const before = (await read('public')).length;
  const { status, body } = await send('public', form('with a file', [[name, bytes]]));
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ field: 'files', code }]);
  expect(await read('public')).toHaveLength(before);
});

test('what looks like an identity document is kept only after a warning', async () => {
  const files: [string, Uint8Array][] = [['kopie-paspoort.pdf', pdf('scan')]];
  const warned = await send('public', form('my passport', files));
  expect(warned).toMatchObject({ status: 422, body: { detail: 'looks-like-identity-document' } });
  expect((await send('public', form('my passport', files, { keepAnyway: 'true' }))).status).toBe(201);
});

test('strangers, other sites, empty and endless messages are refused', async () => {
  expect((await send('public', { text: 'x' }, { cookie: '' })).status).toBe(404);
  expect((await send('public', { text: 'x' }, { origin: 'https://other.example' })).status).toBe(403);
  expect((await send('public', { text: '  ' })).status).toBe(400);
  expect((await send('public', { text: 'x'.repeat(10_001) })).status).toBe(400);
  expect((await fetch(path('staff'))).status).toBe(401);
  const statuses = [];
  for (let time = 0; time < 20; time += 1) statuses.push((await send('public', { text: 'again' })).status);
  expect(statuses.at(-1)).toBe(429);
}, 60_000);

test('no log line of any function holds a word of a message', () => {
  expect(desk.edition.logLines().join('\n')).not.toMatch(/CANARY-message|CANARY-answer|passport/);
});
