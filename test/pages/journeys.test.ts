import type { Browser, Page } from 'playwright-core';
import {
  describeInBrowser,
  launchBrowser,
  type Visit,
  type VisitOptions,
  violationsOn,
  visit,
} from './browser.ts';
import { openSite, type Site } from './site.ts';

const pageLimit = 50 * 1024;
jest.setTimeout(60_000);

describeInBrowser('the pages in a real browser', () => {
  let site: Site;
  let browser: Browser;
  let url: string;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    site = await openSite();
    url = site.desk.edition.url;
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });
  afterEach(async () => {
    for (const one of visits.splice(0)) {
      expect([...one.hosts]).toEqual([new URL(url).host]);
      expect(one.documents.filter(({ bytes }) => bytes > pageLimit)).toEqual([]);
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  });

  async function open(options: VisitOptions = {}): Promise<Page> {
    const made = await visit(browser, url, options);
    visits.push(made);
    return made.page;
  }

  const heading = (page: Page) => page.locator('h1').textContent();
  const settle = () => site.desk.edition.settle();

  const words = {
    nl: {
      check: 'Klopt dit?',
      send: 'Verstuur',
      sent: 'Bevestig nog één ding',
      confirm: 'Bevestig',
      deciding: 'Wij nemen een besluit',
      cancel: 'Trek dit verzoek in',
      yes: 'Ja, trek het in',
      cancelled: 'Door u ingetrokken',
      press: 'Ja, dit adres is van mij',
    },
    en: {
      check: 'Is this right?',
      send: 'Send',
      sent: 'One thing left to confirm',
      confirm: 'Confirm',
      deciding: 'We are deciding',
      cancel: 'Cancel this request',
      yes: 'Yes, cancel it',
      cancelled: 'Cancelled by you',
      press: 'Yes, this address is mine',
    },
  } as const;

  describe.each([
    ['nl', true],
    ['nl', false],
    ['en', true],
    ['en', false],
  ] as const)('in %s, script: %s', (language, script) => {
    const say = words[language];
    const email = 'lin@example.com';

    test('From the question to the answer’s date, confirmed by the code, followed and cancelled', async () => {
      const page = await open({ language, script });
      await page.goto('/');
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await page.check('#rights-rectification');
      await page.fill('#correction-field-1', 'Naam');
      await page.fill('#correction-value-1', 'Lin');
      await page.fill('#email', email);
      await page.click('main form button');
      expect(await heading(page)).toBe(say.check);
      expect(await page.locator('.sum').textContent()).toContain(email);
      await page.getByRole('button', { name: say.send, exact: true }).click();
      expect(await heading(page)).toContain(say.sent);
      await settle();
      const reference = (await page.locator('main .mono').first().textContent())?.trim() ?? '';
      await page.fill('#code', site.mailOf(reference).code);
      await page.getByRole('button', { name: say.confirm, exact: true }).click();
      await settle();
      await page.goto(`/requests/${reference}`);
      expect(await heading(page)).toBe(say.deciding);
      await page.getByRole('link', { name: say.cancel }).click();
      await page.getByRole('button', { name: say.yes }).click();
      expect(await heading(page)).toBe(say.cancelled);
      // The mailbox may get three such mails a day; the next journey uses it again.
      await site.desk.edition.advance('P2D');
    });
  });

  test('The link’s one button confirms in the same browser, and the address bar forgets the token', async () => {
    const { reference, browser: cookie } = await site.ask('button@example.com', 'access');
    const page = await open({ cookie });
    await page.goto(`/verify?lang=en#token=${site.mailOf(reference).token}`);
    expect(page.url()).not.toContain('token');
    await page.getByRole('button', { name: words.en.press }).click();
    await page.waitForURL(/\/requests\//);
    await settle();
    expect(await page.locator('[role=status]').textContent()).toContain('Your address is confirmed');
  });

  test('Without script the link’s page takes reference and code', async () => {
    const { reference } = await site.ask('noscript@example.com', 'access');
    const page = await open({ script: false });
    await page.goto(`/verify?lang=en#token=${site.mailOf(reference).token}`);
    await page.fill('#reference', reference);
    await page.fill('#code', site.mailOf(reference).code);
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    expect(page.url()).toContain(`/requests/${reference}`);
  });

  test('Mistakes are listed with links to their fields, and what was typed stays', async () => {
    const page = await open({ language: 'en' });
    await page.goto('/');
    await page.fill('#email', 'not an address');
    await page.fill('#details', 'Keep <b>this</b>');
    await page.click('main form button');
    expect(await page.evaluate('document.activeElement.id')).toBe('error-summary');
    expect(await page.title()).toMatch(/^Error: /);
    await page.locator('#error-summary a').last().click();
    expect(page.url()).toMatch(/#email$/);
    expect(await page.inputValue('#email')).toBe('not an address');
    expect(await page.inputValue('#details')).toBe('Keep <b>this</b>');
    expect(await violationsOn(page)).toEqual([]);
  });

  test('Staff: queue by keys, decision with preview, second person, question with guard rails', async () => {
    const { reference } = await site.confirmed('grace@example.com', 'erasure', { details: 'Please' });
    const officer = await open({ cookie: await site.desk.edition.staffCookie('officer') });
    await officer.goto('/staff');
    await officer.keyboard.press('/');
    expect(await officer.evaluate('document.activeElement.id')).toBe('search');
    await officer.fill('#search', reference.slice(0, 8));
    await officer.keyboard.press('Enter');
    await officer.waitForURL(`**/staff/requests/${reference}`);
    await officer.goto('/staff');
    await officer.keyboard.press('j');
    await officer.keyboard.press('Enter');
    await officer.waitForURL('**/staff/requests/*');
    await officer.goto(`/staff/requests/${reference}`);
    const stripe = officer.getByRole('row', { name: /^Stripe/ });
    expect(await stripe.textContent()).toMatch(/Erase .*then look again.*Kept by law until/s);
    await officer.check('#decision-grant');
    await officer.getByRole('button', { name: 'Preview before deciding' }).click();
    expect(await officer.locator('main').textContent()).toContain(
      'You propose this; a colleague must confirm it.',
    );
    expect(await violationsOn(officer)).toEqual([]);
    await officer.getByRole('button', { name: 'Propose this' }).click();
    await settle();
    expect(await officer.locator('.next').textContent()).toContain('A colleague must confirm it');
    const second = await open({ cookie: await site.desk.edition.staffCookie('second'), script: false });
    await second.goto(`/staff/requests/${reference}`);
    expect(await second.locator('.next').textContent()).toContain('officer proposes: Grant');
    await second.getByRole('button', { name: 'Preview before deciding' }).click();
    await second.getByRole('button', { name: 'Decide this' }).click();
    await settle();
    expect(await second.locator('.next').textContent()).toContain('The subject can cancel until');
  });

  test('Staff: a refusal is read as the letter before it goes, and goes as it was read', async () => {
    const { reference } = await site.confirmed('ada@example.com', 'objection', { objectionScope: 'other' });
    const page = await open({ cookie: await site.desk.edition.staffCookie('officer') });
    await page.goto(`/staff/requests/${reference}`);
    await page.check('#decision-refuse');
    await page.selectOption('#reason', 'compelling-grounds-21-1');
    await page.getByRole('button', { name: 'Preview before deciding' }).click();
    expect(await page.locator('[role=alert]').textContent()).toContain('needs your explanation');
    await page.goto(`/staff/requests/${reference}`);
    await page.check('#decision-refuse');
    await page.selectOption('#reason', 'compelling-grounds-21-1');
    await page.fill('#explanation', 'We need it to keep the service safe.');
    await page.getByRole('button', { name: 'Preview before deciding' }).click();
    const read = (await page.locator('.letter').textContent()) ?? '';
    await page.getByRole('button', { name: 'Decide this' }).click();
    await settle();
    const sent = site.desk.edition.outbox({ to: 'ada@example.com', letter: 'refusal' }).at(-1)?.text ?? '';
    const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
    expect(plain(sent)).toContain('keep the service safe');
    expect(plain(sent).replace(/^.*?(Hello|Dear [^,]+),/, '')).toBe(
      plain(read).replace(/^.*?(Hello|Dear [^,]+),/, ''),
    );
  });

  test('Staff: the law closes a question’s pause and an extension in time, and says so before the click', async () => {
    const { reference } = await site.confirmed('ada@example.com', 'restriction');
    const page = await open({ cookie: await site.desk.edition.staffCookie('officer') });
    await page.goto(`/staff/requests/${reference}`);
    await page.getByText('Write a question').click();
    expect(await page.isDisabled('#ground-identity-doubt-12-6')).toBe(false);
    expect(await page.isDisabled('#ground-clarification-recital-63')).toBe(true);
    await site.desk.edition.advance('P9D');
    await page.context().addCookies([]);
    const later = await open({ cookie: await site.desk.edition.staffCookie('officer') });
    await later.goto(`/staff/requests/${reference}`);
    await later.getByText('Write a question').click();
    expect(await later.isDisabled('#ground-identity-doubt-12-6')).toBe(true);
    expect(await later.locator('section', { hasText: 'Ask the subject' }).last().textContent()).toContain(
      'too late to suspend',
    );
  });

  test('Staff: a letter of last week is recorded and counts from the day it arrived', async () => {
    const page = await open({ cookie: await site.desk.edition.staffCookie('officer') });
    await page.goto('/staff/requests/new');
    await page.getByRole('button', { name: 'Record' }).click();
    expect(await page.locator('#error-summary').textContent()).toContain('Choose at least one right');
    expect(await violationsOn(page)).toEqual([]);
    const today = new Date(site.desk.edition.now());
    const arrived = new Date(today.getTime() - 7 * 86_400_000).toISOString().slice(0, 10);
    await page.check('#channel-letter');
    await page.fill('#receivedAt', arrived);
    await page.check('#right-access');
    await page.fill('#email', 'letter@example.com');
    await page.getByRole('button', { name: 'Record' }).click();
    await settle();
    const reference = page.url().match(/requests\/([a-z0-9]{26})/)?.[1] ?? '';
    const { body } = await site.desk.staff('viewer').get(`/requests/${reference}`);
    expect(body.receivedAt.slice(0, 10)).toBe(arrived);
    expect(body.channel).toBe('letter');
  });

  test('A file too large for the gateway is told in the page, before it is sent', async () => {
    const large = { name: 'large.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(5 * 1024 * 1024) };
    const { reference, session } = await site.confirmed('large@example.com', 'complaint', { details: 'x' });
    const page = await open({ cookie: session });
    await page.goto(`/requests/${reference}?lang=en`);
    await page.fill('#message', 'See the file');
    await page.setInputFiles('#file', large);
    await page.getByRole('button', { name: 'Send message' }).click();
    expect(await page.evaluate("document.getElementById('file').validationMessage")).toContain('4 MB');
    expect(await page.inputValue('#message')).toBe('See the file');
    // With a file that fits, the same form goes.
    await page.setInputFiles('#file', {
      ...large,
      name: 'a.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('a'),
    });
    await page.getByRole('button', { name: 'Send message' }).click();
    await page.locator('[role=status]').waitFor();
  });
});
