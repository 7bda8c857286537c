import type { Text } from '../../../domain/register-record.ts';
import type { Language } from '../../../domain/words.ts';
import type { ProblemType } from '../../problem.ts';

/** Why an action was refused, and what to do instead. Codes without a sentence are shown as they are. */
const refusalTexts: Readonly<Record<string, Text>> = {
  'version-changed': {
    nl: 'Een collega heeft dit dossier veranderd terwijl je het las. Er is niets van jou bewaard.',
    en: 'A colleague changed this case while you were reading it. Nothing of yours was saved.',
  },
  'already-decided': {
    nl: 'Een collega besliste eerder. Dat besluit staat; het jouwe is in het spoor genoteerd.',
    en: 'A colleague decided first. Their decision stands; yours is noted in the trail.',
  },
  'decision-already-made': {
    nl: 'Een collega besliste eerder. Dat besluit staat.',
    en: 'A colleague decided first. Their decision stands.',
  },
  'wrong-status': {
    nl: 'Het dossier is verder gegaan, dus deze stap kan niet meer.',
    en: 'The case has moved on, so this step is not open any more.',
  },
  'decision-differs': {
    nl: 'Een collega stelde een ander besluit voor. Overleg: de tweede bevestigt hetzelfde besluit, of de eerste verandert het.',
    en: 'A colleague proposed another decision. Talk to them: the second person confirms the same decision or the first changes it.',
  },
  'second-person-needed': {
    nl: 'Je deed het voorstel zelf. De tweede moet iemand anders zijn.',
    en: 'You made the proposal yourself. The second person must be somebody else.',
  },
  'own-case': {
    nl: 'Dit verzoek komt van je eigen mailadres. Een collega moet het behandelen.',
    en: 'This request comes from your own mailbox. A colleague must handle it.',
  },
  'authority-not-checked': {
    nl: 'Noteer eerst hoe je naging dat deze persoon voor de ander mag optreden.',
    en: 'Record first how you checked that this person may act for the other.',
  },
  'decision-without-reason': {
    nl: 'Kies de grond om niet alles in te willigen.',
    en: 'Choose the ground for not granting everything.',
  },
  'reason-unknown': {
    nl: 'Kies een van de gronden uit de lijst.',
    en: 'Choose one of the grounds in the list.',
  },
  'reason-not-for-this-right': {
    nl: 'De wet staat deze grond bij dit recht niet toe.',
    en: 'The law does not allow this ground for this right.',
  },
  'reason-not-for-this-decision': {
    nl: 'Deze grond past niet bij dit besluit: zie de hint ernaast.',
    en: 'This ground does not fit this decision: see the hint beside it.',
  },
  'reason-without-explanation': {
    nl: 'Deze grond vraagt je toelichting in de brief: de bewijslast ligt bij ons.',
    en: 'This ground needs your explanation in the letter: the burden of proof is ours.',
  },
  'part-without-scope': {
    nl: 'Geef aan welke soorten gegevens of welke systemen worden achtergehouden.',
    en: 'Say which kinds of data or which systems are kept back.',
  },
  'right-is-absolute': {
    nl: 'Dit recht is absoluut: alleen twijfel over wie vraagt kan het tegenhouden.',
    en: 'This right is absolute: only doubt about who asks can stand in its way.',
  },
  'extension-second': {
    nl: 'De termijn is al verlengd. Dat kan één keer.',
    en: 'The period was extended before. It can be done once.',
  },
  'extension-after-first-month': {
    nl: 'De eerste maand is voorbij. De wet staat een verlenging niet meer toe.',
    en: 'The first month is over. The law does not allow an extension any more.',
  },
  'extension-without-reasons': {
    nl: 'Kies de reden van de verlenging.',
    en: 'Choose the reason for the extension.',
  },
  'pause-ground-unknown': {
    nl: 'Alleen twijfel over de identiteit en een nodige verduidelijking kunnen de termijn stilzetten.',
    en: 'Only doubt about identity and a needed clarification can suspend the period.',
  },
  'pause-not-for-this-right': {
    nl: 'Een verduidelijking zet de termijn alleen stil bij verzoeken om inzage.',
    en: 'A clarification suspends the period for access requests only.',
  },
  'pause-without-recorded-reason': {
    nl: 'Noteer de bepaalde twijfel, of waarom er veel gegevens zijn.',
    en: 'Record the specific doubt, or why the quantity of data is large.',
  },
  'pause-already-open': {
    nl: 'Er staat al een vraag open. De termijn kan niet twee keer stilstaan.',
    en: 'A question is open already. The period cannot be suspended twice.',
  },
  'pause-asked-late': {
    nl: 'Er zijn meer dan zeven dagen voorbij sinds de ontvangst: te laat om de termijn stil te zetten. Vragen kan nog wel.',
    en: 'More than seven days have passed since receipt: too late to suspend the period. You can still ask.',
  },
  'pause-after-deadline': {
    nl: 'De wettelijke termijn is voorbij en kan niet meer stilstaan. Vragen kan nog wel.',
    en: 'The legal period is over and cannot be suspended any more. You can still ask.',
  },
  'no-pause-open': {
    nl: 'Er staat geen vraag open die de termijn stilzet.',
    en: 'No question is open that suspends the period.',
  },
  'on-hold': {
    nl: 'Het dossier wordt vastgehouden. Hef dat eerst op.',
    en: 'The case is on hold. Lift the hold first.',
  },
  'nothing-restricted': {
    nl: 'Nergens is het gebruik beperkt, dus er valt niets op te heffen.',
    en: 'Nothing is restricted anywhere, so there is nothing to lift.',
  },
  'package-changed': {
    nl: 'Het pakket is veranderd sinds je het las. Lees het nieuwe voordat je het vrijgeeft.',
    en: 'The package has changed since you read it. Read the new one before you release it.',
  },
  'redaction-without-effect': {
    nl: 'Een markering laat niets meer weg. Verwijder haar, of markeer het gegeven opnieuw.',
    en: 'A mark leaves nothing out any more. Remove it or mark the record again.',
  },
  'too-many-redactions': {
    nl: 'Er staan te veel markeringen. Laat woorden overal weg in plaats van één voor één.',
    en: 'There are too many marks. Leave words out everywhere instead of one by one.',
  },
  'not-a-processor-of-this-case': {
    nl: 'In dit systeem is voor dit verzoek niet gezocht.',
    en: 'This system was not searched for this request.',
  },
  'too-many-files': {
    nl: 'Van dit systeem zijn er al twintig bestanden. Verwijder er eerst een.',
    en: 'There are twenty files of this system already. Remove one first.',
  },
  'no-longer-in-group': {
    nl: 'Je account mag dit niet meer. Vraag een beheerder.',
    en: 'Your account may not do this any more. Ask an administrator.',
  },
  'cross-site': {
    nl: 'Dit formulier kwam niet van deze console. Open de pagina opnieuw.',
    en: 'The form did not come from this console. Open the page again.',
  },
};

