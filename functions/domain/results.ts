import type { Case, DispositionRecord } from './case.ts';
import { isFinal } from './dispositions.ts';

/** What has become known since the subject was last told: records written after the last letter about results. */
export function newsSince(current: Case, toldAt: string): readonly DispositionRecord[] {
  return current.dispositions.filter((record) => record.at > toldAt && isFinal(record));
}

/** When the subject was last told results; before the answer, never. */
export function lastToldAt(current: Case): string {
  return current.letters
    .filter(
      (letter) =>
        letter.kind === 'answer' ||
        letter.kind === 'supplement' ||
        letter.kind === 'release' ||
        letter.kind === 'refusal',
    )
    .reduce((latest, letter) => (letter.at > latest ? letter.at : latest), '');
}
