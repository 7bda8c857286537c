import { actInput, ada, gather, lin, openVendors, type Vendors } from './vendors.ts';

describe('mailchimp', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const mailchimp = () => vendors.processor('mailchimp');
  const found = async (email: string) => actInput({ email }, await mailchimp().find({ email }), vendors);

  test('finds the person in every audience, the archived membership included', async () => {
    expect((await found('LIN@example.com')).finding.holdings).toHaveLength(2);
    expect((await found(ada)).finding).toMatchObject({ complete: true, holdings: [{}, {}] });
    expect((await found('nobody@example.com')).finding).toEqual({ holdings: [], complete: true });
  });

  test('erases from every audience with the call that really erases, and sees it', async () => {
    const input = await found(lin);
    expect(await mailchimp().act('erase', input)).toMatchObject({ result: 'done' });
    expect(vendors.requests.filter(({ url }) => url.endsWith('/actions/delete-permanent'))).toHaveLength(2);
    expect(vendors.held('mailchimp', lin)).toBe(0);
    expect(vendors.held('mailchimp', ada)).toBe(2);
    expect(await mailchimp().confirm({ ...input, action: 'erase' })).toMatchObject({
      seen: 'confirmed',
      evidence: { class: 'looked-again', observation: 'member-404', looked: 2 },
    });
  });

  test('F1 a second run after a crash ends the same and erases nothing twice', async () => {
    const input = await found(lin);
    await vendors.fault('mailchimp', { cancel: 'after', path: '^.*/delete-permanent$' });
    expect(await mailchimp().act('erase', input)).toMatchObject({ result: 'done' });
    const effects = () => vendors.hub.view().find(({ name }) => name === 'mailchimp')?.calls ?? [];
    expect(await mailchimp().act('erase', input)).toMatchObject({ result: 'done' });
    const erasures = effects().filter(
      ({ path, status }) => path.endsWith('delete-permanent') && status === 204,
    );
    // The first answer was dropped, so of two erasures one is seen here.
    expect(erasures).toHaveLength(1);
    expect(vendors.held('mailchimp', lin)).toBe(0);
  });

  test('A55 a contact that signed up anew under the same address stays', async () => {
    const input = await found(lin);
    await mailchimp().act('erase', input);
    const list = vendors.requests.find(({ method }) => method === 'POST')?.url.split('/')[8];
    expect(list).toBeDefined();
    await vendors.fault('mailchimp', {
      status: 200,
      method: 'GET',
      path: `^/lists/${list}/members/[0-9a-f]+$`,
      body: {
        id: vendors.requests.find(({ url }) => url.includes('/members/'))?.url.split('/')[10],
        list_id: list,
        contact_id: 'someone-new',
        email_address: lin,
        status: 'subscribed',
        timestamp_signup: '2026-03-06T00:00:00+00:00',
      },
    });
    const before = vendors.requests.length;
    expect(await mailchimp().act('erase', input)).toMatchObject({ result: 'done' });
    expect(vendors.requests.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('exports the member and everything under it over all pages', async () => {
    const { keys, finding } = await found(ada);
    const types = (await gather(mailchimp().export(keys, finding))).map(({ type }) => type);
    expect(types.filter((type) => type === 'member')).toHaveLength(2);
    expect(types.filter((type) => type === 'tag')).toHaveLength(6);
    expect(types.filter((type) => type === 'activity')).toHaveLength(4);
    expect(types.filter((type) => type === 'note')).toHaveLength(2);
  });

  test('opting out unsubscribes and switches off every permission and interest', async () => {
    const input = await found(lin);
    expect(await mailchimp().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'still-there' });
    expect(await mailchimp().act('opt-out', input)).toMatchObject({ result: 'done' });
    expect(
      vendors.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(body ?? '')),
    ).toEqual([
      {
        status: 'unsubscribed',
        interests: { '9f2c1a07b4': false },
        marketing_permissions: [{ marketing_permission_id: '7d41f3a9', enabled: false }],
      },
      expect.objectContaining({ status: 'unsubscribed' }),
    ]);
    expect(await mailchimp().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'confirmed' });
    const before = vendors.requests.length;
    await mailchimp().act('opt-out', input);
    expect(vendors.requests.slice(before).some(({ method }) => method === 'PATCH')).toBe(false);
  });

  test('restricting stops campaigns; lifting is for a person, because it needs consent', async () => {
    const input = await found(lin);
    expect(await mailchimp().act('restrict', input)).toMatchObject({ result: 'done' });
    expect(await mailchimp().confirm({ ...input, action: 'restrict' })).toMatchObject({ seen: 'confirmed' });
    expect(await mailchimp().act('lift', input)).toEqual({ result: 'manual', instructions: 'lift' });
  });

  test.each([
    [[{ field: 'First name', value: 'Lin2' }], 'done'],
    [[{ field: 'language', value: 'nl' }], 'done'],
    [[{ field: 'shoe size', value: '40' }], 'not-applicable'],
    [[{ field: 'name', value: 'Lin Nieuw' }], 'done'],
    [[{ field: 'name', value: 'Lin van der Nieuw' }], 'manual'],
    [[{ field: 'email', value: 'x@example.com' }], 'manual'],
    [[{ field: '__proto__', value: 'x' }], 'not-applicable'],
  ])('rectifying %j is %s', async (corrections, result) => {
    const input = { ...(await found(lin)), corrections };
    expect(await mailchimp().act('rectify', input)).toMatchObject({ result });
    if (result === 'done')
      expect(await mailchimp().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'confirmed' });
  });

  test.each([
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
    [{ status: 403, body: { title: 'Forbidden', status: 403 } }, 'PermanentError', 'access-refused'],
    [{ status: 403, body: '<html>busy</html>', times: 'forever' }, 'TransientError', 'overloaded'],
    [{ status: 500, times: 'forever' }, 'TransientError', 'unavailable'],
    [
      { status: 404, body: '<html>nginx</html>', path: '^/lists/.*/members/' },
      'QuarantineError',
      'false-not-found',
    ],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'partial-page', times: 'forever' }, 'QuarantineError', 'truncated-page'],
    [{ lie: 'cut-body' }, 'QuarantineError', 'not-json'],
    [{ lie: 'prototype-keys' }, 'QuarantineError', 'unsafe-keys'],
    [{ bodyBytes: 6_000_000 }, 'QuarantineError', 'response-too-large'],
    [{ lie: 'wrong-subject', path: '^/lists/.*/members/' }, 'QuarantineError', 'another-person'],
    [{ status: 302, headers: { location: 'http://169.254.169.254/' } }, 'PermanentError', 'redirected'],
  ])('looking up under %j ends in %s %s', async (fault, name, message) => {
    await vendors.fault('mailchimp', fault);
    await expect(found(ada)).rejects.toMatchObject({ name, message });
  });

  test('a member that cannot be removed is a failure for staff, unless it is gone on looking again', async () => {
    const input = await found(lin);
    await vendors.fault('mailchimp', { status: 405, path: '^.*/delete-permanent$' });
    expect(await mailchimp().act('erase', input)).toMatchObject({
      result: 'failed',
      code: 'cannot-be-removed',
    });
  });

  test('a finding is incomplete when the search knows of more than the audiences tell', async () => {
    await vendors.fault('mailchimp', { lie: 'false-404', path: '^/lists/b2d1produc/members/' });
    expect((await found(lin)).finding).toMatchObject({ complete: false, holdings: [{}] });
  });
});
