import { csv, csvCell, median, reportsOf } from '../../functions/api/pages/staff/reports.ts';
import type { RequestRow } from '../../functions/domain/case.ts';

const today = '2026-05-01';

function row(change: Partial<RequestRow>): RequestRow {
  return {
    id: '0'.repeat(26),
    submissionId: 's',
    siblings: [],
    right: 'access',
    status: 'closed',
    outcome: 'fulfilled',
    channel: 'form',
    language: 'en',
    receivedAt: '2026-03-05T09:00:00.000Z',
    recordedAt: '2026-03-05T09:00:00.000Z',
    plannedBy: '2026-04-05',
    legalBy: '2026-04-07',
    mailbox: 'm',
    pauses: [],
    reminders: 0,
    escalations: 0,
    rung: [],
    openTasks: 0,
    executions: 1,
    version: 1,
    head: 'h',
    lookAt: '2026-03-05T09:00:00.000Z',
    ...change,
  };
}

describe('the figures', () => {
  test('A month is a calendar month: the same date counts as in time, a day later does not', () => {
    const reports = reportsOf(
      [
        row({ answeredAt: '2026-04-05T21:59:59.999Z' }),
        row({ answeredAt: '2026-04-05T22:00:00.000Z' }),
        row({ answeredAt: '2026-06-05T10:00:00.000Z' }),
        row({ answeredAt: '2026-06-06T10:00:00.000Z' }),
      ],
      today,
    );
    expect(reports.withinOneMonth).toBe(0.25);
    expect(reports.withinThreeMonths).toBe(0.75);
  });

  test('What was withdrawn, merged or never confirmed is no answer', () => {
    const closedAt = '2026-03-06T09:00:00.000Z';
    const rows = (['withdrawn', 'merged', 'not-verified'] as const).map((outcome) =>
      row({ outcome, closedAt }),
    );
    expect(reportsOf(rows, today)).toMatchObject({ answered: 0, withinOneMonth: undefined });
  });

  test('Open, overdue and by week: today’s promise is not late yet', () => {
    const open = (plannedBy: string) => row({ status: 'acting', outcome: null, plannedBy });
    const reports = reportsOf(['2026-04-30', '2026-05-01', '2026-05-07', '2026-05-08'].map(open), today);
    expect(reports).toMatchObject({ open: 4, overdue: 1 });
    expect(reports.dueByWeek.map((one) => one.count)).toEqual([3, 1, 0, 0, 0, 0]);
  });

  test('Late at the usual pace: the median of the right is laid on each open request', () => {
    const done = [10, 40, 50].map((days) =>
      row({ answeredAt: new Date(Date.parse('2026-03-05T09:00:00.000Z') + days * 86_400_000).toISOString() }),
    );
    const waiting = row({
      status: 'acting',
      outcome: null,
      receivedAt: '2026-04-20T09:00:00.000Z',
      plannedBy: '2026-05-20',
    });
    expect(reportsOf([...done, waiting], today).willBeLate).toBe(1);
    expect(reportsOf([...done, { ...waiting, plannedBy: '2026-05-30' }], today).willBeLate).toBe(0);
  });

  test('Refusals are counted by their ground, most frequent first', () => {
    const refused = (reason: 'excessive' | 'not-our-data') =>
      row({
        outcome: 'refused',
        decision: { kind: 'refuse', reason, by: 'staff:a', at: '2026-03-06T09:00:00.000Z' },
      });
    expect(
      reportsOf([refused('excessive'), refused('not-our-data'), refused('excessive')], today).refusals,
    ).toEqual([
      { reason: 'excessive', count: 2 },
      { reason: 'not-our-data', count: 1 },
    ]);
  });

  test('The median of an even number is the higher of the two in the middle', () => {
    expect(median([9, 1, 5, 7])).toBe(7);
    expect(median([3])).toBe(3);
    expect(median([])).toBeUndefined();
  });
});

describe('CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'A32 A cell that a spreadsheet would run is text: %j',
    (cell) => {
      expect(csvCell(cell).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  test('Quotes, commas and line breaks stay inside their cell; numbers stay numbers', () => {
    expect(csv([['a,b', 'say "x"', -3, undefined, 'plain']])).toBe('"a,b","say ""x""",-3,,plain\r\n');
  });
});
