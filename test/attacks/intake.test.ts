import * as v from 'valibot';
import { publicUrl } from '../../functions/adapters/configuration.ts';
import { store } from '../../functions/adapters/dynamodb/store.ts';
import { suppressionDesk } from '../../functions/adapters/dynamodb/suppression.ts';
import { vault } from '../../functions/adapters/dynamodb/vault.ts';
import { transmissionReach } from '../../functions/adapters/https/transmission-reach.ts';
import { signer } from '../../functions/adapters/kms/signer.ts';
import { exchangedFiles } from '../../functions/adapters/s3/files.ts';
import { keyedHash } from '../../functions/adapters/secrets/secrets.ts';
import { mail } from '../../functions/adapters/ses/mail.ts';
import { engine } from '../../functions/adapters/sfn/engine.ts';
import { transmissions } from '../../functions/adapters/sfn/transmissions.ts';
import { lambdaHandler } from '../../functions/api/lambda-handler.ts';
import { submissionsPerMinute, takeIntakePlace } from '../../functions/api/public/intake-budget.ts';
import { createPublicApi, type PublicPorts } from '../../functions/api/public/public-api.ts';
import { isMailbox, mailboxKey, mailboxRateKey, mixesScripts } from '../../functions/domain/identity.ts';
import { submissionInput } from '../../functions/domain/intake.ts';
import { callbackReceivers } from '../../functions/runtime/callback-receivers.ts';
import { lambda } from '../../functions/runtime/lambda.ts';
import { productFunctions } from '../../local/product-functions.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, letter, send, spend, tokenIn, valid } from './caller.ts';

/** Names of the ports' methods in the order in which a call awaited them. */
const trace: string[] = [];

function traced<Port extends object>(name: string, port: Port): Port {
  return new Proxy(port, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        trace.push(`${name}.${String(key)}`);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

const watchedApi = lambda<PublicPorts>(
  'public-api',
  (ports, runtime) => {
    const watched = Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [
        name,
        typeof port === 'object' ? traced(name, port) : port,
      ]),
    ) as unknown as PublicPorts;
    return lambdaHandler(createPublicApi(watched, runtime));
  },
  {
    store,
    vault,
    files: exchangedFiles,
    signer,
    hash: keyedHash,
    mail,
    engine,
    transmissions,
    transmissionReach,
    publicUrl,
    callbacks: callbackReceivers,
    suppression: suppressionDesk,
  },
);

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({
    functions: productFunctions.map((one) => (one.name === 'public-api' ? watchedApi : one)),
  });
});
afterAll(() => desk.stop());

const submit = (body: object | string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) =>
  call(desk, 'POST', '/api/requests', body, headers);
const statusOf = async (reference: string) => (await desk.staff().get(`/requests/${reference}`)).body.status;

/** Everything that is random or a moment, blanked, so that what is left can be compared byte for byte. */
const blanked = (text: string) =>
  text
    .replace(/[0-9a-hjkmnp-tv-z]{26}/g, '<reference>')
    .replace(/[\w-]{32}/g, '<secret>')
    .replace(/\b\d{6}\b/g, '<code>')
    .replace(/\b[0-9a-hjkmnp-tv-z]{8}\b/g, '<short>');

