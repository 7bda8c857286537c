/** A test, by its file and a part of its title; a test checks that both exist. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

export interface Rule {
  readonly rule: string;
  readonly source: string;
  /** Where the code embodies it. */
  readonly code: string;
  readonly proofs: readonly Proof[];
}

export interface Promised {
  /** What the company's privacy policy promises, in our own words. */
  readonly promise: string;
  /** The heading of the policy it stands under. */
  readonly under: string;
  readonly proofs: readonly Proof[];
}

const clock = (title: string): Proof => ({ file: 'test/domain/clock.test.ts', title });
const holidays = (title: string): Proof => ({ file: 'test/domain/holidays.test.ts', title });
const policy = (title: string): Proof => ({ file: 'test/domain/policy.test.ts', title });
const reasons = (title: string): Proof => ({ file: 'test/domain/reasons.test.ts', title });
const register = (title: string): Proof => ({ file: 'test/domain/register.test.ts', title });
const abuse = (title: string): Proof => ({ file: 'test/domain/abuse.test.ts', title });
const letters = (title: string): Proof => ({ file: 'test/letters/letters.test.ts', title });
const hostile = (title: string): Proof => ({ file: 'test/letters/hostile.test.ts', title });
const account = (title: string): Proof => ({ file: 'test/processors/account.test.ts', title });
const journeys = (title: string): Proof => ({ file: 'test/journeys/rights.test.ts', title });
const paths = (title: string): Proof => ({ file: 'test/journeys/paths.test.ts', title });
const promised = (title: string): Proof => ({ file: 'test/journeys/promises.test.ts', title });
const packages = (title: string): Proof => ({ file: 'test/packages/journey.test.ts', title });
const statement =
  'the purposes, each on one of the four grounds; the recipients, each protected; the periods; and that no computer decides';

