import type { Text } from '../domain/register-record.ts';
import type { ManualTask } from './contract.ts';

type Operation = 'find' | 'export' | 'rectify' | 'erase' | 'restrict' | 'lift' | 'opt-out';

/** What the codes of failed calls mean to the person who has to go on from there; the same for every vendor. */
const codes: readonly Text[] = [
  {
    nl: 'credentials-refused, access-refused: de sleutel klopt niet, is verlopen of mag te weinig. Vernieuw hem in de geheimenopslag en probeer het opnieuw.',
    en: 'credentials-refused, access-refused: the key is wrong, has ended or may do too little. Renew it in the secret store, then press retry.',
  },
  {
    nl: 'another-person, another-record, another-customer: het antwoord ging over iemand anders of paste niet bij de vraag. Er is niets van gebruikt. Kijk zelf bij de leverancier voordat er iets anders gebeurt.',
    en: 'another-person, another-record, another-customer: the answer was about somebody else or did not fit the search. Nothing of it was used. Look at the vendor yourself before anything else is done.',
  },
  {
    nl: 'unexpected-shape, not-json, response-too-large: de leverancier antwoordde op een manier die wij niet kennen. Probeer het opnieuw; blijft het zo, zeg het dan tegen de technici.',
    en: 'unexpected-shape, not-json, response-too-large: the vendor answered in a way we do not know. Press retry; if it stays, tell the engineers.',
  },
  {
    nl: 'een code die zegt dat er nog iets staat: de leverancier zei ja en hield de gegevens. Doe het met de hand, of probeer het opnieuw; dan kijkt de koppeling weer.',
    en: 'a code that says something is still there: the vendor said yes and kept the data. Do it by hand, or press retry and the connector looks again.',
  },
];

const goals = {
  find: {
    nl: 'Zoek met de hand op het mailadres en de nummers van het account, en schrijf op wat er is.',
    en: 'Search by hand for the mailbox and the ids of the account, and write down what is held.',
  },
  export: {
    nl: 'Download met de hand wat er over de betrokkene is en voeg het toe aan het pakket.',
    en: 'Download by hand what is held about the subject and add it to the package.',
  },
  rectify: { nl: 'Voer de correctie met de hand uit.', en: 'Make the correction by hand.' },
  erase: {
    nl: 'Wis met de hand wat de bevinding noemt, en kijk daarna of het weg is.',
    en: 'Erase by hand what the finding lists, and look afterwards whether it is gone.',
  },
  restrict: {
    nl: 'Stop het gebruik met de hand, en merk het zo dat collega’s het zien.',
    en: 'Stop the use by hand, and mark it so that colleagues see it.',
  },
  lift: {
    nl: 'Haal het merk en het stopzetten met de hand weg.',
    en: 'Take the mark and the stop away by hand.',
  },
  'opt-out': {
    nl: 'Stop met de hand waar de betrokkene bezwaar tegen maakte of toestemming voor introk.',
    en: 'Stop by hand what the subject objected to or withdrew consent for.',
  },
} as const satisfies Record<Operation, Text>;

/**
 * Tasks for operations that are done by call, for the case that the call fails.
 * @param where the place in which staff do it by hand, for example "the Stripe dashboard"
 */
export function failureTasks(
  where: Text,
  operations: readonly Operation[],
): Readonly<Record<string, ManualTask>> {
  return Object.fromEntries(
    operations.map((operation) => [
      operation,
      {
        instructions: [
          {
            nl: 'De aanroep mislukte; de code van deze taak zegt waarom.',
            en: 'The call failed; the code of this task says why.',
          },
          ...codes,
          {
            nl: `Helpt opnieuw proberen niet, ga dan naar ${where.nl}. ${goals[operation].nl}`,
            en: `If retrying does not help, go to ${where.en}. ${goals[operation].en}`,
          },
        ],
        evidence: 'What stood in the way, what was done where, and when. Write no personal data.',
      },
    ]),
  );
}

/** The same tasks with the words that point the subject to a vendor which is a controller of its own. */
export function toldWith(
  tasks: Readonly<Record<string, ManualTask>>,
  subjectText: NonNullable<ManualTask['subjectText']>,
): Readonly<Record<string, ManualTask>> {
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, { ...task, subjectText }]));
}
