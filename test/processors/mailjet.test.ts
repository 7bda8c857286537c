import { actInput, ada, dayMs, gather, lin, openVendors, type Vendors } from './vendors.ts';

describe('mailjet', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const mailjet = () => vendors.processor('mailjet');
  const found = async (email: string = ada) => actInput({ email }, await mailjet().find({ email }), vendors);

  test('finds the contact in every subaccount, with its messages', async () => {
    expect((await found()).finding.holdings.map(({ handle, count }) => [handle, count])).toEqual([
      ['main:4100001', 3],
      ['campaigns:4200001', 3],
    ]);
    expect((await found(lin)).finding).toEqual({ holdings: [], complete: true });
  });

  test('erases in every subaccount: anonymised at once, confirmed only when removed', async () => {
    const input = await found();
    expect(await mailjet().act('erase', input)).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-04-06',
    });
    expect(vendors.held('mailjet', ada)).toBe(0);
    const confirmation = { ...input, action: 'erase', job: '2026-04-06' } as const;
    expect(await mailjet().confirm(confirmation)).toMatchObject({
      seen: 'pending',
      expectedBy: '2026-04-06',
      evidence: { observation: 'contact-anonymised' },
    });
    vendors.clock.ms += 32 * dayMs;
    expect(await mailjet().confirm(confirmation)).toMatchObject({
      seen: 'confirmed',
      evidence: { observation: 'contact-404' },
    });
  });

  test('F19 a contact that is anonymised already is not asked to be deleted again', async () => {
    const input = await found();
    await vendors.fault('mailjet', { cancel: 'after', method: 'DELETE' });
    expect(await mailjet().act('erase', input)).toMatchObject({ result: 'accepted' });
    const before = vendors.requests.length;
    expect(await mailjet().act('erase', input)).toMatchObject({ result: 'accepted' });
    expect(vendors.requests.slice(before).filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('what is anonymised but never removed ends with staff', async () => {
    const input = await found();
    await mailjet().act('erase', input);
    await vendors.fault('mailjet', {
      status: 200,
      times: 'forever',
      path: '/v3/REST/contact/4100001',
      body: {
        Count: 1,
        Total: 1,
        Data: [
          {
            ID: 4100001,
            Email: '4100001@domain.invalid',
            Name: 'Anonymized',
            IsExcludedFromCampaigns: false,
          },
        ],
      },
    });
    vendors.clock.ms += 33 * dayMs;
    expect(await mailjet().confirm({ ...input, action: 'erase', job: '2026-04-06' })).toMatchObject({
      seen: 'still-there',
      code: 'anonymised-not-removed',
    });
  });

  test('exports contact, properties, lists, messages and their events from every subaccount', async () => {
    const { keys, finding } = await found();
    const types = (await gather(mailjet().export(keys, finding))).map(({ type }) => type);
    expect(types).toHaveLength(2 * (1 + 1 + 2 + 2 + 2));
    expect([...new Set(types)]).toEqual([
      'contact',
      'contact-properties',
      'list-membership',
      'message',
      'message-event',
    ]);
  });

  test('opting out excludes from campaigns and leaves every list, and 304 counts as done', async () => {
    const input = await found();
    expect(await mailjet().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'still-there' });
    expect(await mailjet().act('opt-out', input)).toMatchObject({ result: 'done' });
    expect(await mailjet().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'confirmed' });
    expect(await mailjet().act('restrict', input)).toMatchObject({ result: 'done' });
    expect(await mailjet().confirm({ ...input, action: 'restrict' })).toMatchObject({ seen: 'confirmed' });
    expect(await mailjet().act('lift', input)).toEqual({ result: 'manual', instructions: 'lift' });
  });

  test.each([
    [
      [
        { field: 'name', value: 'Ada Nieuw' },
        { field: 'Company', value: 'Engines' },
      ],
      'done',
    ],
    [[{ field: 'email', value: 'x@example.com' }], 'manual'],
    [[{ field: 'shoe size', value: '40' }], 'not-applicable'],
  ])('rectifying %j is %s', async (corrections, result) => {
    const input = { ...(await found()), corrections };
    if (result === 'done')
      expect(await mailjet().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'still-there' });
    expect(await mailjet().act('rectify', input)).toMatchObject({ result });
    if (result === 'done')
      expect(await mailjet().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'confirmed' });
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 405 }, 'PermanentError', 'rejected'],
    [{ status: 429, times: 'forever' }, 'TransientError', 'rate-limited'],
    [{ status: 500, times: 'forever' }, 'TransientError', 'unavailable'],
    [{ status: 404, body: '<html>', path: '/v3/REST/contact/' }, 'QuarantineError', 'false-not-found'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'partial-page', path: '/v3/REST/contact/' }, 'QuarantineError', 'truncated-page'],
    [{ lie: 'wrong-subject', path: '/v3/REST/contact/' }, 'QuarantineError', 'another-person'],
    [{ lie: 'cut-body' }, 'QuarantineError', 'not-json'],
  ])('looking up under %j ends in %s %s', async (fault, name, message) => {
    await vendors.fault('mailjet', fault);
    await expect(found()).rejects.toMatchObject({ name, message });
  });

  test('messages to a mailbox without a contact make the finding incomplete', async () => {
    await vendors.fault('mailjet', { lie: 'false-404', path: '/v3/REST/contact/', times: 'forever' });
    expect((await found()).finding).toEqual({ holdings: [], complete: false });
  });

  test('an error in a 200 is no deletion', async () => {
    const input = await found();
    await vendors.fault('mailjet', { lie: 'error-in-200', method: 'DELETE' });
    await expect(mailjet().act('erase', input)).rejects.toMatchObject({ message: 'delete-refused' });
  });
});
