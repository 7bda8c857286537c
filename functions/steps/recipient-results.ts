import type { DispositionRecord } from '../domain/case.ts';
import { recipientOf } from '../domain/register.ts';
import type { Language } from '../domain/words.ts';
import type { RecipientResult } from '../letters/letter.ts';
import type { KnownProcessors } from './processor-port.ts';

/** Dispositions in the form that letters tell them: the recipient as the register names it, and where the subject can ask it directly. */
export function recipientResults(
  records: readonly DispositionRecord[],
  processors: KnownProcessors,
  language: Language,
): readonly RecipientResult[] {
  return records.map((record) => {
    const known = processors.names.includes(record.processor);
    const definition = known ? processors.definition(record.processor) : undefined;
    // Where nothing was found there is nothing to say of what a controller of its own keeps.
    const isTold = definition?.ownController && record.disposition !== 'nothing-found';
    const text = isTold && record.action ? definition.manualTasks[record.action]?.subjectText : undefined;
    return {
      title: definition?.title ?? recipientOf(record.processor, processors.further).title,
      disposition: record.disposition,
      action: record.action,
      expectedBy: record.expectedBy,
      ground: record.ground,
      retainedUntil: record.retainedUntil,
      why: record.code,
      ownControllerText: text?.[language],
    };
  });
}
