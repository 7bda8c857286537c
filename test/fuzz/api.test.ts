import fc from 'fast-check';
import { openApiDocument } from '../../functions/api/openapi.ts';
import { problemTypes } from '../../functions/api/problem.ts';
import { languages, objectionScopes, rights } from '../../functions/domain/words.ts';
import { productFunctions } from '../../local/product-functions.ts';
import { type Answer, call } from '../attacks/caller.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

let desk: Desk;
let staffCookie = '';
beforeAll(async () => {
  desk = await openDesk();
  staffCookie = await desk.edition.staffCookie('officer');
});
afterAll(() => desk.stop());

const documented = openApiDocument('http://desk.example').paths;

/** Whatever was sent: an answer of a documented kind, in the agreed form, that repeats nothing and is never a fault of ours. */
function expectAgreed(answer: Answer, allowed?: readonly string[]): void {
  if (allowed) expect(allowed).toContain(String(answer.status));
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const kind = String(answer.body.type).replace('/problems/', '');
    expect(Object.keys(problemTypes)).toContain(kind);
    expect(problemTypes[kind as keyof typeof problemTypes][0]).toBe(answer.status);
    for (const { field, code } of answer.body.errors ?? []) {
      expect(typeof field).toBe('string');
      expect(code).toMatch(/^[a-z-]+$/);
    }
  }
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
}

const submitStatuses = Object.keys(documented['/api/requests'].post.responses);

const line = fc.stringMatching(/^[a-zA-Z '-]{1,40}$/).filter((one) => one.trim().length > 0);
let people = 0;
const validSubmission = fc.record(
  {
    email: fc.constant(0).map(() => {
      people += 1;
      return `fuzz${people}@example.org`;
    }),
    rights: fc.uniqueArray(fc.constantFrom(...rights), { minLength: 1, maxLength: 3 }),
    language: fc.constantFrom(...languages),
    name: line,
    details: fc.string({ maxLength: 200 }).map((text) => text.replace(/\p{Cc}/gu, ' ')),
    corrections: fc.array(fc.record({ field: line, value: line }), { maxLength: 3 }),
    objectionScope: fc.constantFrom(...objectionScopes),
    onBehalfOf: fc.record({ relation: fc.constantFrom('child' as const, 'agent' as const), name: line }),
  },
  { requiredKeys: ['email', 'rights', 'language'] },
);

const submit = (body: unknown, headers?: Record<string, string>) =>
  call(desk, 'POST', '/api/requests', JSON.stringify(body) ?? '', headers);

test('A51 every valid submission is taken, whatever its optional parts', async () => {
  await fc.assert(
    fc.asyncProperty(validSubmission, async (body) => {
      const answer = await submit(body);
      expect([answer.status, answer.body.errors]).toEqual([202, undefined]);
      expect(answer.body.submitted.map((one: { right: string }) => one.right)).toEqual(body.rights);
      await desk.edition.settle();
    }),
    { numRuns: 25, seed: 21 },
  );
});

test('A51 one thing wrong is named by its field, and nothing is stored', async () => {
  const wrong: readonly [string, unknown][] = [
    ['email', 'x'],
    ['email', ['ada@example.com']],
    ['email', { $ne: null }],
    ['email', null],
    ['rights', []],
    ['rights', 'access'],
    ['rights', ['access', 'access']],
    ['rights', ['ACCESS']],
    ['language', 'de'],
    ['language', 1],
    ['name', ''],
    ['name', 'x'.repeat(201)],
    ['name', 'a\u0000b'],
    ['details', 'x'.repeat(5001)],
    ['details', 7],
    ['corrections', 'x'],
    ['corrections', Array.from({ length: 21 }, () => ({ field: 'a', value: 'b' }))],
    ['objectionScope', 'everything'],
    ['onBehalfOf', { relation: 'owner', name: 'x' }],
    ['onBehalfOf', 'agent'],
  ];
  const extra = fc.stringMatching(/^[a-z]{3,12}$/).map((name): [string, unknown] => [`x${name}`, 1]);
  await fc.assert(
    fc.asyncProperty(
      validSubmission,
      fc.oneof(fc.constantFrom(...wrong), extra),
      async (body, [field, value]) => {
        const rows = desk.edition.outbox().length;
        const answer = await submit({ ...body, [field]: value });
        expect(answer.status).toBe(400);
        expect(answer.body.errors.every((one: { field: string }) => one.field.split('.')[0] === field)).toBe(
          true,
        );
        expectAgreed(answer, submitStatuses);
        expect(desk.edition.outbox()).toHaveLength(rows);
      },
    ),
    { numRuns: 80, seed: 22 },
  );
});

test('A38 A39 A51 whatever JSON or text is sent anywhere, the answer is one of the agreed ones', async () => {
  const path = fc.constantFrom(
    '/api/requests',
    '/api/verifications',
    `/api/requests/${'0'.repeat(26)}`,
    `/api/requests/${'0'.repeat(26)}/code`,
    `/api/requests/${'0'.repeat(26)}/package`,
    '/api/staff/requests',
    `/api/staff/requests/${'0'.repeat(26)}/decision`,
    '/api/nothing',
  );
  const body = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{"__proto__":1}', '[', '{"a":1,"a":2}', '"\\ud800"', '1e999', 'null', '{}'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      path,
      body,
      fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', ''),
      async (method, where, text, type) => {
        const answer = await call(desk, method, where, method === 'GET' ? undefined : text, {
          'content-type': type,
          ...(where.startsWith('/api/staff') ? { cookie: staffCookie, 'if-match': '*' } : {}),
        });
        expectAgreed(answer);
      },
    ),
    { numRuns: 150, seed: 23 },
  );
});

test('A42 A43 headers, queries and references of any text open nothing', async () => {
  const printable = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(printable, printable, printable, async (one, two, three) => {
      const reference = encodeURIComponent(one);
      const headers = {
        cookie: `session=${two}; staff=${three}`,
        'if-match': two,
        'idempotency-key': three || 'k',
      };
      const query = `?status=${encodeURIComponent(two)}&cursor=${encodeURIComponent(three)}`;
      expectAgreed(await call(desk, 'GET', `/api/requests/${reference}`, undefined, headers));
      const staff = await call(desk, 'GET', `/api/staff/requests${query}`, undefined, headers);
      expect(staff.status).toBe(401);
      const signedIn = await call(
        desk,
        'GET',
        `/api/staff/requests?cursor=${encodeURIComponent(three)}`,
        undefined,
        { cookie: staffCookie },
      );
      expectAgreed(signedIn);
      const key = Buffer.from(JSON.stringify({ pk: { S: one }, sk: { S: two }, [three]: { S: '' } }));
      const made = await call(
        desk,
        'GET',
        `/api/staff/requests?cursor=${key.toString('base64url')}`,
        undefined,
        {
          cookie: staffCookie,
        },
      );
      expectAgreed(made);
    }),
    { numRuns: 60, seed: 24 },
  );
});

