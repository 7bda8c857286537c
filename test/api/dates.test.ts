import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { queueQuery, recordedInput, taskInput } from '../../functions/api/staff/inputs.ts';
import { call } from '../attacks/caller.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

const recorded = (receivedAt: unknown) =>
  v.safeParse(recordedInput, {
    email: 'ada@example.com',
    rights: ['access'],
    language: 'en',
    channel: 'letter',
    receivedAt,
  });

describe('the day on which a request arrived', () => {
  test.each([
    ['2026-02-28', '2026-02-28'],
    ['2024-02-29', '2024-02-29'],
    ['2026-03-04T23:30Z', '2026-03-04T23:30:00.000Z'],
    ['2026-10-25T02:30:00+02:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
    ['2026-11-01T10:00:00.123456Z', '2026-11-01T10:00:00.123Z'],
  ])('%s is taken as %s', (text, taken) => {
    const parsed = recorded(text);
    expect(parsed.success && parsed.output.receivedAt).toBe(taken);
  });

  test.each([
    ['2026-02-30', 'not-a-date'],
    ['2026-13-01', 'not-a-date'],
    ['2026-02-29T10:00:00Z', 'not-a-date'],
    ['2026-11-31T00:00:00.000Z', 'not-a-date'],
    ['2026-11-01T25:00:00Z', 'not-a-date'],
    ['2026-11-01T10:00', 'not-a-date'],
    ['20261101', 'not-a-date'],
    ['2026-11-01[Europe/Amsterdam]', 'not-a-date'],
    ['', 'not-a-date'],
    ['0001-01-01', 'too-long-ago'],
    ['2017-12-31', 'too-long-ago'],
  ])('%s does not exist, or cannot be meant: %s', (text, code) => {
    const parsed = recorded(text);
    expect(parsed.issues?.map(({ message }) => message)).toContain(code);
  });
});

test('the queue is asked for by days that exist', () => {
  expect(v.is(queueQuery, { due: '2026-12-01' })).toBe(true);
  expect(v.is(queueQuery, { due: '2026-13-01' })).toBe(false);
});

describe('what a colleague reports of manual work', () => {
  const evidence = 'seen in the console';
  test('what the law keeps is kept until a day that exists, and nothing else has such a day', () => {
    expect(v.is(taskInput, { outcome: 'retained', evidence, until: '2033-12-31' })).toBe(true);
    expect(v.is(taskInput, { outcome: 'retained', evidence, until: '2033-02-30' })).toBe(false);
    expect(v.is(taskInput, { outcome: 'done', evidence })).toBe(true);
  });

  let dataDir: string;
  let desk: Desk;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rights-desk-dates-'));
    desk = await openDesk({ dataDir });
  });
  afterAll(async () => {
    await desk.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test.each([
    ['a day that is missing', { outcome: 'retained', evidence }, 'missing'],
    ['a day that says nothing', { outcome: 'done', evidence, until: '2033-12-31' }, 'only-for-retained'],
  ])('%s is named in the answer', async (_, body, code) => {
    const cookie = await desk.edition.staffCookie('officer');
    const answer = await call(
      desk,
      'POST',
      '/api/staff/requests/0123456789abcdefghjkmnpqrs/tasks/paypal',
      JSON.stringify(body),
      { cookie, 'if-match': '*' },
    );
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ field: 'until', code }]);
  });
});
