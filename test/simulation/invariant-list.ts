/** What must hold in every simulated world: which invariant of the design (its §3) each watches, and what is looked at. */
export const invariants = {
  'nothing-lost': {
    design: 1,
    says: 'at the end every request is closed, or a person has an open task for it',
  },
  'one-key-per-request': {
    design: 1,
    says: 'a system is asked for one action of one request under one key, however often it is asked',
  },
  'no-hot-loop': { design: 1, says: 'no request moves again and again while time stands still' },
  'no-execution-failed': { design: 1, says: 'no execution ends failed; a failing step ends in a task' },
  'chain-whole': {
    design: 2,
    says: 'every write extends the hash chain by its own events, and the row names the head',
  },
  'status-forward': {
    design: 2,
    says: 'a status goes back only where a letter came back, and opens again only for that or to lift a restriction',
  },
  'letter-once': {
    design: 2,
    says: 'no letter goes out twice, but for one after a death that nobody can see through, or after the first came back',
  },
  'nothing-personal-in-the-engine': {
    design: 3,
    says: 'no name, address or word of a person in an input, an output, an error, a history or a name of an execution',
  },
  'nothing-personal-in-the-log': { design: 3, says: 'nor in a log line or a metric' },
  'nothing-personal-in-the-trail': { design: 3, says: 'nor in the audit trail' },
  'warned-a-week-before': {
    design: 4,
    says: 'whatever is answered late, or still open after its day, was rung at least seven days before',
  },
  'search-only-verified': {
    design: 5,
    says: 'no system is searched before the mailbox is proved, and never with what was typed into the form',
  },
  'full-disposition-before-close': {
    design: 6,
    says: 'what closes has a final disposition at every system and no open task',
  },
  'never-falsely-done': {
    design: 6,
    says: 'what is called done or kept by law is so at that moment, wherever the truth can be seen',
  },
  'never-complete-while-failed': {
    design: 6,
    says: 'nobody is told "fulfilled" while a system has failed or only promised',
  },
  'told-before-close': { design: 6, says: 'the subject has been told before the request closes' },
  'pause-only-with-letter': {
    design: 7,
    says: 'every pause has one of the two grounds of the law and a letter that went out',
  },
  'no-unexpected-error': {
    design: 8,
    says: 'the handlers and state machines that run on AWS end in their agreed kinds of errors only',
  },
  'only-the-right-copy': {
    design: 6,
    says: 'a copy is opened by its code only, is the one that was released, holds nobody else and nothing left out',
  },
  'words-gone-after-a-year': {
    design: 6,
    says: 'a year after the end no word and no file of a person is left, unless a hold keeps them',
  },
} as const satisfies Record<string, { readonly design: number; readonly says: string }>;

export type Invariant = keyof typeof invariants;
