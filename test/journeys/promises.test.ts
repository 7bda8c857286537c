import { strFromU8, unzipSync } from 'fflate';
import { recipients } from '../../functions/domain/register-recipients.ts';
import { type Desk, openDesk } from './desk.ts';

// What the privacy policy promises and no other journey shows: docs/law.md lists every promise with its tests.

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
}, 60_000);
afterEach(() => desk.stop());

const ada = 'ada@example.com';

async function confirmed(body: object) {
  const { body: answer } = await desk.submit({ email: ada, language: 'en', ...body });
  const reference = answer.submitted[0]?.reference ?? '';
  return { reference, cookie: await desk.verify(reference) };
}

async function agreed(reference: string, action: 'decision' | 'release', body: object) {
  for (const user of ['officer', 'second']) {
    const { status, body: answer } = await desk.staff(user).act(reference, action, body);
    expect(status).toBe(200);
    if (answer.decision === 'decided') return;
  }
}

async function fetched(reference: string, cookie: string): Promise<Readonly<Record<string, string>>> {
  const ask = (body: object) =>
    fetch(`${desk.edition.url}/api/requests/${reference}/package`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
  expect((await ask({})).status).toBe(202);
  const letter = desk.edition
    .outbox()
    .findLast((mail) => mail.letter === 'code' && mail.reference === reference);
  const answer = await ask({ code: /\b(\d{6})\b/.exec(letter?.text ?? '')?.[1] });
  expect(answer.status).toBe(200);
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

async function releasedCopy(reference: string, cookie: string) {
  const { body } = await desk.staff().get(`/requests/${reference}/package`);
  await agreed(reference, 'release', { packageHash: body.package.hash });
  return await fetched(reference, cookie);
}

/** The lines of one part of the statement about the data, without their markup. */
function linesUnder(page: string, heading: string): readonly string[] {
  const from = page.indexOf(`>${heading}<`);
  expect(from).toBeGreaterThan(0);
  const part = page.slice(page.indexOf('>', from + 1) + 1).split(/<h[23]/)[0] ?? '';
  return part
    .split(/<\/(?:li|p|dt|dd|h\d)>/)
    .map((line) =>
      line
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

test('whatever is asked in one letter, each answer is there within the month, although much of the work is not done', async () => {
  const rights = [
    'access',
    'portability',
    'rectification',
    'completion',
    'erasure',
    'restriction',
    'objection',
    'consent-withdrawal',
    'complaint',
  ];
  const { body } = await desk.submit({
    email: ada,
    language: 'nl',
    rights,
    objectionScope: 'direct-marketing',
    corrections: [{ field: 'name', value: 'Ada Byron' }],
    details: 'Alles graag',
  });
  const references = body.submitted.map((one) => one.reference);
  expect(references).toHaveLength(rights.length);
  const cookie = await desk.verify(references[0] ?? '');
  for (const { reference, right } of body.submitted) {
    if (right === 'objection' || right === 'consent-withdrawal') continue;
    await agreed(reference, 'decision', {
      decision: 'grant',
      explanation: 'Wij hebben gedaan wat u vraagt.',
    });
    if (right === 'access' || right === 'portability') await releasedCopy(reference, cookie);
  }
  await desk.edition.advanceTo('2026-04-05T21:59:59.999Z');
  for (const { reference, plannedBy } of body.submitted) {
    expect(plannedBy).toBe('2026-04-05');
    const { body: view } = await desk.staff().get(`/requests/${reference}`);
    expect(view.status).toMatch(/^(?:answered|closed)$/);
    expect(view.clock).toMatchObject({ plannedBy, extended: false, breached: false });
  }
}, 120_000);

describe('the copy of the data tells what is done with it', () => {
  let page: string;
  beforeEach(async () => {
    const { reference, cookie } = await confirmed({ rights: ['access'] });
    await agreed(reference, 'decision', { decision: 'grant' });
    page = (await releasedCopy(reference, cookie))['index.html'] ?? '';
  }, 60_000);

  test('the purposes, each on one of the four grounds; the recipients, each protected; the periods; and that no computer decides', () => {
    const purposes = linesUnder(page, 'What we use data for, and on what ground of article 6 GDPR').join(
      '\n',
    );
    const points = [...purposes.matchAll(/\(point 1\((\w)\)\)/g)].map((match) => match[1]);
    expect(points.length).toBeGreaterThan(10);
    expect(new Set(points)).toEqual(new Set(['a', 'b', 'c', 'f']));

    // The policy's third parties, its payment services by name, and the one that this edition's configuration adds.
    const named = [
      'Kinescope',
      'Mailchimp',
      'Intercom',
      'Mailjet',
      'Google Analytics',
      'Google Ads',
      'Google (account)',
      'Stripe',
      'Adyen',
      'Paddle',
      'PayPal',
      'Telegram',
      'Meta (Facebook)',
      'LinkedIn',
      'Hotjar',
      'Beacon',
    ];
    const receivers = linesUnder(page, 'Who receives your data').filter((line) => named.includes(line));
    expect(receivers).toEqual(named);
    const protectedBy = linesUnder(page, 'Data outside the European Economic Area').slice(1);
    expect(protectedBy).toHaveLength(2 * named.length);
    for (const [at, line] of protectedBy.entries()) {
      if (at % 2 === 0) expect(line).toBe(named[at / 2]);
      else expect(line).toMatch(/stays in the European Economic Area|\(article 4[569]/);
    }

    const kept = linesUnder(page, 'How long we keep data').join(' ');
    for (const google of ['Google Analytics', 'Google Ads', 'Google (account)'])
      expect(kept).toContain(`${google} One calendar year.`);
    expect(kept).toContain('Account data As long as your account is active.');
    expect(kept).toContain('Uploaded media Not longer than one year after your account was deactivated.');
    expect(linesUnder(page, 'Automated decisions')).toEqual([
      'We take no decisions about you by computer alone, and we do no profiling.',
    ]);
  });
});

test('your data goes nowhere but to the systems of the register: only they were called', async () => {
  const known = new Set([...Object.keys(recipients), 'beacon']);
  const { reference } = await confirmed({ rights: ['erasure'] });
  await agreed(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P4D');
  const called = desk.edition.processors.view().filter((one) => one.calls.length > 0);
  expect(called.length).toBeGreaterThan(8);
  expect(called.map((one) => one.name).filter((name) => !known.has(name))).toEqual([]);
  const { body } = await desk.staff().get(`/requests/${reference}`);
  const told = body.dispositions.map((one: { processor: string }) => one.processor);
  for (const { name } of called) expect(told).toContain(name);
});

test('media and account go when their owner asks, long before the year after the end of an account', async () => {
  const heldOf = (email: string) =>
    desk.edition.processors
      .view()
      .find((one) => one.name === 'account')
      ?.holds.find((one) => one.email === email)?.records ?? 0;
  const before = heldOf(ada);
  const others = heldOf('lin@example.com');
  expect(before).toBeGreaterThan(0);
  const { reference } = await confirmed({ rights: ['erasure'] });
  await agreed(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P4D');
  expect(heldOf(ada)).toBe(0);
  expect(heldOf('lin@example.com')).toBe(others);
});

test('for a child a parent acts, and nothing happens before staff have recorded how that was checked', async () => {
  const { reference, cookie } = await confirmed({
    rights: ['restriction'],
    onBehalfOf: { relation: 'child', name: 'Anne' },
  });
  const officer = desk.staff();
  const early = await officer.act(reference, 'decision', { decision: 'grant' });
  expect([early.status, early.body.detail]).toEqual([422, 'authority-not-checked']);
  expect(await desk.status(reference, cookie)).toMatchObject({ status: 'awaiting-decision' });
  const checked = await officer.act(reference, 'authority', { how: 'Both came to the office.' });
  expect(checked.status).toBe(200);
  await agreed(reference, 'decision', { decision: 'grant' });
  expect((await desk.status(reference, cookie)).status).not.toBe('awaiting-decision');
});

test('no mail of a whole journey says in its subject line who it is about, or loads or tracks anything', async () => {
  const { reference } = await confirmed({ rights: ['erasure'], name: 'Ada Lovelace', details: 'My divorce' });
  await agreed(reference, 'decision', { decision: 'grant' });
  await desk.edition.advance('P30D');
  const mails = desk.edition.outbox();
  expect(new Set(mails.map((mail) => mail.letter)).size).toBeGreaterThan(2);
  for (const { subject, html, text } of mails) {
    expect(subject).not.toMatch(/ada|lovelace|divorce|@/i);
    expect(html).not.toMatch(/<(?:img|script|link|iframe|form|video|audio|object)\b|url\(|@import/i);
    for (const [, address = ''] of html.matchAll(/(?:href|src)="(https?:[^"]*)"/g))
      expect(new URL(address).origin).toBe(new URL(desk.edition.url).origin);
    expect(text).not.toContain('My divorce');
  }
});
