import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { type Desk, openDesk } from '../journeys/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
}, 60_000);
afterAll(() => desk.stop());

const codeIn = (text: string) => /\b(\d{6})\b/.exec(text)?.[1] ?? '';

async function ask(reference: string, body: object, cookie = ''): Promise<Response> {
  return fetch(`${desk.edition.url}/api/requests/${reference}/package`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  });
}

/** Submitted, confirmed, granted: a package that waits for its release. */
async function granted(email: string, right: 'access' | 'portability') {
  const { body } = await desk.submit({ email, rights: [right], language: 'en', name: 'Ada' });
  const reference = body.submitted[0]?.reference ?? '';
  const cookie = await desk.verify(reference);
  const decided = await desk.staff().act(reference, 'decision', { decision: 'grant' });
  expect(decided.status).toBe(200);
  await desk.edition.settle();
  return { reference, cookie };
}

/** A session some days later: the code of a fresh letter. */
async function signedIn(reference: string): Promise<string> {
  await fetch(`${desk.edition.url}/api/requests/${reference}/code`, { method: 'POST' });
  await desk.edition.settle();
  return desk.verify(reference);
}

async function releaseBy(users: readonly string[], reference: string) {
  const { body } = await desk.staff().get(`/requests/${reference}/package`);
  const answers = [];
  for (const user of users)
    answers.push(await desk.staff(user).act(reference, 'release', { packageHash: body.package.hash }));
  await desk.edition.settle();
  return { hash: body.package.hash as string, answers };
}

async function fetchWithCode(reference: string, cookie: string): Promise<Response> {
  const sent = await ask(reference, {}, cookie);
  expect(sent.status).toBe(202);
  const letter = desk.edition
    .outbox()
    .filter((mail) => mail.reference === reference && mail.letter === 'code')
    .at(-1);
  return ask(reference, { code: codeIn(letter?.text ?? '') }, cookie);
}

describe('access, from the grant to the download', () => {
  let reference: string;
  let cookie: string;
  beforeAll(async () => {
    ({ reference, cookie } = await granted('ada@example.com', 'access'));
  }, 60_000);

  test('the package waits for two people, and nobody can fetch it yet', async () => {
    const { body } = await desk.staff().get(`/requests/${reference}`);
    expect(body.status).toBe('awaiting-release');
    expect(body.package).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), approvals: [] });
    expect((await fetchWithCode(reference, cookie)).status).toBe(404);
  });

  test('staff read it by category, with other people marked', async () => {
    const { status, body } = await desk
      .staff()
      .get(`/requests/${reference}/package?category=messages&limit=100`);
    expect(status).toBe(200);
    expect(body.records.length).toBeGreaterThan(3);
    expect(body.records.every((one: { category: string }) => one.category === 'messages')).toBe(true);
    const flagged = body.records.filter((one: { flagged: string[] }) => one.flagged.length > 0);
    expect(flagged.length).toBeGreaterThan(0);
  });

  test('A50 another hash, the same person twice and a viewer are refused', async () => {
    const officer = desk.staff();
    const other = await officer.act(reference, 'release', { packageHash: 'a'.repeat(64) });
    expect(other.status).toBe(409);
    const { answers } = await releaseBy(['officer', 'officer', 'viewer'], reference);
    expect(answers.map((one) => one.status)).toEqual([200, 403, 403]);
    expect(answers[0]?.body.release).toBe('approved');
  });

  test('A35 a mark after the first approval voids it, and the record is gone from the next package', async () => {
    const officer = desk.staff();
    const { body: before } = await officer.get(`/requests/${reference}/package?category=messages&limit=100`);
    const record = before.records[0];
    const marked = await officer.act(reference, 'redactions', {
      redactions: [
        { what: { processor: record.processor, record: record.record }, reason: 'others-rights-15-4' },
      ],
    });
    expect(marked.status).toBe(200);
    const { body: after } = await officer.get(`/requests/${reference}/package`);
    expect(after.package.hash).not.toBe(before.package.hash);
    expect(after.package.approvals).toEqual([]);
    const old = await desk.staff('second').act(reference, 'release', { packageHash: before.package.hash });
    expect(old.status).toBe(409);
  });

  test('A50 two people release, the letter goes out, and the bytes are those of the hash', async () => {
    const { hash, answers } = await releaseBy(['officer', 'second'], reference);
    expect(answers.map((one) => one.status)).toEqual([200, 200]);
    expect(answers[1]?.body.release).toBe('released');
    expect(
      desk.edition.outbox().some((mail) => mail.letter === 'release' && mail.reference === reference),
    ).toBe(true);
    expect(await desk.status(reference, cookie)).toMatchObject({ package: { available: true } });

    const answer = await fetchWithCode(reference, cookie);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);

    const files = unzipSync(bytes);
    const whole = Object.values(files)
      .map((one) => strFromU8(one))
      .join('\n');
    expect(whole).toContain('CANARY-ada');
    expect(whole).not.toMatch(/CANARY-(grace|lin)/);
    const index = strFromU8(files['index.html'] ?? new Uint8Array());
    expect(index).toContain('others-rights-15-4');
    expect(index).toContain('Autoriteit Persoonsgegevens');
    expect(index).toContain("default-src 'none'");
  });

  test('A52 a spent code, a wrong code and a code of nobody open nothing', async () => {
    const letter = desk.edition
      .outbox()
      .filter((mail) => mail.reference === reference && mail.letter === 'code')
      .at(-1);
    expect((await ask(reference, { code: codeIn(letter?.text ?? '') }, cookie)).status).toBe(410);
    expect((await ask('0'.repeat(26), { code: '123456' })).status).toBe(410);
    expect((await ask('0'.repeat(26), {})).status).toBe(202);
    expect((await ask(reference, { code: 'abc' })).status).toBe(400);
  });

  test('A52 fetching ends after five times, and the session is still there', async () => {
    const statuses = [];
    for (let time = 2; time <= 6; time += 1) statuses.push((await fetchWithCode(reference, cookie)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect(
      (await desk.status(reference, cookie)).timeline.filter(({ event }) => event === 'package-fetched'),
    ).toHaveLength(5);
  });
});

