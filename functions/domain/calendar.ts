import { Temporal } from 'temporal-polyfill';
import { InvalidInput } from './errors.ts';
import { officialJournalHolidays } from './holidays.ts';
import type { Language } from './words.ts';

/** Periods are counted in the local time of the controller, whatever zone the host runs in. */
export const controllerZone = 'Europe/Amsterdam';

/** Calendar day (YYYY-MM-DD) in Europe/Amsterdam of an RFC 3339 instant. Throws `InvalidInput('invalid-instant')`. */
export function localDayOf(instant: string): string {
  return parseInstant(instant).toZonedDateTimeISO(controllerZone).toPlainDate().toString();
}

/** First instant of a local day (YYYY-MM-DD), RFC 3339 in UTC. Throws `InvalidInput('invalid-date')`. */
export function startOfLocalDay(day: string): string {
  return writeInstant(parseDay(day).toZonedDateTime(controllerZone).toInstant());
}

/** Last millisecond of a local day (YYYY-MM-DD), RFC 3339 in UTC: a period ends "with the last hour" of its last day (Reg. 1182/71 art. 3(2)(c)). */
export function endOfLocalDay(day: string): string {
  const next = parseDay(day).add({ days: 1 }).toZonedDateTime(controllerZone).toInstant();
  return writeInstant(next.subtract({ milliseconds: 1 }));
}

/** The day `days` calendar days later (negative: earlier), YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return parseDay(day).add({ days }).toString();
}

/** The same date `months` months on, or that month's last day where the date does not exist (Reg. 1182/71 art. 3(2)(c)). */
export function addMonths(day: string, months: number): string {
  return parseDay(day).add({ months }).toString();
}

/** Calendar days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return parseDay(from).until(parseDay(to)).days;
}

/** The first of two days. */
export function earlierDay(a: string, b: string): string {
  return daysBetween(a, b) < 0 ? b : a;
}

/** The last of two days. */
export function laterDay(a: string, b: string): string {
  return daysBetween(a, b) > 0 ? b : a;
}

export interface NonWorkingDay {
  readonly date: string;
  readonly why: 'saturday' | 'sunday' | 'public-holiday';
}

export interface WorkingDay {
  readonly date: string;
  /** The days that were passed over to reach it, in order. */
  readonly passedOver: readonly NonWorkingDay[];
  /** Years for which no list of the Official Journal is in the data, so that the fall-back days were used. */
  readonly holidayListMissing: readonly number[];
}

/** The day itself when it is a working day, else the next one that is (Reg. 1182/71 art. 3(4)). */
export function workingDayFrom(day: string): WorkingDay {
  const passedOver: NonWorkingDay[] = [];
  const missing = new Set<number>();
  let candidate = parseDay(day);
  for (;;) {
    if (!hasHolidayList(candidate.year)) missing.add(candidate.year);
    const why = whyNotWorking(candidate);
    if (why === undefined)
      return { date: candidate.toString(), passedOver, holidayListMissing: [...missing] };
    passedOver.push({ date: candidate.toString(), why });
    candidate = candidate.add({ days: 1 });
  }
}

export function isWorkingDay(day: string): boolean {
  return whyNotWorking(parseDay(day)) === undefined;
}

export function hasHolidayList(year: number): boolean {
  return officialJournalHolidays[year] !== undefined;
}

/** Public holidays of a year, YYYY-MM-DD in order: the Official Journal's list, or the days that every listed year has. */
export function publicHolidays(year: number): readonly string[] {
  const known = holidaysByYear.get(year);
  // Stryker disable next-line ConditionalExpression: without its memory the function is slower and gives the same.
  if (known) return known;
  const days = officialJournalHolidays[year] ?? recurringHolidays(year);
  holidaysByYear.set(year, days);
  return days;
}
const holidaysByYear = new Map<number, readonly string[]>();

/** The fixed and Easter-based days that every published list has; used for a year whose list is not in the data. */
export function recurringHolidays(year: number): readonly string[] {
  const easter = easterSunday(year);
  const kingsDay = new Temporal.PlainDate(year, 4, 27);
  return [
    new Temporal.PlainDate(year, 1, 1),
    easter.subtract({ days: 2 }),
    easter,
    easter.add({ days: 1 }),
    kingsDay.dayOfWeek === sunday ? kingsDay.subtract({ days: 1 }) : kingsDay,
    new Temporal.PlainDate(year, 5, 5),
    easter.add({ days: 39 }),
    easter.add({ days: 49 }),
    easter.add({ days: 50 }),
    new Temporal.PlainDate(year, 12, 25),
    new Temporal.PlainDate(year, 12, 26),
  ]
    .map(String)
    .sort();
}

/** Gregorian Easter by the anonymous algorithm (Meeus, Astronomical Algorithms, ch. 8). */
function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return new Temporal.PlainDate(year, Math.floor(n / 31), (n % 31) + 1);
}

const saturday = 6;
const sunday = 7;

function whyNotWorking(day: Temporal.PlainDate): NonWorkingDay['why'] | undefined {
  if (publicHolidays(day.year).includes(day.toString())) return 'public-holiday';
  if (day.dayOfWeek === saturday) return 'saturday';
  if (day.dayOfWeek === sunday) return 'sunday';
  return undefined;
}

const dayNames = {
  nl: ['maandag', 'dinsdag', 'woensdag', 'donderdag', 'vrijdag', 'zaterdag', 'zondag'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const satisfies Record<Language, readonly string[]>;

const monthNames = {
  nl: [
    'januari',
    'februari',
    'maart',
    'april',
    'mei',
    'juni',
    'juli',
    'augustus',
    'september',
    'oktober',
    'november',
    'december',
  ],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
} as const satisfies Record<Language, readonly string[]>;

/** `5 April 2026`, `5 april 2026`. Own name tables: letters must not change with the host's locale data. */
export function writtenDay(day: string, language: Language): string {
  const date = parseDay(day);
  return `${date.day} ${monthNames[language][date.month - 1]} ${date.year}`;
}

/** `Sunday 5 April 2026`, `zondag 5 april 2026`. */
export function writtenDayWithName(day: string, language: Language): string {
  return `${dayNames[language][parseDay(day).dayOfWeek - 1]} ${writtenDay(day, language)}`;
}

/** Whether a text is a calendar day that exists, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  return exists(() => parseDay(text));
}

/** Whether a text is an RFC 3339 instant that exists; its seconds may be left out. */
export function isInstant(text: string): boolean {
  return exists(() => parseInstant(text));
}

/** An instant as `Date.toISOString` writes it, whatever its offset and precision. Throws `InvalidInput('invalid-instant')`. */
export function writtenInUtc(instant: string): string {
  return writeInstant(parseInstant(instant));
}

function exists(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

function parseInstant(text: string): Temporal.Instant {
  // Temporal also reads ISO forms with annotations and of the basic format: an interface that takes one form is one that all sides agree on.
  if (!rfc3339.test(text)) throw new InvalidInput('invalid-instant');
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new InvalidInput('invalid-instant');
  }
}

function parseDay(text: string): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidInput('invalid-date');
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    throw new InvalidInput('invalid-date');
  }
}

/** Always with milliseconds, so that instants of equal form also compare as strings. */
function writeInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'millisecond' });
}

/** -1, 0 or 1: the order of two RFC 3339 instants, whatever their offset or precision. */
export function compareInstants(a: string, b: string): number {
  return Temporal.Instant.compare(parseInstant(a), parseInstant(b));
}
