import { chain, firstBroken, noEvent } from '../../functions/domain/audit.ts';
import { RefusedByDomain } from '../../functions/domain/errors.ts';
import {
  both,
  childKey,
  type Fact,
  progressWithinMs,
  receive,
  record,
  withChildren,
} from '../../functions/domain/lifecycle.ts';
import {
  type EventType,
  lifecycle,
  reached,
  sent,
  type Transition,
} from '../../functions/domain/transitions.ts';
import { statuses } from '../../functions/domain/words.ts';
import { caseWith, disposition, finding, letter, receivedAt, requestId, task } from './case-builder.ts';

const facts = Object.entries(lifecycle) as [EventType, Transition][];
const at = '2026-03-06T10:00:00.000Z';
const actorFor = { subject: 'subject', system: 'system', policy: 'policy', staff: 'staff:officer' } as const;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RefusedByDomain) return error.code;
    throw error;
  }
  return 'allowed';
}

describe('the table', () => {
  test.each(facts)('%s is refused from every status that is not its own', (type, rule) => {
    for (const status of statuses.filter((one) => !rule.from.includes(one))) {
      const by = actorFor[rule.who[0] ?? 'system'];
      expect(refusal(() => record(caseWith({ status }), [{ type, by, at }]))).toBe('wrong-status');
    }
  });

  test.each(facts.filter(([, rule]) => rule.from.length > 0))(
    '%s is refused to everybody else',
    (type, rule) => {
      const others = (['subject', 'system', 'policy', 'staff'] as const).filter(
        (who) => !rule.who.includes(who),
      );
      const [status] = rule.from;
      for (const who of others) {
        expect(
          refusal(() => record(caseWith({ status: status ?? 'closed' }), [{ type, by: actorFor[who], at }])),
        ).toBe('not-theirs');
      }
    },
  );

  test('a status that the fact does not lead to is refused', () => {
    const current = caseWith({ status: 'awaiting-identity', verifiedAt: at });
    expect(
      refusal(() => record(current, [{ type: 'identity-verified', by: 'subject', at, to: 'acting' }])),
    ).toBe('wrong-status');
  });

  test('a fact with several ends must say which', () => {
    const current = caseWith({ status: 'answered' });
    expect(refusal(() => record(current, [{ type: 'answer-undelivered', by: 'system', at }]))).toBe(
      'wrong-status',
    );
    expect(record(current, [{ type: 'answer-undelivered', by: 'system', at, to: 'acting' }]).row.status).toBe(
      'acting',
    );
  });
});

