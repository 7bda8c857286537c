import { newCode } from '../../functions/domain/identity.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, codeIn, guess, letter, otherThan, send, spend, tokenIn } from './caller.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

let person = 0;
/** A person of their own per test, so that no limit of one is another's. */
async function arrive(rights: readonly string[] = ['access']) {
  person += 1;
  const email = `person${person}@example.org`;
  const [reference = ''] = await send(desk, { email, rights });
  const { text } = letter(desk, 'receipt', reference);
  return { email, reference, code: codeIn(text), token: tokenIn(text) };
}

const statusOf = async (reference: string): Promise<string> =>
  (await desk.staff().get(`/requests/${reference}`)).body.status;

test('A4 five rounds of HEAD and GET on every address of the verification leave the link worth as much as before', async () => {
  const { reference, token } = await arrive();
  for (let round = 0; round < 5; round += 1)
    for (const method of ['HEAD', 'GET', 'OPTIONS'])
      for (const path of [`/verify?token=${token}`, `/api/verifications?token=${token}`, `/verify/${token}`])
        await call(desk, method, path);
  expect(await statusOf(reference)).toBe('awaiting-identity');
  expect((await spend(desk, token)).status).toBe(200);
});

test('A6 a link or code that was spent is gone in the same words as one that never was, and changes nothing', async () => {
  const { reference, token, code } = await arrive();
  expect((await spend(desk, token)).status).toBe(200);
  await desk.edition.settle();
  const before = (await desk.staff().get(`/requests/${reference}`)).body;
  const again = await spend(desk, token);
  const never = await spend(desk, 'x'.repeat(token.length));
  expect(again.status).toBe(410);
  expect(again.text).toBe(never.text);
  expect(again.headers.getSetCookie()).toEqual([]);
  expect((await guess(desk, reference, code)).status).toBe(200);
  expect((await guess(desk, reference, code)).status).toBe(410);
  const after = (await desk.staff().get(`/requests/${reference}`)).body;
  expect(after.version).toBe(before.version);
});

test('A7 of twenty that spend the same link at once exactly one wins', async () => {
  const { token } = await arrive();
  const answers = await Promise.all(Array.from({ length: 20 }, () => spend(desk, token)));
  expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
  expect(answers.filter((one) => one.headers.getSetCookie().length > 0)).toHaveLength(1);
  expect(answers.every((one) => [200, 410, 503].includes(one.status))).toBe(true);
});

test('A7 of twenty that type the same code at once exactly one wins', async () => {
  const { reference, code } = await arrive();
  const answers = await Promise.all(Array.from({ length: 20 }, () => guess(desk, reference, code)));
  expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
});

test('A8 thirty guesses at once share five tries; then not even the right code counts', async () => {
  const { reference, code } = await arrive();
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => guess(desk, reference, otherThan(code))),
  );
  expect(answers.filter((one) => one.status === 410)).toHaveLength(5);
  expect(answers.filter((one) => one.status === 429)).toHaveLength(25);
  expect((await guess(desk, reference, code)).status).toBe(429);
});

test('A9 fresh codes bring fresh tries only until the request’s own cap is reached', async () => {
  const { reference } = await arrive();
  let tried = 0;
  for (let day = 0; day < 6; day += 1) {
    const { text } = desk.edition
      .outbox()
      .filter((mail) => /\b\d{6}\b/.test(mail.text) && mail.text.includes(reference))
      .at(-1) ?? { text: '' };
    for (let round = 0; round < 5; round += 1)
      if ((await guess(desk, reference, otherThan(codeIn(text)))).status === 410) tried += 1;
    await desk.edition.advance('PT25H');
    await call(desk, 'POST', `/api/requests/${reference}/code`);
    await desk.edition.settle();
  }
  expect(tried).toBe(20);
});

test('A9 no more than ten codes are ever mailed for a request that nobody confirms', async () => {
  const { reference, email } = await arrive();
  for (let day = 0; day < 11; day += 1) {
    await call(desk, 'POST', `/api/requests/${reference}/code`);
    await desk.edition.settle();
    await desk.edition.advance('PT25H');
  }
  const withCode = desk.edition
    .outbox()
    .filter((mail) => mail.to.includes(email) && /\b\d{6}\b/.test(mail.text));
  // The two reminders come by schedule, not on anybody's asking.
  expect(withCode.filter((mail) => mail.letter !== 'identity-reminder').length).toBeLessThanOrEqual(10);
});

