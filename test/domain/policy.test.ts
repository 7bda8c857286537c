import fc from 'fast-check';
import { addDays, endOfLocalDay, startOfLocalDay } from '../../functions/domain/calendar.ts';
import { clockOf } from '../../functions/domain/clock.ts';
import {
  actionFor,
  answerMarginDays,
  answerNoLaterThan,
  caseRetention,
  coolingOffEndsAt,
  decisionAllowed,
  decisionRefusals,
  identitySchedule,
  interimActionFor,
  keptBackBy,
  liftNoticeDays,
  needsStaffDecision,
  packageDays,
  peopleToDecide,
  policies,
  policyOf,
  type RequestFacts,
  taskDueAt,
} from '../../functions/domain/policy.ts';
import { reasonOf, refusalReasonsFor } from '../../functions/domain/reasons.ts';
import { articleOf, reasonCodes, rights } from '../../functions/domain/words.ts';

const marketing = { right: 'objection', objectionScope: 'direct-marketing' } as const;
const weighed = { right: 'objection', objectionScope: 'other' } as const;

describe('per right', () => {
  test('every right has a policy under its article', () => {
    expect(Object.keys(policies)).toEqual([...rights]);
    for (const right of rights) expect(policyOf(right).article).toBe(articleOf[right]);
  });

  test('absolute rights need no staff; all others do', () => {
    const immediate = rights.filter((right) => !needsStaffDecision({ right }));
    expect(immediate).toEqual(['consent-withdrawal']);
    expect(needsStaffDecision(marketing)).toBe(false);
    expect(needsStaffDecision(weighed)).toBe(true);
    expect(needsStaffDecision({ right: 'objection' })).toBe(true);
  });

  test('whoever acts for another is checked by staff, whatever the right', () => {
    for (const onBehalfOf of ['child', 'agent'] as const) {
      expect(needsStaffDecision({ ...marketing, onBehalfOf })).toBe(true);
      for (const right of rights) expect(needsStaffDecision({ right, onBehalfOf })).toBe(true);
    }
  });

  test('what each right asks of a system', () => {
    expect(Object.fromEntries(rights.map((right) => [right, actionFor({ right })]))).toEqual({
      access: 'export',
      portability: 'export',
      rectification: 'rectify',
      completion: 'rectify',
      erasure: 'erase',
      restriction: 'restrict',
      objection: 'opt-out',
      'consent-withdrawal': 'opt-out',
      complaint: undefined,
    });
  });

  test('processing is restricted while an objection is weighed, and only then (art. 18(1)(d))', () => {
    expect(interimActionFor(weighed)).toBe('restrict');
    expect(interimActionFor({ right: 'objection' })).toBe('restrict');
    expect(interimActionFor(marketing)).toBeUndefined();
    for (const right of rights.filter((one) => one !== 'objection'))
      expect(interimActionFor({ right })).toBeUndefined();
  });

  test('recipients are told of a rectification, erasure and restriction (art. 19)', () => {
    expect(rights.filter((right) => policyOf(right).tellsRecipients)).toEqual([
      'rectification',
      'completion',
      'erasure',
      'restriction',
    ]);
  });

  test('two people for what cannot be taken back', () => {
    expect(rights.filter((right) => peopleToDecide(right, 'grant') === 2)).toEqual(['erasure']);
    expect(peopleToDecide('erasure', 'grant-in-part')).toBe(2);
    for (const right of rights) expect(peopleToDecide(right, 'refuse')).toBe(1);
    expect(rights.filter((right) => policyOf(right).peopleToRelease !== 0)).toEqual([
      'access',
      'portability',
    ]);
    for (const right of ['access', 'portability'] as const) expect(policyOf(right).peopleToRelease).toBe(2);
    expect(rights.filter((right) => policyOf(right).ownSystemLast)).toEqual(['erasure']);
  });
});

