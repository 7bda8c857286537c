import { openSite, type Site, withoutNames } from './site.ts';

let site: Site;
let officer: string;
let second: string;

beforeAll(async () => {
  site = await openSite();
  officer = await site.desk.edition.staffCookie('officer');
  second = await site.desk.edition.staffCookie('second');
});
afterAll(() => site.stop());

async function statusOf(reference: string) {
  const { body } = await site.desk.staff('viewer').get(`/requests/${reference}`);
  return body;
}

const send = { lang: 'en', step: 'send', rights: 'access' };

describe('what a stranger learns', () => {
  test('A1 A3 A known and an unknown mailbox get the same page, headers and mail', async () => {
    const known = await site.post('/', { ...send, email: 'ada@example.com' });
    const unknown = await site.post('/', { ...send, email: 'ida@example.com' });
    expect(known.status).toBe(202);
    expect(withoutNames(known.text)).toBe(withoutNames(unknown.text));
    const plain = (headers: Headers) =>
      [...headers].filter(([name]) => !['date', 'set-cookie', 'apigw-requestid'].includes(name));
    expect(plain(known.headers)).toEqual(plain(unknown.headers));
    const [first, other] = ['ada', 'ida'].map((name) =>
      site.desk.edition.outbox({ to: `${name}@example.com` }).at(-1),
    );
    const neutral = (text = '') =>
      withoutNames(text)
        .replace(/\b\d{6}\b/g, 'CODE')
        .replace(/#token=[\w-]+/g, 'TOKEN');
    expect(neutral(first?.text)).toContain('CODE');
    expect(neutral(first?.text)).toBe(neutral(other?.text));
  });

  test('A42 A request of others looks like one that is not there, with and without a session', async () => {
    const { reference } = await site.ask('mine@example.com', 'access');
    const { session } = await site.confirmed('other@example.com', 'access');
    const absent = '0'.repeat(26);
    for (const cookie of ['', session]) {
      const [theirs, none] = [
        await site.get(`/requests/${reference}`, cookie),
        await site.get(`/requests/${absent}`, cookie),
      ];
      expect(theirs.status).toBe(none.status);
      expect(withoutNames(theirs.text)).toBe(withoutNames(none.text));
    }
    for (const path of ['withdraw', 'complaint', 'package']) {
      expect((await site.get(`/requests/${reference}/${path}`, session)).status).toBe(404);
      expect((await site.post(`/requests/${reference}/${path}`, { lang: 'en' }, session)).status).toBe(404);
    }
    expect((await statusOf(reference)).status).toBe('awaiting-identity');
  });
});

describe('the mailed link', () => {
  test('A4 Looking at it, however often, spends nothing', async () => {
    const { reference, browser } = await site.ask('scanned@example.com', 'access');
    for (let look = 0; look < 5; look += 1) {
      await fetch(`${site.desk.edition.url}/verify`, { method: 'HEAD' });
      expect((await site.get('/verify')).status).toBe(200);
    }
    expect((await statusOf(reference)).status).toBe('awaiting-identity');
    const pressed = await site.post('/verify', { token: site.mailOf(reference).token }, browser);
    expect(pressed.status).toBe(303);
    expect((await statusOf(reference)).status).not.toBe('awaiting-identity');
  });

  test('A5 Pressing its button elsewhere asks for the typed code as well', async () => {
    const { reference } = await site.ask('pressed@example.com', 'access');
    const { token, code } = site.mailOf(reference);
    const { browser: stranger } = await site.ask('stranger@example.com', 'access');
    for (const cookie of ['', stranger, 'browser=forged-forged-forged-forged']) {
      const pressed = await site.post('/verify', { lang: 'en', token }, cookie);
      expect(pressed.text).toContain('Type the code from the mail as well');
      expect(pressed.cookie).toBe('');
      expect((await statusOf(reference)).status).toBe('awaiting-identity');
    }
    const wrong = code === '000000' ? '000001' : '000000';
    expect((await site.post('/verify', { token, code: wrong })).status).toBe(410);
    expect((await statusOf(reference)).status).toBe('awaiting-identity');
    expect((await site.post('/verify', { token, code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(
      303,
    );
  });

  test('Both links work in a browser that sent two requests, and after the confirmation was loaded again', async () => {
    const { reference, browser } = await site.ask('twice@example.com', 'access');
    const again = {
      lang: 'en',
      step: 'send',
      email: 'twice@example.com',
      rights: 'complaint',
      key: 'k'.repeat(32),
    };
    const second = await site.post('/', again, browser);
    const reloaded = await site.post('/', again, second.cookie);
    expect(withoutNames(reloaded.text)).toBe(withoutNames(second.text));
    const later = /name="reference" value="([^"]+)"/.exec(reloaded.text)?.[1] ?? '';
    expect(second.text).toContain(later);
    for (const one of [reference, later])
      expect((await site.post('/verify', { token: site.mailOf(one).token }, reloaded.cookie)).status).toBe(
        303,
      );
  });

  test('A6 A link that was used, one that never was and one too old are told the same', async () => {
    const { reference, browser } = await site.ask('reused@example.com', 'access');
    const { token } = site.mailOf(reference);
    await site.post('/verify', { lang: 'en', token }, browser);
    const { version } = await statusOf(reference);
    const again = await site.post('/verify', { lang: 'en', token }, browser);
    const never = await site.post('/verify', { lang: 'en', token: 'A'.repeat(32) }, browser);
    expect([again.status, never.status]).toEqual([410, 410]);
    expect(again.text).toBe(never.text);
    expect((await statusOf(reference)).version).toBe(version);
  });

  test('A13 The token is in no address, and no log holds it', async () => {
    const { reference, browser } = await site.ask('logged@example.com', 'access');
    const { token } = site.mailOf(reference);
    const page = await site.get('/verify', browser);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const pressed = await site.post('/verify', { lang: 'en', token }, browser);
    expect(pressed.location).not.toContain(token);
    expect(token).toHaveLength(32);
    expect(site.desk.edition.logLines().filter((line) => line.includes(token))).toEqual([]);
  });

  test('Tries at the code end, and the link goes on working in the own browser (A10)', async () => {
    const { reference, browser } = await site.ask('burnt@example.com', 'access');
    const { token, code } = site.mailOf(reference);
    const wrong = code === '000000' ? '000001' : '000000';
    const answers: number[] = [];
    for (let guess = 0; guess < 6; guess += 1)
      answers.push((await site.post('/verify', { reference, code: wrong })).status);
    expect(answers).toEqual([410, 410, 410, 410, 410, 429]);
    expect((await site.post('/verify', { reference, code })).status).toBe(429);
    expect((await site.post('/verify', { token }, browser)).status).toBe(303);
  });
});

describe('what a form may say', () => {
  test('A22 Who is signed in is not asked for proof again', async () => {
    const { reference, session } = await site.confirmed('again@example.com', 'access');
    const sent = await site.post(
      '/',
      { ...send, rights: 'objection', objectionScope: 'other', email: 'again@example.com' },
      session,
    );
    expect(sent.text).toContain('We have your request');
    const complained = await site.post(
      `/requests/${reference}/complaint`,
      { lang: 'en', details: 'Too slow.' },
      session,
    );
    expect(complained.status).toBe(303);
    const complaint = /requests\/([a-z0-9]{26})/.exec(complained.location ?? '')?.[1] ?? '';
    expect((await statusOf(complaint)).status).not.toBe('awaiting-identity');
  });

  test.each([
    ['quoted local part', '"ada b"@example.com'],
    ['two @', 'ada@evil@example.com'],
    ['a list', 'ada@example.com,eve@example.com'],
    ['too long', `${'a'.repeat(250)}@example.com`],
    ['none', ''],
    ['look-alike letters', 'аda@example.com'],
    ['zero-width', 'a\u200bda@example.com'],
  ])('A29 No mail goes to an address with %s; what was typed stays', async (_name, email) => {
    const before = site.desk.edition.outbox().length;
    const refused = await site.post('/', { ...send, email, details: 'Words to keep' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('id="email-error"');
    expect(refused.text).toContain('Words to keep');
    expect(site.desk.edition.outbox()).toHaveLength(before);
  });

  test.each(['Ada\r\nBcc: eve@example.com', 'Ada\nX', 'Ada\u2028X', 'Ada\u202eX'])(
    'A30 A line break or hidden character in a name is refused (%j)',
    async (name) => {
      const before = site.desk.edition.outbox().length;
      expect((await site.post('/', { ...send, email: 'crlf@example.com', name })).status).toBe(400);
      expect(site.desk.edition.outbox()).toHaveLength(before);
    },
  );

  test('A31 A33 Markup and addresses that people type are shown as letters, never as markup', async () => {
    const evil = '<img src=x onerror=alert(1)><a href="https://evil.example">free</a>';
    const script = '</textarea><script>alert(1)</script>{{7*7}}';
    const review = await site.post('/', {
      lang: 'en',
      rights: 'access',
      email: 'html@example.com',
      name: evil,
      details: script,
    });
    const { reference, session } = await site.confirmed('html@example.com', 'objection', {
      objectionScope: 'other',
      name: evil,
      details: script,
    });
    const edit = await site.post('/', {
      lang: 'en',
      step: 'edit',
      rights: 'access',
      email: 'html@example.com',
      details: script,
    });
    const pages = [
      review,
      edit,
      await site.get(`/staff/requests/${reference}`, officer),
      await site.get(`/requests/${reference}`, session),
    ];
    for (const { text } of pages) {
      expect(text).not.toMatch(/<img src=x|href="https:\/\/evil|<script>alert/);
    }
    expect(pages[2]?.text).toContain('&lt;img src=x');
  });

  test.each([
    ['status', 'closed'],
    ['plannedBy', '2099-01-01'],
    ['verifiedAt', '2026-03-05T09:00:00.000Z'],
    ['__proto__', 'x'],
  ])('A51 A field that is not the form’s is refused: %s', async (field, value) => {
    const before = site.desk.edition.outbox().length;
    const refused = await site.post('/', { ...send, email: 'extra@example.com', [field]: value });
    expect(field === '__proto__' ? 400 : refused.status).toBe(400);
    if (field !== '__proto__') expect(site.desk.edition.outbox()).toHaveLength(before);
  });
});

describe('the console', () => {
  test('A43 A cookie that is no session leads to the sign-in, and nothing is shown', async () => {
    for (const cookie of ['', 'staff=x', `staff=${'A'.repeat(32)}`, 'staff=eyJhbGciOiJub25lIn0.e30.']) {
      for (const path of [
        '/staff',
        '/staff/tasks',
        '/staff/reports.csv',
        `/staff/requests/${'0'.repeat(26)}`,
      ]) {
        const answer = await site.get(path, cookie);
        expect([path, answer.status, answer.location]).toEqual([path, 302, '/staff/sign-in']);
        expect(answer.text).toBe('');
      }
    }
  });

  test('A45 A form from elsewhere changes nothing', async () => {
    const { reference } = await site.confirmed('lin@example.com', 'restriction');
    const { csrf, version } = await site.staffForm(reference, officer);
    const path = `/staff/requests/${reference}/decision`;
    const fields = { csrf, version, decision: 'grant', step: 'send' };
    const tries = [
      await site.post(path, { ...fields, csrf: '' }, officer),
      await site.post(path, { ...fields, csrf: 'A'.repeat(32) }, officer),
      await site.post(path, fields, officer, { origin: 'https://evil.example' }),
      await site.post(path, fields, officer, { 'sec-fetch-site': 'cross-site' }),
      await site.post(path, fields, officer, { 'sec-fetch-site': 'same-site', origin: 'null' }),
    ];
    expect(tries.map((one) => one.status)).toEqual([403, 403, 403, 403, 403]);
    // The token of one colleague's session is nothing in another's.
    expect((await site.post(path, fields, second)).status).toBe(403);
    expect((await statusOf(reference)).decisions).toEqual([]);
    const foreign = await site.get('/staff', officer, { origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect(foreign.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('A44 A colleague whose group was taken away cannot confirm an erasure', async () => {
    const { reference } = await site.confirmed('lin@example.com', 'erasure');
    const { edition } = site.desk;
    const leaving = edition.staff.find('second');
    if (!leaving) throw new Error('no second officer');
    const { csrf, version } = await site.staffForm(reference, second);
    edition.staff.save({ ...leaving, groups: ['viewer'] });
    const refused = await site.post(
      `/staff/requests/${reference}/decision`,
      { csrf, version, decision: 'grant', step: 'send' },
      second,
    );
    edition.staff.save(leaving);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('may not do this any more');
    expect((await statusOf(reference)).decisions).toEqual([]);
  });

  test('A46 A48 Of two decisions the first stands; the second is told kindly, with what happened and what they wrote', async () => {
    const { reference } = await site.confirmed('grace@example.com', 'restriction');
    const [mine, theirs] = [
      await site.staffForm(reference, officer),
      await site.staffForm(reference, second),
    ];
    const path = `/staff/requests/${reference}/decision`;
    const first = await site.post(path, { ...mine, decision: 'grant', step: 'send' }, officer);
    expect(first.location).toContain('saved=decided');
    const opposite = await site.post(
      path,
      {
        ...theirs,
        decision: 'refuse',
        reason: 'excessive',
        explanation: 'Words I would hate to lose',
        step: 'send',
      },
      second,
    );
    expect(opposite.status).toBe(409);
    expect(opposite.text).toContain('A colleague decided first');
    expect(opposite.text).toContain('Words I would hate to lose');
    expect(opposite.text).toMatch(/Decided<\/b> by officer/);
    const { decisions, trail } = await statusOf(reference);
    expect(decisions.map((one: { kind: string }) => one.kind)).toEqual(['grant']);
    expect(trail.map((one: { type: string }) => one.type)).toEqual(
      expect.arrayContaining(['decided', 'decision-came-second']),
    );
    // Replayed, the same approval finds the decision taken.
    expect((await site.post(path, { ...mine, decision: 'grant', step: 'send' }, officer)).status).toBe(409);
  });

  test('A47 Nobody decides about their own request', async () => {
    const { reference } = await site.confirmed('officer@example.com', 'complaint', { details: 'Mine' });
    const form = await site.staffForm(reference, officer);
    const refused = await site.post(
      `/staff/requests/${reference}/decision`,
      { ...form, decision: 'grant', step: 'send' },
      officer,
    );
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('your own mailbox');
    expect((await statusOf(reference)).decisions).toEqual([]);
  });

  test('A48 A page that was read before another change saves nothing', async () => {
    const { reference } = await site.confirmed('grace@example.com', 'erasure');
    const old = await site.staffForm(reference, officer);
    await site.post(`/staff/requests/${reference}/notes`, { csrf: old.csrf, text: 'Seen' }, officer);
    const stale = await site.post(
      `/staff/requests/${reference}/decision`,
      { ...old, decision: 'grant', step: 'send' },
      officer,
    );
    expect(stale.status).toBe(412);
    expect(stale.text).toContain('Note added');
    expect((await statusOf(reference)).decisions).toEqual([]);
  });

  test('A49 No page and no mail holds what an execution waits with', async () => {
    const { reference, session } = await site.confirmed('ada@example.com', 'rectification', {
      'correction-field-1': 'Name',
      'correction-value-1': 'Ada',
    });
    const pages = await Promise.all([
      site.get(`/staff/requests/${reference}`, officer),
      site.get(`/requests/${reference}`, session),
      site.get('/staff', officer),
    ]);
    for (const text of [
      ...pages.map((one) => one.text),
      ...site.desk.edition.outbox().map((mail) => mail.html),
    ])
      expect(text).not.toMatch(/taskToken|arn:aws|execution:/i);
  });

  test('A50 A52 A package leaves by the hash that was read, twice approved, and only with a fresh code', async () => {
    const { reference, session } = await site.confirmed('ada@example.com', 'portability');
    const decided = await site.staffForm(reference, officer);
    await site.post(
      `/staff/requests/${reference}/decision`,
      { ...decided, decision: 'grant', step: 'send' },
      officer,
    );
    const page = await site.get(`/staff/requests/${reference}/package`, officer);
    const hash = /name="packageHash" value="([0-9a-f]{64})"/.exec(page.text)?.[1] ?? '';
    const release = async (cookie: string, packageHash: string) => {
      const form = await site.staffForm(reference, cookie);
      return site.post(`/staff/requests/${reference}/release`, { ...form, packageHash }, cookie);
    };
    expect((await release(officer, 'f'.repeat(64))).status).toBe(409);
    expect((await release(officer, hash)).location).toContain('saved=approved');
    expect((await release(officer, hash)).location ?? '').not.toContain('saved=released');
    expect((await release(second, hash)).location).toContain('saved=released');
    const url = `/requests/${reference}/package`;
    expect((await site.get(url, session)).status).toBe(200);
    expect((await site.get(url)).status).toBe(404);
    expect((await site.post(url, { lang: 'en', code: '' }, session)).headers.get('content-type')).toContain(
      'text/html',
    );
    await site.post(`${url}/code`, { lang: 'en' }, session);
    const { code } = site.mailOf(reference);
    const fetched = await site.post(url, { lang: 'en', code }, session);
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get('content-type')).toBe('application/zip');
    expect(fetched.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(fetched.headers.get('cache-control')).toBe('no-store');
    expect((await site.post(url, { lang: 'en', code }, session)).status).toBe(410);
  });

  test('A viewer reads and changes nothing', async () => {
    const { reference } = await site.confirmed('lin@example.com', 'rectification', {
      'correction-field-1': 'Name',
      'correction-value-1': 'Lin',
    });
    const viewer = await site.desk.edition.staffCookie('viewer');
    const page = await site.get(`/staff/requests/${reference}`, viewer);
    expect(page.text).not.toContain('Preview before deciding');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const actions = [
      'decision',
      'extension',
      'question',
      'notes',
      'hold',
      'authority',
      'release',
      'tasks/stripe',
    ];
    const answers = await Promise.all(
      actions.map((action) =>
        site.post(`/staff/requests/${reference}/${action}`, { csrf, version: '1', text: 'x' }, viewer),
      ),
    );
    expect(answers.map((one) => one.status)).toEqual(actions.map(() => 403));
  });

  test('Signing out everywhere ends the other session too', async () => {
    const { edition } = site.desk;
    const [one, other] = [await edition.staffCookie('admin'), await edition.staffCookie('admin')];
    const csrf = /name="csrf" value="([^"]+)"/.exec((await site.get('/staff', one)).text)?.[1] ?? '';
    await edition.advance('PT1S');
    await site.post('/staff/sign-out-everywhere', { csrf }, one);
    expect((await site.get('/staff', one)).status).toBe(302);
    expect((await site.get('/staff', other)).status).toBe(302);
  });
});
