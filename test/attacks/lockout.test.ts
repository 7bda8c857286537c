import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, codeIn, letter, otherThan, send } from './caller.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

/** A person whose browser has confirmed the mailbox once; their session has long ended. */
async function knownPerson(email: string) {
  const [reference = ''] = await send(desk, { email, rights: ['access'] });
  const cookie = await desk.verify(reference);
  await desk.edition.settle();
  const known = cookie.split('; ').find((one) => one.startsWith('known=')) ?? '';
  expect(known).not.toBe('');
  return { reference, known };
}

const askCode = async (reference: string, cookie = '') => {
  const answer = await call(
    desk,
    'POST',
    `/api/requests/${reference}/code`,
    undefined,
    cookie ? { cookie } : {},
  );
  await desk.edition.settle();
  return answer.status;
};
const type = (reference: string, code: string, cookie = '') =>
  call(desk, 'POST', '/api/verifications', { reference, code }, cookie ? { cookie } : {});
const newestCode = (reference: string) => codeIn(letter(desk, 'code', reference).text);

/** Everything that somebody who has seen the reference can do without the mailbox. */
async function besiege(reference: string): Promise<void> {
  for (let round = 0; round < 12; round += 1) await askCode(reference);
  for (let round = 0; round < 30; round += 1) await type(reference, '000000');
}

test('A10 whoever asks and guesses without end locks strangers out, and not the browser that has proved the mailbox', async () => {
  const { reference, known } = await knownPerson('besieged@example.org');
  for (let day = 0; day < 5; day += 1) {
    await besiege(reference);
    await desk.edition.advance('PT25H');
  }
  await besiege(reference);
  // A stranger gets neither a mail nor a try any more.
  const mails = () => desk.edition.outbox({ reference, letter: 'code' }).length;
  const before = mails();
  await askCode(reference);
  expect(mails()).toBe(before);
  expect((await type(reference, '123456')).status).toBeGreaterThanOrEqual(410);

  expect(await askCode(reference, known)).toBe(202);
  expect(mails()).toBe(before + 1);
  const code = newestCode(reference);
  // The siege goes on between the mail and the typing.
  await besiege(reference);
  expect((await type(reference, code)).status).not.toBe(200);
  const opened = await type(reference, code, known);
  expect(opened.status).toBe(200);
  expect(opened.headers.getSetCookie().some((one) => one.startsWith('session='))).toBe(true);
  expect((await type(reference, code, known)).status).toBe(410);
}, 60_000);

test('A8 A9 a known browser guesses no more than twenty times a day, whatever it asks for', async () => {
  const { reference, known } = await knownPerson('guesser@example.org');
  let wrong = 0;
  for (let round = 0; round < 8; round += 1) {
    expect(await askCode(reference, known)).toBe(202);
    const code = otherThan(newestCode(reference));
    for (let guess = 0; guess < 5; guess += 1)
      if ((await type(reference, code, known)).status === 410) wrong += 1;
  }
  expect(wrong).toBe(20);
  await askCode(reference, known);
  expect((await type(reference, newestCode(reference), known)).status).toBe(429);
  await desk.edition.advance('P1D');
  await askCode(reference, known);
  expect((await type(reference, newestCode(reference), known)).status).toBe(200);
});

test('A8 a known browser’s code is of no use after five wrong guesses, the right one included', async () => {
  const { reference, known } = await knownPerson('hasty@example.org');
  await askCode(reference, known);
  const code = newestCode(reference);
  const answers = [];
  for (let guess = 0; guess < 5; guess += 1)
    answers.push((await type(reference, otherThan(code), known)).status);
  expect(answers).toEqual([410, 410, 410, 410, 410]);
  expect((await type(reference, code, known)).status).toBe(429);
  await askCode(reference, known);
  expect((await type(reference, newestCode(reference), known)).status).toBe(200);
});

test('A25 a known browser has its mailbox sent no more than twenty codes a day', async () => {
  const { reference, known } = await knownPerson('flooded@example.org');
  const answers = [];
  for (let round = 0; round < 22; round += 1) answers.push(await askCode(reference, known));
  expect(answers.filter((one) => one === 202)).toHaveLength(20);
  expect(answers.slice(20)).toEqual([429, 429]);
});

test('what a known browser keeps opens nothing, and is worth nothing for another mailbox or made up', async () => {
  const { reference, known } = await knownPerson('keeper@example.org');
  const other = await knownPerson('stranger@example.org');
  expect((await call(desk, 'GET', `/api/requests/${reference}`, undefined, { cookie: known })).status).toBe(
    404,
  );
  const asSession = known.replace('known=', 'session=');
  expect(
    (await call(desk, 'GET', `/api/requests/${reference}`, undefined, { cookie: asSession })).status,
  ).toBe(404);
  await besiege(reference);
  const mails = () => desk.edition.outbox({ reference, letter: 'code' }).length;
  const before = mails();
  for (const cookie of [other.known, 'known=made-up', `known=${'x'.repeat(101)}`, 'known='])
    await askCode(reference, cookie);
  expect(mails()).toBe(before);
});

test('of twelve that type a known browser’s code at once exactly one wins', async () => {
  const { reference, known } = await knownPerson('twin@example.org');
  await askCode(reference, known);
  const code = newestCode(reference);
  const answers = await Promise.all(Array.from({ length: 12 }, () => type(reference, code, known)));
  expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
});
