import {
  afterReport,
  expectedReport,
  expectedReportKey,
  laterStatus,
  readExpectedReport,
  reportStatuses,
} from '../../functions/domain/processor-reports.ts';
import { caseWith, disposition } from './case-builder.ts';

const at = '2026-03-06T23:30:00.000Z';

describe('what stands after a further report', () => {
  test('the furthest; of two ends the first', () => {
    const table = reportStatuses.map((known) => reportStatuses.map((heard) => laterStatus(known, heard)));
    expect(table).toEqual([
      ['pending', 'in_progress', 'completed', 'cancelled'],
      ['in_progress', 'in_progress', 'completed', 'cancelled'],
      ['completed', 'completed', 'completed', 'completed'],
      ['cancelled', 'cancelled', 'cancelled', 'cancelled'],
    ]);
  });
});

describe('the claim by which a report finds its request', () => {
  test('can be read back, and outlives the longest case', () => {
    const claim = expectedReport('shop', 'r-1', { requestId: 'q', heard: 'in_progress' }, at);
    expect(claim).toEqual({
      key: 'report.shop.r-1',
      value: 'q.in_progress',
      expiresAt: '2027-04-10T23:30:00.000Z',
    });
    expect(expectedReportKey('shop', 'r-1')).toBe(claim.key);
    expect(readExpectedReport(claim.value)).toEqual({ requestId: 'q', heard: 'in_progress' });
  });

  test.each(['', 'q', 'q.', '.pending', 'q.done'])('%j is none', (value) => {
    expect(readExpectedReport(value)).toBeUndefined();
  });
});

describe('a report makes the next look due, and nothing else', () => {
  const promised = disposition('shop', { disposition: 'accepted', expectedBy: '2026-03-20' });
  const of = (record: Parameters<typeof disposition>[1], status: 'acting' | 'closed' = 'acting') =>
    afterReport(
      caseWith({ status }, { dispositions: [{ ...promised, ...record }] }),
      'shop',
      'completed',
      at,
    );

  test('today, in Amsterdam', () => {
    expect(of({})).toEqual([
      {
        type: 'processor-reported',
        by: 'system',
        at,
        data: { processor: 'shop', status: 'completed' },
        set: { lookAt: at },
        children: [{ kind: 'disposition', value: { ...promised, expectedBy: '2026-03-07' } }],
      },
    ]);
    const { expectedBy: _, ...withoutDay } = promised;
    const [fact] = afterReport(caseWith({}, { dispositions: [withoutDay] }), 'shop', 'pending', at);
    expect(fact?.children).toMatchObject([{ value: { expectedBy: '2026-03-07' } }]);
  });

  test.each([
    ['the case is closed', {}, 'closed'],
    ['it is due anyway', { expectedBy: '2026-03-07' }, 'acting'],
    ['it was due before', { expectedBy: '2026-03-01' }, 'acting'],
    ['it is done', { disposition: 'done-confirmed' }, 'acting'],
    ['it has failed', { disposition: 'failed' }, 'acting'],
    ['nobody can look there', { code: 'cannot-be-seen' }, 'acting'],
  ] as const)('not where %s', (_why, record, status) => {
    expect(of(record, status)).toEqual([]);
  });

  test('not where it is about a system without a record', () => {
    const current = caseWith({}, { dispositions: [{ ...promised, processor: 'other' }] });
    expect(afterReport(current, 'shop', 'completed', at)).toEqual([]);
  });
});