describe('what must be true before', () => {
  const cases: [string, string, Parameters<typeof caseWith>, Fact][] = [
    [
      'a refusal without a reason',
      'decision-without-reason',
      [{ status: 'awaiting-decision' }],
      {
        type: 'decided',
        by: 'staff:officer',
        at,
        set: { decision: { kind: 'refuse', by: 'staff:officer', at } },
      },
    ],
    [
      'a decision that is none',
      'decision-missing',
      [{ status: 'awaiting-decision' }],
      { type: 'decided', by: 'staff:officer', at },
    ],
    [
      'a second decision',
      'decision-already-made',
      [{ status: 'awaiting-decision', decision: { kind: 'grant', by: 'staff:officer', at } }],
      {
        type: 'decided',
        by: 'staff:second',
        at,
        set: { decision: { kind: 'refuse', reason: 'excessive', by: 'staff:second', at } },
      },
    ],
    [
      'a decision before the search has ended',
      'search-not-finished',
      [{ status: 'awaiting-decision', processors: ['mailchimp'] }],
      { type: 'decided', by: 'policy', at, set: { decision: { kind: 'grant', by: 'policy', at } } },
    ],
    [
      'a search that is called finished and is not',
      'search-not-finished',
      [{ status: 'finding', processors: ['mailchimp', 'stripe'] }, { findings: [finding('stripe')] }],
      { type: 'search-finished', by: 'system', at },
    ],
    [
      'a search for somebody who has not confirmed',
      'not-verified',
      [{ status: 'finding' }],
      { type: 'search-planned', by: 'system', at },
    ],
    [
      'acting without a decision',
      'decision-missing',
      [{ status: 'awaiting-decision', verifiedAt: at }],
      { type: 'acting-began', by: 'system', at },
    ],
    [
      'an answer that was not sent',
      'answer-not-sent',
      [{ status: 'acting', outcome: 'fulfilled' }],
      { type: 'answered', by: 'system', at },
    ],
    [
      'an answer that came back',
      'answer-not-sent',
      [{ status: 'acting', outcome: 'fulfilled' }, { letters: [letter('answer', { state: 'bounced' })] }],
      { type: 'answered', by: 'system', at },
    ],
    [
      'an answer without an outcome',
      'outcome-missing',
      [{ status: 'acting' }, { letters: [letter('answer')] }],
      { type: 'answered', by: 'system', at },
    ],
    [
      'closing an unconfirmed request in silence',
      'closing-letter-not-sent',
      [{ status: 'awaiting-identity', outcome: 'not-verified' }],
      { type: 'identity-not-confirmed', by: 'system', at },
    ],
    [
      'a close with a disposition missing',
      'dispositions-incomplete',
      [{ status: 'answered', outcome: 'partly-fulfilled', processors: ['mailchimp'] }],
      { type: 'closed', by: 'system', at },
    ],
    [
      'a close with a failed disposition',
      'dispositions-incomplete',
      [
        { status: 'answered', outcome: 'partly-fulfilled', processors: ['mailchimp'] },
        { dispositions: [disposition('mailchimp', { disposition: 'failed' })] },
      ],
      { type: 'closed', by: 'system', at },
    ],
    [
      'a close while the second look is still to come',
      'dispositions-incomplete',
      [
        { status: 'answered', outcome: 'fulfilled', processors: ['mailchimp'] },
        { dispositions: [disposition('mailchimp', { lookAgainOn: '2026-03-14' })] },
      ],
      { type: 'closed', by: 'system', at },
    ],
    [
      'a close with an open task',
      'tasks-open',
      [
        { status: 'answered', outcome: 'fulfilled', processors: ['mailchimp'] },
        { dispositions: [disposition('mailchimp')], tasks: [task('paypal')] },
      ],
      { type: 'closed', by: 'system', at },
    ],
    [
      'an extension without its letter',
      'extension-letter-not-sent',
      [{ status: 'acting' }],
      {
        type: 'extended',
        by: 'staff:officer',
        at,
        set: { extension: { reason: 'complexity', sentAt: at, letterId: 'extension' } },
      },
    ],
    [
      'a second extension',
      'second-extension',
      [
        { status: 'acting', extension: { reason: 'complexity', sentAt: at, letterId: 'extension' } },
        { letters: [letter('extension')] },
      ],
      {
        type: 'extended',
        by: 'staff:officer',
        at,
        set: { extension: { reason: 'complexity', sentAt: at, letterId: 'extension' } },
      },
    ],
    [
      'an extension after the first month',
      'extension-after-first-month',
      [{ status: 'acting' }, { letters: [letter('extension')] }],
      {
        type: 'extended',
        by: 'staff:officer',
        at: '2026-04-20T10:00:00.000Z',
        set: {
          extension: { reason: 'complexity', sentAt: '2026-04-20T10:00:00.000Z', letterId: 'extension' },
        },
      },
    ],
    [
      'a pause without its letter',
      'pause-letter-not-sent',
      [{ status: 'finding' }],
      {
        type: 'paused',
        by: 'staff:officer',
        at,
        set: { pauses: [{ ground: 'identity-doubt-12-6', from: at, letterId: 'question-1' }] },
      },
    ],
    [
      'a second pause while one is open',
      'pause-already-open',
      [
        { status: 'finding', pauses: [{ ground: 'identity-doubt-12-6', from: at, letterId: 'question-1' }] },
        { letters: [letter('question', { id: 'question-1' })] },
      ],
      { type: 'paused', by: 'staff:officer', at },
    ],
    [
      'the end of a pause that is not there',
      'no-pause-open',
      [{ status: 'finding' }],
      { type: 'pause-ended', by: 'staff:officer', at },
    ],
    [
      'a release of a package that nobody approved',
      'package-not-approved',
      [{ status: 'awaiting-release', package: { hash: 'a', builtAt: at, bytes: 1, approvals: [] } }],
      { type: 'released', by: 'staff:officer', at, set: { releasedHash: 'b' } },
    ],
    [
      'a merge into itself',
      'merge-into-itself',
      [{ status: 'awaiting-identity' }],
      { type: 'merged', by: 'subject', at, set: { mergedInto: requestId } },
    ],
    [
      'lifting before the subject was told',
      'lifting-letter-not-sent',
      [{ status: 'closed', outcome: 'fulfilled' }],
      { type: 'restriction-lifted', by: 'staff:officer', at },
    ],
    [
      'letting a case go that is on hold',
      'on-hold',
      [{ status: 'closed', hold: true }],
      { type: 'anonymised', by: 'system', at },
    ],
  ];
  test.each(cases)('%s is refused as %s', (_what, code, built, fact) => {
    expect(refusal(() => record(caseWith(...built), [fact]))).toBe(code);
  });
});

