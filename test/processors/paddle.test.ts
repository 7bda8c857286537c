import { seeds } from '../../local/processors/seeds.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'paddle';
const adas = seeds.ada.paddleCustomerId;

describe('paddle', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const changes = () => callsTo(vendors, name).filter((call) => !call.startsWith('GET'));
  const byPaddle = (email: string) =>
    vendors.hub.app.request('/local/processors/paddle/console/erase', {
      method: 'POST',
      body: JSON.stringify({ email }),
    });

  test('finds active and archived customers, and what Paddle keeps for five years', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual([adas, expect.stringMatching(/^paymtd_/)]);
    const { finding: graces } = await prepare(vendors, name, grace);
    expect(graces.holdings.flatMap(({ retained }) => retained ?? [])).toEqual([
      { ground: 'payment-services-5-years', until: '2030-02-01' },
      { ground: 'payment-services-5-years', until: '2030-03-01' },
    ]);
    vendors.clock.ms = Date.UTC(2030, 1, 2);
    const { finding: later } = await prepare(vendors, name, grace);
    expect(later.holdings.filter(({ retained }) => retained)).toHaveLength(1);
  });

  test('every page of a list is read', async () => {
    const page = (id: string, has_more: boolean) => ({
      data: [{ id, created_at: '2025-02-01T10:00:00Z' }],
      meta: { pagination: { has_more, estimated_total: 2 } },
    });
    await vendors.fault(name, { status: 200, body: page('txn_1', true), path: '/transactions' });
    await vendors.fault(name, { status: 200, body: page('txn_2', false), path: '/transactions' });
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.complete).toBe(true);
    expect(finding.holdings.filter(({ handle }) => handle.startsWith('txn_'))).toHaveLength(2);
    expect(callsTo(vendors, name).filter((call) => call.includes('after=txn_1'))).toHaveLength(1);
  });

  test('an archived customer is found as well', async () => {
    await (await prepare(vendors, name, ada)).act('restrict');
    expect((await prepare(vendors, name, ada)).finding.holdings).toHaveLength(2);
  });

  test('asks for the address as typed and as folded', async () => {
    await vendors.processor(name).find({ email: 'Ada@Example.com' });
    const [first] = callsTo(vendors, name);
    expect(new URL(`http://x${first?.slice(4)}`).searchParams.get('email')).toBe(
      'Ada@Example.com,ada@example.com',
    );
  });

  test('deletes saved cards by call and leaves the rest to the seller’s mail', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await act('erase')).toMatchObject({
      result: 'manual',
      instructions: 'erase',
      evidence: { observation: 'cards-deleted', looked: 1 },
    });
    expect(changes()).toEqual([expect.stringMatching(`DELETE /customers/${adas}/payment-methods/paymtd_`)]);
    expect(await act('erase')).toMatchObject({ result: 'manual', evidence: { looked: 0 } });
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'customer-present' });
    await byPaddle(ada);
    expect(await confirm('erase')).toMatchObject({
      seen: 'confirmed',
      evidence: { observation: 'customer-404' },
    });
  });

  test('an open subscription stops it before anything is changed', async () => {
    const body = {
      data: [{ id: 'sub_1', status: 'active' }],
      meta: { pagination: { has_more: false, estimated_total: 1 } },
    };
    await vendors.fault(name, { status: 200, body, path: '/subscriptions', times: 2 });
    const { act, finding } = await prepare(vendors, name, ada);
    expect(finding.holdings).toContainEqual(
      expect.objectContaining({ handle: 'sub_1', blocker: 'open-subscription' }),
    );
    expect(await act('erase')).toEqual({ result: 'manual', instructions: 'open-subscription' });
    expect(changes()).toEqual([]);
  });

  test('corrects name, address and language, and sees it', async () => {
    const corrections = [
      { field: 'name', value: 'New Name' },
      { field: 'email', value: 'ada.new@example.com' },
      { field: 'language', value: 'nl' },
    ];
    const { act, confirm } = await prepare(vendors, name, ada, { corrections });
    expect(await confirm('rectify')).toMatchObject({ seen: 'still-there', code: 'not-corrected' });
    expect(await act('rectify')).toMatchObject({ result: 'done' });
    expect(await confirm('rectify')).toMatchObject({ seen: 'confirmed' });
    const patch = vendors.requests.find(({ method }) => method === 'PATCH');
    expect(JSON.parse(patch?.body ?? '{}')).toEqual({
      name: 'New Name',
      email: 'ada.new@example.com',
      locale: 'nl',
    });
  });

  test('what is gone is not called corrected or restricted, and neither is what nobody asked for', async () => {
    const corrections = [{ field: 'name', value: 'New Name' }];
    const { act, confirm } = await prepare(vendors, name, ada, { corrections });
    await byPaddle(ada);
    for (const action of ['rectify', 'restrict'] as const) {
      expect(await act(action)).toMatchObject({ result: 'nothing-found' });
      expect(await confirm(action)).toMatchObject({ seen: 'still-there' });
    }
    const unasked = await prepare(vendors, name, grace);
    expect(await unasked.confirm('rectify')).toMatchObject({ seen: 'still-there' });
  });

  test('other corrections go to staff, whole', async () => {
    const corrections = [
      { field: 'name', value: 'New Name' },
      { field: 'vat number', value: 'NL1' },
    ];
    const { act } = await prepare(vendors, name, ada, { corrections });
    expect(await act('rectify')).toEqual({ result: 'manual', instructions: 'rectify' });
    expect(changes()).toEqual([]);
  });

  test('restriction archives, lifting brings back, each seen', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await confirm('restrict')).toMatchObject({ seen: 'still-there', code: 'not-archived' });
    expect(await act('restrict')).toMatchObject({ result: 'done' });
    expect(await confirm('restrict')).toMatchObject({ seen: 'confirmed' });
    expect(await confirm('lift')).toMatchObject({ seen: 'still-there', code: 'not-active' });
    expect(await act('lift')).toMatchObject({ result: 'done' });
    expect(await confirm('lift')).toMatchObject({ seen: 'confirmed' });
  });

  test('a vendor that says archived and did not is found out', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'keep', method: 'PATCH' });
    await act('restrict');
    expect(await confirm('restrict')).toMatchObject({ seen: 'still-there', code: 'not-archived' });
  });

  test('nobody is nothing found, for every right', async () => {
    const { act } = await prepare(vendors, name, 'nobody@example.com', { right: 'objection' });
    for (const action of ['erase', 'restrict', 'opt-out'] as const)
      expect(await act(action)).toMatchObject({ result: 'nothing-found' });
  });

  test('marketing consent cannot be changed by call; the text points to Paddle', async () => {
    const { act } = await prepare(vendors, name, ada);
    expect(await act('opt-out')).toEqual({ result: 'manual', instructions: 'opt-out' });
    const { definition } = vendors.enabled.get(name) ?? {};
    expect(definition?.ownController).toBe(true);
    expect(definition?.manualTasks.erase?.subjectText).toEqual({
      nl: expect.stringContaining('Paddle'),
      en: expect.stringContaining('Paddle'),
    });
  });

  test('exports everything that hangs on the customer', async () => {
    const { processor, keys, finding } = await prepare(vendors, name, grace);
    const records = await gather(processor.export(keys, finding));
    expect(records.map(({ type }) => type)).toEqual(['customer', 'transaction', 'transaction']);
  });

  test('F21 a cut list is incomplete in a finding and an error in an export', async () => {
    const { processor, keys, finding } = await prepare(vendors, name, grace);
    const cut = { data: [], meta: { pagination: { has_more: true } } };
    await vendors.fault(name, { status: 200, body: cut, path: '/transactions' });
    await expectRefusal(gather(processor.export(keys, finding)), 'PermanentError', 'export-incomplete');
    await vendors.fault(name, { lie: 'partial-page', path: '/customers' });
    expect((await prepare(vendors, name, ada)).finding.complete).toBe(false);
  });

  test.each([
    [{ lie: 'wrong-subject' }, 'QuarantineError', 'another-person'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ status: 403 }, 'PermanentError', 'access-refused'],
    [{ status: 500, times: 3 }, 'TransientError', 'unavailable'],
  ])('customers answered with %j is %s %s', async (fault, family, code) => {
    await vendors.fault(name, { path: '/customers', ...fault });
    await expectRefusal(prepare(vendors, name, ada), family, code);
  });

  test('A37 a found customer that became somebody else’s is not touched', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'wrong-subject', path: `/customers/${adas}` });
    await expectRefusal(act('restrict'), 'QuarantineError', 'another-person');
    expect(changes()).toEqual([]);
  });

  test('check reads one customer', async () => {
    await vendors.processor(name).check();
    expect(callsTo(vendors, name)).toEqual(['GET /customers?per_page=1']);
  });
});
