import type { Holding } from './contract.ts';

type Retained = NonNullable<Holding['retained']>;

const dutchYear = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Amsterdam', year: 'numeric' });

/**
 * The calendar year in the Netherlands, which is the book year: late on 31 December in UTC the new one has begun.
 * @param instant RFC 3339
 */
export function bookYearOf(instant: string): number {
  return Number(dutchYear.format(new Date(instant)));
}

/** Bookkeeping is kept seven years after the end of the book year it belongs to (AWR art. 52(4)). */
export function taxRetention(bookYear: number): Retained {
  return { ground: 'tax-records-awr-52-4', until: `${bookYear + 7}-12-31` };
}

/**
 * A payment service that sells under its own name keeps its transactions for five years after the payment.
 * @param instant RFC 3339 instant of the payment
 */
export function paymentServiceRetention(instant: string): Retained {
  const day = new Date(instant);
  day.setUTCFullYear(day.getUTCFullYear() + 5);
  return { ground: 'payment-services-5-years', until: day.toISOString().slice(0, 10) };
}

/** Whether the law still keeps it on the day (YYYY-MM-DD); its last day counts. */
export function isRetainedOn(retained: Retained, day: string): boolean {
  return day <= retained.until;
}

/** The retention that ends last, to be told to the subject as the day by which everything kept is gone. */
export function longestRetention(holdings: readonly Holding[]): Retained | undefined {
  return holdings
    .map((holding) => holding.retained)
    .filter((retained) => retained !== undefined)
    .reduce<Retained | undefined>(
      (longest, each) => (longest === undefined || each.until > longest.until ? each : longest),
      undefined,
    );
}
