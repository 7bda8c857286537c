import type { Text } from './register-record.ts';
import {
  type DataCategory,
  type DecisionKind,
  type ExtensionReason,
  type ReasonCode,
  type Right,
  reasonCodes,
} from './words.ts';

export interface Reason {
  /** The law behind it, as the letter cites it. */
  readonly basis: Text;
  /** Rights that may be refused on it. */
  readonly rights: readonly Right[];
  /** Decisions that may rest on it. */
  readonly decisions: readonly Exclude<DecisionKind, 'grant'>[];
  /** True where the controller carries the burden of proof in the single case: staff must explain, and the letter says it. */
  readonly needsExplanation: boolean;
  /** What a grant in part keeps back when staff name nothing narrower. Absent: they must name it. */
  readonly keeps?: readonly DataCategory[];
  /** The whole of the letter's paragraph, B1. */
  readonly paragraph: Text;
}

const claims: readonly Right[] = [
  'access',
  'portability',
  'rectification',
  'completion',
  'erasure',
  'restriction',
  'objection',
];
const all: readonly Right[] = [...claims, 'consent-withdrawal', 'complaint'];

/** The closed set of grounds for refusing, in full or in part. A refusal without one of these cannot be written. */
export const reasons = {
  'identity-not-confirmed': {
    basis: {
      nl: 'artikel 11 lid 2 en artikel 12 leden 2 en 6 AVG',
      en: 'articles 11(2), 12(2) and 12(6) GDPR',
    },
    rights: all,
    decisions: ['refuse'],
    needsExplanation: false,
    paragraph: {
      nl: 'Wij konden niet vaststellen dat dit verzoek van u komt. U hebt uw e-mailadres niet bevestigd, of er bleef twijfel over. Wij geven of veranderen geen gegevens als wij niet weten wie het vraagt. Zo beschermen wij uw gegevens tegen anderen. U kunt altijd een nieuw verzoek sturen.',
      en: 'We could not establish that this request comes from you. You did not confirm your e-mail address, or doubt remained. We do not give or change data when we do not know who is asking. That is how we protect your data from others. You can send a new request at any time.',
    },
  },
  'manifestly-unfounded': {
    basis: { nl: 'artikel 12 lid 5 onder b AVG', en: 'article 12(5)(b) GDPR' },
    rights: claims,
    decisions: ['refuse'],
    needsExplanation: true,
    paragraph: {
      nl: 'Uw verzoek is duidelijk ongegrond. Dat betekent dat het kennelijk een ander doel heeft dan dit recht. De wet laat ons in dat geval toe om te weigeren. Hieronder leest u waarop wij dat baseren.',
      en: 'Your request is manifestly unfounded. That means that it evidently serves another aim than this right. In that case the law allows us to refuse. You can read below what we base this on.',
    },
  },
  excessive: {
    basis: { nl: 'artikel 12 lid 5 onder b AVG', en: 'article 12(5)(b) GDPR' },
    rights: claims,
    decisions: ['refuse'],
    needsExplanation: true,
    paragraph: {
      nl: 'Uw verzoek is buitensporig, bijvoorbeeld omdat u hetzelfde al vaker kort na elkaar hebt gevraagd. De wet laat ons in dat geval toe om te weigeren. Hieronder leest u waarop wij dat baseren.',
      en: 'Your request is excessive, for example because you asked the same several times within a short period. In that case the law allows us to refuse. You can read below what we base this on.',
    },
  },
  'others-rights-15-4': {
    basis: { nl: 'artikel 15 lid 4 en artikel 20 lid 4 AVG', en: 'articles 15(4) and 20(4) GDPR' },
    rights: ['access', 'portability'],
    // Data of others is redacted and the rest is given: it is no ground to refuse the whole (LAW.md §4).
    decisions: ['grant-in-part'],
    needsExplanation: false,
    keeps: [],
    paragraph: {
      nl: 'Een deel van de gegevens gaat ook over andere mensen. Dat deel hebben wij onleesbaar gemaakt om hun rechten te beschermen. De rest krijgt u wel.',
      en: 'Part of the data is also about other people. We have blanked out that part to protect their rights. You do get the rest.',
    },
  },
  'legal-obligation-17-3-b': {
    basis: {
      nl: 'artikel 17 lid 3 onder b AVG; voor de boekhouding artikel 52 lid 4 AWR',
      en: 'article 17(3)(b) GDPR; for the books article 52(4) AWR (Dutch tax law)',
    },
    rights: ['erasure'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: false,
    keeps: ['payment'],
    paragraph: {
      nl: 'Sommige gegevens moeten wij van de wet bewaren, zoals onze boekhouding. Die gegevens mogen wij niet wissen zolang de wet dat eist. Wij gebruiken ze voor niets anders.',
      en: 'The law requires us to keep some data, such as our books. We may not erase that data as long as the law requires it. We use it for nothing else.',
    },
  },
  'legal-claims-17-3-e': {
    basis: { nl: 'artikel 17 lid 3 onder e AVG', en: 'article 17(3)(e) GDPR' },
    rights: ['erasure'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: true,
    paragraph: {
      nl: 'Wij hebben deze gegevens nodig voor een juridisch geschil: om een recht te bewijzen, uit te oefenen of ons te verdedigen. Zolang dat duurt mogen wij ze bewaren.',
      en: 'We need this data for a legal dispute: to establish or exercise a right, or to defend ourselves. We may keep it as long as that lasts.',
    },
  },
  'freedom-of-expression-17-3-a': {
    basis: { nl: 'artikel 17 lid 3 onder a AVG', en: 'article 17(3)(a) GDPR' },
    rights: ['erasure'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: true,
    paragraph: {
      nl: 'Deze gegevens zijn nodig voor de vrijheid van meningsuiting en informatie. In dit geval weegt die vrijheid zwaarder dan het wissen.',
      en: 'This data is needed for the freedom of expression and information. In this case that freedom weighs more than erasure.',
    },
  },
  'public-interest-17-3-c-d': {
    basis: { nl: 'artikel 17 lid 3 onder c en d AVG', en: 'article 17(3)(c) and (d) GDPR' },
    rights: ['erasure'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: true,
    paragraph: {
      nl: 'Deze gegevens zijn nodig voor een algemeen belang dat de wet noemt: de volksgezondheid, een archief, onderzoek of statistiek. Daarom wissen wij ze niet.',
      en: 'This data is needed for a public interest that the law names: public health, archiving, research or statistics. That is why we do not erase it.',
    },
  },
  'not-portable-20-1': {
    basis: { nl: 'artikel 20 lid 1 AVG', en: 'article 20(1) GDPR' },
    rights: ['portability'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: false,
    keeps: ['payment'],
    paragraph: {
      nl: 'U kunt gegevens meenemen die u zelf hebt gegeven, en die wij met uw toestemming of voor een overeenkomst automatisch verwerken. Voor deze gegevens geldt dat niet. U kunt wel inzage vragen: dan krijgt u een kopie.',
      en: 'You can take along data that you gave us yourself and that we process automatically, with your consent or for an agreement. That does not hold for this data. You can ask for access instead: then you get a copy.',
    },
  },
  'compelling-grounds-21-1': {
    basis: { nl: 'artikel 21 lid 1 AVG', en: 'article 21(1) GDPR' },
    rights: ['objection'],
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: true,
    paragraph: {
      nl: 'Wij hebben uw belangen en de onze tegen elkaar afgewogen. Wij hebben dwingende redenen om deze gegevens te blijven gebruiken, en die wegen hier zwaarder. Hieronder leest u welke.',
      en: 'We have weighed your interests against ours. We have compelling reasons to go on using this data, and here they weigh more. You can read below which ones.',
    },
  },
  'not-our-data': {
    basis: { nl: 'artikel 4 punten 7 en 8 en artikel 11 AVG', en: 'articles 4(7), 4(8) and 11 GDPR' },
    rights: claims,
    decisions: ['refuse', 'grant-in-part'],
    needsExplanation: false,
    paragraph: {
      nl: 'Wij zijn niet verantwoordelijk voor deze gegevens. Ze horen bij een klant van ons of bij een ander bedrijf. Alleen dat bedrijf kan over uw verzoek beslissen. U kunt uw verzoek daar doen.',
      en: 'We are not responsible for this data. It belongs to a customer of ours or to another company. Only that company can decide on your request. You can make your request there.',
    },
  },
  'no-mandate': {
    basis: {
      nl: 'artikel 8 en artikel 12 lid 2 AVG; artikel 3:60 en 1:245 BW',
      en: 'articles 8 and 12(2) GDPR; articles 3:60 and 1:245 of the Dutch Civil Code',
    },
    rights: all,
    decisions: ['refuse'],
    needsExplanation: false,
    paragraph: {
      nl: 'U deed dit verzoek voor iemand anders. Wij konden niet vaststellen dat u voor die persoon mag optreden, als ouder, wettelijk vertegenwoordiger of gemachtigde. Daarom mogen wij het niet uitvoeren.',
      en: 'You made this request for somebody else. We could not establish that you may act for that person, as a parent, legal representative or authorised agent. That is why we may not carry it out.',
    },
  },
  'withdrawn-by-subject': {
    basis: { nl: 'uw eigen keuze', en: 'your own choice' },
    rights: all,
    decisions: ['refuse'],
    needsExplanation: false,
    paragraph: {
      nl: 'U hebt dit verzoek zelf ingetrokken. Daarom doen wij er niets meer mee. U kunt altijd een nieuw verzoek sturen.',
      en: 'You withdrew this request yourself. That is why we do nothing more with it. You can send a new request at any time.',
    },
  },
} as const satisfies Record<ReasonCode, Reason>;

/** Codes that may refuse a right, in full or in part, in the order of the closed set. */
export function refusalReasonsFor(right: Right): readonly ReasonCode[] {
  return reasonCodes.filter((code) => reasonOf(code).rights.includes(right));
}

/** The entry of a code, in the general type. */
export function reasonOf(code: ReasonCode): Reason {
  return reasons[code];
}

/** GDPR art. 12(3): the extension's letter gives these reasons. */
export const extensionParagraphs = {
  complexity: {
    nl: 'Uw verzoek is ingewikkeld. Wij moeten in verschillende systemen zoeken en zorgvuldig nagaan wat wij daar aantreffen. Dat lukt niet binnen één maand.',
    en: 'Your request is complex. We have to search several systems and carefully check what we find there. We cannot do that within one month.',
  },
  'number-of-requests': {
    nl: 'U hebt ons meer verzoeken tegelijk gestuurd. Wij hebben meer tijd nodig om ze allemaal goed te behandelen. Dat lukt niet binnen één maand.',
    en: 'You sent us several requests at once. We need more time to handle all of them well. We cannot do that within one month.',
  },
} as const satisfies Record<ExtensionReason, Text>;
