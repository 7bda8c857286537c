import type { ActResult, Confirmation, Processor } from '../../functions/processors/contract.ts';
import { lookedAgain, vendorAcknowledged } from '../../functions/processors/evidence.ts';
import { withSecondLook } from '../../functions/processors/second-look.ts';

const done: ActResult = { result: 'done', evidence: vendorAcknowledged({ observation: 'said-so' }) };
const gone: Confirmation = { seen: 'confirmed', evidence: lookedAgain({ observation: 'gone' }) };
const kept: Confirmation = {
  seen: 'still-there',
  code: 'kept',
  evidence: lookedAgain({ observation: 'kept' }),
};
const input = {
  keys: { email: 'ada@example.com' },
  finding: { holdings: [], complete: true },
  idempotencyKey: 'key',
  cutoff: '2026-03-05T00:00:00Z',
};

function setUp(acted: ActResult, confirmation: Confirmation) {
  const clock = { ms: Date.UTC(2026, 2, 5, 9) };
  const jobs: (string | undefined)[] = [];
  const inner: Processor = {
    name: 'inner',
    find: async () => ({ holdings: [], complete: true }),
    export: async function* () {},
    act: async () => acted,
    confirm: async ({ job }) => {
      jobs.push(job);
      return confirmation;
    },
    check: async () => {},
  };
  return { clock, jobs, processor: withSecondLook(inner, { days: 8, now: () => clock.ms }) };
}

describe('second look', () => {
  test('what is gone at once is accepted, and confirmed only by a look eight days later', async () => {
    const { processor, clock } = setUp(done, gone);
    const acted = await processor.act('erase', input);
    expect(acted).toMatchObject({ result: 'accepted', expectedBy: '2026-03-13', job: 'settles:2026-03-13' });
    const look = () => processor.confirm({ ...input, action: 'erase', job: 'settles:2026-03-13' });
    expect(await look()).toMatchObject({ seen: 'pending', expectedBy: '2026-03-13' });
    clock.ms = Date.UTC(2026, 2, 13);
    expect(await look()).toMatchObject({ seen: 'confirmed' });
  });

  test('what is still there at once is a failure at once', async () => {
    const { processor } = setUp(done, kept);
    expect(await processor.act('erase', input)).toMatchObject({ result: 'failed', code: 'kept' });
  });

  test('the vendor’s own date and job handle stay', async () => {
    const evidence = vendorAcknowledged({ observation: 'promised' });
    const promised = { result: 'accepted', evidence, expectedBy: '2026-05-05', job: 'job/7' } as const;
    const { processor, jobs } = setUp(promised, gone);
    const acted = await processor.act('erase', input);
    expect(acted).toMatchObject({ expectedBy: '2026-05-05', job: 'settles:2026-03-13/job/7' });
    await processor.confirm({ ...input, action: 'erase', job: 'settles:2026-03-13/job/7' });
    await processor.confirm({ ...input, action: 'erase', job: 'older-handle' });
    expect(jobs).toEqual(['job/7', 'older-handle']);
  });

  test('other operations pass through', async () => {
    const { processor } = setUp(done, gone);
    expect(await processor.act('opt-out', input)).toBe(done);
    expect(await processor.confirm({ ...input, action: 'opt-out' })).toBe(gone);
  });
});
