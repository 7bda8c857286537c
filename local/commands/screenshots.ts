import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createEdition, type Edition } from '../edition.ts';
import { launchBrowser } from './browser.ts';

/** Pictures of the main pages, made from a fresh edition with a few requests in it: `node local/run.mjs local/commands/screenshots.ts [folder]`. */
async function screenshots(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-pictures-'));
  const edition = await createEdition({ dataDir, startAt: '2026-03-05T09:00:00.000Z' });
  const browser = await launchBrowser();
  try {
    const reference = await aFewRequests(edition);
    await take(browser, edition, folder, reference);
  } finally {
    await browser.close();
    await edition.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function send(edition: Edition, body: object): Promise<string> {
  const answer = await fetch(`${edition.url}/api/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  // The edition's own answer, whose shape its tests hold.
  const { submitted } = (await answer.json()) as { submitted: { reference: string }[] };
  await edition.settle();
  return submitted[0]?.reference ?? '';
}

async function confirm(edition: Edition, reference: string): Promise<string> {
  const letter = edition.outbox().findLast((mail) => mail.text.includes(reference));
  const code = /\b(\d{6})\b/.exec(letter?.text ?? '')?.[1];
  const answer = await fetch(`${edition.url}/api/verifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reference, code }),
  });
  await edition.settle();
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** Requests in several states; returns the one whose pages are shown, with its session. */
async function aFewRequests(edition: Edition): Promise<{ reference: string; session: string }> {
  const early = await send(edition, {
    email: 'lin@example.com',
    rights: ['objection'],
    objectionScope: 'other',
    language: 'en',
  });
  await confirm(edition, early);
  await edition.advance('P12D');
  await send(edition, { email: 'grace@example.com', rights: ['access'], language: 'en', name: 'Grace' });
  await edition.advance('P6D');
  const correction = await send(edition, {
    email: 'lin@example.com',
    rights: ['rectification'],
    language: 'nl',
    corrections: [{ field: 'Name', value: 'Lin' }],
  });
  await confirm(edition, correction);
  await edition.advance('P2D');
  const reference = await send(edition, {
    email: 'grace@example.com',
    rights: ['erasure'],
    language: 'en',
    name: 'Grace',
    details: 'I have stopped using the service and would like to leave nothing behind.',
  });
  await confirm(edition, reference);
  await edition.advance('P4D');
  return { reference, session: await renewed(edition, reference) };
}

/** A session ends with time, so the picture of a later day needs a fresh one. */
async function renewed(edition: Edition, reference: string): Promise<string> {
  await fetch(`${edition.url}/api/requests/${reference}/code`, { method: 'POST' });
  await edition.settle();
  return confirm(edition, reference);
}

async function take(
  browser: Browser,
  edition: Edition,
  folder: string,
  { reference, session }: { reference: string; session: string },
): Promise<void> {
  const shot = async (page: Page, name: string, path: string) => {
    await page.goto(edition.url + path);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  };
  const open = async (
    width: number,
    height: number,
    cookie = '',
    colorScheme: 'light' | 'dark' = 'light',
  ) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const pairs = cookie.split('; ').filter((pair) => pair !== '');
    await context.addCookies(
      pairs.map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return { name, value, url: edition.url };
      }),
    );
    return context.newPage();
  };
  const subject = await open(1100, 800, session);
  await shot(subject, 'form', '/?lang=en');
  await shot(subject, 'status', `/requests/${reference}?lang=en`);
  await shot(subject, 'help', '/help?lang=nl');
  await shot(await open(390, 800, session, 'dark'), 'form-phone-dark', '/?lang=nl');
  await shot(await open(390, 800, session), 'status-phone', `/requests/${reference}?lang=nl`);
  const sending = await open(1100, 800);
  await sending.goto(`${edition.url}/?lang=en`);
  await sending.check('#rights-access');
  await sending.fill('#email', 'ada@example.com');
  await sending.click('main button');
  await sending.screenshot({ path: join(folder, 'review.png'), fullPage: true });
  await sending.click('main button >> nth=0');
  await sending.screenshot({ path: join(folder, 'sent.png'), fullPage: true });

  const cookie = await edition.staffCookie('officer');
  const staff = await open(1360, 850, `${cookie}; language=en`);
  await shot(staff, 'queue', '/staff');
  await shot(staff, 'case', `/staff/requests/${reference}`);
  await shot(staff, 'reports', '/staff/reports');
  await shot(staff, 'processors', '/staff/processors');
  await shot(
    await open(1360, 850, `${cookie}; language=nl`, 'dark'),
    'case-dark',
    `/staff/requests/${reference}`,
  );
}

screenshots(process.argv[2] ?? 'docs/screenshots').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