test('A9 the owner signs in for the eleventh time: a proof starts the count of codes anew', async () => {
  const { reference, token } = await arrive();
  expect((await spend(desk, token)).status).toBe(200);
  for (let visit = 0; visit < 11; visit += 1) {
    await desk.edition.advance('PT25H');
    await call(desk, 'POST', `/api/requests/${reference}/code`);
    await desk.edition.settle();
    expect((await guess(desk, reference, codeIn(letter(desk, 'code', reference).text))).status).toBe(200);
  }
});

test('A10 whoever burns the tries of a stranger’s code leaves the link as good as it was', async () => {
  const { reference, code, token } = await arrive();
  for (let round = 0; round < 8; round += 1) await guess(desk, reference, otherThan(code));
  expect((await guess(desk, reference, code)).status).toBe(429);
  expect((await spend(desk, token)).status).toBe(200);
});

describe('A11 the code’s generator', () => {
  const drawing = (...numbers: number[]) => {
    const queue = [...numbers];
    return () => {
      const next = Buffer.alloc(4);
      next.writeUInt32BE(queue.shift() ?? 0);
      return next;
    };
  };

  test('A11 reaches both ends of the million and keeps leading zeros', () => {
    expect(newCode(drawing(0))).toBe('000000');
    expect(newCode(drawing(7))).toBe('000007');
    expect(newCode(drawing(999_999))).toBe('999999');
    expect(newCode(drawing(4_293_999_999))).toBe('999999');
  });

  test('A11 throws away what would make small numbers likelier', () => {
    expect(newCode(drawing(4_294_000_000, 0xffff_ffff, 42))).toBe('000042');
  });

  test('A11 takes every remainder equally often over its whole range', () => {
    // The accepted range is a whole number of millions, which is what makes the remainder fair.
    const accepted = 4_294_000_000;
    expect(accepted % 1_000_000).toBe(0);
    const buckets = new Array<number>(10).fill(0);
    for (let step = 0; step < 10_000; step += 1) {
      const first = newCode(drawing(Math.floor((accepted / 10_000) * step)))[0] ?? '';
      buckets[Number(first)] = (buckets[Number(first)] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(30);
  });

  test('A11 two submissions never share a code, link or reference by any rule', async () => {
    const many = await Promise.all(Array.from({ length: 6 }, () => arrive()));
    for (const field of ['reference', 'token'] as const)
      expect(new Set(many.map((one) => one[field])).size).toBe(many.length);
    for (const one of many) {
      expect(one.reference).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
      expect(Buffer.from(one.token, 'base64url').byteLength).toBeGreaterThanOrEqual(16);
    }
  });
});

test('A13 the link hides its secret behind the hash mark, and no answer gives it to a referrer or a cache', async () => {
  const { token, reference } = await arrive();
  const { text, html } = letter(desk, 'receipt', reference);
  for (const form of [text, html]) {
    expect(form).toContain(`/verify#token=${token}`);
    expect(form).not.toMatch(/[?&][\w-]*=[\w-]*token/i);
    expect(form.split(token)).toHaveLength(2);
  }
  const answer = await spend(desk, token);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(desk.edition.logLines().some((line) => line.includes(token))).toBe(false);
});

describe('A14 the last millisecond', () => {
  const sentAt = (reference: string) => Date.parse(letter(desk, 'receipt', reference).sentAt);
  const moveTo = (ms: number) => desk.edition.advanceTo(new Date(ms).toISOString());

  test('A14 a code works one millisecond before its ten minutes are over, and not at their end', async () => {
    const early = await arrive();
    const late = await arrive();
    const end = sentAt(late.reference) + 10 * 60_000;
    expect(sentAt(early.reference)).toBe(sentAt(late.reference));
    await moveTo(end - 1);
    expect((await guess(desk, early.reference, early.code)).status).toBe(200);
    await moveTo(end);
    expect((await guess(desk, late.reference, late.code)).status).toBe(410);
  });

  test('A14 a link works one millisecond before its day is over, and not at its end', async () => {
    const early = await arrive();
    const late = await arrive();
    const end = sentAt(late.reference) + 24 * 3_600_000;
    await moveTo(end - 1);
    expect((await spend(desk, early.token)).status).toBe(200);
    await moveTo(end);
    expect((await spend(desk, late.token)).status).toBe(410);
    expect(await statusOf(late.reference)).toBe('awaiting-identity');
  });
});

test('A15 what confirms an access request confirms no erasure, not even of the same mailbox', async () => {
  const one = await arrive(['access']);
  const [erasure = ''] = await send(desk, { email: one.email, rights: ['erasure'] });
  expect((await guess(desk, erasure, one.code)).status).toBe(410);
  expect((await spend(desk, one.token)).status).toBe(200);
  await desk.edition.settle();
  expect(await statusOf(one.reference)).not.toBe('awaiting-identity');
  expect(await statusOf(erasure)).toBe('awaiting-identity');
});
