import { seeds } from '../../local/processors/seeds.ts';
import { actInput, ada, dayMs, gather, lin, openVendors, type Vendors } from './vendors.ts';

const [adaId] = seeds.ada.intercomContactIds;
const [linUser, linLead] = seeds.lin.intercomContactIds;

describe('intercom', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const intercom = () => vendors.processor('intercom');
  const found = async (email: string) => {
    const keys = await vendors.keysOf(email);
    return actInput(keys, await intercom().find(keys), vendors);
  };

  test('finds every contact of the person, user and lead, with conversations and tickets over all pages', async () => {
    expect((await found(lin)).finding.holdings.map(({ handle }) => handle)).toEqual([
      `contact:${linUser}`,
      'conversation:70021',
      `contact:${linLead}`,
      'conversation:70022',
    ]);
    expect((await found(ada)).finding.holdings).toHaveLength(5);
    expect((await found('nobody@example.com')).finding).toEqual({ holdings: [], complete: true });
  });

  test('erases both contacts and everything said, waits out the days of recovery, and then confirms', async () => {
    const input = await found(lin);
    const acted = await intercom().act('erase', input);
    expect(acted).toMatchObject({ result: 'accepted', expectedBy: '2026-03-13', job: '2026-03-13' });
    expect(vendors.held('intercom', lin)).toBe(0);
    expect(vendors.held('intercom', ada)).toBe(5);
    const confirmation = { ...input, action: 'erase', job: '2026-03-13' } as const;
    expect(await intercom().confirm(confirmation)).toMatchObject({
      seen: 'pending',
      expectedBy: '2026-03-13',
    });
    vendors.clock.ms += 8 * dayMs;
    expect(await intercom().confirm(confirmation)).toMatchObject({ seen: 'confirmed' });
  });

  test('F3 whatever call of the erasure loses its answer, running it again reaches the same end', async () => {
    const paths = ['^/conversations/\\d+$', '^/tickets/\\d+$', '^/contacts/[\\w]+$'];
    for (const path of paths) {
      const fresh = await openVendors();
      const processor = fresh.processor('intercom');
      const keys = await fresh.keysOf(ada);
      const input = actInput(keys, await processor.find(keys), fresh);
      await fresh.fault('intercom', { cancel: 'after', method: 'DELETE', path, times: 3 });
      await expect(processor.act('erase', input)).rejects.toMatchObject({ name: 'TransientError' });
      fresh.clock.ms += 60_000;
      expect(await processor.act('erase', input)).toMatchObject({ result: 'accepted' });
      expect(fresh.held('intercom', ada)).toBe(0);
      fresh.close();
    }
  });

  test('a contact that was merged meanwhile is erased where its data lives on', async () => {
    const input = await found(lin);
    const body = {
      type: 'error.list',
      errors: [{ code: 'contact_merged', message: 'merged' }],
    };
    await vendors.fault('intercom', {
      status: 410,
      body,
      headers: { link: `</contacts/${linUser}>; rel="canonical"` },
      path: `/contacts/${linLead}`,
      method: 'GET',
      times: 'forever',
    });
    await intercom().act('erase', input);
    const deleted = vendors.requests.filter(
      ({ method, url }) => method === 'DELETE' && url.includes('/contacts/'),
    );
    expect(deleted.map(({ url }) => url.split('/').at(-1))).toEqual([linUser]);
  });

  test('a merge that leads in a circle is quarantined', async () => {
    const input = await found(lin);
    await vendors.fault('intercom', {
      status: 410,
      body: { type: 'error.list', errors: [{ code: 'contact_merged' }] },
      headers: { link: `</contacts/${linLead}>; rel="canonical"` },
      path: '/contacts/',
      method: 'GET',
      times: 'forever',
    });
    await expect(intercom().act('erase', input)).rejects.toMatchObject({ message: 'endless-merges' });
  });

  test('A36 a contact with the account’s id and another address is for a person to look at', async () => {
    await vendors.fault('intercom', {
      status: 200,
      path: '/contacts/search',
      method: 'POST',
      body: { type: 'list', data: [], total_count: 0, pages: null },
    });
    await vendors.fault('intercom', {
      status: 200,
      path: '/contacts/search',
      method: 'POST',
      body: {
        type: 'list',
        total_count: 1,
        pages: null,
        data: [
          {
            type: 'contact',
            id: adaId,
            role: 'user',
            external_id: seeds.ada.accountId,
            email: 'older@example.com',
            created_at: 1714600000,
          },
        ],
      },
    });
    expect((await found(ada)).finding.ambiguous).toBe(true);
  });

  test('exports contact, parts and threads, and marks what others wrote', async () => {
    const { keys, finding } = await found(ada);
    const records = await gather(intercom().export(keys, finding));
    const types = records.map(({ type }) => type);
    expect([...new Set(types)].toSorted()).toEqual([
      'contact',
      'conversation',
      'event',
      'notes',
      'subscriptions',
      'tags',
      'ticket',
    ]);
    expect(records.filter(({ type }) => type === 'conversation')).toHaveLength(3);
    expect(records.find(({ type }) => type === 'conversation')?.othersAt).toEqual([
      'conversation_parts.conversation_parts.0',
    ]);
  });

  test('opting out covers mail, opt-in kinds and opt-out kinds, and does nothing the second time', async () => {
    const input = await found(lin);
    expect(await intercom().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'still-there' });
    expect(await intercom().act('opt-out', input)).toMatchObject({ result: 'done' });
    expect(await intercom().confirm({ ...input, action: 'opt-out' })).toMatchObject({ seen: 'confirmed' });
    const before = vendors.requests.length;
    await intercom().act('opt-out', input);
    expect(vendors.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('restricting is for a person, because archiving undoes itself', async () => {
    const input = await found(lin);
    expect(await intercom().act('restrict', input)).toEqual({ result: 'manual', instructions: 'restrict' });
    expect(await intercom().act('lift', input)).toEqual({ result: 'manual', instructions: 'lift' });
  });

  test.each([
    [[{ field: 'Name', value: 'Lin Nieuw' }], 'done'],
    [[{ field: 'email', value: 'x@example.com' }], 'manual'],
    [[{ field: 'shoe size', value: '40' }], 'not-applicable'],
  ])('rectifying %j is %s', async (corrections, result) => {
    const input = { ...(await found(lin)), corrections };
    expect(await intercom().act('rectify', input)).toMatchObject({ result });
    if (result === 'done')
      expect(await intercom().confirm({ ...input, action: 'rectify' })).toMatchObject({ seen: 'confirmed' });
  });

  test('a plan without conversation deletion is no obstacle, because the contact takes them along', async () => {
    const input = await found(lin);
    await vendors.fault('intercom', {
      status: 403,
      body: { type: 'error.list', errors: [{ code: 'api_plan_restricted' }] },
      method: 'DELETE',
      path: '/conversations/',
      times: 2,
    });
    expect(await intercom().act('erase', input)).toMatchObject({ result: 'accepted' });
    expect(vendors.held('intercom', lin)).toBe(0);
  });

  test.each([
    [
      { status: 401, body: { type: 'error.list', errors: [{ code: 'unauthorized' }] } },
      'PermanentError',
      'credentials-refused',
    ],
    [
      { status: 403, body: { type: 'error.list', errors: [{ code: 'api_plan_restricted' }] } },
      'PermanentError',
      'plan-restricted',
    ],
    [
      { status: 422, body: { type: 'error.list', errors: [{ code: 'parameter_invalid' }] } },
      'PermanentError',
      'rejected',
    ],
    [{ status: 408, times: 'forever' }, 'TransientError', 'unavailable'],
    [{ status: 429, headers: { 'retry-after': '3600' } }, 'TransientError', 'rate-limited'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'partial-page', times: 'forever' }, 'QuarantineError', 'truncated-page'],
    [{ lie: 'wrong-subject' }, 'QuarantineError', 'another-person'],
    [{ bodyBytes: 6_000_000 }, 'QuarantineError', 'response-too-large'],
  ])('looking up under %j ends in %s %s', async (fault, name, message) => {
    await vendors.fault('intercom', fault);
    await expect(found(ada)).rejects.toMatchObject({ name, message });
  });

  test('a 404 that is not Intercom’s own is no proof of absence', async () => {
    const input = await found(lin);
    await vendors.fault('intercom', { status: 404, body: '<html>', method: 'GET', path: '/contacts/' });
    await expect(intercom().confirm({ ...input, action: 'erase' })).rejects.toMatchObject({
      message: 'false-not-found',
    });
  });
});