test('a fact changes row, chain and records beside it together', () => {
  const current = caseWith({ status: 'acting', outcome: null, processors: ['mailchimp'] });
  const change = record(current, [
    {
      type: 'acted',
      by: 'system',
      at,
      data: { confirmed: ['mailchimp'] },
      children: [{ kind: 'task', value: task('paypal') }],
    },
    {
      type: 'task-done',
      by: 'staff:officer',
      at,
      children: [
        { kind: 'task', value: task('paypal', { state: 'done' }) },
        { kind: 'task', value: task('meta') },
      ],
    },
  ]);
  expect(change.before).toBe(1);
  expect(change.row).toMatchObject({ version: 3, openTasks: 1, head: change.events[1]?.hash });
  expect(change.events.map((event) => [event.seq, event.type])).toEqual([
    [1, 'acted'],
    [2, 'task-done'],
  ]);
  expect(change.children.map(childKey)).toEqual(['task#paypal#erase', 'task#meta#erase']);
});

test('the chain of a request holds from its first event on', () => {
  const { current, change } = receive({ ...caseWith().row, siblings: [] }, 'subject', receivedAt);
  const second = record(current, [{ type: 'identity-verified', by: 'subject', at, set: { verifiedAt: at } }]);
  const whole = both(change, second);
  expect(whole.before).toBe(0);
  expect(firstBroken(whole.events)).toBe(-1);
  const [first, next] = whole.events;
  if (!first || !next) throw new Error('two events expected');
  expect(firstBroken([first, { ...next, at: receivedAt }])).toBe(1);
  expect(firstBroken([next, first])).toBe(0);
  expect(firstBroken([first, { ...next, seq: 2 }])).toBe(1);
});

test('the dates of the row follow from extension and pauses, never from what a fact says', () => {
  const current = caseWith({ status: 'acting' }, { letters: [letter('extension')] });
  const { row } = record(current, [
    {
      type: 'extended',
      by: 'staff:officer',
      at,
      set: { extension: { reason: 'complexity', sentAt: at, letterId: 'extension' } },
    },
  ]);
  expect(row).toMatchObject({ plannedBy: '2026-06-05', legalBy: '2026-06-05' });
});