describe('decisions', () => {
  const ok = { allowed: true };

  test.each(rights)('%s can be granted without a reason', (right) => {
    expect(decisionAllowed({ right }, { decision: 'grant' })).toEqual(ok);
  });

  test('each code refuses exactly the rights that its entry names', () => {
    for (const right of rights.filter((one) => one !== 'consent-withdrawal'))
      for (const code of reasonCodes) {
        const decision = reasonOf(code).decisions[0] ?? 'refuse';
        const asked = { decision, reason: code, explanation: 'Because', except: { processors: ['stripe'] } };
        const expected = refusalReasonsFor(right).includes(code)
          ? ok
          : { allowed: false, code: 'reason-not-for-this-right' };
        expect(decisionAllowed({ right }, asked)).toEqual(expected);
      }
  });

  const unlawful = [
    ['decision-without-reason', { right: 'access' }, { decision: 'refuse' }],
    ['decision-without-reason', { right: 'access' }, { decision: 'refuse', reason: '  ' }],
    ['decision-without-reason', { right: 'erasure' }, { decision: 'grant-in-part' }],
    ['reason-unknown', { right: 'access' }, { decision: 'refuse', reason: 'too-busy' }],
    ['reason-unknown', { right: 'access' }, { decision: 'refuse', reason: 'constructor' }],
    ['reason-not-for-this-right', { right: 'access' }, { decision: 'refuse', reason: 'legal-claims-17-3-e' }],
    [
      'reason-not-for-this-decision',
      { right: 'access' },
      { decision: 'refuse', reason: 'others-rights-15-4' },
    ],
    [
      'reason-not-for-this-decision',
      { right: 'access' },
      { decision: 'grant-in-part', reason: 'no-mandate' },
    ],
    ['reason-without-explanation', { right: 'access' }, { decision: 'refuse', reason: 'excessive' }],
    [
      'reason-without-explanation',
      { right: 'access' },
      { decision: 'refuse', reason: 'manifestly-unfounded', explanation: ' ' },
    ],
    [
      'part-without-scope',
      { right: 'erasure' },
      { decision: 'grant-in-part', reason: 'legal-claims-17-3-e', explanation: 'A dispute runs' },
    ],
    [
      'part-without-scope',
      { right: 'erasure' },
      {
        decision: 'grant-in-part',
        reason: 'legal-claims-17-3-e',
        explanation: 'A dispute runs',
        except: { categories: [], processors: [] },
      },
    ],
    [
      'right-is-absolute',
      marketing,
      { decision: 'refuse', reason: 'compelling-grounds-21-1', explanation: 'Sales' },
    ],
    ['right-is-absolute', marketing, { decision: 'refuse', reason: 'excessive', explanation: 'Again' }],
    ['authority-not-checked', { right: 'erasure', onBehalfOf: 'child' }, { decision: 'grant' }],
    [
      'authority-not-checked',
      { right: 'access', onBehalfOf: 'agent' },
      { decision: 'grant', authorityChecked: false },
    ],
  ] as const;

  test.each(unlawful)('%s', (code, facts, asked) => {
    expect(decisionAllowed(facts, asked)).toEqual({ allowed: false, code });
  });

  test('each refusal has a case', () => {
    expect([...new Set(unlawful.map(([code]) => code))].sort()).toEqual([...decisionRefusals].sort());
  });

  test('an absolute right still fails on who is asking', () => {
    for (const facts of [marketing, { right: 'consent-withdrawal' }] as const)
      for (const reason of ['no-mandate', 'identity-not-confirmed', 'withdrawn-by-subject'])
        expect(decisionAllowed(facts, { decision: 'refuse', reason })).toEqual(ok);
    expect(
      decisionAllowed(weighed, { decision: 'refuse', reason: 'compelling-grounds-21-1', explanation: 'x' }),
    ).toEqual(ok);
  });

  test('a request for another is granted once the authority was checked, and refused without', () => {
    const facts = { right: 'erasure', onBehalfOf: 'child' } as const;
    expect(decisionAllowed(facts, { decision: 'grant', authorityChecked: true })).toEqual(ok);
    expect(decisionAllowed(facts, { decision: 'refuse', reason: 'no-mandate' })).toEqual(ok);
  });

  test('a grant in part keeps what staff name, else what the reason says', () => {
    expect(keptBackBy('legal-obligation-17-3-b', undefined)).toEqual({ categories: ['payment'] });
    expect(keptBackBy('legal-obligation-17-3-b', { processors: ['stripe'] })).toEqual({
      processors: ['stripe'],
    });
    expect(keptBackBy('others-rights-15-4', {})).toEqual({ categories: [] });
    expect(keptBackBy('legal-claims-17-3-e', undefined)).toBeUndefined();
    expect(keptBackBy('legal-claims-17-3-e', { categories: ['messages'] })).toEqual({
      categories: ['messages'],
    });
  });

  test('nothing that staff send decides a request that is not theirs to refuse without a code of the closed set', () => {
    const anything = fc.record({
      decision: fc.constantFrom('refuse' as const, 'grant-in-part' as const),
      reason: fc.oneof(fc.string(), fc.constantFrom(...reasonCodes)),
      explanation: fc.string(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...rights), anything, (right, asked) => {
        const facts: RequestFacts = { right };
        const verdict = decisionAllowed(facts, asked);
        const fits = refusalReasonsFor(right).some((code) => code === asked.reason);
        if (verdict.allowed) expect(fits).toBe(true);
      }),
    );
  });
});

