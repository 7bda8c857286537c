import type { ActInput, ActResult, Confirmation, ConfirmInput, Processor } from './contract.ts';
import { dayAfter } from './evidence.ts';

/**
 * Days after an erasure at which it is looked for once more before anybody says "erased": vendors restore backups, undo archives and
 * re-import old lists, and most of that happens within a week.
 */
export const secondLookDays = 8;

/**
 * Wraps a processor so that an erasure counts as confirmed only when a look after `days` days has shown it too. What is still there at
 * once is a failure at once; what is gone at once is `accepted` until the second look. Other operations pass through.
 */
export function withSecondLook(
  processor: Processor,
  options: { readonly days: number /** Epoch milliseconds. */; readonly now: () => number },
): Processor {
  if (options.days === 0) return processor;

  async function erase(input: ActInput): Promise<ActResult> {
    const acted = await processor.act('erase', input);
    const settled = dayAfter(options.now(), options.days);
    if (acted.result === 'accepted') return { ...acted, job: jobOf(settled, acted.job) };
    if (acted.result !== 'done') return acted;
    const seen = await processor.confirm({ ...input, action: 'erase' });
    if (seen.seen === 'still-there') return { result: 'failed', code: seen.code, evidence: seen.evidence };
    return {
      result: 'accepted',
      evidence: seen.evidence,
      expectedBy: settled,
      job: jobOf(settled, undefined),
    };
  }

  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    const { settled, job, rest } = partsOf(input);
    const seen = await processor.confirm(job === undefined ? rest : { ...rest, job });
    const tooEarly = settled !== undefined && dayAfter(options.now(), 0) < settled;
    if (seen.seen !== 'confirmed' || !tooEarly) return seen;
    return { seen: 'pending', evidence: seen.evidence, expectedBy: settled };
  }

  return {
    name: processor.name,
    find: (keys) => processor.find(keys),
    export: (keys, finding) => processor.export(keys, finding),
    check: () => processor.check(),
    act: (action, input) => (action === 'erase' ? erase(input) : processor.act(action, input)),
    confirm: (input) => (input.action === 'erase' ? confirmErased(input) : processor.confirm(input)),
  };
}

/** Our day before the vendor's own job handle: `settles:2026-03-13` or `settles:2026-03-13/job_123`. */
function jobOf(settled: string, job: string | undefined): string {
  return job === undefined ? `settles:${settled}` : `settles:${settled}/${job}`;
}

function partsOf({ job, ...rest }: ConfirmInput) {
  const [, settled, own] = /^settles:(\d{4}-\d{2}-\d{2})(?:\/(.*))?$/s.exec(job ?? '') ?? [];
  return { rest, settled, job: settled === undefined ? job : own };
}