describe('the time at which the sweep looks', () => {
  test('is soon after a step that goes on by itself', () => {
    const { row } = record(caseWith({ status: 'acting' }), [{ type: 'acted', by: 'system', at }]);
    expect(row.lookAt).toBe(new Date(Date.parse(at) + progressWithinMs).toISOString());
  });

  test('is never later than a little after the next milestone', () => {
    const { row } = record(caseWith({ status: 'acting' }), [
      { type: 'acted', by: 'system', at, set: { lookAt: '2027-01-01T00:00:00.000Z' } },
    ]);
    expect(row.lookAt).toBe('2026-03-21T23:10:00.000Z');
  });

  test('is what the fact says once the request is answered or every milestone has rung', () => {
    const lookAt = '2027-01-01T00:00:00.000Z';
    expect(
      record(caseWith({ status: 'answered' }), [{ type: 'looked-again', by: 'system', at, set: { lookAt } }])
        .row.lookAt,
    ).toBe(lookAt);
    const rung = ['planned-14', 'planned-7', 'planned-2', 'planned-breach', 'legal-breach'];
    expect(
      record(caseWith({ status: 'acting', rung }), [{ type: 'acted', by: 'system', at, set: { lookAt } }]).row
        .lookAt,
    ).toBe(lookAt);
  });
});

test('an answer that came back is no answer', () => {
  const current = caseWith({ status: 'answered', answeredAt: at, outcome: 'fulfilled' });
  const { row } = record(current, [
    { type: 'answer-undelivered', by: 'system', at, to: 'acting', set: { answeredAt: undefined } },
  ]);
  expect(row.answeredAt).toBeUndefined();
  expect('answeredAt' in row).toBe(false);
});

describe('what may happen when', () => {
  const happensIn = (type: EventType) => [...lifecycle[type].from];

  test('the clock, questions and acting end with the answer; looking again with the close; letters, notes and tasks never', () => {
    const unanswered = [
      'awaiting-identity',
      'finding',
      'awaiting-decision',
      'cooling-off',
      'acting',
      'awaiting-release',
    ];
    for (const type of ['extended', 'paused', 'pause-ended', 'milestone-rung', 'escalated'] as const)
      expect(happensIn(type)).toEqual(unanswered);
    for (const type of ['looked-again', 'processor-reported', 'acted'] as const)
      expect(happensIn(type)).toEqual([...unanswered, 'answered']);
    for (const type of ['letter-sent', 'note-added', 'message-sent', 'task-done', 'hold-set'] as const)
      expect(happensIn(type)).toEqual([...statuses]);
  });

  test('the subject can take a request back until it is acted on, and while nobody has released its package', () => {
    expect(happensIn('withdrawn')).toEqual([
      'awaiting-identity',
      'finding',
      'awaiting-decision',
      'cooling-off',
      'awaiting-release',
    ]);
  });
});

describe('a request that has just arrived', () => {
  const arrival = {
    id: requestId,
    submissionId: 'submission',
    siblings: [],
    right: 'erasure',
    channel: 'letter',
    language: 'nl',
    receivedAt,
    mailbox: 'mailbox',
  } as const;

  test('has its dates, its first event, and is looked at within a minute', () => {
    const { current, change } = receive({ ...arrival, siblings: [] }, 'staff:officer', at);
    const event = chain(noEvent, 0, {
      at,
      type: 'received',
      by: 'staff:officer',
      data: { right: 'erasure', channel: 'letter', receivedAt },
    });
    expect(change).toEqual({ before: 0, row: current.row, events: [event], children: [] });
    expect(current).toEqual({
      row: {
        ...arrival,
        status: 'awaiting-identity',
        outcome: null,
        recordedAt: at,
        plannedBy: '2026-04-05',
        legalBy: '2026-04-07',
        pauses: [],
        reminders: 0,
        escalations: 0,
        rung: [],
        openTasks: 0,
        executions: 1,
        version: 1,
        head: event.hash,
        lookAt: '2026-03-06T10:01:00.000Z',
      },
      findings: [],
      dispositions: [],
      tasks: [],
      letters: [],
      notes: [],
    });
  });
});

