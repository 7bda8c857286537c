import { createHash } from 'node:crypto';
import { expectRefusal, prepare } from './rights.ts';
import { ada, gather, openVendors, type Vendors } from './vendors.ts';

const name = 'google-ads';
const halfHour = 30 * 60_000;

describe('google ads customer match', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  test('finds every uploaded list of the account over all pages, none that Google fills itself', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding).toEqual({
      complete: true,
      holdings: [
        { handle: '4477110099/8100000001', category: 'marketing', count: 1 },
        { handle: '4477110099/8100000003', category: 'marketing', count: 1 },
      ],
    });
    const { finding: stranger } = await prepare(vendors, name, 'nobody@example.com');
    expect(stranger).toEqual({ holdings: [], complete: true });
  });

  test('where lists are fed from anywhere, nobody is ruled out', async () => {
    const processor = await vendors.reconfigured(name, { fedFrom: 'anywhere' });
    expect((await processor.find({ email: 'nobody@example.com' })).holdings).toHaveLength(2);
  });

  test('removes by hash, polls, and ends with the vendor’s status as what it is', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    const acted = await act('erase');
    expect(acted).toMatchObject({ result: 'accepted', expectedBy: '2026-03-06' });
    const job = acted.result === 'accepted' ? acted.job : undefined;
    const removal = vendors.requests.find(({ url }) => url.endsWith('audienceMembers:remove'));
    expect(removal?.body).toContain(createHash('sha256').update(ada).digest('hex'));
    expect(removal?.body).not.toContain(ada);
    expect(await confirm('erase', job)).toMatchObject({
      seen: 'pending',
      evidence: { class: 'vendor-status', requestIds: [job] },
    });
    vendors.clock.ms += halfHour;
    expect(await confirm('erase', job)).toMatchObject({
      seen: 'cannot-look',
      evidence: { class: 'vendor-status', observation: 'request-succeeded' },
    });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('both spellings of a gmail address are taken out', async () => {
    const { processor, input } = await prepare(vendors, name, ada);
    await processor.act('erase', { ...input, keys: { ...input.keys, email: 'Ada.Love@gmail.com' } });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const body = vendors.requests.find(({ url }) => url.endsWith('audienceMembers:remove'))?.body ?? '';
    expect(body).toContain(sha256('ada.love@gmail.com'));
    expect(body).toContain(sha256('adalove@gmail.com'));
  });

  test.each([
    ['FAILED', { seen: 'still-there', code: 'removal-failed' }],
    ['FAILURE', { seen: 'still-there', code: 'removal-failed' }],
    ['PARTIAL_SUCCESS', { seen: 'still-there', code: 'removal-partial' }],
    ['PROCESSING', { seen: 'pending', expectedBy: '2026-03-06' }],
    ['REQUEST_STATUS_UNKNOWN', { seen: 'pending' }],
    ['SUCCESS', { seen: 'cannot-look' }],
  ])('status %s', async (requestStatus, expected) => {
    const { confirm } = await prepare(vendors, name, ada);
    const body = { requestStatusPerDestination: [{ requestStatus: 'SUCCESS' }, { requestStatus }] };
    await vendors.fault(name, { status: 200, body, path: '/v1/requestStatus' });
    expect(await confirm('erase', 'request-1')).toMatchObject(expected);
  });

  test('a status without destinations, or of a new kind, is not read as success', async () => {
    const { confirm } = await prepare(vendors, name, ada);
    for (const requestStatusPerDestination of [[], [{ requestStatus: 'DONE' }]]) {
      await vendors.fault(name, {
        status: 200,
        body: { requestStatusPerDestination },
        path: '/v1/requestStatus',
      });
      await expectRefusal(confirm('erase', 'request-1'), 'QuarantineError', 'unexpected-shape');
    }
  });

  test('without a request id there is nothing to ask about', async () => {
    const { confirm } = await prepare(vendors, name, ada);
    expect(await confirm('erase')).toMatchObject({ seen: 'cannot-look', evidence: { class: 'none' } });
  });

  test('F21 pages that do not end make the finding incomplete, and an empty one is never "nothing found"', async () => {
    await vendors.fault(name, {
      status: 200,
      body: { userLists: [], nextPageToken: 'again' },
      path: '/v1/accountTypes',
      times: 'forever',
    });
    const { finding, act } = await prepare(vendors, name, ada);
    expect(finding).toEqual({ holdings: [], complete: false });
    expect(await act('erase')).toMatchObject({ result: 'failed', code: 'finding-incomplete' });
  });

  test('an account that left the configuration since the search is not guessed at', async () => {
    const { processor, input } = await prepare(vendors, name, ada);
    const holdings = [{ handle: '1112223334/1', category: 'marketing', count: 1 } as const];
    const elsewhere = { ...input, finding: { holdings, complete: true } };
    await expectRefusal(processor.act('erase', elsewhere), 'QuarantineError', 'unknown-account');
  });

  test('restriction and objection take out as well; reading, correcting and lifting do not exist', async () => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    expect(await act('restrict')).toMatchObject({ result: 'accepted' });
    expect(await act('opt-out')).toMatchObject({ result: 'accepted' });
    expect(await act('rectify')).toMatchObject({ result: 'not-applicable' });
    expect(await act('lift')).toMatchObject({ result: 'not-applicable' });
    expect(await gather(processor.export(keys, finding))).toEqual([]);
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 403 }, 'PermanentError', 'access-refused'],
    [{ status: 429 }, 'TransientError', 'rate-limited'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
  ])('%j is %s %s', async (fault, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { path: '/v1/audienceMembers', times: 3, ...fault });
    await expectRefusal(act('erase'), family, code);
  });

  test('check lists the lists of each account', async () => {
    await expect(vendors.processor(name).check()).resolves.toBeUndefined();
    await vendors.fault(name, { status: 403, path: '/v1/accountTypes' });
    await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'access-refused');
  });
});
