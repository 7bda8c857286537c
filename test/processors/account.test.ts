import { heldMailboxes } from '../../functions/processors/account/held-mailboxes.ts';
import { seeds } from '../../local/processors/seeds.ts';
import { actInput, ada, dayMs, gather, grace, lin, openVendors, type Vendors } from './vendors.ts';

describe('account', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const account = () => vendors.processor('account');
  const find = (email: string) => account().find({ email });

  test('finds account and media of a mailbox, whatever its case, and hands out the linked ids', async () => {
    const finding = await find('Ada@Example.com');
    expect(finding.holdings.map(({ handle, count }) => [handle, count])).toEqual([
      [`account:${seeds.ada.accountId}`, 3],
      ['project:5f0d7d5e-3f1c-4a43-9a38-0d6ad0000001', 3],
    ]);
    expect(finding.keys).toMatchObject({
      accountId: seeds.ada.accountId,
      gaClientIds: seeds.ada.gaClientIds,
      telegramChatIds: seeds.ada.telegramChatIds,
    });
    expect(finding.complete).toBe(true);
  });

  test('knows nobody else', async () => {
    expect(await find('nobody@example.com')).toEqual({ holdings: [], complete: true });
  });

  test('invoices are retained to the end of the seventh year after their book year, each year by itself', async () => {
    const { holdings } = await find(grace);
    expect(holdings.flatMap(({ retained }) => retained ?? [])).toEqual([
      { ground: 'tax-records-awr-52-4', until: '2031-12-31' },
      { ground: 'tax-records-awr-52-4', until: '2032-12-31' },
    ]);
    vendors.clock.ms = Date.UTC(2032, 0, 1);
    expect((await find(grace)).holdings.flatMap(({ retained }) => retained?.until ?? [])).toEqual([
      '2032-12-31',
    ]);
  });

  test('exports every record over all pages, media included', async () => {
    const records = await gather(account().export({ email: ada }, await find(ada)));
    expect(records.map(({ type }) => type).toSorted()).toEqual([
      'chatbot-message',
      'profile',
      'sign-up',
      'video',
      'video',
      'video',
    ]);
    expect(records.find(({ type }) => type === 'chatbot-message')?.othersAt).toEqual(['reply']);
  });

  test('erases media and account, waits for the backups, and then confirms', async () => {
    const keys = await vendors.keysOf(ada);
    const input = actInput(keys, await account().find(keys), vendors);
    expect(await account().act('erase', input)).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-04-04',
    });
    expect(vendors.held('account', ada)).toBe(0);
    expect(await account().confirm({ ...input, action: 'erase' })).toMatchObject({
      seen: 'pending',
      expectedBy: '2026-04-04',
    });
    vendors.clock.ms += 31 * dayMs;
    expect(await account().confirm({ ...input, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
  });

  test('F19 an erasure whose answer was lost is asked for again and happens once', async () => {
    const keys = await vendors.keysOf(ada);
    const input = actInput(keys, await account().find(keys), vendors);
    await vendors.fault('account', { cancel: 'after', method: 'PUT', times: 1 });
    expect(await account().act('erase', input)).toMatchObject({ result: 'accepted' });
    vendors.clock.ms += dayMs;
    expect(await account().act('erase', input)).toMatchObject({
      result: 'accepted',
      expectedBy: '2026-04-04',
    });
  });

  test('A57 invoices stay when everything else goes', async () => {
    const keys = await vendors.keysOf(grace);
    const input = actInput(keys, await account().find(keys), vendors);
    await account().act('erase', input);
    expect(vendors.held('account', grace)).toBe(8);
    vendors.clock.ms += 31 * dayMs;
    expect(await account().confirm({ ...input, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
  });

  test('books that the law has let go of are erased too, and kept ones are noticed', async () => {
    vendors.clock.ms = Date.UTC(2032, 0, 1);
    const keys = await vendors.keysOf(grace);
    const input = actInput(keys, await account().find(keys), vendors);
    await account().act('erase', input);
    expect(vendors.held('account', grace)).toBe(5);
    vendors.clock.ms += 31 * dayMs;
    expect(await account().confirm({ ...input, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
    vendors.clock.ms = Date.UTC(2033, 0, 1);
    expect(await account().confirm({ ...input, action: 'erase' })).toMatchObject({
      seen: 'still-there',
      code: 'books-kept-too-long',
    });
  });

  const summary = {
    accountId: 'acc_1',
    email: lin,
    otherEmails: [],
    createdAt: '2024-01-01T00:00:00Z',
    mailboxSince: '2024-01-01T00:00:00Z',
    counts: [],
    billing: [],
    openSubscription: false,
    mediaProjectIds: [],
    linked: {},
  };
  const lookUpGives = (...accounts: readonly object[]) =>
    vendors.fault('account', { path: '/v1/lookups', body: { total: accounts.length, accounts } });

  test('A36 two accounts behind one mailbox are for a person to tell apart, and no id of either is used', async () => {
    await lookUpGives(summary, { ...summary, accountId: 'acc_2', linked: { telegramChatIds: ['1'] } });
    const finding = await find(lin);
    expect(finding).toMatchObject({ ambiguous: true, holdings: [{}, {}] });
    expect(finding.keys).toBeUndefined();
  });

  test.each([
    ['2026-03-04T00:00:00Z', true],
    ['2026-01-04T00:00:00Z', undefined],
  ])('A19 an address that came to the account on %s: ambiguous is %s', async (mailboxSince, ambiguous) => {
    await lookUpGives({ ...summary, mailboxSince });
    expect((await find(lin)).ambiguous).toBe(ambiguous);
  });

  test('a new account is not suspicious for being new', async () => {
    const yesterday = '2026-03-04T00:00:00Z';
    await lookUpGives({ ...summary, createdAt: yesterday, mailboxSince: yesterday });
    expect((await find(lin)).ambiguous).toBeUndefined();
  });

  test('an open subscription stops the erasure before anything is touched', async () => {
    await lookUpGives({ ...summary, openSubscription: true });
    const finding = await find(lin);
    expect(finding.holdings[0]?.blocker).toBe('open-subscription');
    const before = vendors.requests.length;
    expect(await account().act('erase', actInput({ email: lin }, finding, vendors))).toMatchObject({
      result: 'failed',
      code: 'open-subscription',
    });
    expect(vendors.requests).toHaveLength(before);
  });

  test('a subscription that was opened since is noticed by the account system itself', async () => {
    const keys = await vendors.keysOf(lin);
    const input = actInput(keys, await account().find(keys), vendors);
    await vendors.fault('account', { status: 409, method: 'PUT', body: { code: 'open-subscription' } });
    expect(await account().act('erase', input)).toMatchObject({
      result: 'failed',
      code: 'open-subscription',
    });
  });

  test('A55 an account made after the cut-off is not touched', async () => {
    const keys = await vendors.keysOf(ada);
    const input = {
      ...actInput(keys, await account().find(keys), vendors),
      cutoff: '2024-02-01T00:00:00Z',
    };
    await account().act('erase', input);
    expect(vendors.held('account', ada)).toBeGreaterThan(0);
  });

  test('rectifies the fields it knows and sees them changed', async () => {
    const keys = await vendors.keysOf(lin);
    const input = actInput(keys, await account().find(keys), vendors, [
      { field: 'Name', value: 'Lin Nieuw' },
    ]);
    expect(await account().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'still-there' });
    expect(await account().act('rectify', input)).toMatchObject({ result: 'done' });
    expect(await account().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'confirmed' });
  });

  test.each(['email', 'date of birth'])('leaves a correction of "%s" to staff', async (field) => {
    const keys = await vendors.keysOf(lin);
    const input = actInput(keys, await account().find(keys), vendors, [
      { field: 'name', value: 'Lin Nieuw' },
      { field, value: 'x' },
    ]);
    expect(await account().act('rectify', input)).toEqual({ result: 'manual', instructions: 'rectify' });
  });

  test('restricts, lifts and withdraws marketing, and sees each of them', async () => {
    const keys = await vendors.keysOf(lin);
    const input = actInput(keys, await account().find(keys), vendors);
    for (const action of ['restrict', 'lift', 'opt-out'] as const) {
      expect(await account().act(action, input)).toMatchObject({ result: 'done' });
      expect(await account().confirm({ ...input, action })).toMatchObject({ seen: 'confirmed' });
    }
    expect(await account().confirm({ ...input, action: 'restrict' })).toMatchObject({ seen: 'still-there' });
  });

  test('A37 an answer about another person is quarantined', async () => {
    await vendors.fault('account', { lie: 'wrong-subject' });
    await expect(find(ada)).rejects.toMatchObject({ name: 'QuarantineError', message: 'another-person' });
  });

  test('a 404 that is not in the words of the interface is no proof of absence', async () => {
    const keys = await vendors.keysOf(ada);
    const input = actInput(keys, await account().find(keys), vendors);
    await vendors.fault('account', { status: 404, body: { message: 'no route' }, path: '/v1/accounts' });
    await expect(account().confirm({ ...input, action: 'restrict' })).rejects.toMatchObject({
      name: 'QuarantineError',
    });
  });

  test('lists the mailboxes it holds over all pages', async () => {
    const own = vendors.enabled.get('account');
    if (own === undefined) throw new Error('account is off');
    const fence = {
      processor: 'account',
      origins: own.definition.origins(own.config),
      limits: own.definition.limits,
    };
    const deps = { http: vendors.httpFor(fence), now: () => vendors.clock.ms, secret: vendors.secret };
    const emails: string[] = [];
    for await (const { email } of heldMailboxes(own.config, deps)) emails.push(email);
    expect(emails).toEqual([ada, grace, lin]);
  });
});
