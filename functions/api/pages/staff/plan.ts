import { writtenDay } from '../../../domain/calendar.ts';
import type { FindingRecord, RequestRow } from '../../../domain/case.ts';
import { policyOf } from '../../../domain/policy.ts';
import { recipients } from '../../../domain/register-record.ts';
import { builtInProcessors } from '../../../domain/words.ts';
import type { ProcessorDefinition } from '../../../processors/contract.ts';
import { categoryLabels, operationVerbs } from './words.ts';

/** The enabled systems and what each can do, without a connection to any. */
export interface Systems {
  readonly names: readonly string[];
  definition(name: string): Pick<ProcessorDefinition, 'title' | 'capabilities'>;
}

export interface PlanLine {
  readonly processor: string;
  readonly title: string;
  readonly sentence: string;
  /** `act` changes something, `person` needs one, `keep` stays, `none` nothing happens. */
  readonly kind: 'act' | 'person' | 'keep' | 'none';
}

export function titleOfSystem(systems: Systems, name: string): string {
  const known = builtInProcessors.find((one) => one === name);
  if (known) return recipients[known].title;
  return systems.names.includes(name) ? systems.definition(name).title : name;
}

/** What a grant of everything would do at each system, from the findings: the same rules as the acting step follows. */
export function planOf(
  row: RequestRow,
  findings: readonly FindingRecord[],
  systems: Systems,
): readonly PlanLine[] {
  const { operation, ownSystemLast } = policyOf(row.right);
  if (operation === undefined) return [];
  const inOrder = [...findings].sort((a, b) =>
    ownSystemLast ? Number(a.processor === 'account') - Number(b.processor === 'account') : 0,
  );
  return inOrder.map((finding) => {
    const title = titleOfSystem(systems, finding.processor);
    const line = (kind: PlanLine['kind'], sentence: string): PlanLine => ({
      processor: finding.processor,
      title,
      sentence,
      kind,
    });
    const verb = operationVerbs[operation];
    if (finding.state === 'nothing') return line('none', 'Nothing was found, so nothing is called.');
    if (finding.state === 'ambiguous')
      return line('person', 'More than one person may be meant: a person checks before anything happens.');
    if (finding.state === 'incomplete' || finding.state === 'failed')
      return line('person', 'The search is not complete: it is tried again, else it becomes a task.');
    if (!systems.names.includes(finding.processor))
      return line('person', 'This system is not enabled any more: a person must look.');
    const capability = systems.definition(finding.processor).capabilities[operation];
    const held = heldOf(finding);
    if (capability === 'none')
      return line('none', `It cannot ${verb} per person: told to the subject as not applicable.`);
    if (capability === 'manual' || finding.state === 'by-hand')
      return line('person', `A task opens: a person must ${verb} ${held.all || 'what is there'} by hand.`);
    const blocked = operation === 'erase' && finding.holdings.some((one) => one.blocker);
    if (blocked)
      return line('person', `Something stands in the way (${blockersOf(finding)}): a task opens first.`);
    if (operation !== 'erase') return line('act', `${capitalised(verb)} ${held.all}.`);
    if (held.erased === '') return line('keep', held.kept);
    const last =
      finding.processor === 'account' && ownSystemLast ? ' Last of all, because it holds the ids.' : '';
    return line('act', `Erase ${held.erased}, then look again.${held.kept ? ` ${held.kept}` : ''}${last}`);
  });
}

function heldOf(finding: FindingRecord) {
  const counted = (list: FindingRecord['holdings']) => {
    const totals = new Map<string, number>();
    for (const { category, count } of list)
      totals.set(categoryLabels[category], (totals.get(categoryLabels[category]) ?? 0) + count);
    return [...totals].map(([label, count]) => `${count} × ${label}`).join(', ');
  };
  const kept = finding.holdings.filter((one) => one.retained);
  const until = kept
    .flatMap((one) => (one.retained ? [one.retained.until] : []))
    .sort()
    .at(-1);
  return {
    all: counted(finding.holdings),
    erased: counted(finding.holdings.filter((one) => !one.retained)),
    kept: until ? `Kept by law until ${writtenDay(until, 'en')}: ${counted(kept)}.` : '',
  };
}

function blockersOf(finding: FindingRecord): string {
  return [
    ...new Set(finding.holdings.flatMap((one) => (one.blocker ? [one.blocker.replaceAll('-', ' ')] : []))),
  ].join(', ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
