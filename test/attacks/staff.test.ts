import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, send } from './caller.ts';

let desk: Desk;
let cookie = '';
beforeAll(async () => {
  desk = await openDesk();
  cookie = await desk.edition.staffCookie('officer');
});
afterAll(() => desk.stop());

/** The whole trail, as the signed case file has it. */
async function trail(reference: string): Promise<{ type: string; by: string }[]> {
  const file = await call(desk, 'GET', `/api/staff/requests/${reference}/case-file`, undefined, { cookie });
  return file.body.body.events;
}

let arrivals = 0;
let nosy = '';
async function confirmed(more: object): Promise<{ reference: string; session: string }> {
  // A mailbox is written to three times a day, so a day passes after every third.
  if (arrivals % 3 === 0) await desk.edition.advance('PT25H');
  arrivals += 1;
  const [reference = ''] = await send(desk, more);
  return { reference, session: await desk.verify(reference) };
}

test('A20 nobody acts on an agent’s word: staff record how the authority was checked, by name, before anything is granted', async () => {
  const { reference } = await confirmed({
    rights: ['objection'],
    objectionScope: 'direct-marketing',
    onBehalfOf: { relation: 'agent', name: 'Agent Smith' },
  });
  // An absolute right, and still no machine decides it for somebody who speaks for another.
  const before = (await desk.staff().get(`/requests/${reference}`)).body;
  expect(before.status).toBe('awaiting-decision');
  const refused = await desk.staff().act(reference, 'decision', { decision: 'grant' });
  expect([refused.status, refused.body.detail]).toEqual([422, 'authority-not-checked']);
  const recorded = await desk.staff().act(reference, 'authority', { how: 'Called the number on file.' });
  expect(recorded.status).toBe(200);
  expect((await desk.staff('second').act(reference, 'decision', { decision: 'grant' })).status).toBe(200);
  expect(await trail(reference)).toContainEqual(
    expect.objectContaining({ type: 'authority-checked', by: 'staff:officer' }),
  );
});

describe('A42 somebody else’s request', () => {
  test('A42 answers every method and address as one that does not exist', async () => {
    const { reference } = await confirmed({ email: 'ada@example.com', rights: ['restriction'] });
    const { session } = await confirmed({ email: 'nosy@example.org', rights: ['access'] });
    const absent = `${'0'.repeat(25)}1`;
    for (const [method, tail] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/messages'],
      ['POST', '/messages'],
      ['GET', '/receipt'],
      ['POST', '/package'],
    ] as const) {
      const body = method === 'POST' ? { text: 'hello', code: '000000' } : undefined;
      for (const headers of [{}, { cookie: session }, { cookie: 'session=forged' }] as const) {
        const theirs = await call(desk, method, `/api/requests/${reference}${tail}`, body, headers);
        const none = await call(desk, method, `/api/requests/${absent}${tail}`, body, headers);
        expect(theirs.status).toBeGreaterThanOrEqual(400);
        expect([method, tail, theirs.status, theirs.text]).toEqual([method, tail, none.status, none.text]);
      }
    }
    expect((await desk.staff().get(`/requests/${reference}`)).body.outcome).toBeNull();
  });

  test.each(['..%2f..%2fstaff%2frequests', '%2e%2e%2f', "'", '*', '%00', 'R%23', '__proto__', 'constructor'])(
    'A42 a reference that is none (%s) is absent too',
    async (reference) => {
      nosy ||= (await confirmed({ email: 'nosy@example.org', rights: ['complaint'] })).session;
      const answer = await call(desk, 'GET', `/api/requests/${reference}`, undefined, { cookie: nosy });
      expect(answer.status).toBe(404);
    },
  );
});

describe('A44 who may', () => {
  test('A44 a viewer reads and does nothing; an administrator manages and decides nothing; nobody is nobody', async () => {
    const { reference } = await confirmed({ rights: ['restriction'] });
    const act = { decision: 'grant' };
    for (const [user, status] of [
      ['viewer', 403],
      ['admin', 403],
    ] as const) {
      expect((await desk.staff(user).get(`/requests/${reference}`)).status).toBe(200);
      for (const [action, body] of [
        ['decision', act],
        ['extension', { reason: 'complexity' }],
        ['notes', { text: 'x' }],
        ['hold', { hold: true }],
        ['release', { packageHash: 'x' }],
        ['authority', { how: 'x' }],
      ] as const)
        expect((await desk.staff(user).act(reference, action, body)).status).toBe(status);
    }
    for (const headers of [
      {},
      { cookie: 'staff=' },
      { cookie: 'staff=forged' },
      { cookie: 'staff=viewer; groups=approver' },
    ])
      expect((await call(desk, 'GET', `/api/staff/requests/${reference}`, undefined, headers)).status).toBe(
        401,
      );
  });

  test('A44 who was taken out of the group decides no erasure with the cookie of yesterday', async () => {
    const { reference } = await confirmed({ rights: ['erasure'] });
    const second = desk.edition.staff.find('second');
    if (!second) throw new Error('no second officer');
    const oldCookie = await desk.edition.staffCookie('second');
    desk.edition.staff.save({ ...second, groups: ['viewer'] });
    try {
      const answer = await call(
        desk,
        'POST',
        `/api/staff/requests/${reference}/decision`,
        { decision: 'grant' },
        { cookie: oldCookie, 'if-match': '*' },
      );
      expect(answer.status).toBe(403);
      expect((await desk.staff().get(`/requests/${reference}`)).body.status).toBe('awaiting-decision');
    } finally {
      desk.edition.staff.save(second);
    }
  });
});

