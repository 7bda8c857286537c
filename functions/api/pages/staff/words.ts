import type {
  Channel,
  DataCategory,
  DecisionKind,
  DispositionKind,
  ExtensionReason,
  Operation,
  Outcome,
  ReasonCode,
  Right,
  Status,
} from '../../../domain/words.ts';

/** What staff read. One sentence or label per word of the closed sets. */
export const rightLabels = {
  access: 'Access',
  portability: 'Portability',
  rectification: 'Rectification',
  completion: 'Completion',
  erasure: 'Erasure',
  restriction: 'Restriction',
  objection: 'Objection',
  'consent-withdrawal': 'Consent withdrawal',
  complaint: 'Complaint',
} as const satisfies Record<Right, string>;

export const statusLabels = {
  'awaiting-identity': 'Mailbox not confirmed',
  finding: 'Searching',
  'awaiting-decision': 'To decide',
  'cooling-off': 'Cooling off',
  acting: 'Acting',
  'awaiting-release': 'To release',
  answered: 'Answered',
  closed: 'Closed',
} as const satisfies Record<Status, string>;

export const outcomeLabels = {
  fulfilled: 'Fulfilled',
  'partly-fulfilled': 'Partly fulfilled',
  refused: 'Refused',
  'nothing-found': 'Nothing found',
  withdrawn: 'Withdrawn',
  'not-verified': 'Never confirmed',
  merged: 'Merged',
} as const satisfies Record<Outcome, string>;

export const channelLabels = {
  form: 'Form',
  email: 'E-mail',
  letter: 'Letter',
  chat: 'Chat',
  phone: 'Phone',
} as const satisfies Record<Channel, string>;

export const decisionLabels = {
  grant: 'Grant',
  'grant-in-part': 'Grant in part',
  refuse: 'Refuse',
} as const satisfies Record<DecisionKind, string>;

export const reasonLabels = {
  'identity-not-confirmed': 'Identity not confirmed',
  'manifestly-unfounded': 'Manifestly unfounded, art. 12(5)',
  excessive: 'Excessive, art. 12(5)',
  'others-rights-15-4': 'Rights of others, art. 15(4)',
  'legal-obligation-17-3-b': 'Legal obligation to keep, art. 17(3)(b)',
  'legal-claims-17-3-e': 'Legal claims, art. 17(3)(e)',
  'freedom-of-expression-17-3-a': 'Freedom of expression, art. 17(3)(a)',
  'public-interest-17-3-c-d': 'Public interest, art. 17(3)(c), (d)',
  'not-portable-20-1': 'Not portable, art. 20(1)',
  'compelling-grounds-21-1': 'Compelling grounds, art. 21(1)',
  'not-our-data': 'Not our data',
  'no-mandate': 'No mandate',
  'withdrawn-by-subject': 'Withdrawn by the subject',
} as const satisfies Record<ReasonCode, string>;

export const extensionLabels = {
  complexity: 'The request is complex',
  'number-of-requests': 'The number of requests',
} as const satisfies Record<ExtensionReason, string>;

export const dispositionLabels = {
  'nothing-found': 'Nothing found',
  'done-confirmed': 'Done, seen again',
  accepted: 'Accepted, not seen yet',
  'retained-by-law': 'Kept by law',
  'done-by-hand': 'Done by hand',
  'not-applicable': 'Does not apply',
  failed: 'Failed, needs a person',
} as const satisfies Record<DispositionKind, string>;

export const categoryLabels = {
  account: 'account data',
  usage: 'usage data',
  messages: 'messages',
  media: 'media',
  payment: 'payment records',
  marketing: 'marketing data',
} as const satisfies Record<DataCategory, string>;

export const operationVerbs = {
  find: 'search',
  export: 'export',
  rectify: 'correct',
  erase: 'erase',
  restrict: 'restrict',
  lift: 'lift the restriction on',
  'opt-out': 'stop the use of',
  confirm: 'look again at',
} as const satisfies Record<Operation, string>;

export const findingLabels = {
  found: 'Found',
  nothing: 'Nothing found',
  incomplete: 'Search incomplete',
  ambiguous: 'Several people may be meant',
  'by-hand': 'Searched by hand',
  failed: 'Search failed',
} as const;

export const riskLabels = {
  overdue: ['Overdue', 'bad'],
  'due-soon': ['Due soon', 'warn'],
  'on-track': ['On track', 'good'],
  answered: ['Answered', ''],
} as const;

/** Why an action was refused, and what to do instead. Codes without a sentence are shown as they are. */
export const refusalTexts: Readonly<Record<string, string>> = {
  'version-changed': 'A colleague changed this case while you were reading it. Nothing of yours was saved.',
  'already-decided': 'A colleague decided first. Their decision stands; yours is noted in the trail.',
  'decision-already-made': 'A colleague decided first. Their decision stands.',
  'wrong-status': 'The case has moved on, so this step is not open any more.',
  'decision-differs':
    'A colleague proposed another decision. Talk to them: the second person confirms the same decision or the first changes it.',
  'second-person-needed': 'You made the proposal yourself. The second person must be somebody else.',
  'own-case': 'This request comes from your own mailbox. A colleague must handle it.',
  'authority-not-checked': 'Record first how you checked that this person may act for the other.',
  'decision-without-reason': 'Choose the ground for not granting everything.',
  'reason-unknown': 'Choose one of the grounds in the list.',
  'reason-not-for-this-right': 'The law does not allow this ground for this right.',
  'reason-not-for-this-decision': 'This ground does not fit this decision: see the hint beside it.',
  'reason-without-explanation':
    'This ground needs your explanation in the letter: the burden of proof is ours.',
  'part-without-scope': 'Say which kinds of data or which systems are kept back.',
  'right-is-absolute': 'This right is absolute: only doubt about who asks can stand in its way.',
  'extension-second': 'The period was extended before. It can be done once.',
  'extension-after-first-month': 'The first month is over. The law does not allow an extension any more.',
  'extension-without-reasons': 'Choose the reason for the extension.',
  'pause-ground-unknown': 'Only doubt about identity and a needed clarification can suspend the period.',
  'pause-not-for-this-right': 'A clarification suspends the period for access requests only.',
  'pause-without-recorded-reason': 'Record the specific doubt, or why the quantity of data is large.',
  'pause-already-open': 'A question is open already. The period cannot be suspended twice.',
  'pause-asked-late':
    'More than seven days have passed since receipt: too late to suspend the period. You can still ask.',
  'pause-after-deadline': 'The legal period is over and cannot be suspended any more. You can still ask.',
  'no-pause-open': 'No question is open that suspends the period.',
  'on-hold': 'The case is on hold. Lift the hold first.',
  'package-changed': 'The package has changed since you read it. Read the new one before you release it.',
  'redaction-without-effect': 'A mark leaves nothing out any more. Remove it or mark the record again.',
  'no-longer-in-group': 'Your account may not do this any more. Ask an administrator.',
  'cross-site': 'The form did not come from this console. Open the page again.',
};

export const refusalText = (code: string): string =>
  (Object.hasOwn(refusalTexts, code) ? refusalTexts[code] : undefined) ?? `Refused: ${code}.`;

/** What the trail calls an event. */
export function eventLabel(type: string): string {
  const text = type.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function actorLabel(by: string): string {
  return by.startsWith('staff:') ? by.slice(6) : by;
}
