import { categories, type Text } from '../../../domain/register-record.ts';
import type { EventType } from '../../../domain/transitions.ts';
import type {
  Channel,
  DataCategory,
  DecisionKind,
  DispositionKind,
  ExtensionReason,
  Language,
  LetterKind,
  Operation,
  Outcome,
  ReasonCode,
  Right,
  Status,
} from '../../../domain/words.ts';
import type { Role } from '../../staff/sign-in.ts';

/** What staff read: one label per word of the closed sets and per language, so that a word without its Dutch does not compile. */
export const rightLabels = {
  access: { nl: 'Inzage', en: 'Access' },
  portability: { nl: 'Overdracht', en: 'Portability' },
  rectification: { nl: 'Rectificatie', en: 'Rectification' },
  completion: { nl: 'Aanvulling', en: 'Completion' },
  erasure: { nl: 'Wissen', en: 'Erasure' },
  restriction: { nl: 'Beperking', en: 'Restriction' },
  objection: { nl: 'Bezwaar', en: 'Objection' },
  'consent-withdrawal': { nl: 'Intrekken van toestemming', en: 'Consent withdrawal' },
  complaint: { nl: 'Klacht', en: 'Complaint' },
} as const satisfies Record<Right, Text>;

export const statusLabels = {
  'awaiting-identity': { nl: 'Mailadres niet bevestigd', en: 'Mailbox not confirmed' },
  finding: { nl: 'Wordt gezocht', en: 'Searching' },
  'awaiting-decision': { nl: 'Te beslissen', en: 'To decide' },
  'cooling-off': { nl: 'Bedenktijd', en: 'Cooling off' },
  acting: { nl: 'In uitvoering', en: 'Acting' },
  'awaiting-release': { nl: 'Vrij te geven', en: 'To release' },
  answered: { nl: 'Beantwoord', en: 'Answered' },
  closed: { nl: 'Gesloten', en: 'Closed' },
} as const satisfies Record<Status, Text>;

export const outcomeLabels = {
  fulfilled: { nl: 'Uitgevoerd', en: 'Fulfilled' },
  'partly-fulfilled': { nl: 'Deels uitgevoerd', en: 'Partly fulfilled' },
  refused: { nl: 'Afgewezen', en: 'Refused' },
  'nothing-found': { nl: 'Niets gevonden', en: 'Nothing found' },
  withdrawn: { nl: 'Ingetrokken', en: 'Withdrawn' },
  'not-verified': { nl: 'Nooit bevestigd', en: 'Never confirmed' },
  merged: { nl: 'Samengevoegd', en: 'Merged' },
} as const satisfies Record<Outcome, Text>;

export const channelLabels = {
  form: { nl: 'Formulier', en: 'Form' },
  email: { nl: 'E-mail', en: 'E-mail' },
  letter: { nl: 'Brief', en: 'Letter' },
  chat: { nl: 'Chat', en: 'Chat' },
  phone: { nl: 'Telefoon', en: 'Phone' },
} as const satisfies Record<Channel, Text>;

export const decisionLabels = {
  grant: { nl: 'Inwilligen', en: 'Grant' },
  'grant-in-part': { nl: 'Deels inwilligen', en: 'Grant in part' },
  refuse: { nl: 'Afwijzen', en: 'Refuse' },
} as const satisfies Record<DecisionKind, Text>;

export const reasonLabels = {
  'identity-not-confirmed': { nl: 'Identiteit niet bevestigd', en: 'Identity not confirmed' },
  'manifestly-unfounded': {
    nl: 'Kennelijk ongegrond, art. 12 lid 5',
    en: 'Manifestly unfounded, art. 12(5)',
  },
  excessive: { nl: 'Buitensporig, art. 12 lid 5', en: 'Excessive, art. 12(5)' },
  'others-rights-15-4': { nl: 'Rechten van anderen, art. 15 lid 4', en: 'Rights of others, art. 15(4)' },
  'legal-obligation-17-3-b': {
    nl: 'Wettelijke bewaarplicht, art. 17 lid 3 onder b',
    en: 'Legal obligation to keep, art. 17(3)(b)',
  },
  'legal-claims-17-3-e': {
    nl: 'Rechtsvordering, art. 17 lid 3 onder e',
    en: 'Legal claims, art. 17(3)(e)',
  },
  'freedom-of-expression-17-3-a': {
    nl: 'Vrijheid van meningsuiting, art. 17 lid 3 onder a',
    en: 'Freedom of expression, art. 17(3)(a)',
  },
  'public-interest-17-3-c-d': {
    nl: 'Algemeen belang, art. 17 lid 3 onder c en d',
    en: 'Public interest, art. 17(3)(c), (d)',
  },
  'not-portable-20-1': { nl: 'Niet overdraagbaar, art. 20 lid 1', en: 'Not portable, art. 20(1)' },
  'compelling-grounds-21-1': {
    nl: 'Dwingende gronden, art. 21 lid 1',
    en: 'Compelling grounds, art. 21(1)',
  },
  'not-our-data': { nl: 'Niet onze gegevens', en: 'Not our data' },
  'no-mandate': { nl: 'Geen machtiging', en: 'No mandate' },
  'withdrawn-by-subject': { nl: 'Ingetrokken door de betrokkene', en: 'Withdrawn by the subject' },
} as const satisfies Record<ReasonCode, Text>;

