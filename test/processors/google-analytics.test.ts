import { seeds } from '../../local/processors/seeds.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'google-analytics';

describe('google analytics', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  const reconfigured = (changes: Record<string, unknown>) => vendors.reconfigured(name, changes);

  test('every known id at every property, and nothing without an id', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual(
      ['311110001', '311110002'].flatMap((property) => [
        ...seeds.ada.gaClientIds.map((id) => `properties/${property}/clientId/${id}`),
        ...seeds.ada.gaUserIds.map((id) => `properties/${property}/userId/${id}`),
      ]),
    );
    expect((await prepare(vendors, name, grace)).finding).toEqual({ holdings: [], complete: true });
  });

  test('the cookie wrapping is taken off a client id, and one id is asked for once', async () => {
    const { finding } = await prepare(vendors, name, grace, {
      keys: { gaClientIds: ['GA1.2.1180324416.1709283600', '1180324416.1709283600'] },
    });
    expect(finding.holdings.map(({ handle }) => handle)).toEqual([
      'properties/311110001/clientId/1180324416.1709283600',
      'properties/311110002/clientId/1180324416.1709283600',
    ]);
  });

  test('the mailbox is an id only where properties collect it, in the form that Google asks for', async () => {
    const processor = await reconfigured({ userProvidedData: true, properties: ['1'] });
    const { holdings } = await processor.find({ email: 'Ada.Love.Lace@Gmail.com' });
    expect(holdings.map(({ handle }) => handle)).toEqual([
      'properties/1/userProvidedData/adalovelace@gmail.com',
    ]);
  });

  test('submits one id a call, is accepted until the purge can have run, and then admits that nobody can look', async () => {
    const { act, confirm, finding } = await prepare(vendors, name, ada);
    const acted = await act('erase');
    expect(acted).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-05-09',
      job: '2026-03-05T09:00:00.000Z',
      evidence: { class: 'vendor-acknowledged', looked: 6 },
    });
    const submitted = vendors.requests.filter(({ url }) => url.includes('submitUserDeletion'));
    expect(submitted).toHaveLength(finding.holdings.length);
    for (const { body } of submitted) expect(Object.keys(JSON.parse(body ?? '{}'))).toHaveLength(1);
    const job = '2026-03-05T09:00:00.000Z';
    expect(await confirm('erase', job)).toMatchObject({ seen: 'pending', expectedBy: '2026-05-09' });
    vendors.clock.ms += 64 * dayMs;
    expect(await confirm('erase', job)).toMatchObject({ seen: 'pending' });
    vendors.clock.ms += dayMs;
    expect(await confirm('erase', job)).toMatchObject({ seen: 'cannot-look' });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('evidence and errors carry no id in clear', async () => {
    const { act } = await prepare(vendors, name, ada);
    const text = JSON.stringify(await act('erase'));
    for (const id of [...seeds.ada.gaClientIds, ...seeds.ada.gaUserIds, ada]) expect(text).not.toContain(id);
  });

  test.each([
    ['export', 'manual'],
    ['restrict', 'manual'],
    ['lift', 'manual'],
    ['opt-out', 'manual'],
    ['rectify', 'none'],
  ] as const)('%s is %s', async (operation, capability) => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    const definition = vendors.enabled.get(name)?.definition;
    expect(definition?.capabilities[operation]).toBe(capability);
    if (operation === 'export') expect(await gather(processor.export(keys, finding))).toEqual([]);
    else
      expect(await act(operation)).toMatchObject(
        capability === 'manual'
          ? { result: 'manual', instructions: operation }
          : { result: 'not-applicable' },
      );
    if (capability === 'manual')
      expect(definition?.manualTasks[operation]?.instructions.length).toBeGreaterThan(0);
  });

  test('F17 a spent daily quota comes back with the vendor’s wish, capped', async () => {
    const { processor, input } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 429, headers: { 'retry-after': '86400' }, path: '/v1alpha' });
    await expect(processor.act('erase', input)).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterMs: 6 * 3_600_000,
    });
    expect(await processor.act('erase', input)).toMatchObject({ result: 'accepted' });
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 403 }, 'PermanentError', 'access-refused'],
    [
      { status: 403, body: { error: { errors: [{ reason: 'rateLimitExceeded' }] } } },
      'TransientError',
      'quota-spent',
    ],
    [{ status: 400 }, 'PermanentError', 'rejected'],
    [{ status: 500, times: 3 }, 'TransientError', 'unavailable'],
    [{ status: 200, body: {} }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'cut-body' }, 'QuarantineError', 'not-json'],
    [{ lie: 'prototype-keys' }, 'QuarantineError', 'unsafe-keys'],
    [{ status: 302, headers: { location: 'http://169.254.169.254/' } }, 'PermanentError', 'redirected'],
  ])('%j is %s %s', async (fault, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { path: '/v1alpha', ...fault });
    await expectRefusal(act('erase'), family, code);
  });

  test('A55 ids are the finding’s; F18 three failures and a success are one deletion', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 500, times: 2, path: '/v1alpha' });
    expect(await act('erase')).toMatchObject({ result: 'accepted' });
  });

  test('check reads each property and nothing else', async () => {
    await vendors.processor(name).check();
    expect(callsTo(vendors, name)).toEqual([
      'POST /token',
      'GET /v1alpha/properties/311110001',
      'GET /v1alpha/properties/311110002',
    ]);
    await expectRefusal(
      (await reconfigured({ properties: ['999'] })).check(),
      'PermanentError',
      'access-refused',
    );
  });

  test('configuration errors name the fields and no values', () => {
    const definition = vendors.enabled.get(name)?.definition;
    expect(() => definition?.origins({ properties: ['secret-value'] })).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: expect.stringMatching(/auth.*properties\.0/),
      }),
    );
    expect(() => definition?.origins({ properties: ['secret-value'] })).not.toThrow(/secret-value/);
  });
});