describe('known and unknown mailboxes', () => {
  const mailboxes = ['ada@example.com', 'grace@example.com', 'ghost@example.com'];

  test('A1 answer alike: status, headers and bytes', async () => {
    await send(desk, { email: 'grace@example.com', rights: ['erasure', 'objection'] });
    const answers = [];
    for (const email of mailboxes)
      answers.push(await submit(valid({ email, rights: ['access', 'erasure'] })));
    const [first, ...others] = answers.map((answer) => ({
      status: answer.status,
      bytes: Buffer.byteLength(answer.text),
      text: blanked(answer.text),
      headers: [...answer.headers]
        .filter(([name]) => name !== 'date')
        .map(([name, value]) => `${name}: ${blanked(value)}`),
    }));
    expect(first?.status).toBe(202);
    for (const other of others) expect(other).toEqual(first);
  });

  test('A2 cause the same awaited calls in the same order', async () => {
    const traces: string[][] = [];
    for (const email of mailboxes) {
      trace.length = 0;
      expect((await submit(valid({ email, rights: ['portability'] }))).status).toBe(202);
      traces.push([...trace]);
      await desk.edition.settle();
    }
    expect(traces[0]?.length).toBeGreaterThan(5);
    expect(traces[0]).toContain('store.commit');
    for (const other of traces) expect(other).toEqual(traces[0]);
  });

  test('A2 asking for a code does the same for a request of nobody as for one that is not there', async () => {
    const none = await call(desk, 'POST', `/api/requests/${'0'.repeat(26)}/code`);
    const [reference = ''] = await send(desk, { email: 'quiet@example.org' });
    const some = await call(desk, 'POST', `/api/requests/${reference}/code`);
    expect([some.status, some.text]).toEqual([none.status, none.text]);
    await desk.edition.settle();
  });

  test('A3 get the same letter', async () => {
    const letters = [];
    for (const email of ['lin@example.com', 'phantom@example.com']) {
      await send(desk, { email, rights: ['restriction'] });
      const { subject, text, html } = letter(desk, 'receipt');
      letters.push({ subject: blanked(subject), text: blanked(text), html: blanked(html) });
    }
    expect(letters[1]).toEqual(letters[0]);
  });
});

