import type { Language } from '../domain/words.ts';
import { coolingOff, extension, question, restrictionLifted } from './clock-letters.ts';
import { answer, refusal, release, supplement } from './decision-letters.ts';
import {
  type Draft,
  freshCode,
  identityReminder,
  merged,
  messageNotice,
  receipt,
  withdrawn,
} from './intake-letters.ts';
import { layOut, type RenderedLetter } from './layout.ts';
import type { Letter } from './letter.ts';
import { transmission } from './transmission-letter.ts';

/**
 * Writes a letter: subject line without personal data, text and HTML with the same words, no images, no trackers.
 * Throws `InvalidInput` for a link that is not http(s), a code that is not six digits, or a day that does not exist.
 */
export function renderLetter(letter: Letter, language: Language): RenderedLetter {
  const { subject, blocks } = draftOf(letter, language);
  return layOut(subject, blocks, language);
}

function draftOf(letter: Letter, language: Language): Draft {
  switch (letter.kind) {
    case 'receipt':
      return receipt(letter, language);
    case 'code':
      return freshCode(letter, language);
    case 'identity-reminder':
      return identityReminder(letter, language);
    case 'extension':
      return extension(letter, language);
    case 'question':
      return question(letter, language);
    case 'refusal':
      return refusal(letter, language);
    case 'answer':
      return answer(letter, language);
    case 'supplement':
      return supplement(letter, language);
    case 'release':
      return release(letter, language);
    case 'restriction-lifted':
      return restrictionLifted(letter, language);
    case 'merged':
      return merged(letter, language);
    case 'withdrawn':
      return withdrawn(letter, language);
    case 'message-notice':
      return messageNotice(letter, language);
    case 'transmission':
      return transmission(letter, language);
    case 'cooling-off':
      return coolingOff(letter, language);
  }
}
