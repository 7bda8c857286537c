import { writtenDayWithName } from '../domain/calendar.ts';
import { reasonOf } from '../domain/reasons.ts';
import { supervisoryAuthority, type Text } from '../domain/register-record.ts';
import { capitalised } from '../domain/sentence.ts';
import type { Language, ReasonCode, Right } from '../domain/words.ts';
import { oneLine, typedLine, typedParagraphs } from './free-text.ts';
import { type Block, heading, paragraph, quote } from './layout.ts';

/** What was asked, as a person would say it. */
export const rightNames = {
  access: { nl: 'inzage in uw gegevens', en: 'access to your data' },
  portability: { nl: 'uw gegevens meenemen', en: 'your data to take along' },
  rectification: { nl: 'uw gegevens verbeteren', en: 'correction of your data' },
  completion: { nl: 'uw gegevens aanvullen', en: 'completion of your data' },
  erasure: { nl: 'uw gegevens wissen', en: 'erasure of your data' },
  restriction: {
    nl: 'het gebruik van uw gegevens beperken',
    en: 'restriction of the use of your data',
  },
  objection: {
    nl: 'bezwaar tegen het gebruik van uw gegevens',
    en: 'objection to the use of your data',
  },
  'consent-withdrawal': { nl: 'uw toestemming intrekken', en: 'withdrawal of your consent' },
  complaint: { nl: 'uw klacht', en: 'your complaint' },
} as const satisfies Record<Right, Text>;

export const labels = {
  request: { nl: 'Uw verzoek', en: 'Your request' },
  reference: { nl: 'Kenmerk', en: 'Reference' },
  received: { nl: 'Ontvangen op', en: 'Received on' },
  plannedBy: { nl: 'Antwoord uiterlijk op', en: 'Answer no later than' },
  follow: { nl: 'Volg uw verzoek', en: 'Follow your request' },
  followAll: { nl: 'Volg uw verzoeken', en: 'Follow your requests' },
} as const satisfies Record<string, Text>;

/** Enough of a reference to tell two mails apart, and not enough to use it. */
export function shortReference(reference: string): string {
  return reference.replace(/[^A-Za-z0-9]/g, '').slice(0, 8);
}

export function greeting(name: string | undefined, language: Language): Block {
  const clean = name === undefined ? '' : typedLine(name, 80);
  if (clean === '') return paragraph(language === 'nl' ? 'Hallo,' : 'Hello,');
  return paragraph(language === 'nl' ? `Beste ${clean},` : `Dear ${clean},`);
}

export function requestFacts(
  about: { readonly reference: string; readonly right?: Right },
  language: Language,
  more: readonly { readonly term: Text; readonly day: string }[] = [],
): Block {
  return {
    kind: 'facts',
    rows: [
      ...(about.right === undefined
        ? []
        : [{ term: labels.request[language], text: capitalised(rightNames[about.right][language]) }]),
      { term: labels.reference[language], text: oneLine(about.reference) },
      ...more.map(({ term, day }) => ({
        term: term[language],
        text: writtenDayWithName(day, language),
        day,
      })),
    ],
  };
}

export function followLink(
  statusUrl: string | undefined,
  language: Language,
  several = false,
): readonly Block[] {
  const label = (several ? labels.followAll : labels.follow)[language];
  return statusUrl === undefined ? [] : [{ kind: 'link', label, url: statusUrl }];
}

/** The coded reason in plain words, its law, and what staff add to it (GDPR art. 12(4)). */
export function reasonBlocks(
  code: ReasonCode,
  explanation: string | undefined,
  language: Language,
): readonly Block[] {
  const reason = reasonOf(code);
  const basis = { nl: 'Grond in de wet', en: 'Ground in the law' }[language];
  return [
    paragraph(reason.paragraph[language]),
    ...explanationBlocks(explanation),
    paragraph(`${basis}: ${reason.basis[language]}.`),
  ];
}

export function explanationBlocks(explanation: string | undefined): readonly Block[] {
  const lines = explanation === undefined ? [] : typedParagraphs(explanation);
  return lines.length === 0 ? [] : [quote(lines)];
}

/** Right to complain to the supervisory authority (GDPR art. 12(4), 77). */
export function complaintRight(language: Language): readonly Block[] {
  const { name, site } = supervisoryAuthority;
  return [
    heading({ nl: 'Niet tevreden?', en: 'Not satisfied?' }[language]),
    paragraph(
      {
        nl: `Laat het ons weten, dan kijken wij er opnieuw naar. U kunt ook een klacht indienen bij de ${name}, via ${site}.`,
        en: `Let us know, and we will look at it again. You can also lodge a complaint with the Dutch Data Protection Authority, the ${name}, at ${site}.`,
      }[language],
    ),
  ];
}

/** Complaint and judicial remedy, for whatever was refused in full or in part (GDPR art. 12(4), 79; UAVG art. 35(2): six weeks). */
export function remedies(language: Language): readonly Block[] {
  return [
    ...complaintRight(language),
    paragraph(
      {
        nl: 'U kunt ook naar de rechter gaan. Vraag de rechtbank dan binnen zes weken na deze mail om te beslissen over uw verzoek (artikel 35 lid 2 UAVG).',
        en: 'You can also go to court. Ask the district court within six weeks of this mail to decide on your request (article 35(2) UAVG, the Dutch act that implements the GDPR).',
      }[language],
    ),
  ];
}
