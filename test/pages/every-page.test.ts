import type { Browser, Page } from 'playwright-core';
import { publicPage } from '../../functions/api/pages/public/frame.ts';
import { packagePage } from '../../functions/api/pages/public/package-pages.ts';
import { problemPage } from '../../functions/api/pages/public/problem-page.ts';
import { type ProblemType, problemTypes } from '../../functions/api/problem.ts';
import type { Case } from '../../functions/domain/case.ts';
import { describeInBrowser, launchBrowser } from './browser.ts';
import { openSite, type Site } from './site.ts';
import { createTour, type Fields, pageRoutes, type Tour } from './tour.ts';

jest.setTimeout(300_000);

const nowhere = '0'.repeat(26);

/** Routes that answer with another address or a file and have no page of their own; that they do is shown below. */
const passesOn = {
  public: [
    'POST /requests/:reference/code',
    'POST /requests/:reference/package/code',
    'POST /requests/:reference/withdraw',
    'POST /sign-out',
  ],
  staff: [
    'GET /staff/queue.csv',
    'GET /staff/reports.csv',
    'GET /staff/requests/:reference/package/file',
    'POST /staff/requests/:reference/messages',
    'POST /staff/requests/:reference/notes',
    'POST /staff/sign-out',
    'POST /staff/sign-out-everywhere',
  ],
} as const;

/** A right code's six digits, made wrong. */
const wrongCode = (code: string) => (code === '000000' ? '000001' : '000000');

