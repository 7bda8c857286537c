import { writtenDayWithName } from '../domain/calendar.ts';
import { policyOf } from '../domain/policy.ts';
import { lawsThatKeep } from '../domain/register.ts';
import type { Text } from '../domain/register-record.ts';
import type { Action, Language, Right } from '../domain/words.ts';
import { oneLine } from './free-text.ts';
import { type Block, heading } from './layout.ts';
import type { RecipientResult } from './letter.ts';

type Operation = Action | 'export';

interface OperationWords {
  /** Said only when it was seen with our own eyes or done by a named person. */
  readonly done: Text;
  /** The request, as in "has accepted our request to …". */
  readonly request: Text;
}

const operationWords = {
  export: {
    done: { nl: 'een kopie van uw gegevens gemaakt', en: 'a copy of your data was made' },
    request: { nl: 'een kopie van uw gegevens te geven', en: 'give a copy of your data' },
  },
  rectify: {
    done: { nl: 'uw gegevens verbeterd', en: 'your data was corrected' },
    request: { nl: 'uw gegevens te verbeteren', en: 'correct your data' },
  },
  erase: {
    done: { nl: 'uw gegevens gewist', en: 'your data was erased' },
    request: { nl: 'uw gegevens te wissen', en: 'erase your data' },
  },
  restrict: {
    done: {
      nl: 'het gebruik van uw gegevens beperkt',
      en: 'the use of your data was restricted',
    },
    request: { nl: 'het gebruik van uw gegevens te beperken', en: 'restrict the use of your data' },
  },
  lift: {
    done: { nl: 'de beperking opgeheven', en: 'the restriction was lifted' },
    request: { nl: 'de beperking op te heffen', en: 'lift the restriction' },
  },
  'opt-out': {
    done: { nl: 'dit gebruik van uw gegevens gestopt', en: 'this use of your data was stopped' },
    request: { nl: 'dit gebruik van uw gegevens te stoppen', en: 'stop this use of your data' },
  },
} as const satisfies Record<Operation, OperationWords>;

const notApplicableTexts: Readonly<Record<string, Text>> = {
  'not-retrievable-per-person': {
    nl: 'hier kan niemand gegevens per persoon opvragen',
    en: 'nobody can look up data per person here',
  },
  'nothing-to-correct-there': {
    nl: 'hier staat niets dat u kunt laten verbeteren',
    en: 'there is nothing here that you can have corrected',
  },
  'no-marketing-there': {
    nl: 'hier worden uw gegevens niet voor reclame gebruikt',
    en: 'your data is not used for marketing here',
  },
  'not-portable-data': {
    nl: 'deze gegevens vallen niet onder het recht om ze mee te nemen',
    en: 'this data does not fall under the right to take it along',
  },
};
const notApplicable: Text = {
  nl: 'dit verzoek kan hier niets veranderen',
  en: 'this request can change nothing here',
};

/** Whether something at this recipient is still to come. */
export function isOpen(result: RecipientResult): boolean {
  return result.disposition === 'accepted' || result.disposition === 'failed';
}

/** One true sentence or more per recipient: what it did, what was kept, until when and why (GDPR art. 12(3), 19). */
export function resultSentence(result: RecipientResult, right: Right, language: Language): string {
  const words = operationWords[result.action ?? policyOf(right).operation ?? 'export'];
  const nl = language === 'nl';
  const day = (date: string) => writtenDayWithName(date, language);
  switch (result.disposition) {
    case 'nothing-found':
      return nl ? 'niets over u gevonden.' : 'nothing found about you.';
    case 'done-confirmed':
      // A copy is in the package itself: there is nothing to look at again.
      if (words === operationWords.export) return `${words.done[language]}.${keptSentence(result, language)}`;
      return nl
        ? `${words.done.nl}. Wij hebben daarna opnieuw gekeken en dat klopt.${keptSentence(result, language)}`
        : `${words.done.en}. We looked again afterwards, and it is so.${keptSentence(result, language)}`;
    case 'done-by-hand':
      return nl
        ? `${words.done.nl}. Een medewerker heeft dit gedaan en vastgelegd.${keptSentence(result, language)}`
        : `${words.done.en}. A member of staff did this and recorded it.${keptSentence(result, language)}`;
    case 'accepted': {
      const again =
        result.expectedBy === undefined
          ? nl
            ? 'Wij kijken later opnieuw'
            : 'We will look again later'
          : nl
            ? `Wij kijken op ${day(result.expectedBy)} opnieuw`
            : `We will look again on ${day(result.expectedBy)}`;
      return nl
        ? `heeft ons verzoek aangenomen om ${words.request.nl}. Wij hebben nog niet gezien dat het is gebeurd. ${again} en laten u weten wat wij zien.${keptSentence(result, language)}`
        : `has accepted our request to ${words.request.en}. We have not seen yet that it has happened. ${again} and tell you what we see.${keptSentence(result, language)}`;
    }
    case 'retained-by-law':
      return keptSentence(result, language).trim();
    case 'not-applicable': {
      const why = (result.why !== undefined && notApplicableOf(result.why)) || notApplicable;
      return nl ? `niet van toepassing: ${why.nl}.` : `does not apply: ${why.en}.`;
    }
    case 'failed':
      return nl
        ? `het is nog niet gelukt om ${words.request.nl}. Een medewerker werkt hieraan. Wij laten u weten hoe het afloopt.`
        : `we have not yet been able to ${words.request.en}. A member of staff is working on it. We will tell you how it ends.`;
  }
}