describe('A45 another site’s page in a colleague’s browser', () => {
  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://127.0.0.1:1' },
  ])('A45 with %j every write is refused and no answer may be read', async (from) => {
    const { reference } = await confirmed({ email: 'ada@example.com', rights: ['objection'] });
    const headers = { ...from, cookie, 'if-match': '*' };
    const writes: [string, string][] = [
      ['POST', '/api/staff/requests'],
      ['POST', `/api/staff/requests/${reference}/decision`],
      ['POST', `/api/staff/requests/${reference}/release`],
      ['DELETE', `/api/staff/requests/${reference}/redactions/x`],
      ['POST', '/api/requests'],
      ['DELETE', `/api/requests/${reference}`],
    ];
    for (const [method, path] of writes) {
      const answer = await call(
        desk,
        method,
        path,
        method === 'POST' ? { decision: 'grant' } : undefined,
        headers,
      );
      expect(answer.status).toBe(403);
      for (const [name] of answer.headers) expect(name).not.toMatch(/^access-control-/);
    }
    const preflight = await call(desk, 'OPTIONS', '/api/staff/requests', undefined, {
      ...from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'if-match',
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect((await desk.staff().get(`/requests/${reference}`)).body.decisions).toEqual([]);
  });

  test('A45 a body that a plain form could send is no JSON to us', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json-patch',
    ])
      expect(
        (await call(desk, 'POST', '/api/staff/requests', '{}', { cookie, 'content-type': type })).status,
      ).toBe(415);
  });
});

describe('A46 two who decide', () => {
  test('A46 the first counts, the opposite that came second is 409, and both stand in the trail', async () => {
    const { reference } = await confirmed({ email: 'grace@example.com', rights: ['restriction'] });
    const read = await desk.staff().get(`/requests/${reference}`);
    const [grant, refuse] = await Promise.all([
      desk.staff('officer').post(`/requests/${reference}/decision`, { decision: 'grant' }, read.etag),
      desk
        .staff('second')
        .post(
          `/requests/${reference}/decision`,
          { decision: 'refuse', reason: 'not-our-data', explanation: 'Not held here.' },
          read.etag,
        ),
    ]);
    expect([grant.status, refuse.status].sort()).toEqual([200, 409]);
    const events = await trail(reference);
    expect(events.filter((one) => one.type === 'decided')).toHaveLength(1);
    const second = events.filter((one) => one.type === 'decision-came-second');
    expect(second).toHaveLength(1);
    expect(second[0]?.by).not.toBe(events.find((one) => one.type === 'decided')?.by);
  });

  test('A46 the same approval sent again decides nothing again', async () => {
    const { reference } = await confirmed({ email: 'lin@example.com', rights: ['restriction'] });
    const read = await desk.staff().get(`/requests/${reference}`);
    const again = () =>
      desk.staff().post(`/requests/${reference}/decision`, { decision: 'grant' }, read.etag);
    expect((await again()).status).toBe(200);
    for (let round = 0; round < 3; round += 1) expect((await again()).status).toBe(409);
    const events = (await desk.staff().get(`/requests/${reference}`)).body.timeline;
    expect(events.filter((one: { event: string }) => one.event === 'decided')).toHaveLength(1);
  });

  test('A46 one person is not two: the second agreement to an erasure is another’s', async () => {
    const { reference } = await confirmed({ email: 'lin@example.com', rights: ['erasure'] });
    expect((await desk.staff().act(reference, 'decision', { decision: 'grant' })).body.decision).toBe(
      'proposed',
    );
    const alone = await desk.staff().act(reference, 'decision', { decision: 'grant' });
    expect([alone.status, alone.body.detail]).toEqual([403, 'second-person-needed']);
    expect((await desk.staff().get(`/requests/${reference}`)).body.status).toBe('awaiting-decision');
  });

  test('A46 a write that names no version, or an old one, is refused', async () => {
    const { reference } = await confirmed({ email: 'lin@example.com', rights: ['completion'] });
    const path = `/api/staff/requests/${reference}/decision`;
    const grant = { decision: 'grant' };
    expect((await call(desk, 'POST', path, grant, { cookie })).status).toBe(428);
    for (const version of ['"1"', 'W/"1"', '"999999"', 'garbage', '""'])
      expect((await call(desk, 'POST', path, grant, { cookie, 'if-match': version })).status).toBe(412);
  });
});

test('A47 a member of staff decides nothing about a request from their own mailbox, however it is written', async () => {
  const { reference } = await confirmed({ email: 'Officer@Example.com', rights: ['complaint'] });
  const answer = await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
  expect([answer.status, answer.body.detail]).toEqual([403, 'own-case']);
  expect((await desk.staff('second').act(reference, 'decision', { decision: 'grant' })).status).toBe(200);
});