test('A8 guesses of any form are gone, too many or badly made, and never right', async () => {
  const codes = Object.keys(documented['/api/verifications'].post.responses).filter((one) => one !== '200');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.record({ token: fc.string({ maxLength: 120 }) }),
        fc.record({
          reference: fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/),
          code: fc.stringMatching(/^\d{6}$/),
        }),
        fc.record({ reference: fc.string(), code: fc.string(), token: fc.string() }),
      ),
      async (body) => {
        const answer = await call(desk, 'POST', '/api/verifications', body);
        expectAgreed(answer, codes);
        expect(answer.headers.getSetCookie()).toEqual([]);
      },
    ),
    { numRuns: 60, seed: 25 },
  );
});

describe('A38 A53 what no state machine of ours would send', () => {
  const notSteps = ['public-api', 'staff-api', 'sweep', 'mail-events'];
  const stepNames = productFunctions.map((one) => one.name).filter((name) => !notSteps.includes(name));

  test.each(stepNames)('A38 %s refuses it by name before it does anything', async (name) => {
    desk.mayFail = true;
    const near = fc.record({
      requestId: fc.oneof(fc.string(), fc.constant('0'.repeat(26))),
      surplus: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), near), async (event) => {
        const sent: unknown = JSON.parse(JSON.stringify(event) ?? 'null');
        await expect(desk.edition.invoke(name, sent)).rejects.toMatchObject({
          name: 'InvalidInput',
          message: 'payload-not-as-agreed',
        });
      }),
      { numRuns: 12, seed: 26 },
    );
  });
});
