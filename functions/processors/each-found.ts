import type { Action } from '../domain/words.ts';
import type { ActResult, Confirmation } from './contract.ts';
import { type EvidenceParts, lookedAgain, vendorAcknowledged } from './evidence.ts';

/** Applies one change to every record of a finding that is still there, and rests on the vendor's yes to each call. */
export async function changeEach<Item>(
  stillThere: AsyncIterable<Item>,
  apply: (item: Item) => Promise<void>,
  evidence: EvidenceParts,
): Promise<ActResult> {
  for await (const item of stillThere) await apply(item);
  return { result: 'done', evidence: vendorAcknowledged(evidence) };
}

/** Looks whether every record of a finding that is still there has become as the action wants it. */
export async function confirmEach<Item>(
  stillThere: AsyncIterable<Item>,
  isAsWanted: (item: Item) => boolean | Promise<boolean>,
  { action, handles }: { readonly action: Action; readonly handles: readonly string[] },
): Promise<Confirmation> {
  for await (const item of stillThere)
    if (!(await isAsWanted(item)))
      return {
        seen: 'still-there',
        code: 'unchanged',
        evidence: lookedAgain({ observation: 'unchanged', handles }),
      };
  return { seen: 'confirmed', evidence: lookedAgain({ observation: `${action}-seen`, handles }) };
}