export function refusalText(code: string, language: Language): string {
  const known = Object.hasOwn(refusalTexts, code) ? refusalTexts[code] : undefined;
  return known?.[language] ?? `${{ nl: 'Geweigerd', en: 'Refused' }[language]}: ${code}.`;
}

/** What the console calls a problem, and what to do about it. */
export const problemTexts = {
  'invalid-input': { nl: 'Er klopt iets niet in wat je stuurde', en: 'Something you sent is not right' },
  'invalid-json': { nl: 'Dit konden wij niet lezen', en: 'We could not read this' },
  'not-signed-in': { nl: 'Meld je eerst aan', en: 'Sign in first' },
  'not-allowed': { nl: 'Dit mag je niet', en: 'You may not do this' },
  'not-found': { nl: 'Hier is niets', en: 'Nothing is here' },
  'method-not-allowed': { nl: 'Dit adres neemt zoiets niet aan', en: 'This address does not take that' },
  conflict: { nl: 'Een collega was eerder', en: 'Somebody else was first' },
  gone: { nl: 'Dit geldt niet meer', en: 'This is not valid any more' },
  'version-changed': {
    nl: 'Het dossier is veranderd sinds je het las',
    en: 'The case has changed since you read it',
  },
  'body-too-large': { nl: 'Dat is te groot', en: 'That is too large' },
  'unsupported-media-type': { nl: 'Dit formulier konden wij niet lezen', en: 'We could not read this form' },
  'key-reused': { nl: 'Dit formulier is al voor iets anders gebruikt', en: 'This form was used before' },
  refused: {
    nl: 'De wet of de volgorde staat dit niet toe',
    en: 'The law or the order of steps does not allow this',
  },
  'version-required': { nl: 'Open het dossier opnieuw', en: 'Open the case again' },
  'too-many-requests': { nl: 'Te vaak geprobeerd; wacht even', en: 'Too many tries; wait a while' },
  unavailable: { nl: 'Probeer het zo nog eens', en: 'Try again shortly' },
  internal: { nl: 'Er ging iets mis bij ons', en: 'Something went wrong on our side' },
} as const satisfies Record<ProblemType, Text>;

/** The fields of the console's forms, as the person who filled them in knows them. */
const fieldNames: Readonly<Record<string, Text>> = {
  decision: { nl: 'het besluit', en: 'the decision' },
  reason: { nl: 'de grond of reden', en: 'the ground or reason' },
  explanation: { nl: 'de toelichting', en: 'the explanation' },
  question: { nl: 'de vraag', en: 'the question' },
  recordedReason: { nl: 'de reden die wordt genoteerd', en: 'the reason that is recorded' },
  evidence: { nl: 'het bewijs', en: 'the evidence' },
  until: { nl: 'de dag waarop het bewaren eindigt', en: 'the day on which keeping ends' },
  text: { nl: 'de tekst', en: 'the text' },
};

/** Which fields of a form were not filled in as they must be. The browser's way back keeps what was typed. */
export function missingText(fields: readonly string[], language: Language): string {
  const names = [...new Set(fields)].flatMap((field) =>
    Object.hasOwn(fieldNames, field) ? [fieldNames[field]?.[language] ?? field] : [],
  );
  const back = {
    nl: 'Ga terug: wat je typte, staat er nog.',
    en: 'Go back: what you typed is still there.',
  }[language];
  if (names.length === 0) return back;
  const look = { nl: 'Controleer', en: 'Check' }[language];
  return `${look} ${names.join(', ')}. ${back}`;
}
