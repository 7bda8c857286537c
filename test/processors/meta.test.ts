import { createHash } from 'node:crypto';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, openVendors, type Vendors } from './vendors.ts';

const name = 'meta';
const audiences = ['23850000000000001', '23850000000000003'];

describe('meta', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  const reconfigured = (changes: Record<string, unknown>) => vendors.reconfigured(name, changes);

  test('finds every uploaded audience over all pages, for people with an account', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual(audiences);
    expect(finding.complete).toBe(true);
    const { finding: stranger } = await prepare(vendors, name, 'nobody@example.com');
    expect(stranger).toEqual({ holdings: [], complete: true });
    const anywhere = await reconfigured({ fedFrom: 'anywhere' });
    expect((await anywhere.find({ email: 'nobody@example.com' })).holdings).toHaveLength(2);
  });

  test('takes out by hash in each audience; the pixel is for a person', async () => {
    const { act } = await prepare(vendors, name, ada);
    expect(await act('erase')).toMatchObject({
      result: 'manual',
      instructions: 'pixel',
      evidence: { class: 'vendor-acknowledged', looked: 2, requestIds: ['1000000', '1000001'] },
    });
    const removals = vendors.requests.filter(({ method }) => method === 'DELETE');
    expect(removals.map(({ url }) => url.split('/v25.0/')[1])).toEqual(audiences.map((id) => `${id}/users`));
    const payload = JSON.parse(new URLSearchParams(removals[0]?.body).get('payload') ?? '{}');
    expect(payload).toEqual({
      schema: 'EMAIL_SHA256',
      data: [createHash('sha256').update(ada).digest('hex')],
    });
    vendors.clock.ms += dayMs;
    expect(vendors.held(name, ada)).toBe(0);
    const { definition } = vendors.enabled.get(name) ?? {};
    expect(definition?.manualTasks.pixel?.subjectText?.en).toContain('Meta');
  });

  test('without a pixel it is accepted for a day, and then nobody can look', async () => {
    const { input } = await prepare(vendors, name, ada);
    const processor = await reconfigured({ pixel: false });
    const acted = await processor.act('erase', input);
    expect(acted).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-03-06',
      job: '2026-03-05T09:00:00.000Z',
    });
    const look = () => processor.confirm({ ...input, action: 'erase', job: '2026-03-05T09:00:00.000Z' });
    expect(await look()).toMatchObject({ seen: 'pending', expectedBy: '2026-03-06' });
    vendors.clock.ms += dayMs;
    expect(await look()).toMatchObject({ seen: 'cannot-look' });
  });

  test('objection and restriction take out as well; nothing is read, corrected or lifted', async () => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    expect(await act('opt-out')).toMatchObject({ result: 'manual', instructions: 'pixel' });
    expect(await act('restrict')).toMatchObject({ result: 'manual', instructions: 'pixel' });
    expect(await act('rectify')).toMatchObject({ result: 'not-applicable' });
    expect(await act('lift')).toMatchObject({ result: 'not-applicable' });
    expect(await gather(processor.export(keys, finding))).toEqual([]);
  });

  test('the token goes in a header and never in an address', async () => {
    const { act } = await prepare(vendors, name, ada);
    await act('erase');
    for (const { url } of vendors.requests) expect(url).not.toContain('local-meta');
  });

  test.each([
    [190, 'PermanentError', 'credentials-refused'],
    [200, 'PermanentError', 'rejected'],
    [100, 'PermanentError', 'rejected'],
    [1, 'TransientError', 'try-later'],
    [4, 'TransientError', 'try-later'],
    [17, 'TransientError', 'try-later'],
    [613, 'TransientError', 'try-later'],
    [80003, 'TransientError', 'try-later'],
  ])('error code %i is %s %s', async (code, family, expected) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 400, body: { error: { code, message: ada } }, method: 'DELETE' });
    await expectRefusal(act('erase'), family, expected);
  });

  test.each([
    [{ audience_id: '1', num_received: 1 }, 'QuarantineError', 'another-record'],
    [{ audience_id: audiences[0], num_received: 0 }, 'PermanentError', 'entries-not-taken'],
    [
      { audience_id: audiences[0], num_received: 1, num_invalid_entries: 1 },
      'PermanentError',
      'entries-not-taken',
    ],
    [{ error: { code: 1 } }, 'QuarantineError', 'unexpected-shape'],
  ])('status 200 with %j is %s %s', async (body, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { status: 200, body, method: 'DELETE' });
    await expectRefusal(act('erase'), family, code);
  });

  test('F21 pages that lose their way or do not end are incomplete', async () => {
    const body = { data: [], paging: { next: 'https://graph.facebook.com/next' } };
    await vendors.fault(name, { status: 200, body, path: '^/v25.0/act_' });
    expect((await prepare(vendors, name, ada)).finding).toEqual({ holdings: [], complete: false });
    const again = { data: [], paging: { next: 'x', cursors: { after: '1' } } };
    await vendors.fault(name, { status: 200, body: again, path: '^/v25.0/act_', times: 'forever' });
    expect((await prepare(vendors, name, ada)).finding.complete).toBe(false);
  });

  test('check reads each account', async () => {
    await vendors.processor(name).check();
    expect(callsTo(vendors, name)).toEqual(['GET /v25.0/act_202600001?fields=id']);
    await expectRefusal(
      (await reconfigured({ adAccounts: ['act_1'] })).check(),
      'PermanentError',
      'rejected',
    );
  });
});
