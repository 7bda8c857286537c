import { eraseExpiredGoogleData } from '../../functions/processors/google-oauth/expiry.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'google-oauth';

describe('google user data by oauth', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const revocations = () => callsTo(vendors, name).filter((call) => call === 'POST /revoke');

  test('finds the grants that the account names', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings).toMatchObject([{ handle: 'goauth_ada_1', category: 'account', count: 2 }]);
    expect((await prepare(vendors, name, grace)).finding).toEqual({ holdings: [], complete: true });
  });

  test('exports what was fetched with the day it ends, and never the token', async () => {
    const { processor, keys, finding } = await prepare(vendors, name, ada);
    const records = await gather(processor.export(keys, finding));
    expect(records.map(({ type }) => type)).toEqual(['google-grant', 'youtube-channel']);
    expect(records[1]?.data).toMatchObject({ expiresOn: '2027-02-03' });
    expect(JSON.stringify(records)).not.toContain('refresh');
  });

  test('revokes, sees that the grant is dead, erases the own copy, and looks again', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await act('erase')).toMatchObject({
      result: 'done',
      evidence: { class: 'looked-again', observation: 'grant-dead-copy-erased' },
    });
    expect(vendors.held(name, ada)).toBe(0);
    expect(await confirm('erase')).toMatchObject({ seen: 'confirmed' });
  });

  test('a grant that is dead already counts as revoked', async () => {
    const { act } = await prepare(vendors, name, ada);
    await act('restrict');
    expect(await act('erase')).toMatchObject({ result: 'done' });
  });

  test('F1 an erasure that was cut off after the revocation ends the same', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 500, times: 3, method: 'DELETE' });
    await expectRefusal(act('erase'), 'TransientError', 'unavailable');
    expect(vendors.held(name, ada)).toBe(2);
    expect(await act('erase')).toMatchObject({ result: 'done' });
    const before = revocations().length;
    expect(await act('erase')).toMatchObject({ result: 'done' });
    expect(revocations()).toHaveLength(before);
  });

  test('restriction and withdrawal kill the grant and keep the copy until it may go', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    for (const action of ['restrict', 'opt-out'] as const) {
      expect(await act(action)).toMatchObject({ result: 'done' });
      expect(await confirm(action)).toMatchObject({
        seen: 'confirmed',
        evidence: { observation: 'grant-dead' },
      });
    }
    expect(vendors.held(name, ada)).toBe(2);
    expect(await act('lift')).toMatchObject({ result: 'not-applicable' });
    expect(await act('rectify')).toMatchObject({ result: 'not-applicable' });
  });

  test.each(['keep', 'archive', 'cancel'])(
    'a revocation that Google only pretends (%s) erases nothing',
    async (lie) => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie, path: '/revoke', times: 'forever' });
      await expectRefusal(act('erase'), 'TransientError', 'revocation-not-effective');
      expect(vendors.held(name, ada)).toBe(2);
      expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'own-copy-kept' });
      expect(await confirm('restrict')).toMatchObject({ seen: 'still-there', code: 'grant-alive' });
    },
  );

  test('a store that says it erased and did not is found out', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'keep', method: 'DELETE' });
    await expectRefusal(act('erase'), 'PermanentError', 'own-copy-kept');
  });

  test('A37 a grant of another account is not used', async () => {
    const input = {
      email: 'nobody@example.com',
      accountId: 'acc_other',
      googleOauthTokenIds: ['goauth_ada_1'],
    };
    await expectRefusal(vendors.processor(name).find(input), 'QuarantineError', 'another-person');
    const { processor, input: own } = await prepare(vendors, name, ada);
    const swapped = { ...own, keys: { ...own.keys, accountId: 'acc_other' } };
    await expectRefusal(processor.act('erase', swapped), 'QuarantineError', 'another-person');
    expect(revocations()).toEqual([]);
  });

  test('a wrong client secret is not taken for a dead grant', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 400, body: { error: 'invalid_client' }, path: '/token' });
    await expectRefusal(act('erase'), 'PermanentError', 'credentials-refused');
    await vendors.fault(name, { status: 400, body: { error: 'unsupported_token_type' }, path: '/revoke' });
    await expectRefusal(act('erase'), 'PermanentError', 'rejected');
    expect(vendors.held(name, ada)).toBe(2);
  });

  test('A55 a grant given after the cut-off stays', async () => {
    const { processor, input } = await prepare(vendors, name, ada);
    const early = { ...input, cutoff: '2025-01-01T00:00:00Z' };
    expect(await processor.act('erase', early)).toMatchObject({ result: 'done', evidence: { looked: 0 } });
    expect(vendors.held(name, ada)).toBe(2);
  });

  test('check needs the store and names a wrong token', async () => {
    await vendors.processor(name).check();
    await vendors.fault(name, { status: 401, path: '/store' });
    await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'credentials-refused');
  });
});

describe('the year after which google user data goes', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  function expire() {
    const { definition, config } = vendors.enabled.get(name) ?? {};
    if (definition === undefined) throw new Error('not enabled');
    const http = vendors.httpFor({
      processor: name,
      origins: definition.origins(config),
      limits: definition.limits,
    });
    return eraseExpiredGoogleData(config, { http, now: () => vendors.clock.ms, secret: vendors.secret });
  }

  test('one day too early nothing goes, after the year everything', async () => {
    // Fetched thirty days before the start.
    vendors.clock.ms += 334 * dayMs;
    expect(await expire()).toEqual({ erased: 0, left: 0 });
    vendors.clock.ms += 2 * dayMs;
    expect(await expire()).toEqual({ erased: 1, left: 0 });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('a grant that does not go is counted and tried again', async () => {
    vendors.clock.ms += 366 * dayMs;
    await vendors.fault(name, { status: 403, path: '/revoke' });
    expect(await expire()).toEqual({ erased: 0, left: 1 });
    expect(await expire()).toEqual({ erased: 1, left: 0 });
  });
});