describe('records beside the row', () => {
  const note = { id: 'n-1', at, by: 'staff:officer', sealed: 'note.n-1' } as const;
  const caseBefore = () =>
    caseWith(
      {},
      {
        findings: [finding('a'), finding('b')],
        dispositions: [disposition('a'), disposition('b')],
        tasks: [task('a'), task('a', { operation: 'restrict' }), task('b')],
        letters: [letter('receipt'), letter('answer')],
        notes: [{ ...note, id: 'n-0' }],
      },
    );

  test('a later one takes the place of its own kind and name, and of no other', () => {
    const before = caseBefore();
    const after = withChildren(before, [
      { kind: 'finding', value: finding('a', { state: 'nothing' }) },
      { kind: 'disposition', value: disposition('a', { looks: 9 }) },
      { kind: 'task', value: task('a', { state: 'done' }) },
      { kind: 'letter', value: letter('receipt', { state: 'bounced' }) },
      { kind: 'note', value: note },
    ]);
    expect(after).toEqual({
      row: before.row,
      findings: [finding('b'), finding('a', { state: 'nothing' })],
      dispositions: [disposition('b'), disposition('a', { looks: 9 })],
      tasks: [task('a', { operation: 'restrict' }), task('b'), task('a', { state: 'done' })],
      letters: [letter('answer'), letter('receipt', { state: 'bounced' })],
      notes: [{ ...note, id: 'n-0' }, note],
    });
  });

  test('each has one name', () => {
    expect(
      [
        { kind: 'finding', value: finding('a') } as const,
        { kind: 'disposition', value: disposition('a') } as const,
        { kind: 'task', value: task('a') } as const,
        { kind: 'letter', value: letter('receipt') } as const,
        { kind: 'note', value: note } as const,
      ].map(childKey),
    ).toEqual(['finding#a', 'disposition#a', 'task#a#erase', 'letter#receipt', 'note#n-1']);
  });

  test('two changes of one case write what either wrote, the later word of each', () => {
    const current = caseWith({ status: 'acting' });
    const first = record(current, [
      {
        type: 'acted',
        by: 'system',
        at,
        children: [
          { kind: 'task', value: task('a') },
          { kind: 'task', value: task('b') },
        ],
      },
    ]);
    const second = record({ ...current, row: first.row }, [
      {
        type: 'task-done',
        by: 'system',
        at,
        children: [{ kind: 'task', value: task('a', { state: 'done' }) }],
      },
    ]);
    const whole = both(first, second);
    expect(whole.row).toBe(second.row);
    expect(whole.events).toEqual([...first.events, ...second.events]);
    expect(whole.children).toEqual([
      { kind: 'task', value: task('a', { state: 'done' }) },
      { kind: 'task', value: task('b') },
    ]);
  });

  test('a fact without records writes none', () => {
    expect(record(caseWith({ status: 'acting' }), [{ type: 'acted', by: 'system', at }]).children).toEqual(
      [],
    );
  });
});

describe('the row’s own figures', () => {
  test('open tasks are counted, with the day of the oldest; without one there is no such day', () => {
    const current = caseWith({ status: 'acting', openTaskSince: '2026-01-01T00:00:00.000Z', openTasks: 9 });
    const opened = (processor: string, day: string, state: 'open' | 'done' = 'open') =>
      ({
        kind: 'task',
        value: task(processor, { state, openedAt: `2026-03-0${day}T00:00:00.000Z` }),
      }) as const;
    const children = [opened('a', '3'), opened('b', '2'), opened('c', '4'), opened('d', '1', 'done')];
    const { row } = record(current, [{ type: 'acted', by: 'system', at, children }]);
    expect(row).toMatchObject({ openTasks: 3, openTaskSince: '2026-03-02T00:00:00.000Z' });
    const none = record(current, [{ type: 'acted', by: 'system', at }]).row;
    expect(none.openTasks).toBe(0);
    expect('openTaskSince' in none).toBe(false);
  });

  test('what can be taken back is kept until it is', () => {
    const built = { hash: 'a', builtAt: at, bytes: 1, approvals: [] };
    const current = caseWith({ status: 'answered', answeredAt: at, package: built, releasedHash: 'a' });
    const kept = record(current, [{ type: 'note-added', by: 'staff:officer', at }]).row;
    expect(kept).toMatchObject({ answeredAt: at, package: built, releasedHash: 'a' });
    const taken = record(caseWith({ ...current.row, status: 'awaiting-release' }), [
      {
        type: 'package-redacted',
        by: 'staff:officer',
        at,
        set: { package: undefined, releasedHash: undefined },
      },
    ]).row;
    expect(Object.keys(taken)).not.toEqual(expect.arrayContaining(['package']));
    expect(Object.keys(taken)).not.toEqual(expect.arrayContaining(['releasedHash']));
    expect(taken.answeredAt).toBe(at);
  });

  test('the sweep looks with the milestone where both are due at once', () => {
    const lookAt = '2026-03-21T23:10:00.000Z';
    const { row } = record(caseWith({ status: 'acting' }), [
      { type: 'acted', by: 'system', at, set: { lookAt } },
    ]);
    expect(row.lookAt).toBe(lookAt);
  });
});