export const rules: readonly Rule[] = [
  {
    rule: 'An answer within one month of receipt; the day of receipt does not count.',
    source: 'GDPR art. 12(3); Reg. 1182/71 art. 3(1)',
    code: 'functions/domain/clock.ts',
    proofs: [clock('received %s, planned by %s, legal by %s')],
  },
  {
    rule: 'The clock starts when the request reaches an official channel, not when it is verified, opened or recorded.',
    source: 'EDPB 01/2022 §159',
    code: 'functions/domain/clock.ts',
    proofs: [clock('those that have passed when a letter is recorded late are known at once')],
  },
  {
    rule: 'A month ends on the same date of the next month, or on that month’s last day; thirty days is not a month.',
    source: 'Reg. 1182/71 art. 3(2)(c)',
    code: 'functions/domain/clock.ts',
    proofs: [
      clock('the promise is the same date next month, or that month’s last day'),
      clock('thirty days would be late on 30 receipt dates of 2026'),
    ],
  },
  {
    rule: 'Days are those of Europe/Amsterdam, whatever the zone of the machine.',
    source: 'Local time of the controller',
    code: 'functions/domain/calendar.ts',
    proofs: [
      clock('V18: 23:30 UTC on 4 March is 5 March in Amsterdam'),
      {
        file: 'test/processes/clock-zones.test.ts',
        title: 'the clock is the same under any zone of the host',
      },
      clock('ends and milestones that cross a change of time still fall on local midnight'),
    ],
  },
  {
    rule: 'The legal period does not end on a Saturday, Sunday or public holiday.',
    source: 'Reg. 1182/71 art. 3(4)',
    code: 'functions/domain/calendar.ts',
    proofs: [clock('the legal date is a working day, the first one from the promise on')],
  },
  {
    rule: 'Public holidays are those that the Official Journal lists for the year; for a year without a list, only those that every listed year has.',
    source: 'Reg. 1182/71 art. 3(4)',
    code: 'functions/domain/holidays.ts',
    proofs: [
      holidays('the lists of the Official Journal for 2025 and 2026'),
      holidays('never gives a later working day than the list'),
      clock('F33: a year without a list is named for the operator'),
    ],
  },
  {
    rule: 'The promised date is never moved by weekends, holidays or pauses.',
    source: 'Privacy policy, Rights of data subjects',
    code: 'functions/domain/clock.ts',
    proofs: [clock('whatever the pauses, the promise stays')],
  },
  {
    rule: 'One extension, to three months from receipt in all, and the earlier date after a short month.',
    source: 'GDPR art. 12(3)',
    code: 'functions/domain/clock.ts',
    proofs: [
      clock('an extension ends three months after receipt, or earlier after a short month, never later'),
    ],
  },
  {
    rule: 'An extension counts only when the letter with the reasons was sent within the first month; one that came later moves no date.',
    source: 'GDPR art. 12(3)',
    code: 'functions/domain/clock.ts',
    proofs: [
      clock('may be announced up to the last millisecond of the first month'),
      clock('it moves no date, and the steps say so'),
      clock('a pause does not lengthen the month in which an extension may be announced'),
    ],
  },
  {
    rule: 'Only a recorded doubt about identity or a needed clarification suspends the legal period, from the letter to the answer, in whole days.',
    source: 'GDPR art. 12(6), recital 63; EDPB 01/2022 §157',
    code: 'functions/domain/clock.ts',
    proofs: [
      clock('V22: a question of a week moves the legal date by seven days and the promise not at all'),
      clock('pause-ground-unknown'),
      clock('pause-without-letter'),
      clock('the last day of asking without undue delay counts, the next does not'),
    ],
  },
  {
    rule: 'While a question is unanswered the earlier date stands.',
    source: 'Prudence: the length of the suspension is not known yet',
    code: 'functions/domain/clock.ts',
    proofs: [clock('an open pause leaves the earlier date standing')],
  },
  {
    rule: 'Whoever never confirms gets two reminders and a closing letter, all before the promised date.',
    source: 'GDPR art. 12(4)',
    code: 'functions/domain/policy.ts',
    proofs: [policy('for every day of receipt all steps end before the promise')],
  },
  {
    rule: 'A refusal, in full or in part, names its reason, the authority and the court.',
    source: 'GDPR art. 12(4); UAVG art. 35(2)',
    code: 'functions/letters/decision-letters.ts',
    proofs: [letters('reason, its law, what staff add, authority and court (art. 12(4))')],
  },
  {
    rule: 'No refusal without a code of the closed set that fits the right.',
    source: 'GDPR art. 12(4)',
    code: 'functions/domain/policy.ts',
    proofs: [
      policy('each code refuses exactly the rights that its entry names'),
      policy('decision-without-reason'),
    ],
  },
  {
    rule: 'Excessive or unfounded: decided by a person, with an explanation, never by the product.',
    source: 'GDPR art. 12(5); CJEU C-526/24',
    code: 'functions/domain/abuse.ts',
    proofs: [abuse('holds figures only'), reasons('where the controller must prove it, staff must explain')],
  },
  {
    rule: 'The answer tells per recipient what was done, what is kept, until when and why, and what is open.',
    source: 'GDPR art. 12(3), 19',
    code: 'functions/letters/recipients.ts',
    proofs: [letters('answer in part: what was done, what is kept until when and why, what is open')],
  },
  {
    rule: '“Erased” is written only for what was seen with our own eyes or done by a named person.',
    source: 'GDPR art. 5(1)(a), 12(1)',
    code: 'functions/letters/recipients.ts',
    proofs: [letters('"erased" is written only for what was seen or done by hand')],
  },
  {
    rule: 'With a copy: purposes, categories, recipients by name, retention, source, rights, complaint, automated decisions, safeguards.',
    source: 'GDPR art. 15(1), (2)',
    code: 'functions/domain/register-statement.ts',
    proofs: [
      letters('the whole statement of art. 15(1), (2)'),
      register('has all that the article asks for, in its order'),
    ],
  },
  {
    rule: 'Data of others is blanked out; it is no ground to refuse the rest.',
    source: 'GDPR art. 15(4)',
    code: 'functions/domain/reasons.ts',
    proofs: [reasons('data of others is a ground to redact, never to refuse the whole (art. 15(4))')],
  },
  {
    rule: 'Only data processed on consent or contract can be taken along.',
    source: 'GDPR art. 20(1)',
    code: 'functions/domain/register.ts',
    proofs: [register('a configured system joins with the entry that the operator gave')],
  },
  {
    rule: 'Books are kept for seven years after their book year; everything else goes.',
    source: 'GDPR art. 17(3)(b); AWR art. 52(4)',
    code: 'functions/domain/register.ts',
    proofs: [
      register('are kept until %s (AWR art. 52(4))'),
      account('A57 invoices stay when everything else goes'),
    ],
  },
  {
    rule: 'Withdrawing consent and objecting to direct marketing need no decision and cannot be weighed away.',
    source: 'GDPR art. 7(3), 21(3)',
    code: 'functions/domain/policy.ts',
    proofs: [policy('absolute rights need no staff; all others do'), policy('right-is-absolute')],
  },
  {
    rule: 'While another objection is weighed, processing is restricted.',
    source: 'GDPR art. 18(1)(d)',
    code: 'functions/domain/policy.ts',
    proofs: [policy('processing is restricted while an objection is weighed, and only then (art. 18(1)(d))')],
  },
  {
    rule: 'The subject is told before a restriction ends.',
    source: 'GDPR art. 18(3)',
    code: 'functions/letters/clock-letters.ts',
    proofs: [letters('the end of a restriction is told with its day (art. 18(3))')],
  },
  {
    rule: 'Whoever acts for a child or for somebody else is checked by staff before anything is granted.',
    source: 'GDPR art. 8, 12(2)',
    code: 'functions/domain/policy.ts',
    proofs: [policy('a request for another is granted once the authority was checked, and refused without')],
  },
  {
    rule: 'No letter asks for a copy of an identity document.',
    source: 'EDPB 01/2022 §73-79',
    code: 'functions/letters/clock-letters.ts',
    proofs: [letters('a doubt about identity asks for no identity document (EDPB 01/2022 §73-79)')],
  },
  {
    rule: 'A second request of the same person for the same right joins the first, which keeps its clock; never before it is verified.',
    source: 'GDPR art. 12(2), 12(3)',
    code: 'functions/domain/abuse.ts',
    proofs: [
      abuse('a verified request joins the first open one of the same person and right'),
      abuse('A25: nothing joins a request that nobody has confirmed'),
    ],
  },
];

