import { decide } from '../../functions/domain/decide.ts';
import { RefusedByDomain } from '../../functions/domain/errors.ts';
import { record } from '../../functions/domain/lifecycle.ts';
import { caseWith, finding, task } from './case-builder.ts';

const at = '2026-03-06T10:00:00.000Z';
const undecided = (row = {}, beside = {}) =>
  caseWith(
    { status: 'awaiting-decision', verifiedAt: at, processors: ['mailchimp'], ...row },
    { findings: [finding('mailchimp')], ...beside },
  );
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof RefusedByDomain) return error.code;
  }
  return 'allowed';
};

test('an erasure takes two people who agree, then cools off', () => {
  const first = decide(undecided(), { decision: 'grant' }, 'staff:officer', at);
  expect(first.state).toBe('proposed');
  const proposed = { ...undecided(), row: record(undecided(), first.facts).row };
  expect(refusal(() => decide(proposed, { decision: 'grant' }, 'staff:officer', at))).toBe(
    'second-person-needed',
  );
  expect(
    refusal(() =>
      decide(
        proposed,
        {
          decision: 'grant-in-part',
          reason: 'legal-claims-17-3-e',
          explanation: 'x',
          except: { processors: ['stripe'] },
        },
        'staff:second',
        at,
      ),
    ),
  ).toBe('decision-differs');
  const second = decide(proposed, { decision: 'grant' }, 'staff:second', at);
  expect(second.state).toBe('decided');
  const { row } = record(proposed, second.facts);
  expect(row).toMatchObject({ status: 'cooling-off', coolingOffUntil: '2026-03-09T10:00:00.000Z' });
});

test('one may change one’s own proposal', () => {
  const first = decide(undecided(), { decision: 'grant' }, 'staff:officer', at);
  const proposed = { ...undecided(), row: record(undecided(), first.facts).row };
  const part = {
    decision: 'grant-in-part',
    reason: 'legal-claims-17-3-e',
    explanation: 'A claim runs.',
    except: { processors: ['stripe'] },
  } as const;
  expect(decide(proposed, part, 'staff:officer', at).state).toBe('proposed');
});

test('a refusal takes one person, a reason of the closed set, and no cooling off', () => {
  const refused = decide(
    undecided(),
    { decision: 'refuse', reason: 'legal-claims-17-3-e', explanation: 'A claim runs.' },
    'staff:officer',
    at,
  );
  expect(refused.state).toBe('decided');
  expect(record(undecided(), refused.facts).row.status).toBe('awaiting-decision');
  expect(refusal(() => decide(undecided(), { decision: 'refuse' }, 'staff:officer', at))).toBe(
    'decision-without-reason',
  );
});

test('what is decided stays decided, and only what awaits a decision is decided', () => {
  const decided = undecided({ decision: { kind: 'grant', by: 'staff:officer', at } });
  expect(
    refusal(() =>
      decide(decided, { decision: 'refuse', reason: 'excessive', explanation: 'x' }, 'staff:second', at),
    ),
  ).toBe('already-decided');
  expect(
    refusal(() => decide(undecided({ status: 'finding' }), { decision: 'grant' }, 'staff:officer', at)),
  ).toBe('wrong-status');
});

test('for a child or by an agent nothing is granted before the authority was checked', () => {
  const represented = undecided({ right: 'restriction', onBehalfOf: 'agent' });
  expect(refusal(() => decide(represented, { decision: 'grant' }, 'staff:officer', at))).toBe(
    'authority-not-checked',
  );
  const checked = undecided({
    right: 'restriction',
    onBehalfOf: 'agent',
    authorityCheckedBy: 'staff:officer',
  });
  expect(decide(checked, { decision: 'grant' }, 'staff:officer', at).state).toBe('decided');
});

test('reminders to decide are done with the decision', () => {
  const reminded = undecided(
    { right: 'restriction' },
    { tasks: [task('staff', { operation: 'decision' }), task('paypal')] },
  );
  const { facts } = decide(reminded, { decision: 'grant' }, 'staff:officer', at);
  expect(record(reminded, facts).row.openTasks).toBe(1);
});

