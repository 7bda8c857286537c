import { writtenDayWithName } from '../domain/calendar.ts';
import type { Text } from '../domain/register-record.ts';
import { statementOf } from '../domain/register-statement.ts';
import type { Language, Right } from '../domain/words.ts';
import type { Draft } from './intake-letters.ts';
import { type Block, heading, paragraph } from './layout.ts';
import type { AnswerLetter, RefusalLetter, ReleaseLetter, SupplementLetter } from './letter.ts';
import {
  complaintRight,
  explanationBlocks,
  followLink,
  greeting,
  reasonBlocks,
  remedies,
  requestFacts,
  shortReference,
} from './phrases.ts';
import { isOpen, openWorkBlocks, recipientBlocks } from './recipients.ts';

/** GDPR art. 12(4): the coded reason in plain words, the authority and the court, in every refusal. */
export function refusal(letter: RefusalLetter, language: Language): Draft {
  const nl = language === 'nl';
  const opening: Text = letter.also?.length
    ? {
        nl: 'Wij sluiten uw verzoeken, omdat ze niet zijn bevestigd.',
        en: 'We are closing your requests, because they were not confirmed.',
      }
    : letter.reason === 'identity-not-confirmed'
      ? {
          nl: 'Wij sluiten uw verzoek, omdat het niet is bevestigd.',
          en: 'We are closing your request, because it was not confirmed.',
        }
      : {
          nl: 'Wij voeren uw verzoek niet uit. Hieronder leest u waarom.',
          en: 'We are not carrying out your request. You can read below why.',
        };
  return {
    subject: nl
      ? `Besluit op uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `Decision on your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(opening[language]),
      requestFacts(letter, language),
      ...(letter.also ?? []).map((other) => requestFacts(other, language)),
      heading(nl ? 'Waarom' : 'Why'),
      ...reasonBlocks(letter.reason, letter.explanation, language),
      ...followLink(letter.statusUrl, language),
      ...remedies(language),
    ],
  };
}

const fulfilled = {
  access: {
    nl: 'Wij hebben uw gegevens bij elkaar gezocht.',
    en: 'We have gathered your data.',
  },
  portability: {
    nl: 'Wij hebben uw gegevens klaargemaakt om mee te nemen.',
    en: 'We have prepared your data for you to take along.',
  },
  rectification: {
    nl: 'Wij hebben uw gegevens verbeterd zoals u vroeg.',
    en: 'We have corrected your data as you asked.',
  },
  completion: {
    nl: 'Wij hebben uw gegevens aangevuld zoals u vroeg. Uw aanvulling wordt bij de gegevens bewaard.',
    en: 'We have completed your data as you asked. Your addition is kept with the data.',
  },
  erasure: {
    nl: 'Wij hebben uw verzoek om uw gegevens te wissen uitgevoerd.',
    en: 'We have carried out your request to erase your data.',
  },
  restriction: {
    nl: 'Wij gebruiken uw gegevens niet meer; wij bewaren ze alleen. Wij laten het u weten voordat dat verandert.',
    en: 'We no longer use your data; we only store it. We tell you before that changes.',
  },
  objection: {
    nl: 'Wij hebben het gebruik van uw gegevens gestopt waar u bezwaar tegen maakte.',
    en: 'We have stopped the use of your data that you objected to.',
  },
  'consent-withdrawal': {
    nl: 'Uw toestemming is ingetrokken. Wij gebruiken uw gegevens niet meer voor wat u had toegestaan. Wat wij daarvoor deden, was toen wel toegestaan.',
    en: 'Your consent has been withdrawn. We no longer use your data for what you had allowed. What we did before was allowed at the time.',
  },
  complaint: {
    nl: 'Wij hebben uw klacht onderzocht. Hieronder leest u ons antwoord.',
    en: 'We have looked into your complaint. You can read our answer below.',
  },
} as const satisfies Record<Right, Text>;

const partly: Text = {
  nl: 'Wij hebben uw verzoek voor een deel uitgevoerd. Hieronder leest u per ontvanger wat er is gebeurd, wat er nog komt en wat er wordt bewaard.',
  en: 'We have carried out your request in part. You can read below, per recipient, what happened, what is still to come and what is kept.',
};
const nothingFound: Text = {
  nl: 'Wij hebben gezocht met het e-mailadres dat u hebt bevestigd en met de nummers die bij dat account horen. Wij hebben geen gegevens over u gevonden.',
  en: 'We searched with the e-mail address that you confirmed and with the numbers that belong to its account. We found no data about you.',
};

