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
    headers: { cookie },
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
    expect((await act(reference, `tasks/${task.processor}`, { ...report, evidence: '' })).status).toBe(400);
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