export const promises: readonly Promised[] = [
  {
    promise: 'You hear from us within one month of receipt of your request.',
    under: 'Rights of data subjects',
    proofs: [
      promised('whatever is asked in one letter, each answer is there within the month'),
      paths('a system that is down for weeks delays nobody: the answer goes out in time and names it'),
      paths(
        'never confirmed: two reminders, then one closing letter for the whole submission, all before the promise',
      ),
      policy('for every day of receipt all steps end before the promise'),
    ],
  },
  {
    promise: 'You can see your data at any time.',
    under: 'Rights of data subjects',
    proofs: [
      packages('two people release, the letter goes out, and the bytes are those of the hash'),
      account('exports every record over all pages, media included'),
    ],
  },
  {
    promise: 'You can have your data corrected and completed.',
    under: 'Rights of data subjects',
    proofs: [
      journeys('rectification changes the field where it is held, and says so per recipient'),
      journeys('completion adds what was missing'),
    ],
  },
  {
    promise: 'You can have your data deleted.',
    under: 'Rights of data subjects; Google Analytics',
    proofs: [
      journeys('erasure: two people agree, three days to cancel, the records are gone'),
      journeys('the account system is erased after all others'),
    ],
  },
  {
    promise: 'You can have your data protected (the use of it restricted).',
    under: 'Rights of data subjects',
    proofs: [
      journeys('restriction marks the data at each system that can'),
      journeys('a restriction is lifted only after the subject was told, on the day that was named'),
    ],
  },
  {
    promise: 'You can object to the processing of your data.',
    under: 'Rights of data subjects',
    proofs: [
      journeys('objection to direct marketing is immediate'),
      journeys('another objection restricts while it is weighed, and lifts with notice when refused'),
    ],
  },
  {
    promise: 'You can withdraw a permission that you gave.',
    under: 'Rights of data subjects; Facebook Pixel; LinkedIn Insight',
    proofs: [journeys('consent withdrawal takes effect without any member of staff')],
  },
  {
    promise: 'You can take your data along.',
    under: 'Rights of data subjects',
    proofs: [packages('portability holds only what the subject gave, as JSON that fits the schema, and CSV')],
  },
  {
    promise: 'We deal with your complaint, and you can go to the Dutch authority.',
    under: 'Rights of data subjects',
    proofs: [
      journeys('a complaint is a case with its own answer and touches no system'),
      journeys('a refusal names its ground and both ways to contest it'),
    ],
  },
  {
    promise: 'Where tax law keeps us from complying in full, we say so.',
    under: 'Rights of data subjects',
    proofs: [
      journeys('tax law keeps invoices: everything else goes, and the letter says until when'),
      letters('answer in part: what was done, what is kept until when and why'),
    ],
  },
  {
    promise:
      'Account data is kept while the account is active; media at most a year after it is deactivated; both go earlier when you ask.',
    under: 'How long do we keep your data',
    proofs: [
      promised(
        'media and account go when their owner asks, long before the year after the end of an account',
      ),
      promised(statement),
    ],
  },
  {
    promise: 'Google user data is kept for one calendar year.',
    under: 'Google Analytics',
    proofs: [promised(statement), register('the policy’s retention periods')],
  },
  {
    promise: 'Every user can ask at any time to have their data deleted by an administrator.',
    under: 'Google Analytics',
    proofs: [journeys('erasure: two people agree, three days to cancel, the records are gone')],
  },
  {
    promise: 'Your data goes to the third parties that the policy names, and to no others.',
    under: 'Sharing personal data with third parties',
    proofs: [
      promised('your data goes nowhere but to the systems of the register: only they were called'),
      promised(statement),
      register('a connector has an entry, and an entry a connector'),
    ],
  },
  {
    promise: 'Data leaves the European Economic Area only under appropriate safeguards.',
    under: 'Sharing personal data with third parties; Transfers of data outside the European Union',
    proofs: [promised(statement), register('a country outside the EEA has a safeguard that says so')],
  },
  {
    promise: 'No profiling and no automatic decisions.',
    under: 'Sharing personal data with third parties',
    proofs: [
      journeys('staff see a series in figures, and nothing is refused for it'),
      paths(
        'nobody decides for a year: the execution ends, the case does not; a late decision carries it on',
      ),
      promised(statement),
    ],
  },
  {
    promise: 'Personal data is processed only on the grounds that the policy names.',
    under: 'On what ground does Kinescope process your personal data',
    proofs: [
      promised(statement),
      register('every purpose rests on a ground of art. 6(1) that the policy names'),
    ],
  },
  {
    promise: 'For a child under sixteen a parent or legal representative acts.',
    under: 'When does this privacy statement apply',
    proofs: [
      promised(
        'for a child a parent acts, and nothing happens before staff have recorded how that was checked',
      ),
    ],
  },
  {
    promise:
      'Your data is kept confidential, in letters too: no tracker, no image, nothing of you in a subject line.',
    under: 'How do we secure your data',
    proofs: [
      promised(
        'no mail of a whole journey says in its subject line who it is about, or loads or tracks anything',
      ),
      paths('no personal data in the engine or in any log line'),
      hostile('A30, A31: what others typed stays words'),
    ],
  },
];

