import { heldMailboxes } from '../../functions/processors/account.ts';
import { seeds } from '../../local/processors/seeds.ts';
import { actInput, ada, dayMs, gather, grace, lin, openVendors, type Vendors } from './vendors.ts';

describe('account', () => {
  let vendors: Vendors;
  beforeEach(() => {
    vendors = openVendors();
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
