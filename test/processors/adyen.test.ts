import { seeds } from '../../local/processors/seeds.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'adyen';
const token = 'token/8316178952380001';
const payments = seeds.ada.adyenPspReferences.map((psp) => `payment/${psp}`);

describe('adyen', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const erasures = () => callsTo(vendors, name).filter((call) => call.endsWith('requestSubjectErasure'));

  const reconfigured = (changes: Record<string, unknown>) => vendors.reconfigured(name, changes);

  test('finds saved cards by shopper and payments by our own book', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual([token, ...payments]);
    expect((await prepare(vendors, name, grace)).finding).toEqual({ holdings: [], complete: true });
  });

  test('disables cards first, then asks for each payment, and is accepted', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await act('erase')).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-03-12',
      job: '2026-03-05',
    });
    expect(callsTo(vendors, name).slice(1)).toEqual([
      'POST /recurring/disable',
      'POST /recurring/listRecurringDetails',
      'POST /dps/requestSubjectErasure',
      'POST /dps/requestSubjectErasure',
    ]);
    expect(await confirm('erase', '2026-03-05')).toMatchObject({ seen: 'pending', expectedBy: '2026-03-12' });
    expect(erasures()).toHaveLength(2);
    vendors.clock.ms += 7 * dayMs;
    expect(await confirm('erase', '2026-03-05')).toMatchObject({
      seen: 'cannot-look',
      evidence: { class: 'vendor-status', observation: 'already-processed' },
    });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('forceErasure goes as a boolean and only where the company decided so', async () => {
    const { input } = await prepare(vendors, name, ada);
    await vendors.fault(name, {
      status: 200,
      body: { result: 'ACTIVE_RECURRING_TOKEN_EXISTS' },
      path: '/dps',
      times: 1,
    });
    const forcing = await reconfigured({ forceErasure: true });
    expect(await forcing.act('erase', input)).toMatchObject({ result: 'accepted' });
    const bodies = vendors.requests
      .filter(({ url }) => url.endsWith('requestSubjectErasure'))
      .map(({ body }) => JSON.parse(body ?? '{}').forceErasure);
    expect(bodies).toEqual([undefined, true, undefined]);
  });

  test.each([
    ['ACTIVE_RECURRING_TOKEN_EXISTS', { result: 'manual', instructions: 'recurring-token' }],
    ['PAYMENT_NOT_FOUND', { result: 'failed', code: 'known-payment-not-found' }],
    ['ALREADY_PROCESSED', { result: 'accepted' }],
    ['SUCCESS', { result: 'accepted' }],
  ])('status 200 with result %s', async (result, expected) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 200, body: { result }, path: '/dps', times: 2 });
    expect(await act('erase')).toMatchObject(expected);
  });

  test.each([
    ['SUCCESS', { seen: 'cannot-look', evidence: { class: 'vendor-acknowledged' } }],
    ['PAYMENT_NOT_FOUND', { seen: 'cannot-look', evidence: { class: 'vendor-acknowledged' } }],
    ['ACTIVE_RECURRING_TOKEN_EXISTS', { seen: 'still-there', code: 'recurring-token' }],
  ])('asked again after a week, %s', async (result, expected) => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await act('erase');
    vendors.clock.ms += 7 * dayMs;
    await vendors.fault(name, { status: 200, body: { result }, path: '/dps', times: 2 });
    expect(await confirm('erase', '2026-03-05')).toMatchObject(expected);
  });

  test.each(['keep', 'archive', 'cancel'])(
    'a card that is said to be disabled and stays (%s) is found out',
    async (lie) => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie, path: '/recurring/disable' });
      expect(await act('erase')).toMatchObject({ result: 'failed', code: 'card-listed' });
      expect(await confirm('erase', '2026-03-05')).toMatchObject({
        seen: 'still-there',
        code: 'card-listed',
      });
    },
  );

  test('a card that comes back is found out', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'restore-later', path: '/recurring/disable' });
    await act('erase');
    vendors.clock.ms += 8 * dayMs;
    expect(await confirm('erase', '2026-03-05')).toMatchObject({ seen: 'still-there', code: 'card-listed' });
  });

  test('cards alone can be looked at, so their erasure is confirmed', async () => {
    const { processor, input } = await prepare(vendors, name, ada);
    const holdings = input.finding.holdings.filter(({ handle }) => handle === token);
    const cards = { ...input, finding: { complete: true, holdings } };
    expect(await processor.act('erase', cards)).toMatchObject({ result: 'done' });
    expect(await processor.confirm({ ...cards, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
  });

  test('F1 repeated after a crash it ends the same: a card that is gone is not found, and that is fine', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 500, times: 3, path: '/dps' });
    await expectRefusal(act('erase'), 'TransientError', 'unavailable');
    expect(await act('erase')).toMatchObject({ result: 'accepted' });
    expect(await act('erase')).toMatchObject({ result: 'accepted' });
  });

  test('withdrawn consent disables cards; an objection to marketing has no object here', async () => {
    const objecting = await prepare(vendors, name, ada, { right: 'objection' });
    expect(await objecting.act('opt-out')).toMatchObject({ result: 'not-applicable' });
    const withdrawing = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
    expect(await withdrawing.confirm('opt-out')).toMatchObject({ seen: 'still-there' });
    expect(await withdrawing.act('opt-out')).toMatchObject({ result: 'done' });
    expect(await withdrawing.confirm('opt-out')).toMatchObject({ seen: 'confirmed' });
    expect(erasures()).toEqual([]);
    const again = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
    expect(await again.act('opt-out')).toMatchObject({ result: 'nothing-found' });
  });

  test('copies and restrictions are work for staff, corrections have no object', async () => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    expect(await gather(processor.export(keys, finding))).toEqual([]);
    expect(await act('restrict')).toEqual({ result: 'manual', instructions: 'restrict' });
    expect(await act('rectify')).toMatchObject({ result: 'not-applicable' });
  });

  test('A37 saved cards of another shopper are not used', async () => {
    await vendors.fault(name, { lie: 'wrong-subject', path: '/recurring' });
    await expectRefusal(prepare(vendors, name, ada), 'QuarantineError', 'another-person');
    const other = { shopperReference: 'shopper-other', details: [] };
    await vendors.fault(name, { status: 200, body: other, path: '/recurring' });
    await expectRefusal(prepare(vendors, name, ada), 'QuarantineError', 'another-record');
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 403 }, 'PermanentError', 'access-refused'],
    [{ status: 422, body: { errorCode: '702' } }, 'PermanentError', 'rejected'],
    [{ status: 200, body: { result: 'DONE' } }, 'QuarantineError', 'unexpected-shape'],
    [{ status: 200, body: {} }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
  ])('an erasure answered with %j is %s %s', async (fault, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { path: '/dps', ...fault });
    await expectRefusal(act('erase'), family, code);
  });

  test('an unknown word about a card is not taken for yes', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, {
      status: 200,
      body: { response: '[no-details]' },
      path: '/recurring/disable',
    });
    await expectRefusal(act('erase'), 'QuarantineError', 'unexpected-shape');
  });

  test('check asks for nobody’s cards', async () => {
    await vendors.processor(name).check();
    await expectRefusal(
      (await reconfigured({ merchantAccount: 'Other' })).check(),
      'PermanentError',
      'access-refused',
    );
  });
});
