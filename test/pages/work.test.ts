import { openSite, type Site } from './site.ts';

let site: Site;
let officer: string;

beforeAll(async () => {
  site = await openSite();
  officer = await site.desk.edition.staffCookie('officer');
});
afterAll(() => site.stop());

async function statusOf(reference: string) {
  const { body } = await site.desk.staff('viewer').get(`/requests/${reference}`);
  return body;
}

/** Fills in and sends one of the case page's forms. */
async function act(reference: string, action: string, fields: Record<string, string>) {
  const form = await site.staffForm(reference, officer);
  return site.post(`/staff/requests/${reference}/${action}`, { ...form, ...fields }, officer);
}

async function sendMessage(path: string, cookie: string, parts: Record<string, string | File>) {
  const body = new FormData();
  for (const [name, value] of Object.entries(parts)) body.append(name, value);
  const answer = await fetch(site.desk.edition.url + path, {
    method: 'POST',
    body,
    headers: { cookie, 'accept-language': 'en' },
    redirect: 'manual',
  });
  const text = await answer.text();
  await site.desk.edition.settle();
  return { status: answer.status, location: answer.headers.get('location'), text };
}

describe('work on a case', () => {
  test('A question, its pause and its end; then the extension: each letter goes once, and only when it was confirmed', async () => {
    const { reference } = await site.confirmed('ada@example.com', 'access');
    const asked = {
      question: 'Which year do you mean?',
      ground: 'clarification-recital-63',
      recordedReason: 'Ten years of files',
    };
    const letters = () => site.desk.edition.outbox({ reference }).map((mail) => mail.letter);
    const before = letters();
    const preview = await act(reference, 'question', asked);
    expect(preview.text).toContain('Which year do you mean?');
    expect(letters()).toEqual(before);
    expect((await act(reference, 'question', { ...asked, step: 'send' })).location).toContain('saved=asked');
    expect((await statusOf(reference)).clock.pauses).toMatchObject([{ until: null }]);
    expect((await act(reference, 'question/answered', {})).location).toContain('saved=resumed');
    expect((await statusOf(reference)).clock.pauses[0].until).not.toBeNull();
    const more = { reason: 'complexity', explanation: 'Ten systems.' };
    expect((await act(reference, 'extension', more)).text).toContain('Ten systems.');
    expect((await act(reference, 'extension', { ...more, step: 'send' })).location).toContain(
      'saved=extended',
    );
    expect((await statusOf(reference)).clock).toMatchObject({ extended: true, plannedBy: '2026-06-05' });
    const second = await act(reference, 'extension', { ...more, step: 'send' });
    expect([second.status, second.text.includes('extended before')]).toEqual([422, true]);
    expect(letters()).toEqual([...before, 'question', 'extension']);
  });

  test('A restriction ends only after its letter, and the form for it is gone then', async () => {
    const { reference } = await site.confirmed('lin@example.com', 'restriction');
    await act(reference, 'decision', { decision: 'grant', step: 'send' });
    for (const task of (await statusOf(reference)).tasks.filter(
      (one: { state: string }) => one.state === 'open',
    ))
      await act(reference, `tasks/${task.processor}`, {
        operation: task.operation,
        outcome: 'done',
        evidence: 'Set by hand',
      });
    expect((await statusOf(reference)).status).toMatch(/answered|closed/);
    const page = () => site.get(`/staff/requests/${reference}`, officer);
    expect((await page()).text).toContain('End of the restriction');
    expect((await act(reference, 'lift', { explanation: 'The dispute is over.' })).location).toContain(
      'saved=lifted',
    );
    expect(site.desk.edition.outbox({ reference }).at(-1)?.letter).toBe('restriction-lifted');
    expect((await page()).text).not.toContain('End of the restriction');
  });

  test('A task is reported with evidence; without it nothing is saved', async () => {
    const { reference } = await site.confirmed('grace@example.com', 'objection', {
      objectionScope: 'direct-marketing',
    });
    const task = (await statusOf(reference)).tasks.find((one: { state: string }) => one.state === 'open');
    const report = { operation: task.operation, outcome: 'done' };
    const empty = await act(reference, `tasks/${task.processor}`, { ...report, evidence: '' });
    expect([empty.status, empty.text.includes('Check the evidence')]).toEqual([400, true]);
    const dutch = await site.get(`/staff/requests/${reference}?lang=nl`, officer);
    const [first = ''] = task.instructions.split('\n');
    expect(dutch.text).toContain('<li>Zet de toestemming voor');
    expect([first.length > 10, dutch.text.includes(first)]).toEqual([true, false]);
    const done = await act(reference, `tasks/${task.processor}`, {
      ...report,
      evidence: 'Removed in the console',
    });
    expect(done.location).toContain('saved=task');
    const after = (await statusOf(reference)).tasks.find(
      (one: { processor: string }) => one.processor === task.processor,
    );
    expect(after).toMatchObject({ state: 'done', doneBy: 'staff:officer' });
  });

  test('For another person: nothing is granted before the check of authority is recorded', async () => {
    const { reference } = await site.confirmed('grace@example.com', 'restriction', {
      forWhom: 'child',
      behalfName: 'A child',
    });
    const early = await act(reference, 'decision', { decision: 'grant' });
    expect(early.text).toContain('Record first how you checked');
    expect(
      (await act(reference, 'authority', { how: 'Spoke to the parent, saw the family record' })).location,
    ).toContain('saved=authority');
    expect((await act(reference, 'decision', { decision: 'grant', step: 'send' })).location).toContain(
      'saved=decided',
    );
  });

  test('A note on several requests at once, and no decision can be', async () => {
    const [one, other] = [
      await site.ask('bulk1@example.com', 'access'),
      await site.ask('bulk2@example.com', 'access'),
    ];
    const page = await site.get('/staff', officer);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const body = new URLSearchParams([
      ['csrf', csrf],
      ['text', 'Same person?'],
      ['reference', one.reference],
      ['reference', other.reference],
    ]);
    const sent = await fetch(`${site.desk.edition.url}/staff/notes`, {
      method: 'POST',
      body,
      headers: { cookie: officer },
      redirect: 'manual',
    });
    expect(sent.status).toBe(303);
    for (const { reference } of [one, other])
      expect((await site.get(`/staff/requests/${reference}`, officer)).text).toContain('Same person?');
    expect(page.text).not.toMatch(/action="[^"]*(decision|release)/);
  });

  test('A32 The queue as CSV holds codes and dates, and no word of a person that a spreadsheet could run', async () => {
    await site.ask('csv-person@example.com', 'complaint', { name: '=HYPERLINK("x")', details: '@SUM(1)' });
    const answer = await site.get('/staff/queue.csv', officer);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="queue.csv"');
    const [head = '', ...rows] = answer.text.trim().split('\r\n');
    expect(head).toMatch(/^reference,right,status/);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(row).toMatch(/^[\w:.,-]*$/);
  });

  test('The console speaks the language of the browser until another is chosen, and keeps that', async () => {
    const dutch = await site.get('/staff', officer, { 'accept-language': 'nl' });
    expect(dutch.text).toContain('<html lang="nl">');
    expect(dutch.text).toContain('<h1>Werkvoorraad</h1>');
    const chosen = await site.get('/staff/reports?lang=nl', officer);
    expect(chosen.cookie).toBe('language=nl');
    expect(chosen.text).toContain('<h1>Rapporten</h1>');
    const kept = await site.get('/staff/tasks', `${officer}; ${chosen.cookie}`);
    expect(kept.text).toContain('<h1>Taken</h1>');
    const sheet = await site.get('/staff/reports.csv', `${officer}; ${chosen.cookie}`);
    expect(sheet.text).toMatch(/^cijfer,van,waarde\r\n/);
    // A language that is none changes nothing.
    const none = await site.get('/staff?lang=xx', `${officer}; ${chosen.cookie}`);
    expect([none.cookie, none.text.includes('<html lang="nl">')]).toEqual(['', true]);
  });

  test('An address where nothing is says so in the console’s own frame, and to the public in theirs', async () => {
    const console = await site.get('/staff/nowhere', officer);
    expect([console.status, console.text.includes('To the queue')]).toEqual([404, true]);
    const page = await site.get('/nowhere?lang=nl');
    expect([page.status, page.text.includes('Deze pagina is er niet')]).toEqual([404, true]);
    const program = await site.get('/nowhere', '', { accept: 'application/json' });
    expect(program.headers.get('content-type')).toBe('application/problem+json');
  });

  test('A search takes a whole reference or its first letters', async () => {
    const { reference } = await site.ask('search@example.com', 'access');
    for (const text of [reference, ` ${reference.toUpperCase()} `, reference.slice(0, 8)]) {
      const found = await site.get(`/staff/search?q=${encodeURIComponent(text)}`, officer);
      expect(found.location).toBe(`/staff/requests/${reference}`);
    }
    expect((await site.get('/staff/search?q=zzzzzzzz', officer)).text).toContain(
      'No request begins with that',
    );
  });
});

