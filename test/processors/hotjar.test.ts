import { seeds } from '../../local/processors/seeds.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'hotjar';
const user = `user/${seeds.ada.hotjarUserIds[0]}`;

describe('hotjar', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const lookups = () =>
    vendors.requests
      .filter(({ url }) => url.endsWith('/user-lookup'))
      .map(({ body }) => JSON.parse(body ?? '{}'));

  test('finds by the user ids that our pages sent', async () => {
    expect((await prepare(vendors, name, ada)).finding.holdings.map(({ handle }) => handle)).toEqual([user]);
    expect((await prepare(vendors, name, grace)).finding).toEqual({ holdings: [], complete: true });
  });

  test('asks to delete by user id at every site, is accepted for thirty days, and then nobody can look', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    const acted = await act('erase');
    expect(acted).toMatchObject({ result: 'accepted', expectedBy: '2026-04-04' });
    expect(lookups()).toEqual([
      {
        data_subject_site_id_to_user_id_map: { '6200001': seeds.ada.hotjarUserIds[0] },
        delete_all_hits: true,
      },
    ]);
    const job = acted.result === 'accepted' ? acted.job : undefined;
    expect(await confirm('erase', job)).toMatchObject({ seen: 'pending', expectedBy: '2026-04-04' });
    vendors.clock.ms += 30 * dayMs;
    expect(await confirm('erase', job)).toMatchObject({ seen: 'cannot-look' });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('where surveys ask for the mailbox, it is looked for as well', async () => {
    const { input, keys } = await prepare(vendors, name, ada);
    const processor = await vendors.reconfigured(name, { surveys: true });
    const finding = await processor.find(keys);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual([user, 'mailbox']);
    await processor.act('erase', { ...input, finding });
    expect(lookups()[1]).toEqual({ data_subject_email: ada, delete_all_hits: true });
  });

  test('below the Scale plan an erasure is work for staff and nothing is called', async () => {
    const { input } = await prepare(vendors, name, ada);
    const processor = await vendors.reconnected(name, { plan: 'other', sites: ['6200001'] });
    expect(await processor.act('erase', input)).toEqual({ result: 'manual', instructions: 'erase' });
    await processor.check();
    expect(callsTo(vendors, name)).toEqual([]);
  });

  test.each(['export', 'restrict', 'lift', 'opt-out'] as const)('%s is work for staff', async (operation) => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    if (operation === 'export') expect(await gather(processor.export(keys, finding))).toEqual([]);
    else expect(await act(operation)).toEqual({ result: 'manual', instructions: operation });
    expect(vendors.enabled.get(name)?.definition.manualTasks[operation]).toBeDefined();
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 403 }, 'PermanentError', 'access-refused'],
    [{ lie: 'false-404' }, 'PermanentError', 'not-found'],
    [{ status: 500, times: 3 }, 'TransientError', 'unavailable'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ status: 200, body: 'done' }, 'QuarantineError', 'not-json'],
  ])('a look-up answered with %j is %s %s and never "nothing found"', async (fault, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { path: '/v1/organizations', ...fault });
    await expectRefusal(act('erase'), family, code);
  });

  test('check signs in once while the token lives', async () => {
    await vendors.processor(name).check();
    await vendors.processor(name).check();
    expect(callsTo(vendors, name)).toEqual(['POST /v1/oauth/token']);
    vendors.clock.ms += 3_600_000;
    await vendors.fault(name, { status: 401 });
    await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'credentials-refused');
  });
});
