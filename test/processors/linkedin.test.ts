import { callsTo, prepare } from './rights.ts';
import { ada, gather, openVendors, type Vendors } from './vendors.ts';

const name = 'linkedin';

describe('linkedin', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  test('concerns people with an account, and nobody else', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings.map(({ handle }) => handle)).toEqual(['insight-tag', 'Customers 2026']);
    const { finding: stranger, act } = await prepare(vendors, name, 'nobody@example.com');
    expect(stranger).toEqual({ holdings: [], complete: true });
    expect(await act('erase')).toMatchObject({ result: 'nothing-found', evidence: { class: 'none' } });
  });

  test.each(['erase', 'restrict', 'lift', 'opt-out'] as const)(
    '%s is work for staff with instructions and evidence',
    async (action) => {
      const { act } = await prepare(vendors, name, ada);
      expect(await act(action)).toEqual({ result: 'manual', instructions: action });
      const task = vendors.enabled.get(name)?.definition.manualTasks[action];
      expect(task?.instructions.length).toBeGreaterThan(0);
      expect(task?.evidence.length).toBeGreaterThan(0);
    },
  );

  test('the subject is pointed to LinkedIn, in both languages', () => {
    const { definition } = vendors.enabled.get(name) ?? {};
    expect(definition?.ownController).toBe(true);
    for (const operation of ['export', 'erase', 'opt-out'])
      expect(definition?.manualTasks[operation]?.subjectText).toEqual({
        nl: expect.stringContaining('180 dagen'),
        en: expect.stringContaining('180 days'),
      });
  });

  test('nothing is called, claimed or read', async () => {
    const { confirm, act, processor, keys, finding } = await prepare(vendors, name, ada);
    expect(await confirm('erase')).toMatchObject({ seen: 'cannot-look', evidence: { class: 'none' } });
    expect(await act('rectify')).toMatchObject({ result: 'not-applicable' });
    expect(await gather(processor.export(keys, finding))).toEqual([]);
    await processor.check();
    expect(callsTo(vendors, name)).toEqual([]);
    expect(vendors.held(name, ada)).toBe(1);
  });
});
