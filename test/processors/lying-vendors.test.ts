import { type Acted, settle } from '../../functions/domain/dispositions.ts';
import type { Confirmation, Finding, Processor, SubjectKeys } from '../../functions/processors/contract.ts';
import { vendorAcknowledged } from '../../functions/processors/evidence.ts';
import { openDsr } from '../../functions/processors/opendsr.ts';
import { definitions } from '../../functions/processors/registry.ts';
import { secondLookDays } from '../../functions/processors/second-look.ts';
import { emulators } from '../../local/processors/all.ts';
import type { Lie } from '../../local/processors/faults.ts';
import { openDsrEmulator } from '../../local/processors/opendsr.ts';
import { actInput, ada, dayMs, openVendors, type Vendors } from './vendors.ts';

/**
 * Whatever a vendor says, "erased" is only ever said of what is gone. Every connector that can erase runs the whole way of an erasure
 * (find, act, look at once, look when due) against its emulator while that lies, under the domain's own rule for dispositions.
 */

interface Verdict {
  readonly disposition: string;
  readonly code: string | undefined;
}

interface Way {
  readonly lie?: Lie;
  /** The stage in which the vendor lies; default is all of acting and looking. */
  readonly during?: 'find' | 'act' | 'confirm';
  readonly method?: string;
}

