import type { ManualTask } from './contract.ts';

type Operation = 'find' | 'export' | 'rectify' | 'erase' | 'restrict' | 'lift' | 'opt-out';

/** What the codes of failed calls mean to the person who has to go on from there; the same for every vendor. */
const codes: readonly string[] = [
  'credentials-refused, access-refused: the key is wrong, has ended or may do too little. Renew it in the secret store, then press retry.',
  'another-person, another-record, another-customer: the answer was about somebody else or did not fit the search. Nothing of it was used. Look at the vendor yourself before anything else is done.',
  'unexpected-shape, not-json, response-too-large: the vendor answered in a way we do not know. Press retry; if it stays, tell the engineers.',
  'a code that says something is still there: the vendor said yes and kept the data. Do it by hand, or press retry and the connector looks again.',
];

const goals: Readonly<Record<Operation, string>> = {
  find: 'Search by hand for the mailbox and the ids of the account, and write down what is held.',
  export: 'Download by hand what is held about the subject and add it to the package.',
  rectify: 'Make the correction by hand.',
  erase: 'Erase by hand what the finding lists, and look afterwards whether it is gone.',
  restrict: 'Stop the use by hand, and mark it so that colleagues see it.',
  lift: 'Take the mark and the stop away by hand.',
  'opt-out': 'Stop by hand what the subject objected to or withdrew consent for.',
};

/**
 * Tasks for operations that are done by call, for the case that the call fails.
 * @param where the place in which staff do it by hand, for example "the Stripe dashboard"
 */
export function failureTasks(
  where: string,
  operations: readonly Operation[],
): Readonly<Record<string, ManualTask>> {
  return Object.fromEntries(
    operations.map((operation) => [
      operation,
      {
        instructions: [
          'The call failed; the code of this task says why.',
          ...codes,
          `If retrying does not help, go to ${where}. ${goals[operation]}`,
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