/** Figures that no text of law gives: the company may choose others. */
export const chosenFigures = [
  'A question suspends the legal period only when asked within `askWithinDays` of receipt.',
  'An unanswered question stops suspending after `pauseEndsAfterDays`.',
  'An erasure can be cancelled for three days after the decision, less where the answer would be late.',
  'The answer goes out two days before the promised date at the latest, in part where work is open.',
  'Reminders to confirm go out on days 5 and 12, the closing letter on day 21, sooner where less of the month is left.',
  'A restriction ends seven days after the subject was told.',
  'A package can be fetched for thirty days.',
  'Words of a closed case go after a year, the proof of handling after five.',
] as const;

/** What the company’s lawyer should still confirm. */
export const openQuestions = [
  'Whether suspension is counted in whole days, and before the roll to a working day (we count so: it gives the earlier date).',
  'That the first month for announcing an extension is read strictly: without roll-forward and without suspension.',
  'Legal entities, countries and safeguards of the recipients, against the signed processing agreements; the ground of art. 49(1)(b) for Telegram.',
  'That analytics and advertising rest on consent alone, as the policy’s pages on Facebook and LinkedIn say.',
  'The closed set of reasons has none for data that proves to be accurate (art. 16), for an erasure without any ground of art. 17(1), or for a restriction without one of art. 18(1). Until it has, such a request is granted, or answered with a written explanation as a grant in part.',
] as const;