export const extensionLabels = {
  complexity: { nl: 'Het verzoek is ingewikkeld', en: 'The request is complex' },
  'number-of-requests': { nl: 'Het aantal verzoeken', en: 'The number of requests' },
} as const satisfies Record<ExtensionReason, Text>;

export const dispositionLabels = {
  'nothing-found': { nl: 'Niets gevonden', en: 'Nothing found' },
  'done-confirmed': { nl: 'Gedaan en nagekeken', en: 'Done, seen again' },
  accepted: { nl: 'Toegezegd, nog niet gezien', en: 'Accepted, not seen yet' },
  'retained-by-law': { nl: 'Bewaard, want dat moet', en: 'Kept by law' },
  'done-by-hand': { nl: 'Met de hand gedaan', en: 'Done by hand' },
  'not-applicable': { nl: 'Niet van toepassing', en: 'Does not apply' },
  failed: { nl: 'Mislukt, vraagt een mens', en: 'Failed, needs a person' },
} as const satisfies Record<DispositionKind, Text>;

/** The register's own words, as they stand in the middle of a sentence. */
const inSentence = ({ title }: { readonly title: Text }): Text => ({
  nl: title.nl.toLowerCase(),
  en: title.en.toLowerCase(),
});
export const categoryLabels: Readonly<Record<DataCategory, Text>> = {
  account: inSentence(categories.account),
  usage: inSentence(categories.usage),
  messages: inSentence(categories.messages),
  media: inSentence(categories.media),
  payment: inSentence(categories.payment),
  marketing: inSentence(categories.marketing),
};

/** The label of a kind of data that may come from a file, where any word can stand. */
export function categoryLabel(category: string, language: Language): string {
  const known: Readonly<Record<string, Text>> = categoryLabels;
  return Object.hasOwn(known, category) ? (known[category]?.[language] ?? category) : category;
}

type Phrase = Readonly<Record<Language, (what: string) => string>>;

/** What an operation does with what it is given: the verb stands before it in English and behind it in Dutch. */
export const operationPhrases = {
  find: { nl: (what) => `${what} zoeken`, en: (what) => `search for ${what}` },
  export: { nl: (what) => `${what} exporteren`, en: (what) => `export ${what}` },
  rectify: { nl: (what) => `${what} corrigeren`, en: (what) => `correct ${what}` },
  erase: { nl: (what) => `${what} wissen`, en: (what) => `erase ${what}` },
  restrict: { nl: (what) => `${what} beperken`, en: (what) => `restrict ${what}` },
  lift: {
    nl: (what) => `de beperking van ${what} opheffen`,
    en: (what) => `lift the restriction on ${what}`,
  },
  'opt-out': { nl: (what) => `het gebruik van ${what} stoppen`, en: (what) => `stop the use of ${what}` },
  confirm: { nl: (what) => `opnieuw naar ${what} kijken`, en: (what) => `look again at ${what}` },
} as const satisfies Record<Operation, Phrase>;

/** What a task is about: an operation at a system, or what of the request itself waits for a person. */
const taskLabels = {
  find: { nl: 'zoeken', en: 'find' },
  export: { nl: 'exporteren', en: 'export' },
  rectify: { nl: 'corrigeren', en: 'rectify' },
  erase: { nl: 'wissen', en: 'erase' },
  restrict: { nl: 'beperken', en: 'restrict' },
  lift: { nl: 'beperking opheffen', en: 'lift' },
  'opt-out': { nl: 'gebruik stoppen', en: 'opt out' },
  confirm: { nl: 'nakijken', en: 'confirm' },
  decision: { nl: 'besluit nemen', en: 'decision' },
  release: { nl: 'pakket vrijgeven', en: 'release' },
  message: { nl: 'bericht beantwoorden', en: 'message' },
  transmission: { nl: 'doorsturen lukt niet', en: 'transmission keeps failing' },
  'pause-ended': { nl: 'vraag bleef onbeantwoord', en: 'question not answered' },
  'mail-complaint': { nl: 'klacht over een brief', en: 'complaint about a letter' },
} as const satisfies Record<Operation, Text> & Readonly<Record<string, Text>>;

export function taskLabel(operation: string, language: Language): string {
  const known: Readonly<Record<string, Text>> = taskLabels;
  const label = Object.hasOwn(known, operation) ? known[operation] : undefined;
  return label ? label[language] : operation.replaceAll('-', ' ');
}