describe('whether a letter reached the subject', () => {
  test.each([
    ['sent', true],
    ['delivered', true],
    ['complained', true],
    ['bounced', false],
    ['withheld', false],
  ] as const)('%s: %s', (state, expected) => {
    expect(reached(letter('answer', { state }))).toBe(expected);
    const letters = [letter('receipt'), letter('answer', { state })];
    expect(sent(caseWith({}, { letters }), 'answer')).toBe(expected);
  });

  test('a letter of another kind says nothing', () => {
    expect(sent(caseWith({}, { letters: [letter('receipt')] }), 'answer')).toBe(false);
  });
});

describe('what each condition lets pass', () => {
  const decision = { kind: 'refuse', reason: 'excessive', by: 'staff:officer', at } as const;
  const extension = { reason: 'complexity', sentAt: at, letterId: 'extension' } as const;
  const question = { ground: 'identity-doubt-12-6', from: at, letterId: 'question-1' } as const;
  const cases: [string, Parameters<typeof caseWith>, Fact][] = [
    [
      'a grant without a reason',
      [{ status: 'awaiting-decision' }],
      { type: 'decided', by: 'policy', at, set: { decision: { kind: 'grant', by: 'policy', at } } },
    ],
    [
      'a refusal with a reason after a finished search',
      [
        { status: 'awaiting-decision', processors: ['stripe'] },
        { findings: [finding('a'), finding('stripe')] },
      ],
      { type: 'decided', by: 'staff:officer', at, set: { decision } },
    ],
    [
      'an answer by refusal',
      [{ status: 'acting', outcome: 'refused' }, { letters: [letter('refusal')] }],
      { type: 'answered', by: 'system', at },
    ],
    [
      'an answer by release',
      [{ status: 'acting', outcome: 'fulfilled' }, { letters: [letter('release')] }],
      { type: 'answered', by: 'system', at },
    ],
    [
      'closing an unconfirmed request with its letter',
      [{ status: 'awaiting-identity', outcome: 'not-verified' }, { letters: [letter('refusal')] }],
      { type: 'identity-not-confirmed', by: 'system', at },
    ],
    [
      'closing an unconfirmed request whose letter is withheld',
      [
        { status: 'awaiting-identity', outcome: 'not-verified' },
        { letters: [letter('receipt'), letter('refusal', { state: 'withheld' })] },
      ],
      { type: 'identity-not-confirmed', by: 'system', at },
    ],
    [
      'an extension with its letter',
      [{ status: 'acting' }, { letters: [letter('receipt'), letter('extension')] }],
      { type: 'extended', by: 'staff:officer', at, set: { extension } },
    ],
    [
      'a pause with its letter, after an earlier one has ended',
      [
        { status: 'finding', pauses: [{ ...question, until: at, letterId: 'question-0' }] },
        { letters: [letter('receipt'), letter('question', { id: 'question-1' })] },
      ],
      { type: 'paused', by: 'staff:officer', at, set: { pauses: [question] } },
    ],
    [
      'the end of an open pause among ended ones',
      [{ status: 'finding', pauses: [{ ...question, until: at, letterId: 'question-0' }, question] }],
      { type: 'pause-ended', by: 'subject', at },
    ],
    [
      'a release of what was approved',
      [{ status: 'awaiting-release', package: { hash: 'a', builtAt: at, bytes: 1, approvals: [] } }],
      { type: 'released', by: 'staff:officer', at, set: { releasedHash: 'a' } },
    ],
    [
      'a merge into another',
      [{ status: 'awaiting-identity' }],
      { type: 'merged', by: 'system', at, set: { mergedInto: '0000000000000000000000000a' } },
    ],
    [
      'a close with all done',
      [
        { status: 'answered', outcome: 'fulfilled', processors: ['stripe'] },
        { dispositions: [disposition('stripe')], tasks: [task('stripe', { state: 'done' })] },
      ],
      { type: 'closed', by: 'system', at },
    ],
    [
      'lifting after the subject was told',
      [{ status: 'closed', outcome: 'fulfilled' }, { letters: [letter('restriction-lifted')] }],
      { type: 'restriction-lifted', by: 'staff:officer', at },
    ],
    ['letting a case go', [{ status: 'closed', hold: false }], { type: 'anonymised', by: 'system', at }],
  ];
  test.each(cases)('%s', (_what, built, fact) => {
    expect(refusal(() => record(caseWith(...built), [fact]))).toBe('allowed');
  });

  test.each([
    [
      'an extension whose letter is another',
      'extension-letter-not-sent',
      [{ status: 'acting' }, { letters: [letter('receipt')] }],
      { type: 'extended', by: 'staff:officer', at, set: { extension } },
    ],
    [
      'an extension whose letter came back',
      'extension-letter-not-sent',
      [{ status: 'acting' }, { letters: [letter('extension', { state: 'bounced' })] }],
      { type: 'extended', by: 'staff:officer', at, set: { extension } },
    ],
    [
      'a pause whose letter is another’s',
      'pause-letter-not-sent',
      [{ status: 'finding' }, { letters: [letter('question', { id: 'question-0' })] }],
      { type: 'paused', by: 'staff:officer', at, set: { pauses: [question] } },
    ],
    [
      'a pause whose letter came back',
      'pause-letter-not-sent',
      [{ status: 'finding' }, { letters: [letter('question', { id: 'question-1', state: 'bounced' })] }],
      { type: 'paused', by: 'staff:officer', at, set: { pauses: [question] } },
    ],
    [
      'a pause that is none',
      'pause-letter-not-sent',
      [{ status: 'finding' }],
      { type: 'paused', by: 'staff:officer', at },
    ],
    [
      'closing an unconfirmed request with another letter',
      'closing-letter-not-sent',
      [{ status: 'awaiting-identity', outcome: 'not-verified' }, { letters: [letter('receipt')] }],
      { type: 'identity-not-confirmed', by: 'system', at },
    ],
    [
      'closing an unconfirmed request whose letter came back',
      'closing-letter-not-sent',
      [
        { status: 'awaiting-identity', outcome: 'not-verified' },
        { letters: [letter('refusal', { state: 'bounced' })] },
      ],
      { type: 'identity-not-confirmed', by: 'system', at },
    ],
    [
      'a release without a package',
      'package-not-approved',
      [{ status: 'awaiting-release' }],
      { type: 'released', by: 'staff:officer', at },
    ],
    [
      'a merge into nothing',
      'merge-into-itself',
      [{ status: 'awaiting-identity' }],
      { type: 'merged', by: 'system', at },
    ],
    [
      'an answer that is only a receipt',
      'answer-not-sent',
      [{ status: 'acting', outcome: 'fulfilled' }, { letters: [letter('receipt')] }],
      { type: 'answered', by: 'system', at },
    ],
  ] as [string, string, Parameters<typeof caseWith>, Fact][])('not %s: %s', (_what, code, built, fact) => {
    expect(refusal(() => record(caseWith(...built), [fact]))).toBe(code);
  });
});