describe('whose words count', () => {
  test('A16 a name, text or correction that names somebody else is no search key: only the confirmed mailbox is', async () => {
    const [reference = ''] = await send(desk, {
      email: 'mallory@example.org',
      name: 'ada@example.com',
      details: 'My other address is ada@example.com, account acc_ada.',
      corrections: [{ field: 'email', value: 'ada@example.com' }],
    });
    const callsBefore = desk.edition.processors.view().flatMap((one) => one.calls).length;
    const cookie = await desk.verify(reference);
    const view = await desk.status(reference, cookie);
    expect(view).toMatchObject({ status: 'closed', outcome: 'nothing-found' });
    expect(desk.edition.processors.view().flatMap((one) => one.calls).length).toBeGreaterThan(callsBefore);
  });

  test('A16 A25 what a stranger asked in the owner’s name joins the owner’s request without the stranger’s words', async () => {
    const [strangers = ''] = await send(desk, {
      email: 'owner@example.org',
      rights: ['erasure'],
      details: 'CANARY-STRANGER please reply to mallory instead',
    });
    const [own = ''] = await send(desk, { email: 'owner@example.org', rights: ['erasure'] });
    await spend(desk, tokenIn(letter(desk, 'receipt', own).text));
    await desk.edition.settle();
    const staff = await desk.staff().get(`/requests/${own}`);
    const file = await call(desk, 'GET', `/api/staff/requests/${own}/case-file?words=include`, undefined, {
      cookie: await desk.edition.staffCookie('officer'),
    });
    expect(file.status).toBe(200);
    expect(file.text).not.toContain('CANARY-STRANGER');
    expect(JSON.stringify(staff.body)).not.toContain('CANARY-STRANGER');
    expect(await statusOf(strangers)).toBe('closed');
  });

  test('A16 A23 a stranger’s correction never joins the owner’s: it is left unconfirmed', async () => {
    const corrections = [{ field: 'name', value: 'Changed By A Stranger' }];
    const [strangers = ''] = await send(desk, {
      email: 'lin@example.com',
      rights: ['rectification'],
      corrections,
    });
    const [own = ''] = await send(desk, {
      email: 'lin@example.com',
      rights: ['rectification'],
      corrections: [{ field: 'name', value: 'Lin Newname' }],
    });
    await desk.verify(own);
    expect(await statusOf(strangers)).toBe('awaiting-identity');
    await desk.staff().act(own, 'decision', { decision: 'grant' });
    await desk.edition.settle();
    const account = JSON.stringify(desk.edition.processors.view());
    expect(account).not.toContain('Changed By A Stranger');
  });

  test('A17 A21 there is no field for a date of birth, a phone number or a copy of a document, and no words raise anything', async () => {
    for (const field of ['dateOfBirth', 'phone', 'idCopy', 'passport', 'document', 'attachment', 'proof']) {
      const answer = await submit(valid({ [field]: 'data:image/png;base64,AAAA' }));
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([{ field, code: 'unknown-field' }]);
    }
    const [reference = ''] = await send(desk, {
      email: 'facts@example.org',
      details: 'Born 1815-12-10, phone +31 6 12345678, passport NX1234567, customer since 2020.',
    });
    expect(await statusOf(reference)).toBe('awaiting-identity');
  });

  test('A21 a form with a file is refused as a kind of body, unread', async () => {
    const form = '--x\r\ncontent-disposition: form-data; name="id"; filename="id.png"\r\n\r\nPNG\r\n--x--';
    const answer = await submit(form, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(answer.status).toBe(415);
  });

  test('A18 a mail that staff record is answered at its stated address, after a confirmation there and nowhere else', async () => {
    const recorded = {
      ...valid({ email: 'written@example.org' }),
      channel: 'email',
      receivedAt: '2026-03-04T10:00:00.000Z',
    };
    for (const field of ['replyTo', 'from', 'answerTo', 'verified', 'verifiedAt']) {
      const refused = await desk.staff().post('/requests', { ...recorded, [field]: 'mallory@example.org' });
      expect(refused.status).toBe(400);
    }
    const { status, body } = await desk.staff().post('/requests', recorded);
    expect(status).toBe(201);
    const reference: string = body.submitted[0].reference;
    expect(await statusOf(reference)).toBe('awaiting-identity');
    await desk.verify(reference);
    const mails = desk.edition.outbox().filter((one) => one.text.includes(reference));
    expect(mails.length).toBeGreaterThan(0);
    for (const one of mails) expect([one.to].flat().join()).toBe('written@example.org');
  });

  test('A22 whoever has just proved the mailbox is not asked again', async () => {
    const [first = ''] = await send(desk, { email: 'ada@example.com', rights: ['restriction'] });
    const cookie = await desk.verify(first);
    const receipts = desk.edition.outbox().filter((one) => one.letter === 'receipt').length;
    const { body } = await desk.submit(valid({ rights: ['objection'] }), { cookie });
    const reference = body.submitted[0]?.reference ?? '';
    expect(await statusOf(reference)).not.toBe('awaiting-identity');
    const codes = desk.edition
      .outbox()
      .filter((one) => one.letter === 'receipt' && /\b\d{6}\b/.test(one.text));
    expect(codes).toHaveLength(receipts);
  });

  test('A22 the session of one mailbox proves no other', async () => {
    const [first = ''] = await send(desk, { email: 'self@example.org' });
    const cookie = await desk.verify(first);
    const { body } = await desk.submit(valid({ email: 'grace@example.com', rights: ['completion'] }), {
      cookie,
    });
    expect(await statusOf(body.submitted[0]?.reference ?? '')).toBe('awaiting-identity');
  });

  test('A23 A51 no body and no method changes what was asked, its dates or its state', async () => {
    const forbidden = [
      'status',
      'plannedBy',
      'legalBy',
      'verified',
      'verifiedAt',
      'receivedAt',
      'channel',
      'outcome',
    ];
    for (const field of [...forbidden, 'reference', 'id', 'decision', 'about'])
      expect((await submit(valid({ [field]: 'closed' }))).body.errors).toEqual([
        { field, code: 'unknown-field' },
      ]);
    const [reference = ''] = await send(desk, { email: 'fixed@example.org', rights: ['access'] });
    const cookie = await desk.verify(reference);
    for (const method of ['PUT', 'PATCH', 'POST'])
      expect(
        (await call(desk, method, `/api/requests/${reference}`, { right: 'erasure' }, { cookie })).status,
      ).toBeGreaterThanOrEqual(404);
    for (const action of ['decision', 'extension', 'notes', 'authority', 'hold'])
      expect((await desk.staff().act(reference, action, { right: 'erasure' })).status).toBe(400);
    expect(await desk.status(reference, cookie)).toMatchObject({ right: 'access' });
  });
});

describe('floods', () => {
  test('A25 the owner confirms one of twelve: the others go into it', async () => {
    const references: string[] = [];
    for (let round = 0; round < 12; round += 1)
      references.push(...(await send(desk, { email: 'twelve@example.org', rights: ['erasure'] })));
    const [own = ''] = references;
    await desk.verify(own);
    const outcomes = await Promise.all(
      references.slice(1).map(async (one) => (await desk.staff().get(`/requests/${one}`)).body),
    );
    for (const one of outcomes)
      expect(one).toMatchObject({ status: 'closed', outcome: 'merged', mergedInto: own });
  });

  test('A26 beyond the minute’s budget everybody waits, nothing is stored, and the next minute is free again', async () => {
    const uses = new Map<string, number>();
    const counting = {
      async count(counter: string, window: { readonly key: string }) {
        const key = `${counter} ${window.key}`;
        uses.set(key, (uses.get(key) ?? 0) + 1);
        return uses.get(key) ?? 0;
      },
    };
    const now = Date.parse('2026-03-05T09:00:20.000Z');
    for (let place = 0; place < submissionsPerMinute; place += 1) await takeIntakePlace(counting, now);
    await expect(takeIntakePlace(counting, now)).rejects.toMatchObject({
      problem: { type: 'too-many-requests', retryAfterSeconds: 40 },
    });
    await expect(takeIntakePlace(counting, now + 40_000)).resolves.toBeUndefined();
  });

  test('A26 the budget is taken before anything is read or stored', async () => {
    trace.length = 0;
    await submit(valid({ email: 'budget@example.org' }));
    expect(trace[0]).toBe('store.count');
    await desk.edition.settle();
  });
});

describe('addresses', () => {
  const accepted = (email: string) => v.safeParse(submissionInput, valid({ email })).success;

  test.each([
    ['Ada@Example.com', 'ada@example.com', true],
    ['a.d.a@example.com', 'ada@example.com', false],
    ['ada+x@example.com', 'ada@example.com', false],
    ['ada+x@example.com', 'ada+y@example.com', false],
  ])('A27 %s and %s are one mailbox to letters: %s, and always one to the rate limit', (one, other, same) => {
    expect(mailboxKey(one) === mailboxKey(other)).toBe(same);
    expect(mailboxRateKey(one)).toBe(mailboxRateKey(other));
  });

  test('A27 a plus address finds nothing of the plain one', async () => {
    await desk.edition.advance('PT25H');
    const [reference = ''] = await send(desk, { email: 'ada+probe@example.com', rights: ['portability'] });
    const cookie = await desk.verify(reference);
    expect((await desk.status(reference, cookie)).outcome).toBe('nothing-found');
  });

  test.each([
    ['a Cyrillic a among Latin letters', '\u0430da@example.com'],
    ['a Greek o in the domain', 'ada@ex\u03bfmple.com'],
    ['a zero-width space', 'a\u200bda@example.com'],
    ['a word joiner', 'ada\u2060@example.com'],
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['a right-to-left isolate', 'ada\u2067@example.com'],
    ['a soft hyphen', 'a\u00adda@example.com'],
    ['a byte-order mark', '\ufeffada@example.com'],
    ['the Kelvin sign, which folds to k', '\u212aim@example.com'],
    ['a dotted capital I, which folds to i', '\u0130da@example.com'],
    ['a full-width at sign', 'ada\uff20example.com'],
    ['an ideographic full stop', 'ada@example\u3002com'],
  ])('A28 %s is refused', (_what, email) => {
    expect(accepted(email)).toBe(false);
  });

  test('A28 look-alikes made whole of one alphabet are another mailbox', () => {
    const lookAlike = '\u0430\u0501\u0430@example.com';
    expect(mixesScripts(lookAlike)).toBe(false);
    expect(mailboxKey(lookAlike)).not.toBe(mailboxKey('ada@example.com'));
    expect(mailboxRateKey(lookAlike)).not.toBe(mailboxRateKey('ada@example.com'));
    // Punycode is its own spelling: it names the same host to a mail server and never the same person to us.
    expect(mailboxKey('ada@xn--exmple-4nf.com')).not.toBe(mailboxKey('ada@example.com'));
  });

  test('A28 no sign of the whole of Unicode folds an accepted address into another accepted one', () => {
    const plain = mailboxKey('kim@example.com');
    for (let point = 0x80; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const sign = String.fromCodePoint(point);
      const folded = mailboxKey(sign);
      if ([...folded].every((one) => (one.codePointAt(0) ?? 0) > 0x7f)) continue;
      for (const spot of [`${sign}im@example.com`, `kim@example.${sign}om`])
        if (isMailbox(spot))
          throw new Error(`U+${point.toString(16)} gives ${mailboxKey(spot)}, near ${plain}`);
    }
  });

  test.each([
    ['a quoted local part', '"ada lovelace"@example.com'],
    ['two at signs', 'ada@evil.example@example.com'],
    ['a list', 'ada@example.com,mallory@example.org'],
    ['a list with a semicolon', 'ada@example.com;mallory@example.org'],
    ['a display name', 'Ada <ada@example.com>'],
    ['a comment', 'ada(comment)@example.com'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['a host without a dot', 'ada@localhost'],
    ['255 characters', `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.com`],
    ['65 before the at sign', `${'a'.repeat(65)}@example.com`],
    ['a route', '@relay.example:ada@example.com'],
    ['a space', 'ada @example.com'],
    ['nothing', ''],
  ])('A29 %s is refused', (_what, email) => {
    expect(accepted(email)).toBe(false);
  });

  test('A29 plain addresses of all kinds are welcome', () => {
    for (const email of [
      'ada@example.com',
      "o'hara@example.ie",
      'a_b-c.d+e@sub.example.co.uk',
      'bücher@bücher.example',
      'пример@пример.рф',
      '用户@例子.公司',
    ])
      expect(accepted(email)).toBe(true);
  });
});

test.each([
  ['CR LF', 'Ada\r\nBcc: mallory@example.org'],
  ['a bare LF', 'Ada\nBcc: x'],
  ['a bare CR', 'Ada\rBcc: x'],
  ['a vertical tab', 'Ada\u000bx'],
  ['next line', 'Ada\u0085x'],
  ['a line separator', 'Ada\u2028x'],
  ['a null', 'Ada\u0000x'],
  ['an isolate', 'Ada\u2066x'],
])('A30 %s in a name is refused by field, nothing of it repeated', async (_what, name) => {
  for (const [body, field] of [
    [valid({ name }), 'name'],
    [valid({ onBehalfOf: { relation: 'agent', name } }), 'onBehalfOf.name'],
    [valid({ corrections: [{ field: name, value: 'x' }] }), 'corrections.0.field'],
  ] as const) {
    const answer = await submit(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ field, code: 'one-line' }]);
    expect(answer.text).not.toContain('mallory');
  }
});