export const findingLabels = {
  found: { nl: 'Gevonden', en: 'Found' },
  nothing: { nl: 'Niets gevonden', en: 'Nothing found' },
  incomplete: { nl: 'Onvolledig doorzocht', en: 'Search incomplete' },
  ambiguous: { nl: 'Misschien meer mensen', en: 'Several people may be meant' },
  'by-hand': { nl: 'Met de hand gezocht', en: 'Searched by hand' },
  failed: { nl: 'Zoeken mislukt', en: 'Search failed' },
} as const satisfies Record<string, Text>;

export const riskLabels = {
  overdue: [{ nl: 'Te laat', en: 'Overdue' }, 'bad'],
  'due-soon': [{ nl: 'Bijna te laat', en: 'Due soon' }, 'warn'],
  'on-track': [{ nl: 'Op tijd', en: 'On track' }, 'good'],
  answered: [{ nl: 'Beantwoord', en: 'Answered' }, ''],
} as const satisfies Record<string, readonly [Text, string]>;

export const evidenceLabels = {
  'looked-again': { nl: 'opnieuw gekeken', en: 'looked again' },
  'vendor-status': { nl: 'stand volgens de leverancier', en: 'vendor status' },
  'vendor-acknowledged': { nl: 'bevestigd door de leverancier', en: 'vendor acknowledged' },
  'staff-statement': { nl: 'verklaring van een collega', en: 'staff statement' },
  none: { nl: 'geen', en: 'none' },
} as const satisfies Record<string, Text>;

export const letterLabels = {
  receipt: { nl: 'Ontvangstbevestiging', en: 'Receipt' },
  code: { nl: 'Code', en: 'Code' },
  'identity-reminder': { nl: 'Herinnering om te bevestigen', en: 'Identity reminder' },
  extension: { nl: 'Verlenging', en: 'Extension' },
  question: { nl: 'Vraag', en: 'Question' },
  refusal: { nl: 'Afwijzing', en: 'Refusal' },
  answer: { nl: 'Antwoord', en: 'Answer' },
  release: { nl: 'Vrijgave', en: 'Release' },
  'restriction-lifted': { nl: 'Einde van de beperking', en: 'Restriction lifted' },
  merged: { nl: 'Samengevoegd', en: 'Merged' },
  withdrawn: { nl: 'Ingetrokken', en: 'Withdrawn' },
  'message-notice': { nl: 'Melding van een bericht', en: 'Message notice' },
  transmission: { nl: 'Doorgestuurd naar een ander', en: 'Transmission' },
  'cooling-off': { nl: 'Bedenktijd', en: 'Cooling off' },
  supplement: { nl: 'Aanvulling', en: 'Supplement' },
} as const satisfies Record<LetterKind, Text>;

export const letterStates = {
  sent: { nl: 'verstuurd', en: 'sent' },
  delivered: { nl: 'bezorgd', en: 'delivered' },
  bounced: { nl: 'teruggekomen', en: 'bounced' },
  complained: { nl: 'ongewenst genoemd', en: 'complained' },
  withheld: { nl: 'niet verstuurd', en: 'withheld' },
} as const satisfies Record<string, Text>;

export const roleLabels = {
  viewer: { nl: 'lezer', en: 'viewer' },
  officer: { nl: 'behandelaar', en: 'officer' },
  approver: { nl: 'vrijgever', en: 'approver' },
  administrator: { nl: 'beheerder', en: 'administrator' },
} as const satisfies Record<Role, Text>;

/** The roles among a colleague's groups, in words; groups of other programs say nothing here. */
export function rolesInWords(groups: readonly string[], language: Language): string {
  const known: Readonly<Record<string, Text>> = roleLabels;
  return groups
    .flatMap((group) => (Object.hasOwn(known, group) ? [known[group]?.[language] ?? group] : []))
    .join(', ');
}

