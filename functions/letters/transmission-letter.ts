import type { Text } from '../domain/register-record.ts';
import type { TransmissionFailure } from '../domain/transmission.ts';
import type { Language } from '../domain/words.ts';
import { typedLine } from './free-text.ts';
import type { Draft } from './intake-letters.ts';
import { paragraph } from './layout.ts';
import type { TransmissionLetter } from './letter.ts';
import { complaintRight, followLink, greeting, requestFacts, shortReference } from './phrases.ts';

/** Why it did not work and what helps, in the reader's words; pages say it with these too. */
export const transmissionFailureTexts = {
  'not-reached': {
    nl: 'Wij konden de ander niet bereiken, ook niet na een paar keer proberen.',
    en: 'We could not reach the other side, not even after a few tries.',
  },
  refused: {
    nl: 'De ander nam het bestand niet aan. Vaak is het adres dan verlopen; vraag om een nieuw.',
    en: 'The other side did not take the file. Often the address has expired then; ask them for a new one.',
  },
  redirected: {
    nl: 'De ander stuurde ons door naar een ander adres. Dat doen wij niet; vraag om het adres zelf.',
    en: 'The other side sent us on to another address. We do not follow that; ask them for the address itself.',
  },
  'host-not-public': {
    nl: 'Dit adres ligt niet op het openbare internet.',
    en: 'This address is not on the public internet.',
  },
  'too-slow': {
    nl: 'Het versturen duurde te lang.',
    en: 'Sending took too long.',
  },
  'address-gone': {
    nl: 'Wij hebben het adres niet meer.',
    en: 'We no longer have the address.',
  },
  'package-gone': {
    nl: 'Het bestand is intussen verwijderd.',
    en: 'The file has been removed meanwhile.',
  },
  lost: {
    nl: 'Wij weten niet of het bestand is aangekomen. Vraag het de ander, of probeer het opnieuw.',
    en: 'We do not know whether the file arrived. Ask the other side, or try again.',
  },
} as const satisfies Record<TransmissionFailure, Text>;

/** GDPR art. 20(2): told either way, because data left for somebody else's system or should have. */
export function transmission(letter: TransmissionLetter, language: Language): Draft {
  const nl = language === 'nl';
  const host = typedLine(letter.host, 253);
  const reference = shortReference(letter.reference);
  const { failure } = letter;
  return {
    subject:
      failure === undefined
        ? nl
          ? `Wij hebben uw gegevens verstuurd (kenmerk ${reference})`
          : `We have sent your data (reference ${reference})`
        : nl
          ? `Het versturen van uw gegevens is niet gelukt (kenmerk ${reference})`
          : `Sending your data did not work (reference ${reference})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        failure === undefined
          ? nl
            ? `Zoals u vroeg hebben wij het bestand met uw gegevens gestuurd naar ${host}. De ander heeft het aangenomen. Wat er daarna mee gebeurt, beslist de ander.`
            : `As you asked, we have sent the file with your data to ${host}. The other side took it. What happens to it from there is for them to decide.`
          : nl
            ? `U vroeg ons om het bestand met uw gegevens te sturen naar ${host}. Dat is niet gelukt. ${transmissionFailureTexts[failure].nl}`
            : `You asked us to send the file with your data to ${host}. That did not work. ${transmissionFailureTexts[failure].en}`,
      ),
      paragraph(
        failure === undefined
          ? nl
            ? 'Hebt u dit niet zelf gevraagd? Schrijf ons dan meteen, op de pagina van uw verzoek.'
            : 'Was it not you who asked for this? Then write to us at once, on the page of your request.'
          : nl
            ? 'Op de pagina van uw verzoek kunt u het opnieuw proberen, of het bestand zelf ophalen.'
            : 'On the page of your request you can try again, or fetch the file yourself.',
      ),
      requestFacts(
        letter,
        language,
        letter.fetchUntil === undefined
          ? []
          : [{ term: { nl: 'Ophalen tot en met', en: 'Fetch until' }, day: letter.fetchUntil }],
      ),
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}
