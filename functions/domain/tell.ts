import type { Case, LetterRecord } from './case.ts';
import type { Fact } from './lifecycle.ts';
import type { LetterKind } from './words.ts';

/** The fact that a letter went out, for the same transaction as what it tells. */
export function letterSent(letter: LetterRecord, by: Fact['by'] = 'system'): Fact {
  return {
    type: letter.state === 'withheld' ? 'letter-withheld' : 'letter-sent',
    by,
    at: letter.at,
    data: { letter: letter.id },
    children: [{ kind: 'letter', value: letter }],
  };
}

/** A letter that need not be sent again: it went out, or it is withheld for good. A bounced one is not told. */
export function toldAlready(current: Case, letterId: string): LetterRecord | undefined {
  return current.letters.find((letter) => letter.id === letterId && letter.state !== 'bounced');
}

/** Letters of a kind that may go out several times carry a number. */
export function letterId(kind: LetterKind, number?: number): string {
  return number === undefined ? kind : `${kind}-${number}`;
}
