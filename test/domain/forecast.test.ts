import type { RequestRow } from '../../functions/domain/case.ts';
import { paceOf, unknownPace, willBeLate } from '../../functions/domain/forecast.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-05T09:00:00.000Z');
const on = (days: number) => new Date(start + days * day).toISOString();

/** What the forecast reads of a row. */
const row = (fields: Partial<RequestRow>): RequestRow =>
  ({
    receivedAt: on(0),
    verifiedAt: on(0),
    plannedBy: '2026-04-05',
    status: 'finding',
    ...fields,
  }) as RequestRow;
const decision = (at: string, by = 'staff:officer') => ({ kind: 'grant', by, at }) as RequestRow['decision'];
const past = (decided: number, acted: number, by?: string): RequestRow =>
  row({
    status: 'closed',
    decision: decision(on(decided), by),
    answeredAt: on(decided + acted),
  } as Partial<RequestRow>);

describe('the pace of past cases', () => {
  it('is what four of five took no longer than, each stage by itself', () => {
    const cases = Array.from({ length: 10 }, (_, index) => past(index + 1, 10 - index));
    expect(paceOf(cases)).toEqual({ decideDays: 8, actDays: 8 });
    expect(paceOf([...cases].reverse())).toEqual(paceOf(cases));
  });

  it('is not learned from few, nor from what no person decided or answered', () => {
    const nine = Array.from({ length: 9 }, () => past(1, 1));
    expect(paceOf([])).toBe(unknownPace);
    expect(paceOf(nine)).toBe(unknownPace);
    expect(paceOf([...nine, past(1, 1, 'policy')])).toBe(unknownPace);
    expect(paceOf([...nine, row({ status: 'closed' })])).toBe(unknownPace);
    expect(paceOf([...nine, past(1, 1)])).toEqual({ decideDays: 1, actDays: 1 });
  });

  it('is never shorter than nothing, whatever clocks said', () => {
    expect(paceOf(Array.from({ length: 10 }, () => past(-3, -1)))).toEqual({ decideDays: 0, actDays: 0 });
  });
});

describe('the forecast', () => {
  const pace = { decideDays: 6, actDays: 4 };
  // The promised day ends 31.54 days after the start.
  const undecided = row({ status: 'awaiting-decision' });

  it.each([
    [
      'of an undecided case counts half the usual wait once that is over, and all that comes after it',
      undecided,
      24.5,
      false,
    ],
    ['of the same rings when less is left than that', undecided, 24.6, true],
    [
      'of one that has just been proved counts the whole wait',
      row({ status: 'awaiting-decision', verifiedAt: on(21.5) }),
      21.5,
      false,
    ],
    [
      'and rings when even that is too long',
      row({ status: 'awaiting-decision', verifiedAt: on(21.6) }),
      21.6,
      true,
    ],
    [
      'of an open task counts from when it was opened',
      row({ status: 'acting', openTaskSince: on(27) }),
      27.5,
      false,
    ],
    [
      'of a task opened too late for its usual time',
      row({ status: 'acting', openTaskSince: on(28) }),
      28,
      true,
    ],
    [
      'of a copy that waits for its release',
      row({ status: 'awaiting-release', decision: decision(on(20)) } as Partial<RequestRow>),
      29.6,
      true,
    ],
    [
      'of a copy with days to spare',
      row({ status: 'awaiting-release', decision: decision(on(20)) } as Partial<RequestRow>),
      29.5,
      false,
    ],
    ['of a case that waits for no person', row({ status: 'cooling-off' }), 31.4, false],
    [
      'of an answered case',
      row({ status: 'answered', answeredAt: on(3), openTaskSince: on(4) }),
      31.4,
      false,
    ],
  ] as const)('%s', (_, one, at, late) => {
    expect(willBeLate(one, pace, on(at))).toBe(late);
  });

  it('of a case that nobody had to prove counts from its receipt', () => {
    const late = [21.5, 21.6].map((at) => {
      const { verifiedAt: _, ...unproved } = row({ status: 'awaiting-decision', receivedAt: on(at) });
      return willBeLate(unproved, pace, on(at));
    });
    expect(late).toEqual([false, true]);
  });

  it('of a copy without a decision counts from now', () => {
    const waiting = row({ status: 'awaiting-release' });
    expect([27.5, 27.6].map((at) => willBeLate(waiting, pace, on(at)))).toEqual([false, true]);
  });

  it('of a closed case is none, whatever task was left', () => {
    expect(willBeLate(row({ status: 'closed', openTaskSince: on(4) }), pace, on(31.4))).toBe(false);
  });

  it('without a past rings when five days are left', () => {
    expect(willBeLate(undecided, unknownPace, on(26.5))).toBe(false);
    expect(willBeLate(undecided, unknownPace, on(26.6))).toBe(true);
  });

  it('of a slower desk rings earlier', () => {
    const slow = { decideDays: 12, actDays: 9 };
    expect([pace, slow].map((one) => willBeLate(undecided, one, on(17)))).toEqual([false, true]);
  });
});