describe('after the release', () => {
  test('whoever has not fetched is reminded once; then the copy goes, and no code opens it', async () => {
    const { reference, cookie } = await granted('lin@example.com', 'access');
    const { hash } = await releaseBy(['officer', 'second'], reference);
    const letters = () =>
      desk.edition.outbox().filter((mail) => mail.reference === reference && mail.letter === 'release');
    expect(letters()).toHaveLength(1);
    await desk.edition.advance('P20D');
    expect(letters()).toHaveLength(1);
    await desk.edition.advance('P5D');
    expect(letters()).toHaveLength(2);
    const fresh = await signedIn(reference);
    expect((await fetchWithCode(reference, fresh)).status).toBe(200);
    await desk.edition.advance('P6D');
    expect(letters()).toHaveLength(2);
    const { body } = await desk.staff().get(`/requests/${reference}`);
    expect(body.trail.map((event: { type: string }) => event.type)).toContain('package-expired');
    expect(JSON.stringify(body.package)).not.toContain('approvals');
    expect((await fetchWithCode(reference, await signedIn(reference))).status).toBe(410);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(cookie).not.toBe('');
  }, 60_000);
});

test('what was fetched for a request that is withdrawn goes within the hour', async () => {
  const { reference, cookie } = await granted('grace@example.com', 'portability');
  const { body: before } = await desk.staff().get(`/requests/${reference}/package`);
  expect(before.records.length).toBeGreaterThan(0);
  const gone = await fetch(`${desk.edition.url}/api/requests/${reference}`, {
    method: 'DELETE',
    headers: { cookie },
  });
  expect(gone.status).toBe(200);
  await desk.edition.advance('PT1H');
  const { body: after } = await desk.staff().get(`/requests/${reference}/package`);
  expect(after).toMatchObject({ package: null, records: [] });
}, 60_000);