async function eraseFully(
  vendors: Vendors,
  name: string,
  way: Way,
  processor: Processor = vendors.processor(name),
): Promise<Verdict> {
  const keys: SubjectKeys = await vendors.keysOf(ada);
  const lie = async (during: Way['during']) => {
    if (way.lie === undefined || (way.during !== undefined && way.during !== during)) return;
    if (way.during === undefined && during === 'find') return;
    await vendors.clearFaults(name);
    const method = way.method === undefined ? {} : { method: way.method };
    await vendors.fault(name, { lie: way.lie, times: 'forever', ...method });
  };
  const honest = async (during: Way['during']) => {
    if (way.during === during) await vendors.clearFaults(name);
  };

  try {
    await lie('find');
    const finding: Finding = await processor.find(keys);
    await honest('find');
    if (!finding.complete) return { disposition: 'failed', code: 'search-incomplete' };
    if (finding.ambiguous) return { disposition: 'failed', code: 'ambiguous-mailbox' };
    if (finding.holdings.length === 0) return { disposition: 'nothing-found', code: undefined };
    const input = actInput(keys, finding, vendors);

    await lie('act');
    const acted: Acted = await processor.act('erase', input);
    await honest('act');

    let looks = 0;
    let promise = acted.result === 'accepted' ? acted.expectedBy : undefined;
    for (;;) {
      await lie('confirm');
      const seen: Confirmation | undefined =
        acted.result === 'done' || acted.result === 'accepted'
          ? await processor.confirm({
              ...input,
              action: 'erase',
              ...(acted.result === 'accepted' && acted.job !== undefined ? { job: acted.job } : {}),
            })
          : undefined;
      await honest('confirm');
      looks += 1;
      const at = new Date(vendors.clock.ms).toISOString();
      const place = {
        processor: name,
        action: 'erase',
        at,
        today: at.slice(0, 10),
        plannedBy: '2026-04-05',
        looks,
      } as const;
      const promised: Acted =
        acted.result === 'accepted' ? { ...acted, expectedBy: promise ?? place.today } : acted;
      const record = settle(place, promised, seen, undefined).find(({ kind }) => kind === 'disposition');
      if (record?.kind !== 'disposition') throw new Error('no disposition');
      const { disposition, code, expectedBy } = record.value;
      if (disposition !== 'accepted' || expectedBy === undefined || looks > 12) return { disposition, code };
      promise = expectedBy;
      const due = Date.parse(`${expectedBy}T12:00:00Z`);
      vendors.clock.ms = Math.max(vendors.clock.ms + dayMs, due);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The engine retries the first family and gives the others to staff; none of them says "erased".
    expect(['TransientError', 'PermanentError', 'QuarantineError']).toContain(error.name);
    return { disposition: 'failed', code: error.message };
  } finally {
    await vendors.clearFaults(name);
  }
}

/** The local edition's vendors, and one that is known by configuration alone. */
const liars = [...emulators, openDsrEmulator];
const erasing = [...definitions, openDsr(openDsrEmulator.name)]
  .filter(({ capabilities }) => capabilities.erase === 'automated')
  .map(({ name }) => name);

const ways: readonly [string, Way][] = [
  ['says yes and keeps', { lie: 'keep' }],
  ['archives instead', { lie: 'archive' }],
  ['takes the job and cancels it', { lie: 'cancel' }],
  ['brings the records back a week later', { lie: 'restore-later' }],
  ['cuts pages while it is searched', { lie: 'partial-page', during: 'find' }],
  ['cuts pages while it erases', { lie: 'partial-page', during: 'act' }],
  ['cuts pages while it is looked at', { lie: 'partial-page', during: 'confirm' }],
  ['breaks off its answers', { lie: 'cut-body' }],
  ['answers about somebody else when searched', { lie: 'wrong-subject', during: 'find' }],
  ['answers about somebody else afterwards', { lie: 'wrong-subject' }],
  ['puts its error into a 200 when erasing', { lie: 'error-in-200', during: 'act' }],
  [
    'puts its error into a 200 when erasing by DELETE',
    { lie: 'error-in-200', during: 'act', method: 'DELETE' },
  ],
  ['puts its error into a 200 when erasing by POST', { lie: 'error-in-200', during: 'act', method: 'POST' }],
  ['puts its error into a 200 when looked at', { lie: 'error-in-200', during: 'confirm' }],
  ['says 404 when searched', { lie: 'false-404', during: 'find' }],
  ['says 404 when erasing', { lie: 'false-404', during: 'act' }],
  ['says 404 to DELETE only', { lie: 'false-404', during: 'act', method: 'DELETE' }],
  ['says 404 to PUT only', { lie: 'false-404', during: 'act', method: 'PUT' }],
  ['says 404 to POST only', { lie: 'false-404', during: 'act', method: 'POST' }],
  ['says 404 from acting on', { lie: 'false-404' }],
];

describe.each(erasing)('%s as a liar', (name) => {
  const needed = liars.filter((emulator) => emulator.name === name || emulator.name === 'account');
  let vendors: Vendors;
  beforeEach(() => {
    vendors = openVendors({ secondLookDays, emulators: needed });
  });
  afterEach(() => vendors.close());

  test.each(ways)('that %s is never said to have erased what it holds', async (_description, way) => {
    const heldBefore = vendors.held(name, ada);
    expect(heldBefore).toBeGreaterThan(0);
    const verdict = await eraseFully(vendors, name, way);
    vendors.clock.ms += 2 * dayMs;
    const saysGone = verdict.disposition === 'done-confirmed' || verdict.disposition === 'nothing-found';
    expect({ ...verdict, held: saysGone ? vendors.held(name, ada) : 0 }).toEqual({ ...verdict, held: 0 });
  });

  test('when honest, is found to have erased', async () => {
    const verdict = await eraseFully(vendors, name, {});
    // Where a part can only be done by a person, that part is what is left open.
    if (verdict.code === 'by-hand') return;
    expect(verdict.disposition).toMatch(/^(done-confirmed|accepted|retained-by-law)$/);
    expect(vendors.held(name, ada)).toBe(0);
  });
});

test('a connector that takes the vendor’s word is caught by these ways of lying', async () => {
  const vendors = openVendors({ secondLookDays, emulators: liars });
  const honest = vendors.processor('mailchimp');
  const believing: Processor = {
    ...honest,
    confirm: async () => ({ seen: 'confirmed', evidence: vendorAcknowledged({ observation: 'said-so' }) }),
  };
  const verdict = await eraseFully(vendors, 'mailchimp', { lie: 'restore-later' }, believing);
  vendors.clock.ms += 9 * dayMs;
  expect([verdict.disposition, vendors.held('mailchimp', ada)]).toEqual(['done-confirmed', 2]);
  vendors.close();
});
