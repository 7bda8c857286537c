import {
  bookYearOf,
  isRetainedOn,
  longestRetention,
  paymentServiceRetention,
  taxRetention,
} from '../../functions/processors/retention.ts';

describe('retention', () => {
  test.each([
    ['2025-06-30T12:00:00Z', 2025],
    // In the Netherlands the new year has begun an hour before it has in UTC.
    ['2025-12-31T22:59:59Z', 2025],
    ['2025-12-31T23:00:00Z', 2026],
    ['2026-01-01T00:00:00Z', 2026],
  ])('%s belongs to the book year %i', (instant, year) => expect(bookYearOf(instant)).toBe(year));

  test('bookkeeping is kept seven years after its book year, the last day included (AWR art. 52(4))', () => {
    const retained = taxRetention(2025);
    expect(retained).toEqual({ ground: 'tax-records-awr-52-4', until: '2032-12-31' });
    expect(isRetainedOn(retained, '2032-12-31')).toBe(true);
    expect(isRetainedOn(retained, '2033-01-01')).toBe(false);
  });

  test('a payment service keeps five years from the payment', () => {
    expect(paymentServiceRetention('2026-03-05T10:00:00Z').until).toBe('2031-03-05');
    expect(paymentServiceRetention('2024-02-29T10:00:00Z').until).toBe('2029-03-01');
  });

  test('the subject is told of the last day of all', () => {
    const holding = (until?: string) => ({
      handle: 'x',
      category: 'payment' as const,
      count: 1,
      ...(until === undefined ? {} : { retained: { ground: 'tax-records-awr-52-4' as const, until } }),
    });
    expect(longestRetention([holding('2031-12-31'), holding(), holding('2032-12-31')])?.until).toBe(
      '2032-12-31',
    );
    expect(longestRetention([holding()])).toBeUndefined();
    expect(longestRetention([])).toBeUndefined();
  });
});