test('what staff fetched by hand goes into the package and settles its task', async () => {
  const { reference, cookie } = await granted('ada@example.com', 'access');
  const officer = desk.staff();
  const { body: before } = await officer.get(`/requests/${reference}`);
  expect(before.tasks).toContainEqual(
    expect.objectContaining({ processor: 'adyen', operation: 'export', state: 'open' }),
  );
  const form = new FormData();
  form.set('processor', 'adyen');
  form.set('file', new Blob(['reference,amount\n1,2\n']), 'export.csv');
  const added = await fetch(`${desk.edition.url}/api/staff/requests/${reference}/package/files`, {
    method: 'POST',
    headers: { cookie: await desk.edition.staffCookie('officer'), 'if-match': '*' },
    body: form,
  });
  expect(added.status).toBe(200);
  await desk.edition.settle();
  const { body: after } = await officer.get(`/requests/${reference}`);
  expect(after.package.hash).not.toBe(before.package.hash);
  expect(after.tasks).toContainEqual(
    expect.objectContaining({ processor: 'adyen', operation: 'export', state: 'done' }),
  );
  expect(after.dispositions).toContainEqual(
    expect.objectContaining({ processor: 'adyen', disposition: 'done-by-hand' }),
  );
  await releaseBy(['officer', 'second'], reference);
  const files = unzipSync(new Uint8Array(await (await fetchWithCode(reference, cookie)).arrayBuffer()));
  const name = Object.keys(files).find((one) => one.startsWith('by-hand/adyen/'));
  expect(name).toMatch(/^by-hand\/adyen\/[0-9a-f]{16}\.csv$/);
  expect(strFromU8(files[name ?? ''] ?? new Uint8Array())).toBe('reference,amount\n1,2\n');
}, 60_000);

test('the case file of a real case and the subject’s receipt verify by a program that shares no code', async () => {
  const { body } = await desk.submit({ email: 'grace@example.com', rights: ['access'], language: 'nl' });
  const reference = body.submitted[0]?.reference ?? '';
  const cookie = await desk.verify(reference);
  const receipt = await fetch(`${desk.edition.url}/api/requests/${reference}/receipt`, {
    headers: { cookie },
  });
  expect(receipt.status).toBe(200);
  const officer = desk.staff();
  await officer.act(reference, 'notes', { text: 'spoke with the person on the phone' });
  await officer.act(reference, 'question', { question: 'Which year do you mean?' });
  await officer.act(reference, 'decision', {
    decision: 'grant-in-part',
    reason: 'others-rights-15-4',
    explanation: 'a thread of somebody else',
    except: { categories: ['messages'] },
  });
  await desk.edition.settle();
  const marked = await officer.act(reference, 'redactions', {
    redactions: [{ what: { text: 'nowhere to be found' }, reason: 'not-about-subject' }],
  });
  expect(marked.status).toBe(200);
  const read = (query: string) =>
    desk.edition
      .staffCookie('officer')
      .then((staff) =>
        fetch(`${desk.edition.url}/api/staff/requests/${reference}/case-file${query}`, {
          headers: { cookie: staff },
        }),
      )
      .then((answer) => answer.text());
  const dir = mkdtempSync(join(tmpdir(), 'case-file-'));
  try {
    const plain = await read('');
    expect(plain).not.toContain('grace@');
    writeFileSync(join(dir, 'receipt.json'), await receipt.text());
    for (const [name, file] of [
      ['plain.json', plain],
      ['words.json', await read('?words=include')],
    ] as const) {
      writeFileSync(join(dir, name), file);
      const { stdout } = await promisify(execFile)('python3', [
        '-B',
        join(__dirname, '../../docs/verify_case_file.py'),
        join(dir, name),
        '--receipt',
        join(dir, 'receipt.json'),
      ]);
      expect(stdout).toContain(`valid: request ${reference}`);
      // What the person sent, a note, a question, an explanation, a mark.
      expect(stdout).toContain(`words: ${name === 'words.json' ? 5 : 0} of them are what events`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('portability holds only what the subject gave, as JSON that fits the schema, and CSV', async () => {
  const { reference, cookie } = await granted('ada@example.com', 'portability');
  await releaseBy(['officer', 'second'], reference);
  const files = unzipSync(new Uint8Array(await (await fetchWithCode(reference, cookie)).arrayBuffer()));
  const names = Object.keys(files);
  expect(names.some((name) => name.endsWith('.pdf'))).toBe(false);
  const data = names.filter((name) => name.startsWith('data/') && name.endsWith('.json'));
  expect(data.length).toBeGreaterThan(0);
  for (const name of data) {
    const { records } = JSON.parse(strFromU8(files[name] ?? new Uint8Array()));
    expect(records.every((one: { providedBySubject: boolean }) => one.providedBySubject)).toBe(true);
    expect(names).toContain(name.replace(/json$/, 'csv'));
  }
});