describe('messages', () => {
  test('To and fro inside the case; the mail does not say what', async () => {
    const { reference, session } = await site.confirmed('writer@example.com', 'complaint', {
      details: 'It is about this',
    });
    const sent = await sendMessage(`/requests/${reference}/messages`, session, {
      lang: 'en',
      text: 'One more <thing>',
    });
    expect(sent.location).toContain('done=sent');
    expect((await site.get(`/staff/requests/${reference}`, officer)).text).toContain(
      'One more &lt;thing&gt;',
    );
    const { csrf } = await site.staffForm(reference, officer);
    const path = `/staff/requests/${reference}/messages`;
    expect((await sendMessage(path, officer, { csrf: 'x', text: 'Forged' })).status).toBe(403);
    expect((await sendMessage(path, officer, { csrf, text: 'We look into it' })).location).toContain(
      'saved=sent',
    );
    const page = await site.get(`/requests/${reference}?lang=en`, session);
    expect(page.text).toContain('We look into it');
    expect(page.text).not.toMatch(/Forged|officer/);
    const mail = site.desk.edition.outbox({ reference }).at(-1);
    expect(mail?.letter).toBe('message-notice');
    expect(mail?.text).not.toContain('We look into it');
  });

  test('A21 A file that looks like an identity document is held back with a warning, and the words stay', async () => {
    const { reference, session } = await site.confirmed('card@example.com', 'complaint', {
      details: 'It is about this',
    });
    const file = new File(['just text'], 'paspoort.txt', { type: 'text/plain' });
    const held = await sendMessage(`/requests/${reference}/messages`, session, {
      lang: 'en',
      text: 'My words',
      file,
    });
    expect(held.status).toBe(400);
    expect(held.text).toContain('looks like an identity document');
    expect(held.text).toContain('>My words</textarea>');
    expect((await statusOf(reference)).timeline.map((one: { event: string }) => one.event)).not.toContain(
      'message-sent',
    );
  });
});