/** What the trail calls an event. */
export const eventLabels = {
  received: { nl: 'Ontvangen', en: 'Received' },
  'letter-sent': { nl: 'Brief verstuurd', en: 'Letter sent' },
  'letter-withheld': { nl: 'Brief niet verstuurd', en: 'Letter withheld' },
  'letter-delivered': { nl: 'Brief bezorgd', en: 'Letter delivered' },
  'letter-bounced': { nl: 'Brief teruggekomen', en: 'Letter bounced' },
  'letter-complained': { nl: 'Brief ongewenst genoemd', en: 'Letter complained' },
  'identity-verified': { nl: 'Mailadres bevestigd', en: 'Mailbox confirmed' },
  'identity-reminded': { nl: 'Herinnerd om te bevestigen', en: 'Reminded to confirm' },
  'identity-not-confirmed': { nl: 'Nooit bevestigd', en: 'Never confirmed' },
  'authority-checked': { nl: 'Machtiging nagegaan', en: 'Authority checked' },
  merged: { nl: 'Samengevoegd', en: 'Merged' },
  'search-planned': { nl: 'Zoeken gepland', en: 'Search planned' },
  'search-finished': { nl: 'Zoeken klaar', en: 'Search finished' },
  proposed: { nl: 'Voorgesteld', en: 'Proposed' },
  decided: { nl: 'Besloten', en: 'Decided' },
  'decision-came-second': { nl: 'Besluit kwam als tweede', en: 'Decision came second' },
  'nothing-to-act-on': { nl: 'Niets om uit te voeren', en: 'Nothing to act on' },
  'cooling-off-began': { nl: 'Bedenktijd begonnen', en: 'Cooling off began' },
  'acting-began': { nl: 'Uitvoering begonnen', en: 'Acting began' },
  acted: { nl: 'Uitgevoerd', en: 'Acted' },
  'task-opened': { nl: 'Taak geopend', en: 'Task opened' },
  'task-done': { nl: 'Taak gedaan', en: 'Task done' },
  'task-retried': { nl: 'Opnieuw geprobeerd', en: 'Task retried' },
  'package-built': { nl: 'Pakket gemaakt', en: 'Package built' },
  'package-redacted': { nl: 'Pakket veranderd', en: 'Package changed' },
  'release-approved': { nl: 'Vrijgave goedgekeurd', en: 'Release approved' },
  released: { nl: 'Vrijgegeven', en: 'Released' },
  'package-fetched': { nl: 'Pakket opgehaald', en: 'Package fetched' },
  'package-expired': { nl: 'Pakket verwijderd', en: 'Package expired' },
  answered: { nl: 'Beantwoord', en: 'Answered' },
  'answer-undelivered': { nl: 'Antwoord niet aangekomen', en: 'Answer undelivered' },
  'looked-again': { nl: 'Opnieuw gekeken', en: 'Looked again' },
  'processor-reported': { nl: 'Bericht van een verwerker', en: 'Processor reported' },
  supplemented: { nl: 'Antwoord aangevuld', en: 'Supplemented' },
  closed: { nl: 'Gesloten', en: 'Closed' },
  withdrawn: { nl: 'Ingetrokken', en: 'Withdrawn' },
  extended: { nl: 'Verlengd', en: 'Extended' },
  'question-asked': { nl: 'Vraag gesteld', en: 'Question asked' },
  paused: { nl: 'Termijn stilgezet', en: 'Paused' },
  'pause-ended': { nl: 'Termijn loopt weer', en: 'Pause ended' },
  'milestone-rung': { nl: 'Gewaarschuwd voor de termijn', en: 'Milestone rung' },
  escalated: { nl: 'Opgeschaald', en: 'Escalated' },
  'note-added': { nl: 'Notitie toegevoegd', en: 'Note added' },
  'message-sent': { nl: 'Bericht verstuurd', en: 'Message sent' },
  'transmission-asked': { nl: 'Doorsturen gevraagd', en: 'Transmission asked for' },
  transmitted: { nl: 'Doorgestuurd naar een ander', en: 'Transmitted to another controller' },
  'transmission-failed': { nl: 'Doorsturen mislukt', en: 'Transmission failed' },
  'restriction-lifted': { nl: 'Beperking opgeheven', en: 'Restriction lifted' },
  'execution-started': { nl: 'Uitvoering opnieuw gestart', en: 'Execution started' },
  'hold-set': { nl: 'Vastgehouden', en: 'Hold set' },
  'hold-lifted': { nl: 'Weer vrij', en: 'Hold lifted' },
  anonymised: { nl: 'Geanonimiseerd', en: 'Anonymised' },
} as const satisfies Record<EventType, Text>;

/** A type that this version does not know, from a newer one's trail, is shown by its own name. */
export function eventLabel(type: string, language: Language): string {
  const known: Readonly<Record<string, Text>> = eventLabels;
  return (Object.hasOwn(known, type) ? known[type]?.[language] : undefined) ?? type.replaceAll('-', ' ');
}

/** Who did it: a colleague by name, anything else by what it is. */
export function actorLabel(by: string, language: Language): string {
  if (by.startsWith('staff:')) return by.slice(6);
  const known: Readonly<Record<string, Text>> = {
    subject: { nl: 'betrokkene', en: 'subject' },
    system: { nl: 'systeem', en: 'system' },
    policy: { nl: 'beleid', en: 'policy' },
  };
  return known[by]?.[language] ?? by;
}

/** The language in which a subject is written to, as staff are told it. */
export const letterLanguages = {
  nl: { nl: 'in het Nederlands', en: 'in Dutch' },
  en: { nl: 'in het Engels', en: 'in English' },
} as const satisfies Record<Language, Text>;