describeInBrowser('every page and state: accessible, light, in its language', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  describe.each(['nl', 'en'] as const)('%s', (language) => {
    let site: Site;
    let tour: Tour;
    const lang = { lang: language };

    beforeEach(async () => {
      site = await openSite();
    });
    afterEach(() => site.stop());

    function begin(side: 'public' | 'staff'): readonly string[] {
      const routes = pageRoutes(side);
      tour = createTour(browser, site.desk.edition.url, language, routes);
      return routes;
    }

    async function finish(routes: readonly string[], side: 'public' | 'staff') {
      await tour.close();
      expect(tour.faults).toEqual([]);
      const without: readonly string[] = passesOn[side];
      expect(routes.filter((route) => !tour.seen.has(route) && !without.includes(route))).toEqual([]);
      expect(without.filter((route) => tour.seen.has(route) || !routes.includes(route))).toEqual([]);
    }

    test('of the subject', async () => {
      const routes = begin('public');
      await theForm();
      await theLink();
      await signingIn();
      await theOwnRequest();
      await decisions();
      await theCopy();
      await everyProblem();
      await finish(routes, 'public');
    });

    async function theForm() {
      const page = await tour.open();
      await tour.goAndLook(page, '/');
      for (const box of ['rights-rectification', 'rights-objection', 'for-agent'])
        await page.check(`#${box}`);
      await tour.look(page, 'everything open');
      const typed = { ...lang, rights: 'access', email: 'tour@example.com', details: 'Word'.repeat(80) };
      await tour.send(page, '/', { ...lang, email: 'no address', rights: 'objection' });
      await tour.look(page, 'mistakes');
      await tour.send(page, '/', typed);
      await tour.look(page, 'review');
      await tour.send(page, '/', { ...typed, step: 'send' });
      await tour.look(page, 'sent');
      await tour.send(page, '/', { ...typed, status: 'closed' });
      await tour.look(page, 'a field that is not the form’s');
      await tour.send(page, '/', { ...typed, details: 'x'.repeat(70_000) });
      await tour.look(page, 'too large');
      await tour.goAndLook(page, `/help?lang=${language}`);
      await tour.goAndLook(page, `/nowhere?lang=${language}`);
    }

    async function theLink() {
      const { reference } = await site.ask('link@example.com', 'access', lang);
      const { token, code } = site.mailOf(reference);
      const page = await tour.open();
      await tour.goAndLook(page, '/verify', 'without a link');
      await tour.goAndLook(page, `/verify?lang=${language}#token=${token}`, 'with a link');
      await tour.send(page, '/verify', { ...lang, token });
      await tour.look(page, 'in another browser');
      await tour.send(page, '/verify/code', { ...lang, token });
      await tour.look(page, 'a fresh code');
      await tour.send(page, '/verify', { ...lang, token, code: 'abc' });
      await tour.look(page, 'no code');
      await tour.send(page, '/verify', { ...lang, token: 'A'.repeat(32) });
      await tour.look(page, 'a link that is gone');
      for (let guess = 0; guess < 6; guess += 1)
        await tour.send(page, '/verify', { ...lang, reference, code: wrongCode(code) });
      await tour.look(page, 'tried too often');
      const both = [
        ['lang', language],
        ['step', 'send'],
        ['email', 'both@example.com'],
        ['rights', 'access'],
        ['rights', 'complaint'],
        ['details', 'Both'],
      ] as const;
      await tour.send(page, '/', both);
      await site.desk.edition.settle();
      const first = (await page.locator('main .mono').first().textContent())?.trim() ?? '';
      await tour.send(page, '/verify', { ...lang, reference: first, code: site.mailOf(first).code });
      await tour.look(page, 'two requests confirmed');
      await tour.send(page, '/', { ...lang, step: 'send', email: 'both@example.com', rights: 'portability' });
      await tour.look(page, 'sent by who is known');
    }

    async function signingIn() {
      const { reference } = await site.ask('again@example.com', 'complaint', { ...lang, details: 'Why' });
      const { code } = site.mailOf(reference);
      const page = await tour.open();
      const path = `/requests/${reference}`;
      await tour.goAndLook(page, path, 'not signed in');
      await tour.send(page, `${path}/code`, lang);
      await tour.look(page, 'a code was sent');
      await tour.send(page, `${path}/sign-in`, { ...lang, code: wrongCode(code) });
      await tour.look(page, 'a wrong code');
      await site.desk.edition.settle();
      await tour.send(page, `${path}/sign-in`, { ...lang, code: site.mailOf(reference).code });
      await tour.look(page, 'signed in');
      await tour.send(page, '/sign-out', lang);
      await page.goto(path);
      await tour.look(page, 'signed out again');
    }

    async function theOwnRequest() {
      const name = `Ada ${'Wolfeschlegelstein'.repeat(5)}`;
      const { reference, session } = await site.confirmed('own@example.com', 'complaint', {
        ...lang,
        name,
        details: 'Own',
      });
      const page = await tour.open({ cookie: session });
      const path = `/requests/${reference}`;
      await tour.goAndLook(page, `${path}?done=verified`, 'confirmed');
      await tour.goAndLook(page, `${path}/withdraw`);
      await tour.goAndLook(page, `/requests/${nowhere}?lang=${language}`, 'not theirs');
      await tour.goAndLook(page, `/requests/${nowhere}/withdraw?lang=${language}`, 'nothing there');
      await tour.send(page, `${path}/messages`, { ...lang, text: '' }, 'multipart/form-data');
      await tour.look(page, 'an empty message');
      await tour.send(page, `${path}/messages`, { ...lang, text: 'Wort'.repeat(300) }, 'multipart/form-data');
      await tour.look(page, 'a message');
      await tour.send(page, `${path}/withdraw`, lang);
      await tour.look(page, 'cancelled');
      await tour.send(page, `${path}/withdraw`, lang);
      await tour.look(page, 'cancelled twice');
    }

    async function decisions() {
      const { edition } = site.desk;
      const staff = site.desk.staff('officer');
      const objection = { ...lang, objectionScope: 'other' };
      const refused = await site.confirmed('lin@example.com', 'objection', objection);
      const page = await tour.open({ cookie: refused.session });
      await tour.goAndLook(page, `/requests/${refused.reference}/complaint`);
      await tour.send(page, `/requests/${refused.reference}/complaint`, { ...lang, details: '' });
      await tour.look(page, 'an empty complaint');
      const explanation = 'We need it against fraud.';
      await staff.act(refused.reference, 'decision', {
        decision: 'refuse',
        reason: 'compelling-grounds-21-1',
        explanation,
      });
      await tour.goAndLook(page, `/requests/${refused.reference}`, 'refused');
      const erasing = await site.confirmed('grace@example.com', 'erasure', lang);
      for (const user of ['officer', 'second'])
        await site.desk.staff(user).act(erasing.reference, 'decision', { decision: 'grant' });
      const cooling = await tour.open({ cookie: erasing.session });
      await tour.goAndLook(cooling, `/requests/${erasing.reference}`, 'cooling off');
      const recorded = await staff.post('/requests', {
        channel: 'letter',
        receivedAt: '2026-01-10',
        email: 'late@example.com',
        rights: ['complaint'],
        details: 'By letter',
        language,
      });
      const late: string = recorded.body.submitted[0].reference;
      const cookie = await site.desk.verify(late);
      await tour.goAndLook(await tour.open({ cookie }), `/requests/${late}`, 'late');
      await edition.settle();
    }

    async function theCopy() {
      const { reference, session } = await site.confirmed('ada@example.com', 'portability', lang);
      await grant(reference);
      await release(reference);
      const page = await tour.open({ cookie: session });
      const path = `/requests/${reference}/package`;
      await tour.goAndLook(page, `/requests/${reference}`, 'a copy to fetch');
      await tour.goAndLook(page, path);
      await tour.send(page, `${path}/code`, lang);
      await tour.look(page, 'a code was sent');
      await tour.send(page, path, { ...lang, code: '' });
      await tour.look(page, 'a wrong code');
      const onward = `/requests/${reference}/transmission`;
      await tour.goAndLook(page, onward);
      await tour.send(page, onward, { ...lang, receiver: '', url: '' });
      await tour.look(page, 'mistakes');
      const target = { receiver: 'Another B.V.', url: 'https://upload.example.com/put?signature=abc' };
      await tour.send(page, onward, { ...lang, ...target });
      await tour.look(page, 'to confirm');
    }

    /** Some only happen when the house is on fire, and the file behind a link only when it is large. */
    async function everyProblem() {
      const page = await tour.open();
      const pages = Object.keys(problemTypes).map((type) =>
        problemPage({ type: type as ProblemType }, language),
      );
      const large = {
        current: { row: { id: nowhere } } as unknown as Case,
        link: 'https://files.example.com/x',
      };
      pages.push({ title: 'Link', body: packagePage(large.current, 3, language, { link: large.link }) });
      const bodies = new Map(pages.map(({ title, body }) => [title, publicPage({ language, title, body })]));
      expect(bodies.size).toBeGreaterThan(8);
      for (const [title, body] of bodies) {
        await tour.show(page, String(await body));
        await tour.look(page, title);
      }
    }

    async function grant(reference: string) {
      await site.desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
      await site.desk.edition.settle();
    }

    async function release(reference: string) {
      for (const user of ['officer', 'second']) {
        const { body } = await site.desk.staff(user).get(`/requests/${reference}/package`);
        await site.desk.staff(user).act(reference, 'release', { packageHash: body.package.hash });
      }
    }

    test('of the console', async () => {
      const routes = begin('staff');
      await emptyDesk();
      await signIn();
      await deciding();
      await working();
      await thePackage();
      await refusals(routes);
      await fullDesk();
      await finish(routes, 'staff');
    });

    const cookieOf = (user: string) => site.desk.edition.staffCookie(user);
    const colleague = async (user = 'officer'): Promise<Page> => tour.open({ cookie: await cookieOf(user) });

    async function sendAs(page: Page, reference: string, action: string, fields: Fields = {}) {
      const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'staff');
      const form = await site.staffForm(reference, `staff=${cookie?.value}`);
      const path = `/staff/requests/${reference}/${action}`;
      await tour.send(page, path, { ...form, ...(fields as Record<string, string>) });
      await site.desk.edition.settle();
    }

    async function emptyDesk() {
      const page = await colleague();
      for (const path of [
        '/staff',
        '/staff?due=overdue',
        '/staff?status=closed',
        '/staff?status=awaiting-release',
        '/staff/tasks',
        '/staff/reports',
        '/staff/processors',
        '/staff/requests/new',
        '/staff/search?q=zzzzzz',
        '/staff/nowhere',
        `/staff/requests/${nowhere}`,
      ])
        await tour.goAndLook(page, path, `empty ${path}`);
      await page.goto('/staff/requests/new');
      await page.locator('main form button').click();
      await page.locator('#error-summary').waitFor();
      await tour.look(page, 'mistakes');
    }

    async function signIn() {
      const page = await tour.open();
      await page.goto('/staff');
      expect(page.url()).toContain('/authorize');
    }

    async function deciding() {
      const waiting = await site.ask('waits@example.com', 'access', lang);
      const { reference } = await site.confirmed('grace@example.com', 'erasure', {
        ...lang,
        name: `Grace ${'Wolfeschlegelstein'.repeat(5)}`,
        details: 'Word'.repeat(100),
      });
      const page = await colleague();
      await tour.goAndLook(page, `/staff/requests/${waiting.reference}`, 'not confirmed');
      await tour.goAndLook(page, `/staff/requests/${reference}`, 'to decide');
      const previews: readonly (readonly [string, Record<string, string>])[] = [
        ['decision', { decision: 'grant' }],
        ['decision', { decision: 'refuse', reason: 'excessive' }],
        ['decision', { decision: 'refuse', reason: 'excessive', explanation: 'Every day anew.' }],
        ['decision', { decision: 'grant-in-part', reason: 'legal-obligation-17-3-b' }],
        ['extension', { reason: 'complexity', explanation: 'Many systems.' }],
        ['question', { question: 'Is it you?', ground: 'identity-doubt-12-6', recordedReason: 'Two names' }],
      ];
      for (const [action, fields] of previews) {
        await sendAs(page, reference, action, fields);
        await tour.look(page, `preview of ${JSON.stringify(fields)}`);
      }
      await sendAs(page, reference, 'question', { ...previews[5]?.[1], step: 'send' });
      await tour.look(page, 'a question is open');
      await sendAs(page, reference, 'question/answered');
      await sendAs(page, reference, 'decision', { decision: 'grant', step: 'send' });
      await tour.look(page, 'proposed by oneself');
      const second = await colleague('second');
      await tour.goAndLook(second, `/staff/requests/${reference}`, 'proposed by a colleague');
      await sendAs(second, reference, 'decision', { decision: 'grant', step: 'send' });
      await tour.look(second, 'cooling off');
      await sendAs(page, reference, 'decision', {
        decision: 'refuse',
        reason: 'excessive',
        explanation: 'No',
        step: 'send',
      });
      await tour.look(page, 'a colleague was first');
      const child = { ...lang, forWhom: 'child', behalfName: 'A child' };
      const behalf = await site.confirmed('ada@example.com', 'restriction', child);
      await tour.goAndLook(page, `/staff/requests/${behalf.reference}`, 'for a child');
    }

    async function working() {
      const objection = { ...lang, objectionScope: 'direct-marketing' };
      const { reference } = await site.confirmed('lin@example.com', 'objection', objection);
      const page = await colleague();
      await sendAs(page, reference, 'notes', { text: 'A note' });
      await tour.send(
        page,
        `/staff/requests/${reference}/messages`,
        { csrf: (await site.staffForm(reference, await staffCookieOf(page))).csrf, text: 'A message' },
        'multipart/form-data',
      );
      await sendAs(page, reference, 'hold', { hold: 'yes' });
      await tour.look(page, 'on hold, with a note, a message and open tasks');
      expect(await page.locator('input[name=outcome]').count()).toBeGreaterThan(0);
      await tour.goAndLook(page, '/staff/tasks', 'open tasks');
      const processor = (await page.locator('tbody a').count()) > 0 ? 'stripe' : 'none';
      await sendAs(page, reference, `tasks/${processor}`, {
        operation: 'opt-out',
        outcome: 'done',
        evidence: '',
      });
      await tour.look(page, 'a report without evidence');
      const viewer = await colleague('viewer');
      await tour.goAndLook(viewer, `/staff/requests/${reference}`, 'read by a viewer');
      await tour.goAndLook(viewer, `/staff/requests/${reference}/package`, 'not for a viewer');
      await tour.goAndLook(viewer, '/staff', 'read by a viewer');
    }

    const staffCookieOf = async (page: Page) =>
      `staff=${(await page.context().cookies()).find(({ name }) => name === 'staff')?.value}`;

    async function thePackage() {
      const { reference, session } = await site.confirmed('ada@example.com', 'access', lang);
      await grant(reference);
      const page = await colleague();
      const path = `/staff/requests/${reference}/package`;
      await tour.goAndLook(page, `/staff/requests/${reference}`, 'to release');
      await tour.goAndLook(page, path, 'to read');
      const form = await site.staffForm(reference, await staffCookieOf(page));
      await tour.send(page, `${path}/files`, form, 'multipart/form-data');
      await tour.look(page, 'no file chosen');
      await page.goto(`${path}?processor=adyen`);
      await page.setInputFiles('#hand-file', {
        name: 'run.exe',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from([0x4d, 0x5a, 0, 0]),
      });
      await page.locator('section[aria-labelledby=files] form button').last().click();
      await page.locator('#error-summary').waitFor();
      await tour.look(page, 'a file that is not taken');
      await page.selectOption('#hand-system', 'adyen');
      await page.setInputFiles('#hand-file', {
        name: 'export.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('reference,amount\n1,2\n'),
      });
      await page.locator('section[aria-labelledby=files] form button').last().click();
      await page.waitForURL('**/package?saved=added');
      await site.desk.edition.settle();
      await page.goto(path);
      await page.locator('summary').first().click();
      await page.locator('details form button').first().click();
      await page.waitForURL('**saved=marked');
      await site.desk.edition.settle();
      await tour.goAndLook(page, path, 'with a file and a mark');
      const hash = (await page.locator('#release ~ p.mono').textContent()) ?? '';
      await sendAs(page, reference, 'release', { packageHash: hash });
      await tour.goAndLook(page, path, 'approved by oneself');
      const second = await colleague('second');
      await sendAs(second, reference, 'release', { packageHash: hash });
      await tour.look(second, 'released');
      await tour.goAndLook(second, path, 'released');
      expect((await site.get(`/requests/${reference}`, session)).status).toBe(200);
    }

    /** What every form of a case answers when somebody was first. */
    async function refusals(routes: readonly string[]) {
      const { reference } = await site.confirmed('stale@example.com', 'complaint', {
        ...lang,
        details: 'Stale',
      });
      const page = await colleague();
      const { csrf } = await site.staffForm(reference, await staffCookieOf(page));
      const stale = {
        csrf,
        version: '1',
        step: 'send',
        decision: 'grant',
        reason: 'complexity',
        question: 'Which?',
        how: 'By phone',
        outcome: 'done',
        evidence: 'Seen',
        text: 'words',
        packageHash: 'f'.repeat(64),
      };
      const actions = routes.filter((route) => route.startsWith('POST /staff/requests/:reference/'));
      const without: readonly string[] = passesOn.staff;
      for (const action of actions.filter((route) => !without.includes(route) && !route.endsWith('/files'))) {
        const path = action
          .slice('POST '.length)
          .replace(':reference', reference)
          .replace(':processor', 'stripe')
          .replace(':name', `${'0'.repeat(16)}.csv`)
          .replace(':mark', '0'.repeat(16));
        const marks = action.endsWith('/redactions');
        await tour.send(page, path, { ...stale, ...(marks ? { reason: 'not-about-subject' } : {}) });
        await tour.look(page, 'somebody was first');
      }
      await tour.send(page, '/staff/notes', { csrf });
      await tour.look(page, 'a note without a request');
      await tour.send(page, '/staff/notes', { csrf: 'forged', text: 'x', reference });
      await tour.look(page, 'from elsewhere');
    }

    async function fullDesk() {
      const page = await colleague();
      for (const path of ['/staff', '/staff?status=closed', '/staff/reports', '/staff/processors'])
        await tour.goAndLook(page, path, `full ${path}`);
    }
  });
});
