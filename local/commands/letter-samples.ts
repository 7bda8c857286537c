import type { LetterKind } from '../../functions/domain/words.ts';
import { outcomes, reasonCodes, rights } from '../../functions/domain/words.ts';
import type { Letter, RecipientResult } from '../../functions/letters/letter.ts';

const reference = '7f3k2m9qx4w8r1t6vbnc5hjzpd';
const second = '2c8v4n1xq7m5k9j3h6g0fdtrsp';
const third = '9w5r1t7vb3nc8hjz2pd4k6mq0x';
const site = 'https://rechten.kinescope.example';
const statusUrl = `${site}/requests/${reference}`;
const verifyUrl = `${site}/verify#token=Zk3vQ0bqk8m4x1cJr7TnWA`;
const about = { reference, statusUrl, name: 'Ada' } as const;

const erased: readonly RecipientResult[] = [
  { title: 'Mailchimp', disposition: 'done-confirmed' },
  { title: 'Intercom', disposition: 'accepted', expectedBy: '2026-04-12' },
  { title: 'Mailjet', disposition: 'nothing-found' },
  {
    title: 'Stripe',
    disposition: 'done-confirmed',
    ground: 'tax-records-awr-52-4',
    retainedUntil: '2033-12-31',
  },
  {
    title: 'Paddle',
    disposition: 'retained-by-law',
    ground: 'payment-services-5-years',
    retainedUntil: '2031-03-09',
  },
  {
    title: 'LinkedIn',
    disposition: 'done-by-hand',
    ownControllerText:
      'LinkedIn also answers for what it does itself. You find its controls in the settings of your LinkedIn account.',
  },
  { title: 'Hotjar', disposition: 'failed' },
  { title: 'Kinescope', disposition: 'done-confirmed' },
];
const done: readonly RecipientResult[] = [
  { title: 'Kinescope', disposition: 'done-confirmed' },
  { title: 'Mailchimp', disposition: 'done-confirmed' },
  { title: 'Adyen', disposition: 'not-applicable', why: 'no-marketing-there' },
];

