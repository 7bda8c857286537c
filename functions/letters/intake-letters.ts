import { writtenDayWithName } from '../domain/calendar.ts';
import { capitalised } from '../domain/sentence.ts';
import type { Language } from '../domain/words.ts';
import { oneLine } from './free-text.ts';
import { type Block, heading, paragraph } from './layout.ts';
import type {
  CodeLetter,
  IdentityReminderLetter,
  MergedLetter,
  MessageNoticeLetter,
  ReceiptLetter,
  WithdrawnLetter,
} from './letter.ts';
import {
  complaintRight,
  followLink,
  greeting,
  labels,
  requestFacts,
  rightNames,
  shortReference,
} from './phrases.ts';

/** What every letter function gives: a subject line without personal data, and the blocks. */
export interface Draft {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** One letter per submission, the same for known and unknown people, with no word that the sender typed (TRUST.md A3, A25). */
export function receipt(letter: ReceiptLetter, language: Language): Draft {
  const several = letter.requests.length > 1;
  const nl = language === 'nl';
  const facts: Block[] = letter.requests.map((request) =>
    requestFacts(request, language, [
      ...(letter.receivedOn === undefined ? [] : [{ term: labels.received, day: letter.receivedOn }]),
      { term: labels.plannedBy, day: request.plannedBy },
    ]),
  );
  const { proof } = letter;
  return {
    subject: proof
      ? nl
        ? 'Bevestig uw verzoek aan Kinescope'
        : 'Confirm your request to Kinescope'
      : nl
        ? 'Uw verzoek aan Kinescope is ontvangen'
        : 'Kinescope has received your request',
    blocks: [
      greeting(undefined, language),
      paragraph(
        nl
          ? `Wij hebben ${several ? 'verzoeken' : 'een verzoek'} ontvangen over de gegevens bij dit e-mailadres.${proof ? ' Bevestig met deze code dat dit adres van u is:' : ' U had al bevestigd dat dit adres van u is, dus u hoeft niets te doen.'}`
          : `We have received ${several ? 'requests' : 'a request'} about the data that belongs to this e-mail address.${proof ? ' Confirm with this code that the address is yours:' : ' You had already confirmed that the address is yours, so you need not do anything.'}`,
      ),
      ...(proof ? confirmBlocks(proof, language) : []),
      heading(nl ? 'Wat er is gevraagd' : 'What was asked'),
      ...facts,
      heading(nl ? 'Hoe het verdergaat' : 'What happens next'),
      paragraph(
        nl
          ? `De maand waarin wij moeten antwoorden loopt al. ${proof ? 'Na uw bevestiging zoeken wij' : 'Wij zoeken'} uw gegevens op en nemen ${proof ? 'wij ' : ''}een besluit. U kunt ${several ? 'de verzoeken' : 'het verzoek'} volgen, aanvullen en intrekken op deze pagina.`
          : `The month in which we must answer is already running. ${proof ? 'After you confirm we' : 'We'} look up your data and decide. You can follow, add to and cancel ${several ? 'the requests' : 'the request'} on this page.`,
      ),
      ...followLink(letter.statusUrl, language, several),
      heading(nl ? 'Hebt u dit niet gevraagd?' : 'Did you not ask for this?'),
      paragraph(
        proof
          ? nl
            ? 'Dan hoeft u niets te doen. Zonder uw bevestiging geven, veranderen of wissen wij niets.'
            : 'Then you need not do anything. Without your confirmation we give, change and erase nothing.'
          : nl
            ? 'Trek het verzoek dan in op dezelfde pagina, of antwoord op deze mail.'
            : 'Then cancel the request on the same page, or answer this mail.',
      ),
    ],
  };
}

function confirmBlocks(proof: NonNullable<ReceiptLetter['proof']>, language: Language): Block[] {
  const nl = language === 'nl';
  return [
    { kind: 'code', digits: proof.code },
    paragraph(
      nl
        ? `De code werkt ${proof.expiresMinutes} minuten. U kunt ook op de knop klikken; die werkt een dag.`
        : `The code works for ${proof.expiresMinutes} minutes. You can also use the button; it works for a day.`,
    ),
    {
      kind: 'link',
      label: nl ? 'Bevestig dat dit mijn adres is' : 'Confirm that this is my address',
      url: proof.verifyUrl,
      main: true,
    },
  ];
}

export function freshCode(letter: CodeLetter, language: Language): Draft {
  const nl = language === 'nl';
  return {
    subject: nl
      ? `Uw code voor Kinescope (kenmerk ${shortReference(letter.reference)})`
      : `Your code for Kinescope (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(undefined, language),
      paragraph(nl ? 'Met deze code opent u uw verzoek:' : 'This code opens your request:'),
      { kind: 'code', digits: letter.code },
      paragraph(
        nl
          ? `De code werkt ${letter.expiresMinutes} minuten en één keer. Geef hem aan niemand. Ook onze medewerkers vragen er nooit om.`
          : `The code works for ${letter.expiresMinutes} minutes and once. Give it to nobody. Our staff never ask for it either.`,
      ),
      requestFacts(letter, language),
      paragraph(
        nl
          ? 'Hebt u geen code gevraagd? Dan kunt u deze mail weggooien.'
          : 'Did you not ask for a code? Then you can throw this mail away.',
      ),
    ],
  };
}

export function identityReminder(letter: IdentityReminderLetter, language: Language): Draft {
  const nl = language === 'nl';
  const closes = writtenDayWithName(letter.closesOn, language);
  const last = letter.number === 2;
  return {
    subject: nl
      ? `${last ? 'Laatste herinnering' : 'Herinnering'}: bevestig uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `${last ? 'Last reminder' : 'Reminder'}: confirm your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(undefined, language),
      paragraph(
        nl
          ? `Wij wachten nog op uw bevestiging dat dit e-mailadres van u is. ${last ? 'Dit is de laatste herinnering. ' : ''}Gebruik deze nieuwe code:`
          : `We are still waiting for your confirmation that this e-mail address is yours. ${last ? 'This is the last reminder. ' : ''}Use this new code:`,
      ),
      { kind: 'code', digits: letter.code },
      paragraph(
        nl
          ? `De code werkt ${letter.expiresMinutes} minuten. U kunt ook op de knop klikken; die werkt een dag.`
          : `The code works for ${letter.expiresMinutes} minutes. You can also use the button; it works for a day.`,
      ),
      {
        kind: 'link',
        label: nl ? 'Bevestig dat dit mijn adres is' : 'Confirm that this is my address',
        url: letter.verifyUrl,
        main: true,
      },
      requestFacts(letter, language),
      paragraph(
        nl
          ? `Bevestigt u niet, dan sluiten wij het verzoek op ${closes} en sturen wij u daarover een laatste mail. U kunt daarna altijd een nieuw verzoek doen.`
          : `If you do not confirm, we close the request on ${closes} and send you one last mail about it. You can always make a new request after that.`,
      ),
      ...followLink(letter.statusUrl, language),
      paragraph(
        nl
          ? 'Hebt u dit niet gevraagd? Dan hoeft u niets te doen.'
          : 'Did you not ask for this? Then you need not do anything.',
      ),
    ],
  };
}

export function merged(letter: MergedLetter, language: Language): Draft {
  const nl = language === 'nl';
  const planned = writtenDayWithName(letter.plannedBy, language);
  return {
    subject: nl
      ? `Uw verzoek is samengevoegd (kenmerk ${shortReference(letter.intoReference)})`
      : `Your request has been merged (reference ${shortReference(letter.intoReference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? 'U had ons hetzelfde al gevraagd, en dat verzoek is nog open. Wij behandelen uw nieuwe verzoek daarom samen met het eerste. De datum van het eerste verzoek blijft gelden, dus u wacht niet langer.'
          : 'You had already asked us the same, and that request is still open. That is why we handle your new request together with the first one. The date of the first request stays, so you do not wait any longer.',
      ),
      {
        kind: 'facts',
        rows: [
          { term: labels.request[language], text: capitalised(rightNames[letter.right][language]) },
          { term: nl ? 'Eerste verzoek' : 'First request', text: oneLine(letter.intoReference) },
          { term: nl ? 'Nieuw verzoek' : 'New request', text: oneLine(letter.reference) },
          { term: labels.plannedBy[language], text: planned, day: letter.plannedBy },
        ],
      },
      ...followLink(letter.statusUrl, language),
      ...complaintRight(language),
    ],
  };
}

export function withdrawn(letter: WithdrawnLetter, language: Language): Draft {
  const nl = language === 'nl';
  return {
    subject: nl
      ? `Uw verzoek is ingetrokken (kenmerk ${shortReference(letter.reference)})`
      : `Your request has been cancelled (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? 'U hebt dit verzoek ingetrokken. Wij doen er niets meer mee.'
          : 'You have cancelled this request. We will do nothing more with it.',
      ),
      requestFacts(letter, language),
      paragraph(
        nl
          ? 'Hebt u dit niet zelf gedaan, of bent u van gedachten veranderd? Doe dan een nieuw verzoek. Dat kan altijd en het is gratis.'
          : 'Was it not you who did this, or have you changed your mind? Then make a new request. You can do so at any time, and it is free.',
      ),
    ],
  };
}

/** Says only that there is a message: what it says stays behind the sign-in. */
export function messageNotice(letter: MessageNoticeLetter, language: Language): Draft {
  const nl = language === 'nl';
  return {
    subject: nl
      ? `Er staat een bericht voor u klaar (kenmerk ${shortReference(letter.reference)})`
      : `There is a message for you (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        nl
          ? 'Bij uw verzoek staat een nieuw bericht van ons. U leest het op de pagina van uw verzoek. Wij vragen u daar eerst om een code, die wij u mailen.'
          : 'There is a new message from us with your request. You can read it on the page of your request. We first ask you for a code there, which we mail to you.',
      ),
      requestFacts(letter, language),
      ...followLink(letter.statusUrl, language),
    ],
  };
}
