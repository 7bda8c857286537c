import { firstBroken } from '../../functions/domain/audit.ts';
import { RefusedByDomain } from '../../functions/domain/errors.ts';
import {
  both,
  childKey,
  type EventType,
  type Fact,
  lifecycle,
  progressWithinMs,
  receive,
  record,
  type Transition,
} from '../../functions/domain/lifecycle.ts';
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