test('A30 A31 a name full of markup and links reaches the letters as words only', async () => {
  await desk.edition.advance('PT25H');
  const name = '<img src=x onerror=alert(1)> https://evil.example/ "Ada" \'x\'';
  const [reference = ''] = await send(desk, { email: 'ada@example.com', rights: ['completion'], name });
  await desk.verify(reference);
  await desk.staff().act(reference, 'decision', {
    decision: 'refuse',
    reason: 'not-our-data',
    explanation: 'Read https://evil.example/ <b>now</b>',
  });
  const { html, text, subject } = letter(desk, 'refusal', reference);
  expect(html).toContain('&lt;img');
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<b>now');
  expect(html).not.toMatch(/href="[^"]*evil/);
  expect(text).not.toMatch(/https:\/\/evil/);
  expect(subject).not.toContain('Ada');
});

describe('bodies', () => {
  const raw = (text: string) => submit(text);

  test('A38 names that reach an object’s prototype are refused wherever they stand, however they are written', async () => {
    for (const text of [
      '{"__proto__":{"verified":true}}',
      '{"email":"a@example.org","constructor":{"prototype":{"x":1}}}',
      '{"onBehalfOf":{"\\u005f_proto__":1}}',
      '{"corrections":[{"prototype":{}}]}',
    ]) {
      const answer = await raw(text);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([{ field: 'body', code: 'key-not-allowed' }]);
    }
    expect(({} as Record<string, unknown>).verified).toBeUndefined();
  });

  test('A39 depth, size and keys named twice are refused before any work', async () => {
    trace.length = 0;
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect((await raw(deep)).body.errors).toEqual([{ field: 'body', code: 'nested-too-deep' }]);
    expect((await raw(JSON.stringify(valid({ details: 'x'.repeat(1_000_000) })))).status).toBe(413);
    const twice = '{"email":"a@example.org","email":"b@example.org","rights":["access"],"language":"en"}';
    expect((await raw(twice)).body.errors).toEqual([{ field: 'body', code: 'key-named-twice' }]);
    const disguised = twice.replace('"email":"b', '"\\u0065mail":"b');
    expect((await raw(disguised)).body.errors).toEqual([{ field: 'body', code: 'key-named-twice' }]);
    expect((await raw('')).status).toBe(400);
    expect((await submit(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400);
    expect(trace).toEqual([]);
  });

  test('A40 a hundred thousand characters made to confuse a matcher take linear time', () => {
    const long = 100_000;
    const evil = [
      'a'.repeat(long),
      `${'a.'.repeat(long / 2)}@`,
      `a@${'a-'.repeat(long / 2)}!`,
      `a@${'a.'.repeat(long / 2)}`,
      `${'\t'.repeat(long)}!`,
      `${' '.repeat(long)}x\u0000`,
      '\u0430a'.repeat(long / 2),
      '+'.repeat(long),
      '"\\'.repeat(long / 2),
    ];
    const started = process.cpuUsage().user;
    for (const text of evil) {
      isMailbox(text);
      mixesScripts(text);
      mailboxRateKey(text);
      v.safeParse(submissionInput, valid({ email: text, name: text, details: text }));
      v.safeParse(submissionInput, valid({ corrections: [{ field: text, value: text }] }));
    }
    // One step a character is some milliseconds; a quadratic matcher would need minutes.
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(3000);
  });
});

describe('known and unknown mailboxes on the pages', () => {
  test('A2 the form and its pages cause the same calls for a known as for an unknown mailbox', async () => {
    // A mailbox gets three letters a day, and the tests before this one had theirs.
    await desk.edition.advance('P2D');
    const form = (path: string, fields: Record<string, string>) =>
      call(desk, 'POST', path, new URLSearchParams({ lang: 'en', ...fields }).toString(), {
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
      });
    const traces: string[][] = [];
    for (const email of ['lin@example.com', 'spectre@example.com']) {
      trace.length = 0;
      const sent = await form('/', { step: 'send', rights: 'portability', email });
      expect(sent.status).toBe(202);
      const reference = /name="reference" value="([^"]+)"/.exec(sent.text)?.[1] ?? '';
      await desk.edition.settle();
      trace.push('then');
      expect((await form('/verify', { reference, code: '12345' })).status).toBe(410);
      traces.push([...trace]);
    }
    expect(traces[0]?.length).toBeGreaterThan(6);
    expect(traces[0]).toContain('store.commit');
    expect(traces[1]).toEqual(traces[0]);
  });
});