describe('times', () => {
  const received = '2026-03-05';
  let plannedBy: string;
  beforeAll(() => {
    ({ plannedBy } = clockOf({ receivedAt: startOfLocalDay(received) }));
  });

  test('the figures that docs/law.md names as the company’s choice', () => {
    expect({ answerMarginDays, liftNoticeDays, packageDays, ...caseRetention }).toEqual({
      answerMarginDays: 2,
      liftNoticeDays: 7,
      packageDays: 30,
      wordsDays: 365,
      proofYears: 5,
    });
  });

  test('the answer goes out with days to spare', () => {
    expect(answerNoLaterThan(plannedBy)).toBe(startOfLocalDay(addDays(plannedBy, -answerMarginDays)));
  });

  test('three days to cancel an erasure, none for the rest', () => {
    expect(coolingOffEndsAt('erasure', '2026-03-10T10:00:00.000Z', plannedBy)).toBe(
      '2026-03-13T10:00:00.000Z',
    );
    for (const right of rights.filter((one) => one !== 'erasure'))
      expect(coolingOffEndsAt(right, '2026-03-10T10:00:00.000Z', plannedBy)).toBe('2026-03-10T10:00:00.000Z');
  });

  test('a late decision leaves less time to cancel, and never a late answer', () => {
    expect(coolingOffEndsAt('erasure', '2026-04-01T10:00:00.000Z', plannedBy)).toBe(
      answerNoLaterThan(plannedBy),
    );
    expect(coolingOffEndsAt('erasure', '2026-04-04T10:00:00.000Z', plannedBy)).toBe(
      '2026-04-04T10:00:00.000Z',
    );
  });

  test('two reminders and the closing letter, on days 5, 12 and 21', () => {
    const schedule = identitySchedule('2026-03-05T09:00:00.000Z', plannedBy);
    expect(schedule).toEqual({
      reminders: ['2026-03-10T09:00:00.000Z', '2026-03-17T09:00:00.000Z'],
      closesAt: '2026-03-26T09:00:00.000Z',
    });
  });

  test('a request recorded late gets the same steps in what is left of the month', () => {
    const schedule = identitySchedule('2026-03-25T09:00:00.000Z', plannedBy);
    const [first, second] = schedule.reminders;
    expect(schedule.closesAt).toBe(answerNoLaterThan(plannedBy));
    expect('2026-03-25T09:00:00.000Z' < first && first < second && second < schedule.closesAt).toBe(true);
  });

  test('never less than three days to confirm, even after the promise has passed', () => {
    const schedule = identitySchedule('2026-05-01T09:00:00.000Z', plannedBy);
    expect(schedule.closesAt).toBe('2026-05-04T09:00:00.000Z');
  });

  test('for every day of receipt all steps end before the promise', () => {
    const wrong: string[] = [];
    for (let day = '2026-01-01'; day <= '2028-12-31'; day = addDays(day, 1)) {
      const clock = clockOf({ receivedAt: startOfLocalDay(day) });
      const started = endOfLocalDay(day);
      const { reminders, closesAt } = identitySchedule(started, clock.plannedBy);
      const inOrder = started < reminders[0] && reminders[0] < reminders[1] && reminders[1] < closesAt;
      if (!inOrder || closesAt >= clock.plannedEndsAt) wrong.push(day);
      if (coolingOffEndsAt('erasure', closesAt, clock.plannedBy) >= clock.plannedEndsAt) wrong.push(day);
    }
    expect(wrong).toEqual([]);
  });

  test('a manual task is due in five days, in time for the answer, or within a day when it is late', () => {
    expect(taskDueAt('2026-03-10T09:00:00.000Z', plannedBy)).toBe('2026-03-15T09:00:00.000Z');
    expect(taskDueAt('2026-03-31T09:00:00.000Z', plannedBy)).toBe(startOfLocalDay(addDays(plannedBy, -3)));
    expect(taskDueAt('2026-04-03T09:00:00.000Z', plannedBy)).toBe('2026-04-04T09:00:00.000Z');
    expect(taskDueAt('2026-04-05T09:00:00.000Z', plannedBy)).toBe(endOfLocalDay(plannedBy));
    expect(taskDueAt('2026-04-20T09:00:00.000Z', plannedBy)).toBe('2026-04-20T09:00:00.000Z');
  });
});
