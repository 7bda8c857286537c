import type { Case, FindingRecord } from '../../functions/domain/case.ts';
import { classOf } from '../../functions/domain/findings.ts';
import { receive, withChildren } from '../../functions/domain/lifecycle.ts';
import { lookDue } from '../../functions/domain/progress.ts';
import type {
  Finding,
  Processor,
  ProcessorDefinition,
  SubjectKeys,
} from '../../functions/processors/contract.ts';
import { vendorAcknowledged } from '../../functions/processors/evidence.ts';
import { openDsr } from '../../functions/processors/opendsr.ts';
import { definitions } from '../../functions/processors/registry.ts';
import { type ActingPorts, actAt, lookAgainAt } from '../../functions/steps/acting.ts';
import { saveFinding, sealedName } from '../../functions/steps/sealed.ts';
import { emulators } from '../../local/processors/all.ts';
import type { Lie } from '../../local/processors/faults.ts';
import { openDsrEmulator } from '../../local/processors/opendsr.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';
import { createTestRuntime } from '../doubles/runtime.ts';
import { createVaultDouble } from '../doubles/vault.ts';
import { ada, dayMs, openVendors, type Vendors } from './vendors.ts';

/**
 * Whatever a vendor says, "erased" is only ever said of what is gone. Every connector that can erase runs the product's own way of an
 * erasure (find, act, look at once, look when due, look once more days later) against its emulator while that lies.
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

const id = '0'.repeat(26);

/** A granted erasure that has been searched and is now acted on. */
function caseOf(finding: FindingRecord, at: string): Case {
  const { current } = receive(
    {
      id,
      submissionId: 'submission',
      siblings: [],
      right: 'erasure',
      channel: 'form',
      language: 'en',
      receivedAt: at,
      mailbox: 'mailbox',
    },
    'subject',
    at,
  );
  return {
    ...current,
    row: { ...current.row, status: 'acting', decision: { kind: 'grant', by: 'policy', at } },
    findings: [finding],
  };
}

function definitionOf(name: string): ProcessorDefinition {
  const found = [...definitions, openDsr(openDsrEmulator.name)].find((one) => one.name === name);
  if (found === undefined) throw new Error(`no definition of ${name}`);
  return found;
}

type Stage = (during: Way['during']) => Promise<void>;

/** The connector while its vendor lies at the stages of acting and of looking. */
function lyingBy(processor: Processor, lie: Stage, honest: Stage): Processor {
  return {
    ...processor,
    async act(action, input) {
      await lie('act');
      const acted = await processor.act(action, input);
      await honest('act');
      return acted;
    },
    async confirm(input) {
      await lie('confirm');
      const seen = await processor.confirm(input);
      await honest('confirm');
      return seen;
    },
  };
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
    const searched = classOf(finding, true);
    if (searched.state === 'nothing') return { disposition: 'nothing-found', code: undefined };
    const vault = createVaultDouble();
    await vault.put(id, sealedName.subject, { email: ada });
    await vault.put(id, sealedName.keys, { keys, complete: true });
    await saveFinding(vault, id, name, finding);
    const ports: ActingPorts = {
      store: createCaseStoreDouble(),
      vault,
      processors: {
        names: [name],
        further: vendors.further,
        definition: () => definitionOf(name),
        connect: async () => lyingBy(processor, lie, honest),
      },
      suppress: async () => {},
    };
    const runtime = createTestRuntime(() => vendors.clock.ms);
    const at = new Date(vendors.clock.ms).toISOString();
    let current = caseOf({ processor: name, at, ...searched }, at);

    current = withChildren(current, await actAt(ports, runtime, current, name, 'erase'));
    for (let looks = 0; ; looks += 1) {
      const [record] = current.dispositions;
      if (record === undefined) throw new Error('no disposition');
      const due = record.disposition === 'failed' ? undefined : lookDue(record);
      if (due === undefined || looks > 12) return { disposition: record.disposition, code: record.code };
      vendors.clock.ms = Math.max(vendors.clock.ms + dayMs, Date.parse(due) + dayMs / 2);
      current = withChildren(current, await lookAgainAt(ports, runtime, current, record, 'erase'));
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
  const needed = emulators.filter((emulator) => emulator.name === name || emulator.name === 'account');
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors({ emulators: needed });
  });
  afterEach(() => vendors.close());

  test.each(ways)('that %s is never said to have erased what it holds', async (_description, way) => {
    const heldBefore = vendors.held(name, ada);
    expect(heldBefore).toBeGreaterThan(0);
    const verdict = await eraseFully(vendors, name, way);
    // Long enough for what comes back a week after it went.
    vendors.clock.ms += 9 * dayMs;
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
  const vendors = await openVendors();
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