describe('what is recorded of a decision', () => {
  const part = {
    decision: 'grant-in-part',
    reason: 'legal-claims-17-3-e',
    explanation: 'A claim runs.',
    except: { processors: ['stripe'], categories: ['messages'] },
  } as const;
  const decided = {
    kind: 'grant-in-part',
    reason: 'legal-claims-17-3-e',
    except: { processors: ['stripe'], categories: ['messages'] },
    by: 'staff:officer',
    at,
  };
  const data = {
    decision: 'grant-in-part',
    reason: 'legal-claims-17-3-e',
    exceptProcessors: ['stripe'],
    exceptCategories: ['messages'],
  };

  test('a proposal, with its reason and what it keeps back', () => {
    expect(decide(undecided(), part, 'staff:officer', at).facts).toEqual([
      { type: 'proposed', by: 'staff:officer', at, data, set: { proposal: decided } },
    ]);
  });

  test('the decision of two, with both names, and the end of the time to cancel', () => {
    const [proposed] = decide(undecided(), part, 'staff:officer', at).facts;
    const second = decide(undecided(proposed?.set), part, 'staff:second', at).facts;
    const until = '2026-03-09T10:00:00.000Z';
    expect(second).toEqual([
      {
        type: 'decided',
        by: 'staff:second',
        at,
        data: { ...data, first: 'staff:officer' },
        set: { decision: { ...decided, by: 'staff:second' } },
        children: [],
      },
      {
        type: 'cooling-off-began',
        by: 'system',
        at,
        data: { until },
        set: { coolingOffUntil: until, lookAt: until },
      },
    ]);
  });

  test('a grant has no reason and keeps nothing back, whatever came along', () => {
    const asked = { ...part, decision: 'grant' } as const;
    const { facts } = decide(undecided({ right: 'restriction' }), asked, 'staff:officer', at);
    expect(facts).toMatchObject([{ data: { decision: 'grant' } }]);
    expect(facts[0]?.set).toStrictEqual({ decision: { kind: 'grant', by: 'staff:officer', at } });
    expect(facts[0]?.data).toStrictEqual({ decision: 'grant' });
  });

  test('a refusal has its reason and keeps nothing back, whatever came along', () => {
    const { facts } = decide(undecided(), { ...part, decision: 'refuse' }, 'staff:officer', at);
    const { except: _, ...refused } = decided;
    expect(facts[0]?.set).toStrictEqual({ decision: { ...refused, kind: 'refuse' } });
  });

  test('a right without time to cancel is acted on at once', () => {
    const { facts } = decide(undecided({ right: 'restriction' }), { decision: 'grant' }, 'staff:officer', at);
    expect(facts.map((fact) => fact.type)).toEqual(['decided']);
  });

  test('what the reason itself keeps back is written down', () => {
    const asked = { decision: 'grant-in-part', reason: 'legal-obligation-17-3-b' } as const;
    const [fact] = decide(undecided(), asked, 'staff:officer', at).facts;
    expect(fact?.set?.proposal?.except).toStrictEqual({ categories: ['payment'] });
    expect(fact?.data).toStrictEqual({
      decision: 'grant-in-part',
      reason: 'legal-obligation-17-3-b',
      exceptCategories: ['payment'],
    });
  });

  test.each([
    ['kind', { decision: 'grant' }],
    ['reason', { ...part, reason: 'not-our-data' }],
    ['scope', { ...part, except: { processors: ['adyen'], categories: ['messages'] } }],
    ['kind of data', { ...part, except: { processors: ['stripe'] } }],
  ] as const)('the second person’s must be the same in %s', (_what, other) => {
    const [proposed] = decide(undecided(), part, 'staff:officer', at).facts;
    const waiting = undecided(proposed?.set);
    expect(refusal(() => decide(waiting, other, 'staff:second', at))).toBe('decision-differs');
    expect(decide(waiting, other, 'staff:officer', at).state).toBe('proposed');
  });
});

describe('staff’s own words', () => {
  const words = { words: 'explanation.1', commitment: 'c1' };
  const more = { words: 'explanation.2', commitment: 'c2' };

  test('are named and committed to by the proposal and by the decision', () => {
    const [proposed] = decide(undecided(), { decision: 'grant', words }, 'staff:officer', at).facts;
    expect(proposed?.data).toEqual({ decision: 'grant', ...words });
    expect(proposed?.set?.proposal).toStrictEqual({
      kind: 'grant',
      words: 'explanation.1',
      by: 'staff:officer',
      at,
    });
    const [decided] = decide(
      undecided(proposed?.set),
      { decision: 'grant', words: more },
      'staff:second',
      at,
    ).facts;
    expect(decided?.data).toEqual({ decision: 'grant', ...more, first: 'staff:officer' });
    expect(decided?.set?.decision?.words).toBe('explanation.2');
  });

  test('of the first stand where the second adds none', () => {
    const [proposed] = decide(undecided(), { decision: 'grant', words }, 'staff:officer', at).facts;
    const [decided] = decide(undecided(proposed?.set), { decision: 'grant' }, 'staff:second', at).facts;
    expect(decided?.data).toEqual({ decision: 'grant', first: 'staff:officer' });
    expect(decided?.set?.decision).toStrictEqual({
      kind: 'grant',
      words: 'explanation.1',
      by: 'staff:second',
      at,
    });
  });
});

test('only open reminders to decide are done with the decision, by whom and when', () => {
  const reminder = task('staff', { operation: 'decision' });
  const tasks = [
    reminder,
    task('staff', { operation: 'message' }),
    task('staff', { operation: 'release', state: 'done' }),
    task('stripe', { operation: 'decision' }),
  ];
  const { facts } = decide(
    undecided({ right: 'restriction' }, { tasks }),
    { decision: 'grant' },
    'staff:officer',
    at,
  );
  expect(facts[0]?.children).toEqual([
    { kind: 'task', value: { ...reminder, state: 'done', doneAt: at, doneBy: 'staff:officer' } },
  ]);
});
