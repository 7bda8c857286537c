import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'stripe';
const adasCustomer = 'cus_SeedAda0000001';
const gracesCustomer = 'cus_SeedGrace00001';
const list = (...data: readonly Record<string, unknown>[]) => ({ object: 'list', data, has_more: false });

describe('stripe', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const erasing = () => callsTo(vendors, name).filter((call) => !call.startsWith('GET'));

  /** The same processor with redaction switched on. */
  const withRedaction = () => vendors.reconfigured(name, { redaction: {} });

  describe('find', () => {
    test('finds a customer whose address is stored in another case, and its card', async () => {
      const { finding } = await prepare(vendors, name, ada);
      expect(finding.holdings).toMatchObject([
        { handle: adasCustomer, category: 'account', createdAt: '2024-03-01T09:05:00.000Z' },
        { handle: 'pm_SeedAda1', category: 'payment' },
      ]);
      expect(finding.complete).toBe(true);
    });

    test('even when the account does not know the customer and the search is the only way', async () => {
      const { holdings } = await vendors.processor(name).find({ email: ada });
      expect(holdings[0]?.handle).toBe(adasCustomer);
    });

    test('A57 booked invoices and payments are retained per book year', async () => {
      const { finding } = await prepare(vendors, name, grace);
      expect(finding.holdings.filter(({ retained }) => retained)).toEqual([
        booked('invoices', 2024, 1),
        booked('invoices', 2025, 2),
        booked('charges', 2024, 1),
        booked('charges', 2025, 2),
      ]);
      vendors.clock.ms = Date.UTC(2032, 0, 1);
      const { finding: later } = await prepare(vendors, name, grace);
      expect(
        later.holdings.filter(({ handle }) => handle.endsWith('/2024')).map(({ retained }) => retained),
      ).toEqual([undefined, undefined]);
    });

    test.each([
      ['/v1/subscriptions', { id: 'sub_1', status: 'past_due' }, 'open-subscription'],
      ['/v1/invoices', { id: 'in_1', status: 'open', created: 1_750_000_000 }, 'open-invoice'],
      ['/v1/payment_intents', { id: 'pi_1', status: 'requires_capture' }, 'open-payment'],
    ])('what still runs is a blocker: %s', async (path, record, blocker) => {
      await vendors.fault(name, { status: 200, body: list(record), path, times: 'forever' });
      const { finding } = await prepare(vendors, name, ada);
      expect(finding.holdings).toContainEqual({ handle: record.id, category: 'payment', count: 1, blocker });
    });

    test('a disputed charge is a blocker until its dispute is closed', async () => {
      const charge = { id: 'ch_1', created: 1_750_000_000, disputed: true };
      await vendors.fault(name, { status: 200, body: list(charge), path: '/v1/charges', times: 'forever' });
      await vendors.fault(name, {
        status: 200,
        body: list({ id: 'dp_1', status: 'needs_response' }),
        path: '/v1/disputes',
      });
      await vendors.fault(name, {
        status: 200,
        body: list({ id: 'dp_1', status: 'lost' }),
        path: '/v1/disputes',
      });
      const open = (await prepare(vendors, name, ada)).finding.holdings;
      expect(open).toContainEqual({ handle: 'dp_1', category: 'payment', count: 1, blocker: 'open-dispute' });
      const closed = (await prepare(vendors, name, ada)).finding.holdings;
      expect(closed.some(({ blocker }) => blocker)).toBe(false);
    });

    test('A37 a customer with another address is quarantined, found or linked', async () => {
      await vendors.fault(name, { lie: 'wrong-subject', path: '/v1/customers/search' });
      await expectRefusal(vendors.processor(name).find({ email: ada }), 'QuarantineError', 'another-person');
      const linked = { email: grace, stripeCustomerIds: [adasCustomer] };
      await expectRefusal(vendors.processor(name).find(linked), 'QuarantineError', 'another-person');
    });

    test('F21 a page that says "more" and is empty makes the finding incomplete', async () => {
      const cut = { object: 'list', data: [], has_more: true };
      await vendors.fault(name, { status: 200, body: cut, path: '/v1/invoices', times: 'forever' });
      expect((await prepare(vendors, name, ada)).finding.complete).toBe(false);
    });

    test('every page of a list is read', async () => {
      const charge = (id: string) => ({ id, created: 1_750_000_000, disputed: false });
      const first = { object: 'list', data: [charge('ch_1')], has_more: true };
      await vendors.fault(name, { status: 200, body: first, path: '/v1/charges' });
      await vendors.fault(name, { status: 200, body: list(charge('ch_2')), path: '/v1/charges' });
      const { finding } = await prepare(vendors, name, ada);
      expect(finding.holdings).toContainEqual(
        expect.objectContaining({ handle: `${adasCustomer}/charges/2025`, count: 2 }),
      );
      expect(callsTo(vendors, name).filter((call) => call.includes('/v1/charges'))).toEqual([
        `GET /v1/charges?customer=${adasCustomer}&limit=100`,
        `GET /v1/charges?customer=${adasCustomer}&limit=100&starting_after=ch_1`,
      ]);
    });

    test('quotes in an address do not break out of the search', async () => {
      await vendors.processor(name).find({ email: '"a\\"b"@example.com' });
      const search = callsTo(vendors, name).find((call) => call.includes('/search'));
      expect(new URL(`http://x${search?.slice(4)}`).searchParams.get('query')).toBe(
        'email:"\\"a\\\\\\"b\\"@example.com"',
      );
    });
  });

  describe('erase', () => {
    test('detaches, deletes, looks again, and confirms', async () => {
      const { act, confirm } = await prepare(vendors, name, ada);
      expect(await act('erase')).toMatchObject({
        result: 'done',
        evidence: {
          class: 'looked-again',
          observation: 'customer-deleted',
          requestIds: [expect.stringMatching(/^req_/)],
        },
      });
      expect(erasing()).toEqual([
        'POST /v1/payment_methods/pm_SeedAda1/detach',
        `DELETE /v1/customers/${adasCustomer}`,
      ]);
      expect(vendors.held(name, ada)).toBe(0);
      expect(await confirm('erase')).toMatchObject({ seen: 'confirmed' });
    });

    test('A57 the customer goes and the booked payments stay', async () => {
      const { act, confirm } = await prepare(vendors, name, grace);
      expect(await act('erase')).toMatchObject({ result: 'done' });
      expect(await confirm('erase')).toMatchObject({ seen: 'confirmed' });
      expect(vendors.held(name, grace)).toBe(6);
      expect(erasing().some((call) => call.includes('invoices') || call.includes('charges'))).toBe(false);
    });

    test('where only booked payments are left, the law keeps all', async () => {
      const { processor, input } = await prepare(vendors, name, grace);
      const holdings = input.finding.holdings.filter(({ retained }) => retained !== undefined);
      const acted = await processor.act('erase', { ...input, finding: { complete: true, holdings } });
      expect(acted).toMatchObject({
        result: 'retained',
        ground: 'tax-records-awr-52-4',
        until: '2032-12-31',
      });
      expect(erasing()).toEqual([]);
    });

    test('years that the law let go are for staff, unless redaction is on', async () => {
      vendors.clock.ms = Date.UTC(2032, 5, 1);
      const { act } = await prepare(vendors, name, grace);
      expect(await act('erase')).toMatchObject({ result: 'manual', instructions: 'redact' });
    });

    test.each([
      ['/v1/subscriptions', { id: 'sub_1', status: 'active' }, 'open-subscription'],
      ['/v1/invoices', { id: 'in_1', status: 'open', created: 1_750_000_000 }, 'open-invoice'],
      ['/v1/payment_intents', { id: 'pi_1', status: 'processing' }, 'open-payment'],
    ])(
      'stops before anything is changed when %s has opened since the search',
      async (path, record, blocker) => {
        const { act } = await prepare(vendors, name, ada);
        await vendors.fault(name, { status: 200, body: list(record), path, times: 1 });
        expect(await act('erase')).toEqual({ result: 'manual', instructions: blocker });
        expect(erasing()).toEqual([]);
        const tasks = vendors.enabled.get(name)?.definition.manualTasks;
        expect(tasks?.[blocker]?.instructions.length).toBeGreaterThan(0);
        expect(await act('erase')).toMatchObject({ result: 'done' });
      },
    );

    test('contracts that could not be read to their end stop it as well', async () => {
      const { act } = await prepare(vendors, name, ada);
      const cut = { object: 'list', data: [], has_more: true };
      await vendors.fault(name, { status: 200, body: cut, path: '/v1/subscriptions' });
      expect(await act('erase')).toEqual({ result: 'manual', instructions: 'unclear-contracts' });
    });

    test('F19 an answer that was lost leads to one deletion and the same end', async () => {
      const { act } = await prepare(vendors, name, ada);
      await vendors.fault(name, { cancel: 'after', method: 'DELETE' });
      expect(await act('erase')).toMatchObject({ result: 'done' });
      expect(await act('erase')).toMatchObject({ result: 'done' });
      expect(vendors.held(name, ada)).toBe(0);
    });

    test('the same key goes with every repeat of a detachment', async () => {
      const { processor, input } = await prepare(vendors, name, ada);
      const seen = new Set<string>();
      const watched = await vendors.reconnected(name, vendors.configOf(name), (http) => ({
        send(request) {
          const key = request.headers?.['idempotency-key'];
          if (key !== undefined) seen.add(key);
          return http.send(request);
        },
      }));
      await vendors.fault(name, { status: 500, times: 3, path: '/v1/payment_methods' });
      await expectRefusal(watched.act('erase', input), 'TransientError', 'unavailable');
      await watched.act('erase', input);
      expect([...seen]).toEqual([`${input.idempotencyKey}/pm_SeedAda1`]);
      expect(await processor.confirm({ ...input, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
    });

    test.each(['keep', 'archive', 'cancel'])(
      'a vendor that says deleted and keeps (%s) is found out at once',
      async (lie) => {
        const { act } = await prepare(vendors, name, ada);
        await vendors.fault(name, { lie, method: 'DELETE', times: 'forever' });
        expect(await act('erase')).toMatchObject({ result: 'failed', code: 'customer-present' });
      },
    );

    test('a customer that comes back is found out at the next look', async () => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie: 'restore-later', method: 'DELETE' });
      await act('erase');
      vendors.clock.ms += 8 * dayMs;
      expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'customer-present' });
    });

    test('an older customer with the same address that the search missed is found out', async () => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await act('erase');
      const other = { id: 'cus_Other', object: 'customer', created: 1_600_000_000, email: ada };
      await vendors.fault(name, { status: 200, body: list(other), path: '^/v1/customers$' });
      expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'another-customer' });
    });

    test('A55 a customer made after the decision is somebody’s new start and stays', async () => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await act('erase');
      const fresh = { id: 'cus_New', object: 'customer', created: vendors.clock.ms / 1000 + 60, email: ada };
      await vendors.fault(name, {
        status: 200,
        body: list(fresh),
        path: '^/v1/customers$',
        times: 'forever',
      });
      expect(await confirm('erase')).toMatchObject({ seen: 'confirmed' });
    });

    test('A37 a found customer that answers for another address by now is not touched', async () => {
      const { act } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie: 'wrong-subject', path: `/v1/customers/${adasCustomer}` });
      await expectRefusal(act('erase'), 'QuarantineError', 'another-person');
      expect(erasing()).toEqual([]);
    });

    test.each([
      [{ status: 401 }, 'PermanentError', 'credentials-refused'],
      [{ status: 400 }, 'PermanentError', 'rejected'],
      [{ status: 409 }, 'TransientError', 'try-later'],
      [{ status: 429, times: 3 }, 'TransientError', 'rate-limited'],
      [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
      [{ status: 200, body: { id: gracesCustomer, deleted: true } }, 'QuarantineError', 'unexpected-shape'],
    ])('DELETE answered with %j is %s %s', async (fault, family, code) => {
      const { act } = await prepare(vendors, name, ada);
      await vendors.fault(name, { method: 'DELETE', ...fault });
      await expectRefusal(act('erase'), family, code);
    });

    test('"not found" of what is still there is not believed', async () => {
      const { act } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie: 'false-404', method: 'DELETE' });
      await expectRefusal(act('erase'), 'QuarantineError', 'false-not-found');
      const inItsOwnWords = { error: { type: 'invalid_request_error', code: 'resource_missing' } };
      await vendors.fault(name, { status: 404, body: inItsOwnWords, method: 'DELETE' });
      expect(await act('erase')).toMatchObject({ result: 'failed', code: 'customer-present' });
    });
  });

  describe('redaction', () => {
    test('runs when Stripe says ready, and is confirmed only when it succeeded', async () => {
      const { input } = await prepare(vendors, name, ada);
      const processor = await withRedaction();
      const acted = await processor.act('erase', input);
      expect(acted).toMatchObject({ result: 'accepted', job: 'prj_local1', expectedBy: '2026-03-08' });
      const look = () => processor.confirm({ ...input, action: 'erase', job: 'prj_local1' });
      expect(await look()).toMatchObject({ seen: 'pending', evidence: { observation: 'redaction-running' } });
      expect(await look()).toMatchObject({ seen: 'pending' });
      expect(await look()).toMatchObject({ seen: 'confirmed' });
      expect(callsTo(vendors, name).filter((call) => call.endsWith('/run'))).toHaveLength(1);
      const [creation] = vendors.requests.filter(({ url }) => url.endsWith('/redaction_jobs'));
      expect(Object.fromEntries(new URLSearchParams(creation?.body))).toEqual({
        'objects[customers][0]': adasCustomer,
        validation_behavior: 'fix',
      });
    });

    test('waits where the law keeps invoices', async () => {
      const { input } = await prepare(vendors, name, grace);
      expect(await (await withRedaction()).act('erase', input)).toMatchObject({ result: 'done' });
      expect(callsTo(vendors, name).some((call) => call.includes('redaction_jobs'))).toBe(false);
    });

    test('takes lapsed years along when nothing is kept any more', async () => {
      vendors.clock.ms = Date.UTC(2033, 0, 2);
      const { input } = await prepare(vendors, name, grace);
      const processor = await withRedaction();
      expect(await processor.act('erase', input)).toMatchObject({ result: 'accepted' });
      for (let look = 0; look < 3; look += 1)
        await processor.confirm({ ...input, action: 'erase', job: 'prj_local1' });
      expect(vendors.held(name, grace)).toBe(0);
    });

    test('a job that Stripe cancels has not erased', async () => {
      const { input } = await prepare(vendors, name, ada);
      const processor = await withRedaction();
      await vendors.fault(name, { lie: 'cancel', path: '/v1/privacy' });
      await processor.act('erase', input);
      expect(await processor.confirm({ ...input, action: 'erase', job: 'prj_local1' })).toMatchObject({
        seen: 'still-there',
        code: 'redaction-failed',
      });
    });
  });

  describe('other rights', () => {
    test('exports customer, cards, contracts and bookings with the vendor’s own records', async () => {
      const { processor, keys, finding } = await prepare(vendors, name, grace);
      const records = await gather(processor.export(keys, finding));
      expect(records.map(({ type }) => type)).toEqual([
        'customer',
        'payment_method',
        ...['invoice', 'invoice', 'invoice'],
        ...['charge', 'charge', 'charge'],
      ]);
      expect(records.filter(({ providedBySubject }) => providedBySubject).map(({ type }) => type)).toEqual([
        'customer',
        'payment_method',
      ]);
    });

    test('corrects the customer, and sees it corrected', async () => {
      const corrections = [
        { field: 'Name', value: 'New Name' },
        { field: 'address.city', value: 'Assen' },
      ];
      const { act, confirm } = await prepare(vendors, name, ada, { corrections });
      expect(await confirm('rectify')).toMatchObject({ seen: 'still-there', code: 'not-corrected' });
      expect(await act('rectify')).toMatchObject({ result: 'done' });
      expect(await confirm('rectify')).toMatchObject({ seen: 'confirmed' });
      const update = vendors.requests.find(
        ({ method, url }) => method === 'POST' && url.endsWith(adasCustomer),
      );
      expect(Object.fromEntries(new URLSearchParams(update?.body))).toEqual({
        name: 'New Name',
        'address[city]': 'Assen',
      });
    });

    test('what is gone is not called corrected, and neither is what nobody asked for', async () => {
      const corrections = [{ field: 'name', value: 'New Name' }];
      const { act, confirm } = await prepare(vendors, name, ada, { corrections });
      await act('erase');
      expect(await act('rectify')).toMatchObject({ result: 'nothing-found' });
      expect(await confirm('rectify')).toMatchObject({ seen: 'still-there' });
      const unasked = await prepare(vendors, name, grace);
      expect(await unasked.confirm('rectify')).toMatchObject({ seen: 'still-there' });
    });

    test('a corrected address still belongs to the subject', async () => {
      const corrections = [{ field: 'email', value: 'ada.new@example.com' }];
      const { act, confirm } = await prepare(vendors, name, ada, { corrections });
      expect(await act('rectify')).toMatchObject({ result: 'done' });
      expect(await confirm('rectify')).toMatchObject({ seen: 'confirmed' });
      expect(await act('rectify')).toMatchObject({ result: 'done' });
    });

    test.each([
      [[]],
      [[{ field: 'shoe size', value: '44' }]],
      [
        [
          { field: 'name', value: 'New' },
          { field: 'constructor', value: 'x' },
        ],
      ],
    ])('what Stripe cannot change goes to staff, whole: %j', async (corrections) => {
      const { act } = await prepare(vendors, name, ada, { corrections });
      expect(await act('rectify')).toEqual({ result: 'manual', instructions: 'rectify' });
      expect(erasing()).toEqual([]);
    });

    test('withdrawn consent detaches cards; an objection to marketing has no object here', async () => {
      const objecting = await prepare(vendors, name, ada, { right: 'objection' });
      expect(await objecting.act('opt-out')).toEqual({ result: 'not-applicable', why: 'no-marketing-there' });
      const withdrawing = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
      expect(await withdrawing.confirm('opt-out')).toMatchObject({
        seen: 'still-there',
        code: 'card-attached',
      });
      expect(await withdrawing.act('opt-out')).toMatchObject({ result: 'done' });
      expect(await withdrawing.confirm('opt-out')).toMatchObject({ seen: 'confirmed' });
      const again = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
      expect(await again.act('opt-out')).toMatchObject({ result: 'nothing-found' });
    });

    test('restriction is work for staff', async () => {
      const { act } = await prepare(vendors, name, ada);
      expect(await act('restrict')).toEqual({ result: 'manual', instructions: 'restrict' });
      expect(await act('lift')).toEqual({ result: 'manual', instructions: 'lift' });
    });

    test('nobody is nothing found', async () => {
      const { act } = await prepare(vendors, name, 'nobody@example.com');
      expect(await act('erase')).toMatchObject({
        result: 'nothing-found',
        evidence: { class: 'looked-again' },
      });
    });

    test('check reads one customer', async () => {
      await vendors.processor(name).check();
      expect(callsTo(vendors, name)).toEqual(['GET /v1/customers?limit=1']);
      await vendors.fault(name, { status: 401 });
      await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'credentials-refused');
    });
  });
});

function booked(kind: string, year: number, count: number) {
  return {
    handle: `${gracesCustomer}/${kind}/${year}`,
    category: 'payment',
    count,
    retained: { ground: 'tax-records-awr-52-4', until: `${year + 7}-12-31` },
  };
}
