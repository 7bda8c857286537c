import { actInput, openVendors, type Vendors } from '../processors/vendors.ts';

let vendors: Vendors;
beforeEach(async () => {
  vendors = await openVendors();
});
afterEach(() => vendors.close());

const ada = 'ada@example.com';

test.each(['erase', 'restrict', 'rectify', 'opt-out'] as const)(
  'A37 A55 an account that was found and by now answers for somebody else is not touched by %s',
  async (action) => {
    const account = vendors.processor('account');
    const keys = await vendors.keysOf(ada);
    const finding = await account.find(keys);
    const id = keys.accountId ?? '';
    const honest = await vendors.hub.app.request(`/local/processors/account/v1/accounts/${id}`, {
      headers: { authorization: `Bearer ${await vendors.secret('account/token')}` },
    });
    const read: object = JSON.parse(await honest.text());
    const state = { ...read, email: 'mallory@example.org', otherEmails: [] };
    await vendors.fault('account', {
      method: 'GET',
      path: `/v1/accounts/${id}`,
      body: state,
      times: 'forever',
    });
    const before = vendors.requests.length;
    const input = actInput(keys, finding, vendors, [{ field: 'name', value: 'New' }]);
    await expect(account.act(action, input)).rejects.toMatchObject({
      name: 'QuarantineError',
      message: 'another-person',
    });
    const sent = vendors.requests.slice(before);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((one) => one.method !== 'GET')).toEqual([]);
    expect(vendors.held('account', ada)).toBeGreaterThan(0);
  },
);
