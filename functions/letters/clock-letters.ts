import { writtenDayWithName } from '../domain/calendar.ts';
import { extensionParagraphs } from '../domain/reasons.ts';
import type { Language } from '../domain/words.ts';
import { typedParagraphs } from './free-text.ts';
import type { Draft } from './intake-letters.ts';
import { heading, paragraph, quote } from './layout.ts';
import type { CoolingOffLetter, ExtensionLetter, QuestionLetter, RestrictionLiftedLetter } from './letter.ts';
import {
  complaintRight,
  explanationBlocks,
  followLink,
  greeting,
  labels,
  requestFacts,
  shortReference,
} from './phrases.ts';

/** GDPR art. 12(3): within the first month, with the reasons and the new date. */
export function extension(letter: ExtensionLetter, language: Language): Draft {
  const nl = language === 'nl';
  const date = writtenDayWithName(letter.newDate, language);
  return {
    subject: nl
      ? `Wij hebben meer tijd nodig voor uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `We need more time for your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? `Het lukt ons niet om uw verzoek binnen een maand te beantwoorden. U krijgt ons antwoord uiterlijk op ${date}. Dat is ten hoogste drie maanden nadat wij uw verzoek kregen. Wij verlengen maar één keer.`
          : `We are not able to answer your request within one month. You get our answer no later than ${date}. That is at most three months after we received your request. We extend only once.`,
      ),
      heading(nl ? 'Waarom het langer duurt' : 'Why it takes longer'),
      paragraph(extensionParagraphs[letter.reason][language]),
      ...explanationBlocks(letter.explanation),
      requestFacts(letter, language, [{ term: labels.plannedBy, day: letter.newDate }]),
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}

/** GDPR art. 12(6), recital 63. Never asks for a copy of an identity document (EDPB Guidelines 01/2022 §73-79). */
export function question(letter: QuestionLetter, language: Language): Draft {
  const nl = language === 'nl';
  const why =
    letter.ground === 'identity-doubt-12-6'
      ? nl
        ? 'Wij twijfelen of dit verzoek van u komt. Daarom vragen wij u iets voordat wij gegevens geven of veranderen. Stuur ons geen kopie van een paspoort, identiteitskaart of rijbewijs.'
        : 'We have doubts whether this request comes from you. That is why we ask you something before we give or change data. Do not send us a copy of a passport, identity card or driving licence.'
      : letter.ground === 'clarification-recital-63'
        ? nl
          ? 'Wij hebben veel gegevens over u. Help ons om te vinden wat u zoekt. Wilt u toch alles? Dan kunt u dat antwoorden.'
          : 'We hold a lot of data about you. Help us to find what you are looking for. Do you want everything all the same? Then you can answer that.'
        : nl
          ? 'Wij hebben een vraag om uw verzoek goed te kunnen behandelen.'
          : 'We have a question, so that we can handle your request well.';
  return {
    subject: nl
      ? `Wij hebben een vraag over uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `We have a question about your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(why),
      heading(nl ? 'Onze vraag' : 'Our question'),
      quote(typedParagraphs(letter.questionText)),
      ...(letter.ground === undefined
        ? []
        : [
            paragraph(
              nl
                ? 'Antwoord zo snel als u kunt. Tot uw antwoord kan de wettelijke termijn stilstaan. Wij werken wel door aan wat al kan.'
                : 'Answer as soon as you can. Until you do, the legal period may stand still. We go on with what we can do already.',
            ),
          ]),
      requestFacts(letter, language),
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}

/** GDPR art. 18(3): told before the restriction is lifted. */
export function restrictionLifted(letter: RestrictionLiftedLetter, language: Language): Draft {
  const nl = language === 'nl';
  const date = writtenDayWithName(letter.liftsOn, language);
  return {
    subject: nl
      ? `De beperking van uw gegevens eindigt (kenmerk ${shortReference(letter.reference)})`
      : `The restriction of your data ends (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? `Op uw verzoek hebben wij uw gegevens alleen bewaard en niet gebruikt. Die beperking eindigt op ${date}. Vanaf die dag mogen wij uw gegevens weer gebruiken.`
          : `At your request we only stored your data and did not use it. That restriction ends on ${date}. From that day we may use your data again.`,
      ),
      ...explanationBlocks(letter.explanation),
      requestFacts(letter, language, [
        { term: { nl: 'Beperking eindigt op', en: 'Restriction ends on' }, day: letter.liftsOn },
      ]),
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}

/** The last chance to stop an erasure, also for an owner of the mailbox whom somebody else's request surprises (TRUST.md A56). */
export function coolingOff(letter: CoolingOffLetter, language: Language): Draft {
  const nl = language === 'nl';
  const date = writtenDayWithName(letter.beginsOn, language);
  return {
    subject: nl
      ? `Wij beginnen binnenkort aan uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `We are about to carry out your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? `Wij hebben besloten uw gegevens te wissen, zoals u vroeg. Op ${date} beginnen wij. Daarna kan niemand het meer ongedaan maken.`
          : `We have decided to erase your data, as you asked. We begin on ${date}. After that nobody can undo it.`,
      ),
      paragraph(
        nl
          ? 'Hebt u dit niet zelf gevraagd, of bent u van gedachten veranderd? Trek het verzoek dan vóór die dag in op de pagina van uw verzoek. Er is nog niets gewist.'
          : 'Was it not you who asked, or have you changed your mind? Then cancel the request before that day, on the page of your request. Nothing has been erased yet.',
      ),
      requestFacts(letter, language, [
        { term: { nl: 'Wij beginnen op', en: 'We begin on' }, day: letter.beginsOn },
      ]),
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}
