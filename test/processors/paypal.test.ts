import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'paypal';

describe('paypal', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const deletions = () => callsTo(vendors, name).filter((call) => call.startsWith('DELETE'));

  test('finds the customer and the saved methods', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding).toEqual({
      complete: true,
      holdings: [
        { handle: 'customer', category: 'payment', count: 1 },
        { handle: '8kk845-local', category: 'payment', count: 1 },
      ],
    });
    expect((await prepare(vendors, name, grace)).finding.holdings).toEqual([]);
  });

  test('deletes saved methods by call and leaves payments to a person, with the text for the subject', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'token-listed' });
    expect(await act('erase')).toMatchObject({
      result: 'manual',
      instructions: 'erase',
      evidence: { observation: 'tokens-deleted', looked: 1 },
    });
    expect(deletions()).toEqual(['DELETE /v3/vault/payment-tokens/8kk845-local']);
    expect(await confirm('erase')).toMatchObject({
      seen: 'cannot-look',
      evidence: { observation: 'transactions-not-readable' },
    });
    const { definition } = vendors.enabled.get(name) ?? {};
    for (const operation of ['erase', 'export', 'rectify'] as const)
      expect(definition?.manualTasks[operation]?.subjectText?.nl).toContain('PayPal');
  });

  test('withdrawn consent deletes saved methods and sees them gone; repeating is harmless', async () => {
    const { act, confirm } = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
    expect(await act('opt-out')).toMatchObject({ result: 'done' });
    expect(await act('opt-out')).toMatchObject({ result: 'done' });
    expect(await confirm('opt-out')).toMatchObject({ seen: 'confirmed' });
    const again = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
    expect(await again.act('opt-out')).toMatchObject({ result: 'nothing-found' });
  });

  test('an objection to marketing touches no saved method', async () => {
    const { act } = await prepare(vendors, name, ada, { right: 'objection' });
    expect(await act('opt-out')).toEqual({ result: 'not-applicable', why: 'no-marketing-there' });
    expect(deletions()).toEqual([]);
  });

  test.each(['export', 'rectify', 'restrict', 'lift'] as const)('%s is work for staff', async (operation) => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    if (operation === 'export') expect(await gather(processor.export(keys, finding))).toEqual([]);
    else expect(await act(operation)).toEqual({ result: 'manual', instructions: operation });
    expect(vendors.enabled.get(name)?.definition.manualTasks[operation]).toBeDefined();
  });

  test('a vendor that says deleted and keeps is found out', async () => {
    const { act, confirm } = await prepare(vendors, name, ada, { right: 'consent-withdrawal' });
    await vendors.fault(name, { lie: 'keep', method: 'DELETE' });
    await act('opt-out');
    expect(await confirm('opt-out')).toMatchObject({ seen: 'still-there', code: 'token-listed' });
  });

  test('A37 methods of another customer are not used', async () => {
    const body = { payment_tokens: [{ id: 'x', customer: { id: 'paypal-other' } }] };
    await vendors.fault(name, { status: 200, body, path: '/v3' });
    await expectRefusal(prepare(vendors, name, ada), 'QuarantineError', 'another-person');
  });

  test('F21 fewer methods than the total is incomplete', async () => {
    await vendors.fault(name, { lie: 'partial-page', path: '/v3' });
    expect((await prepare(vendors, name, ada)).finding.complete).toBe(false);
    const endless = { payment_tokens: [], total_pages: 99 };
    await vendors.fault(name, { status: 200, body: endless, path: '/v3', times: 'forever' });
    const { finding, confirm } = await prepare(vendors, name, ada);
    expect(finding.complete).toBe(false);
    await expectRefusal(confirm('erase'), 'PermanentError', 'list-incomplete');
  });

  test('a customer that PayPal never saw has no methods', async () => {
    await vendors.fault(name, { status: 404, path: '/v3' });
    await expectRefusal(prepare(vendors, name, ada), 'QuarantineError', 'false-not-found');
    await vendors.fault(name, { status: 404, body: { name: 'RESOURCE_NOT_FOUND' }, path: '/v3' });
    expect((await prepare(vendors, name, ada)).finding.holdings).toHaveLength(1);
  });

  test.each([
    [{ status: 401, path: '/v1/oauth2' }, 'PermanentError', 'credentials-refused'],
    [{ status: 403, path: '/v3' }, 'PermanentError', 'access-refused'],
    [{ lie: 'error-in-200', path: '/v1/oauth2' }, 'QuarantineError', 'unexpected-shape'],
    [{ status: 503, path: '/v3', times: 3 }, 'TransientError', 'unavailable'],
  ])('%j is %s %s', async (fault, family, code) => {
    await vendors.fault(name, fault);
    await expectRefusal(prepare(vendors, name, ada), family, code);
  });

  test('check signs in and asks for nobody', async () => {
    await vendors.processor(name).check();
    await vendors.processor(name).check();
    expect(callsTo(vendors, name).filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });
});