function notApplicableOf(code: string): Text | undefined {
  return Object.hasOwn(notApplicableTexts, code) ? notApplicableTexts[code] : undefined;
}

function keptSentence(result: RecipientResult, language: Language): string {
  const nl = language === 'nl';
  const whole = result.disposition === 'retained-by-law';
  if (result.ground === undefined && result.retainedUntil === undefined && !whole) return '';
  const what = whole
    ? nl
      ? 'gegevens worden bewaard'
      : 'data is kept'
    : nl
      ? 'Een deel wordt bewaard'
      : 'A part is kept';
  const until =
    result.retainedUntil === undefined
      ? ''
      : nl
        ? ` tot en met ${writtenDayWithName(result.retainedUntil, language)}`
        : ` until ${writtenDayWithName(result.retainedUntil, language)}`;
  const because =
    result.ground === undefined
      ? nl
        ? 'de wet dat eist'
        : 'the law requires it'
      : lawsThatKeep[result.ground].because[language];
  return nl
    ? ` ${what}${until}, omdat ${because}. Het wordt voor niets anders gebruikt.`
    : ` ${what}${until}, because ${because}. It is used for nothing else.`;
}

/** The list of recipients with what each did, and where a recipient that answers for itself can be reached. */
export function recipientBlocks(
  results: readonly RecipientResult[],
  right: Right,
  language: Language,
): readonly Block[] {
  if (results.length === 0) return [];
  const nl = language === 'nl';
  const title = policyOf(right).tellsRecipients
    ? nl
      ? 'Aan wie wij uw verzoek hebben doorgegeven, en wat er is gebeurd'
      : 'Whom we passed your request on to, and what happened'
    : nl
      ? 'Wat er bij elke ontvanger is gebeurd'
      : 'What happened at each recipient';
  const own = results.filter((result) => result.ownControllerText?.trim());
  return [
    heading(title),
    {
      kind: 'list',
      items: results.map((result) => ({
        term: oneLine(result.title),
        text: resultSentence(result, right, language),
      })),
    },
    ...(own.length === 0
      ? []
      : [
          heading(nl ? 'Wat u zelf nog kunt doen' : 'What you can still do yourself'),
          {
            kind: 'list' as const,
            items: own.map((result) => ({
              term: oneLine(result.title),
              text: oneLine(result.ownControllerText ?? '', 600),
            })),
          },
        ]),
  ];
}

/** What is still to come, by name: the open results and what the caller adds. */
export function openWorkBlocks(
  results: readonly RecipientResult[],
  further: readonly string[],
  language: Language,
): readonly Block[] {
  const titles = [...new Set([...results.filter(isOpen).map((result) => result.title), ...further])];
  if (titles.length === 0) return [];
  const names = titles.map((title) => oneLine(title)).join(', ');
  return [
    heading(language === 'nl' ? 'Wat nog open is' : 'What is still open'),
    {
      kind: 'paragraph',
      text:
        language === 'nl'
          ? `Nog niet klaar: ${names}. Wij werken door en sturen u een aanvulling zodra wij meer weten. U hoeft hiervoor niets te doen.`
          : `Not finished yet: ${names}. We go on and send you a supplement as soon as we know more. You need not do anything for this.`,
    },
  ];
}
