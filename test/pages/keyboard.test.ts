import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, type Visit, type VisitOptions, visit } from './browser.ts';
import { type Keyboard, keyboardOf } from './keyboard.ts';
import { openSite, type Site } from './site.ts';

jest.setTimeout(180_000);

describeInBrowser('journeys by keyboard alone', () => {
  let browser: Browser;
  let site: Site;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await openSite();
  });
  afterEach(async () => {
    for (const one of visits.splice(0)) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
    await site.stop();
  });

  async function open(options: VisitOptions): Promise<{ page: Page; keys: Keyboard }> {
    const made = await visit(browser, site.desk.edition.url, options);
    visits.push(made);
    return { page: made.page, keys: keyboardOf(made.page) };
  }

  const headed = (page: Page, words: string) => page.locator('h1', { hasText: words }).waitFor();
  const settle = () => site.desk.edition.settle();

  async function caseOf(reference: string) {
    return (await site.desk.staff('viewer').get(`/requests/${reference}`)).body;
  }

  describe.each([
    ['nl', true, 'self', 'code'],
    ['nl', false, 'child', 'link'],
    ['en', true, 'agent', 'link'],
    ['en', false, 'self', 'code'],
  ] as const)('in %s, script: %s', (language, script, forWhom, way) => {
    const t = (nl: string, en: string) => (language === 'nl' ? nl : en);

    test(`The subject asks for ${forWhom}, confirms by the ${way}, writes, complains, cancels and comes back`, async () => {
      const { page, keys } = await open({ language, script });
      await page.goto('/');
      await keys.skip();
      await keys.choose('rights-complaint');
      await keys.choose('for-self', { self: 0, child: 1, agent: 2 }[forWhom]);
      if (forWhom !== 'self') await keys.type('behalfName', 'Somebody Else');
      await keys.type('email', 'keys@example.com');
      await keys.type('details', 'Nobody answers');
      await keys.follow(t('Verder: controleren', 'Continue: check'));
      await headed(page, t('Klopt dit?', 'Is this right?'));
      await keys.follow(t('Verstuur', 'Send'));
      await headed(page, t('Bevestig nog één ding', 'One thing left to confirm'));
      await settle();
      const reference = (await page.locator('main .mono').first().textContent())?.trim() ?? '';
      await confirm(page, keys, reference);
      await page.waitForURL(`**/requests/${reference}**`);
      await settle();
      expect((await caseOf(reference)).onBehalfOf).toBe(forWhom === 'self' ? null : forWhom);

      await keys.type('message', 'Here is more');
      await keys.follow(t('Verstuur bericht', 'Send message'));
      await page.locator('[role=status]').waitFor();
      await settle();
      expect((await site.desk.staff().get(`/requests/${reference}/messages`)).body.messages).toMatchObject([
        { from: 'subject', text: 'Here is more' },
      ]);

      await keys.follow(t('Afmelden', 'Sign out'));
      await page.waitForURL('**/?lang=*');
      await page.goto(`/requests/${reference}?lang=${language}`);
      await keys.follow(t('Mail mij een code', 'Mail me a code'));
      await page.locator('#code').waitFor();
      await settle();
      await keys.type('code', site.mailOf(reference).code);
      await keys.follow(t('Open', 'Open'));
      await page.locator('.panel').waitFor();

      await keys.follow(t('Trek dit verzoek in', 'Cancel this request'));
      await headed(page, t('Wilt u dit verzoek intrekken?', 'Do you want to cancel this request?'));
      await keys.follow(t('Ja, trek het in', 'Yes, cancel it'));
      await headed(page, t('Door u ingetrokken', 'Cancelled by you'));
      expect((await caseOf(reference)).outcome).toBe('withdrawn');
    });

    /** By the code on the page that says the request was sent, or by the mail's link. */
    async function confirm(page: Page, keys: Keyboard, reference: string) {
      const { code, token } = site.mailOf(reference);
      if (way === 'code') {
        await keys.type('code', code);
        await keys.follow(t('Bevestig', 'Confirm'));
        return;
      }
      await page.goto(`/verify?lang=${language}#token=${token}`);
      if (script) return keys.follow(t('Ja, dit adres is van mij', 'Yes, this address is mine'));
      await keys.type('reference', reference);
      await keys.type('code', code);
      await keys.follow(t('Bevestig', 'Confirm'));
    }

    test('The subject complains about the handling, and fetches a released copy with a fresh code', async () => {
      const { reference, session } = await site.confirmed('ada@example.com', 'portability', {
        lang: language,
      });
      await site.desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
      for (const user of ['officer', 'second']) {
        const { body } = await site.desk.staff(user).get(`/requests/${reference}/package`);
        await site.desk.staff(user).act(reference, 'release', { packageHash: body.package.hash });
      }
      const { page, keys } = await open({ language, script, cookie: session });
      await page.goto(`/requests/${reference}`);
      await keys.follow(t('Haal uw gegevens op', 'Fetch your data'));
      await headed(page, t('Haal uw gegevens op', 'Fetch your data'));
      await keys.follow(t('Mail mij een code', 'Mail me a code'));
      await page.locator('#code').waitFor();
      await settle();
      await keys.type('code', site.mailOf(reference).code);
      const download = page.waitForEvent('download');
      await keys.press('Download');
      expect((await download).suggestedFilename()).toMatch(/^kinescope-.*\.zip$/);

      await page.goto(`/requests/${reference}`);
      await keys.follow(t('Klaag over de behandeling', 'Complain about the handling'));
      await keys.type('details', 'Too slow');
      await keys.follow(t('Verstuur de klacht', 'Send the complaint'));
      await page.locator('[role=status]').waitFor();
      expect(page.url()).toMatch(/requests\/[a-z0-9]{26}/);
      expect(page.url()).not.toContain(reference);
    });

    async function signedIn(user: string) {
      const { page, keys } = await open({ language, script });
      await page.goto('/staff');
      await keys.to(site.desk.edition.staff.find(user)?.label ?? user);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/staff');
      await headed(page, t('Werkvoorraad', 'Queue'));
      return { page, keys };
    }

    async function toCase({ page, keys }: { page: Page; keys: Keyboard }, reference: string) {
      await page.goto('/staff');
      await keys.skip();
      await keys.type('search', reference.slice(0, 10));
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/staff/requests/${reference}`);
      await keys.skip();
    }

    test('Staff sign in, ask, extend, decide with a second person, report a task, record a letter, sign out everywhere', async () => {
      const { reference } = await site.confirmed('grace@example.com', 'erasure', { lang: language });
      const officer = await signedIn('officer');
      const { page, keys } = officer;
      const saved = async (what: string) => {
        await page.waitForURL(`**saved=${what}`);
        await settle();
        await keys.skip();
      };

      await toCase(officer, reference);
      await keys.press(t('Schrijf een vraag', 'Write a question'));
      await keys.type('question', 'Which account?');
      await keys.choose('ground-none', 1);
      await keys.type('recordedReason', 'Two accounts');
      await keys.follow(t('Bekijk de brief', 'Preview the letter'));
      await keys.follow(t('Verstuur de vraag', 'Send the question'));
      await saved('asked');
      await keys.follow(t('Ja, de termijn loopt weer', 'Yes, the period runs again'));
      await saved('resumed');

      await keys.press(
        t('Verleng één keer, tot drie maanden na ontvangst', 'Extend once, to three months from receipt'),
      );
      await keys.type('extend-explanation', 'Ten systems');
      await keys.follow(t('Bekijk de brief', 'Preview the letter'));
      await keys.follow(t('Verstuur en verleng', 'Send and extend'));
      await saved('extended');
      const extended = await caseOf(reference);
      expect(extended.clock).toMatchObject({ extended: true, pauses: [{ ground: 'identity-doubt-12-6' }] });

      await keys.choose('decision-grant');
      await keys.follow(t('Bekijk voor het beslissen', 'Preview before deciding'));
      await keys.follow(t('Stel dit voor', 'Propose this'));
      await saved('proposed');
      const second = await signedIn('second');
      await toCase(second, reference);
      await second.keys.follow(t('Bekijk voor het beslissen', 'Preview before deciding'));
      await second.keys.follow(t('Besluit dit', 'Decide this'));
      await second.page.waitForURL('**saved=decided');
      expect((await caseOf(reference)).status).toBe('cooling-off');

      const { reference: manual } = await site.confirmed('lin@example.com', 'objection', {
        lang: language,
        objectionScope: 'direct-marketing',
      });
      const task = (await caseOf(manual)).tasks.find((one: { state: string }) => one.state === 'open');
      await toCase(officer, manual);
      await keys.press(t('Meld het resultaat', 'Report the result'));
      await keys.type(`${task.processor}-${task.operation}-evidence`, 'Removed in the console');
      await keys.follow(t('Meld', 'Report'));
      await saved('task');
      await keys.type('note', 'Done by hand');
      await keys.follow(t('Voeg toe', 'Add note'));
      await saved('note');

      await page.goto('/staff');
      await keys.follow(t('Verzoek vastleggen', 'Record a request'));
      await page.waitForURL('**/staff/requests/new');
      await keys.skip();
      await keys.choose('channel-email', 1);
      await keys.choose('right-access');
      await keys.type('email', 'letter@example.com');
      await keys.follow(t('Leg vast', 'Record'));
      await saved('recorded');
      const recorded = /requests\/([a-z0-9]{26})/.exec(page.url())?.[1] ?? '';
      expect((await caseOf(recorded)).channel).toBe('letter');

      // Who signed out a moment after another session began has signed that one out as well.
      await site.desk.edition.advance('PT1S');
      await page.goto('/staff');
      await keys.follow(t('Overal afmelden', 'Sign out everywhere'));
      await page.waitForURL('**/authorize**');
      const [cookie] = (await second.page.context().cookies()).filter(({ name }) => name === 'staff');
      expect((await site.get('/staff', `staff=${cookie?.value}`)).status).toBe(200);
    });

    test('Staff read a package, leave words out, approve and release it by two', async () => {
      const { reference } = await site.confirmed('ada@example.com', 'access', { lang: language });
      await site.desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
      const officer = await signedIn('officer');
      await toCase(officer, reference);
      await officer.keys.follow(t('Open het pakket', 'Open the package'));
      await officer.page.waitForURL('**/package');
      await officer.keys.skip();
      await officer.keys.press(t('Laat dit weg', 'Leave this out'));
      await officer.keys.follow(t('Markeer', 'Mark'));
      expect(officer.page.url()).toContain('saved=marked');
      await settle();
      const approve = async ({ page, keys }: typeof officer, label: string, state: string) => {
        await page.goto(`/staff/requests/${reference}/package`);
        await keys.skip();
        await keys.follow(label);
        await page.waitForURL(`**saved=${state}`);
      };
      await approve(officer, t('Ik heb het gelezen: keur goed', 'I have read it: approve'), 'approved');
      const second = await signedIn('second');
      await approve(second, t('Ik heb het gelezen: geef vrij', 'I have read it: release'), 'released');
      expect((await caseOf(reference)).status).toMatch(/answered|closed/);
    });
  });
});
