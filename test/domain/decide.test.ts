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