describe('a file fetched by hand', () => {
  let reference: string;
  let path: string;
  beforeAll(async () => {
    ({ reference } = await site.confirmed('ada@example.com', 'portability'));
    await act(reference, 'decision', { decision: 'grant', step: 'send' });
    path = `/staff/requests/${reference}/package/files`;
  });

  const csv = (bytes: string | Uint8Array<ArrayBuffer> = 'reference,amount\n1,2\n', name = 'export.csv') =>
    new File([bytes], name);
  const upload = async (parts: Record<string, string | File>, cookie = officer) =>
    sendMessage(path, cookie, { ...(await site.staffForm(reference, cookie)), ...parts });
  const filesOf = async () =>
    (await site.desk.staff().get(`/requests/${reference}/package`)).body.handFiles as { name: string }[];

  test('is asked for by its task, which leads to the form; the form says what it takes', async () => {
    const tasks = await site.get(`/staff/requests/${reference}`, officer);
    expect(tasks.text).toContain(`/staff/requests/${reference}/package?processor=adyen#files`);
    const page = await site.get(`/staff/requests/${reference}/package?processor=adyen`, officer);
    expect(page.text).toContain('<option value="adyen" selected>');
    expect(page.text).toMatch(/at most 4 MB; at most 20 files per system/);
  });

  test.each([
    ['no file', { processor: 'adyen' }, 400, 'Choose a file that holds something', 'hand-file'],
    ['an empty file', { processor: 'adyen', file: csv('') }, 400, 'Choose a file that holds', 'hand-file'],
    ['no system', { processor: '', file: csv() }, 400, 'Choose the system', 'hand-system'],
    ['another system', { processor: 'other', file: csv() }, 422, 'not searched', 'hand-system'],
    [
      'a program',
      { processor: 'adyen', file: csv(new Uint8Array([0x4d, 0x5a, 0, 1]), 'run.csv') },
      400,
      'does not go into a package',
      'hand-file',
    ],
    [
      'a PDF that runs something',
      { processor: 'adyen', file: csv('%PDF-1.7\n/OpenAction << /JS (app.alert(1)) >>', 'a.pdf') },
      400,
      'runs something by itself',
      'hand-file',
    ],
    [
      'too large a file',
      { processor: 'adyen', file: csv(new Uint8Array(4 * 1024 * 1024 + 1)) },
      413,
      'larger than 4 MB',
      'hand-file',
    ],
  ] as const)(
    'A34 with %s is refused in a summary that leads to the field; nothing is added',
    async (...row) => {
      const [, parts, status, words, field] = row;
      const refused = await upload(parts);
      expect(refused.status).toBe(status);
      expect(refused.text).toMatch(new RegExp(`<a href="#${field}">[^<]*${words}`));
      expect(refused.text).toContain(`id="${field}" name=`);
      expect(await filesOf()).toEqual([]);
    },
  );

  test('A45 from another site’s form, or by a viewer, is refused', async () => {
    expect((await upload({ csrf: 'forged', processor: 'adyen', file: csv() })).status).toBe(403);
    const viewer = await site.desk.edition.staffCookie('viewer');
    expect((await upload({ processor: 'adyen', file: csv() }, viewer)).status).toBe(403);
    expect(await filesOf()).toEqual([]);
  });

  test('goes in, ends its task, voids approvals, and can be taken out again', async () => {
    const page = await site.get(`/staff/requests/${reference}/package`, officer);
    const hash = /name="packageHash" value="([0-9a-f]{64})"/.exec(page.text)?.[1] ?? '';
    expect((await act(reference, 'release', { packageHash: hash })).location).toContain('saved=approved');
    const added = await upload({ processor: 'adyen', file: csv() });
    expect([added.status, added.location]).toEqual([303, `/staff/requests/${reference}/package?saved=added`]);
    const [file] = await filesOf();
    expect(file?.name).toMatch(/^[0-9a-f]{16}\.csv$/);
    const after = await statusOf(reference);
    expect(after.package).toMatchObject({ approvals: [] });
    expect(after.tasks).toContainEqual(
      expect.objectContaining({ processor: 'adyen', operation: 'export', state: 'done' }),
    );
    const removed = await act(reference, `package/files/adyen/${file?.name}/remove`, {});
    expect(removed.location).toContain('saved=removed');
    expect(await filesOf()).toEqual([]);
  });

  test('A48 of a page that is out of date is not added; the colleague is told what happened', async () => {
    const old = await site.staffForm(reference, officer);
    await act(reference, 'notes', { text: 'Seen' });
    const stale = await sendMessage(path, officer, { ...old, processor: 'adyen', file: csv() });
    expect(stale.status).toBe(412);
    expect(stale.text).toContain('changed this case while you were reading it');
    expect(await filesOf()).toEqual([]);
  });
});