/** GDPR art. 12(3): what was done per recipient (art. 19), what was kept, until when and why, and what is still open. */
export function answer(letter: AnswerLetter, language: Language): Draft {
  const nl = language === 'nl';
  const partial =
    letter.outcome === 'partly-fulfilled' ||
    letter.decision === 'grant-in-part' ||
    (letter.openWork?.length ?? 0) > 0 ||
    letter.recipients.some((result) => isOpen(result) || result.disposition === 'retained-by-law');
  // What the results show outranks what the caller calls it: a letter never says "done" above a line that says "not yet".
  const opening =
    letter.outcome === 'nothing-found' ? nothingFound : partial ? partly : fulfilled[letter.right];
  return {
    subject: nl
      ? `Antwoord op uw verzoek (kenmerk ${shortReference(letter.reference)})`
      : `Answer to your request (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(opening[language]),
      requestFacts(letter, language),
      ...whyInPart(letter, language),
      ...recipientBlocks(letter.recipients, letter.right, language),
      ...openWorkBlocks(letter.recipients, letter.openWork ?? [], language),
      ...followLink(letter.statusUrl, language),
      ...(partial ? remedies(language) : complaintRight(language)),
    ],
  };
}

function whyInPart(
  letter: Pick<AnswerLetter, 'reason' | 'explanation'>,
  language: Language,
): readonly Block[] {
  if (letter.reason === undefined) return explanationBlocks(letter.explanation);
  return [
    heading(language === 'nl' ? 'Waarom niet alles' : 'Why not everything'),
    ...reasonBlocks(letter.reason, letter.explanation, language),
  ];
}

/** What has become known since an answer that was still open in part. */
export function supplement(letter: SupplementLetter, language: Language): Draft {
  const nl = language === 'nl';
  const open = letter.recipients.some(isOpen) || (letter.openWork?.length ?? 0) > 0;
  const keeps = letter.recipients.some((result) => result.disposition === 'retained-by-law');
  return {
    subject: nl
      ? `Aanvulling op ons antwoord (kenmerk ${shortReference(letter.reference)})`
      : `Supplement to our answer (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        open
          ? nl
            ? 'In ons antwoord stond wat nog open was. Er is nieuws, maar nog niet alles is klaar.'
            : 'Our answer named what was still open. There is news, but not everything is finished yet.'
          : nl
            ? 'In ons antwoord stond wat nog open was. Dat is nu afgerond.'
            : 'Our answer named what was still open. That is now finished.',
      ),
      requestFacts(letter, language),
      ...recipientBlocks(letter.recipients, letter.right, language),
      ...openWorkBlocks(letter.recipients, letter.openWork ?? [], language),
      ...followLink(letter.statusUrl, language),
      ...(open || keeps ? remedies(language) : complaintRight(language)),
    ],
  };
}

/** The copy is ready (GDPR art. 15(3), 20(1)); for access with the information of art. 15(1) and (2), written from the register. */
export function release(letter: ReleaseLetter, language: Language): Draft {
  const nl = language === 'nl';
  const expires = writtenDayWithName(letter.expiresOn, language);
  const results = letter.recipients ?? [];
  const partial = letter.reason !== undefined || results.some(isOpen);
  return {
    subject: nl
      ? `Uw gegevens staan klaar (kenmerk ${shortReference(letter.reference)})`
      : `Your data is ready (reference ${shortReference(letter.reference)})`,
    blocks: [
      greeting(letter.name, language),
      paragraph(
        letter.right === 'access'
          ? nl
            ? 'De kopie van uw gegevens staat klaar. U vindt erin wat wij over u hebben, per soort en per ontvanger.'
            : 'The copy of your data is ready. It shows what we hold about you, by kind and by recipient.'
          : nl
            ? 'De gegevens die u kunt meenemen staan klaar, als bestanden die een computer kan lezen (JSON en CSV).'
            : 'The data that you can take along is ready, as files that a computer can read (JSON and CSV).',
      ),
      {
        kind: 'link',
        label: nl ? 'Haal uw gegevens op' : 'Fetch your data',
        url: letter.fetchUrl,
        main: true,
      },
      paragraph(
        nl
          ? `Wij mailen u een nieuwe code voordat u het bestand krijgt. Ophalen kan tot en met ${expires}; daarna verwijderen wij het bestand.`
          : `We mail you a new code before you get the file. You can fetch it until ${expires}; after that we remove the file.`,
      ),
      ...(letter.right === 'portability'
        ? [
            paragraph(
              nl
                ? 'Wilt u uw gegevens bij een ander bedrijf gebruiken? Op de pagina van uw verzoek kunt u ons ook vragen om het bestand daar rechtstreeks heen te sturen.'
                : 'Do you want to use your data with another company? On the page of your request you can also ask us to send the file there directly.',
            ),
          ]
        : []),
      requestFacts(letter, language, [
        { term: { nl: 'Ophalen tot en met', en: 'Fetch until' }, day: letter.expiresOn },
      ]),
      ...whyInPart(letter, language),
      ...recipientBlocks(results, letter.right, language),
      ...openWorkBlocks(results, [], language),
      ...(letter.right === 'access' ? statementBlocks(letter, language) : []),
      ...(partial ? remedies(language) : complaintRight(language)),
    ],
  };
}

function statementBlocks(letter: ReleaseLetter, language: Language): readonly Block[] {
  const statement = statementOf(language, letter.statement);
  return [
    heading(statement.title),
    ...statement.sections.flatMap((section): Block[] => [
      heading(section.title, 3),
      ...section.paragraphs.map(paragraph),
      ...(section.items.length === 0 ? [] : [{ kind: 'list' as const, items: section.items }]),
    ]),
  ];
}
