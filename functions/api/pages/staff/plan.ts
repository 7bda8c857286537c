import { writtenDay } from '../../../domain/calendar.ts';
import type { FindingRecord, RequestRow } from '../../../domain/case.ts';
import { policyOf } from '../../../domain/policy.ts';
import { recipients } from '../../../domain/register-recipients.ts';
import { capitalised } from '../../../domain/sentence.ts';
import { builtInProcessors, type Language } from '../../../domain/words.ts';
import type { ProcessorDefinition } from '../../../processors/contract.ts';
import { say } from '../markup.ts';
import { categoryLabels, operationPhrases } from './words.ts';

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
  language: Language,
): readonly PlanLine[] {
  const { operation, ownSystemLast } = policyOf(row.right);
  if (operation === undefined) return [];
  const t = say(language);
  const doing = operationPhrases[operation][language];
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
    if (finding.state === 'nothing')
      return line(
        'none',
        t('Er is niets gevonden, dus er wordt niets gevraagd.', 'Nothing was found, so nothing is called.'),
      );
    if (finding.state === 'ambiguous')
      return line(
        'person',
        t(
          'Misschien gaat het om meer dan één mens: een collega kijkt voordat er iets gebeurt.',
          'More than one person may be meant: a person checks before anything happens.',
        ),
      );
    if (finding.state === 'incomplete' || finding.state === 'failed')
      return line(
        'person',
        t(
          'Het zoeken is niet af: het wordt opnieuw geprobeerd, anders wordt het een taak.',
          'The search is not complete: it is tried again, else it becomes a task.',
        ),
      );
    if (!systems.names.includes(finding.processor))
      return line(
        'person',
        t(
          'Dit systeem staat niet meer aan: een collega moet kijken.',
          'This system is not enabled any more: a person must look.',
        ),
      );
    const capability = systems.definition(finding.processor).capabilities[operation];
    const held = heldOf(finding, language);
    const what = held.all || t('wat er is', 'what is there');
    if (capability === 'none')
      return line(
        'none',
        t(
          `Dit systeem kan niet per mens ${doing('gegevens')}: de betrokkene hoort dat het niet van toepassing is.`,
          `It cannot ${doing('data')} per person: told to the subject as not applicable.`,
        ),
      );
    if (capability === 'manual' || finding.state === 'by-hand')
      return line(
        'person',
        t(
          `Er komt een taak: een collega moet met de hand ${doing(what)}.`,
          `A task opens: a person must ${doing(what)} by hand.`,
        ),
      );
    const blocked = operation === 'erase' && finding.holdings.some((one) => one.blocker);
    if (blocked)
      return line(
        'person',
        t(
          `Er staat iets in de weg (${blockersOf(finding)}): eerst komt er een taak.`,
          `Something stands in the way (${blockersOf(finding)}): a task opens first.`,
        ),
      );
    if (operation !== 'erase') return line('act', `${capitalised(doing(held.all))}.`);
    if (held.erased === '') return line('keep', held.kept);
    const last =
      finding.processor === 'account' && ownSystemLast
        ? t(
            ' Als laatste van alle, omdat dit systeem de nummers bewaart.',
            ' Last of all, because it holds the ids.',
          )
        : '';
    const erase = t(
      `${capitalised(doing(held.erased))} en daarna opnieuw kijken.`,
      `${capitalised(doing(held.erased))}, then look again.`,
    );
    return line('act', `${erase}${held.kept ? ` ${held.kept}` : ''}${last}`);
  });
}

function heldOf(finding: FindingRecord, language: Language) {
  const t = say(language);
  const counted = (list: FindingRecord['holdings']) => {
    const totals = new Map<string, number>();
    for (const { category, count } of list) {
      const label = categoryLabels[category][language];
      totals.set(label, (totals.get(label) ?? 0) + count);
    }
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
    kept: until
      ? `${t('Volgens de wet bewaard tot', 'Kept by law until')} ${writtenDay(until, language)}: ${counted(kept)}.`
      : '',
  };
}

function blockersOf(finding: FindingRecord): string {
  return [
    ...new Set(finding.holdings.flatMap((one) => (one.blocker ? [one.blocker.replaceAll('-', ' ')] : []))),
  ].join(', ');
}