/** At least one letter per kind, with invented data, for reading and for the tests. */
export const letterSamples = {
  receipt: [
    {
      kind: 'receipt',
      requests: [
        { right: 'access', reference, plannedBy: '2026-04-05' },
        { right: 'erasure', reference: second, plannedBy: '2026-04-05' },
        { right: 'complaint', reference: third, plannedBy: '2026-04-05' },
      ],
      proof: { code: '408213', verifyUrl, expiresMinutes: 10 },
      statusUrl,
    },
    {
      kind: 'receipt',
      requests: [{ right: 'rectification', reference, plannedBy: '2026-04-05' }],
      proof: { code: '008213', verifyUrl, expiresMinutes: 10 },
      statusUrl,
      receivedOn: '2026-03-05',
    },
    { kind: 'receipt', requests: [{ right: 'restriction', reference, plannedBy: '2026-04-05' }], statusUrl },
  ],
  code: [{ kind: 'code', reference, code: '551902', expiresMinutes: 10 }],
  'identity-reminder': ([1, 2] as const).map((number) => ({
    kind: 'identity-reminder' as const,
    reference,
    right: 'access' as const,
    number,
    code: '730164',
    verifyUrl,
    expiresMinutes: 10,
    closesOn: '2026-03-26',
    statusUrl,
  })),
  extension: (['complexity', 'number-of-requests'] as const).map((reason) => ({
    kind: 'extension' as const,
    ...about,
    right: 'access' as const,
    reason,
    explanation: 'Your messages are in three systems, and many name other people.',
    newDate: '2026-06-05',
  })),
  question: [
    {
      kind: 'question',
      ...about,
      right: 'access',
      ground: 'identity-doubt-12-6',
      questionText:
        'The address of this account changed yesterday.\nIn which month did you make the account?',
    },
    {
      kind: 'question',
      ...about,
      right: 'access',
      ground: 'clarification-recital-63',
      questionText: 'Which period or which messages are you looking for?',
    },
    {
      kind: 'question',
      ...about,
      right: 'rectification',
      questionText: 'Which spelling of the company name is right?',
    },
  ],
  refusal: reasonCodes
    .filter((reason) => reason !== 'others-rights-15-4')
    .map((reason) => ({
      kind: 'refusal' as const,
      ...about,
      right: 'erasure' as const,
      reason,
      explanation: 'This is what we base it on in your case.',
    })),
  answer: [
    ...rights.map((right) => ({
      kind: 'answer' as const,
      ...about,
      right,
      outcome: 'fulfilled' as const,
      recipients: right === 'complaint' ? [] : done,
      ...(right === 'complaint' && { explanation: 'We should have answered you sooner. We are sorry.' }),
    })),
    {
      kind: 'answer',
      ...about,
      right: 'erasure',
      outcome: 'partly-fulfilled',
      decision: 'grant-in-part',
      reason: 'legal-obligation-17-3-b',
      recipients: erased,
      openWork: ['Telegram'],
    },
    {
      kind: 'answer',
      ...about,
      right: 'access',
      outcome: 'nothing-found',
      recipients: [{ title: 'Kinescope', disposition: 'nothing-found' }],
    },
  ],
  supplement: [
    {
      kind: 'supplement',
      ...about,
      right: 'erasure',
      recipients: [{ title: 'Intercom', disposition: 'done-confirmed' }],
    },
    {
      kind: 'supplement',
      ...about,
      right: 'erasure',
      recipients: [{ title: 'Intercom', disposition: 'failed' }],
      openWork: ['Hotjar'],
    },
  ],
  release: [
    { kind: 'release', ...about, right: 'access', fetchUrl: statusUrl, expiresOn: '2026-05-05' },
    {
      kind: 'release',
      ...about,
      right: 'access',
      fetchUrl: statusUrl,
      expiresOn: '2026-05-05',
      decision: 'grant-in-part',
      reason: 'others-rights-15-4',
      recipients: [
        { title: 'Kinescope', disposition: 'done-confirmed' },
        { title: 'Hotjar', disposition: 'failed' },
      ],
      statement: { enabled: ['account', 'mailchimp', 'hotjar'] },
    },
    { kind: 'release', ...about, right: 'portability', fetchUrl: statusUrl, expiresOn: '2026-05-05' },
  ],
  'restriction-lifted': [
    {
      kind: 'restriction-lifted',
      ...about,
      liftsOn: '2026-04-20',
      explanation: 'We have checked your address and corrected it.',
    },
  ],
  merged: [{ kind: 'merged', ...about, right: 'access', intoReference: second, plannedBy: '2026-04-02' }],
  withdrawn: [{ kind: 'withdrawn', ...about, right: 'erasure' }],
  'message-notice': [{ kind: 'message-notice', ...about }],
  transmission: [
    {
      kind: 'transmission',
      ...about,
      right: 'portability',
      host: 'upload.example.org',
      fetchUntil: '2026-05-04',
    },
    {
      kind: 'transmission',
      ...about,
      right: 'portability',
      host: 'upload.example.org',
      failure: 'refused',
      fetchUntil: '2026-05-04',
    },
  ],
  'cooling-off': [{ kind: 'cooling-off', ...about, right: 'erasure', beginsOn: '2026-04-20' }],
} as const satisfies { readonly [Kind in LetterKind]: readonly Extract<Letter, { kind: Kind }>[] };

export const allLetterSamples: readonly Letter[] = Object.values(letterSamples).flat();

/** Outcomes that an answer letter tells; the others have letters of their own. */
export const answerOutcomes = outcomes.filter(
  (outcome) => outcome === 'fulfilled' || outcome === 'partly-fulfilled' || outcome === 'nothing-found',
);
