import {
  controllerZone,
  earlierDay,
  hasHolidayList,
  isWorkingDay,
  laterDay,
  publicHolidays,
  recurringHolidays,
  workingDayFrom,
  writtenDay,
  writtenDayWithName,
} from '../../functions/domain/calendar.ts';
import { officialJournalHolidays } from '../../functions/domain/holidays.ts';

const listed = Object.entries(officialJournalHolidays);

test.each(listed)('the list of %s holds days of that year, in order, each once', (year, days) => {
  expect([...days].sort()).toEqual(days);
  expect(new Set(days).size).toBe(days.length);
  for (const day of days) expect(day.startsWith(`${year}-`)).toBe(true);
});

test('the lists of the Official Journal for 2025 and 2026', () => {
  expect(publicHolidays(2025).map((day) => day.slice(5))).toEqual(
    '01-01 04-18 04-21 04-26 05-05 05-29 05-30 06-09 12-25 12-26'.split(' '),
  );
  expect(publicHolidays(2026).map((day) => day.slice(5))).toEqual(
    '01-01 04-03 04-05 04-06 04-27 05-05 05-14 05-24 05-25 12-25 12-26'.split(' '),
  );
});

test.each(listed)('the fall-back for %s never gives a later working day than the list', (year) => {
  const days = officialJournalHolidays[Number(year)] ?? [];
  const sundays = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() === 0;
  for (const day of recurringHolidays(Number(year))) expect(days.includes(day) || sundays(day)).toBe(true);
});

test.each([
  [2018, '2018-04-01'],
  [2024, '2024-03-31'],
  [2027, '2027-03-28'],
  [2030, '2030-04-21'],
  [2038, '2038-04-25'],
])('Easter of %i is %s, with Good Friday, Ascension and Whitsun around it', (year, easter) => {
  const at = (days: number) => {
    const date = new Date(`${easter}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 10);
  };
  const days = publicHolidays(year);
  for (const distance of [-2, 0, 1, 39, 49, 50]) expect(days).toContain(at(distance));
  expect(days).toHaveLength(11);
});

test('Easter of every year that a request can fall in', () => {
  const known =
    '0401 0421 0412 0404 0417 0409 0331 0420 0405 0328 0416 0401 0421 0413 0328 0417 0409 0325 0413 0405 0425 0410 0401';
  const easters = known.split(' ').map((day, at) => `${2018 + at}-${day.slice(0, 2)}-${day.slice(2)}`);
  for (const easter of easters) {
    const year = Number(easter.slice(0, 4));
    const days = recurringHolidays(year);
    const monday = new Date(Date.parse(easter) + 86_400_000).toISOString().slice(0, 10);
    expect(days).toEqual(expect.arrayContaining([easter, monday]));
    expect([...days].sort()).toEqual(days);
  }
});

test('of two days the first and the last, whichever is named first', () => {
  const [first, last] = ['2026-03-05', '2026-04-01'];
  expect([earlierDay(first, last), earlierDay(last, first)]).toEqual([first, first]);
  expect([laterDay(first, last), laterDay(last, first)]).toEqual([last, last]);
});

test('King’s Day is kept on the 26th when the 27th is a Sunday', () => {
  expect(publicHolidays(2031)).toContain('2031-04-26');
  expect(publicHolidays(2031)).not.toContain('2031-04-27');
  expect(publicHolidays(2030)).toContain('2030-04-27');
});

test('a year is known only when its list is in the data', () => {
  expect(hasHolidayList(2026)).toBe(true);
  expect(hasHolidayList(2027)).toBe(false);
});

test('why each day was passed over', () => {
  expect(workingDayFrom('2026-04-03')).toEqual({
    date: '2026-04-07',
    passedOver: [
      { date: '2026-04-03', why: 'public-holiday' },
      { date: '2026-04-04', why: 'saturday' },
      { date: '2026-04-05', why: 'public-holiday' },
      { date: '2026-04-06', why: 'public-holiday' },
    ],
    holidayListMissing: [],
  });
  expect(workingDayFrom('2026-03-01').passedOver).toEqual([{ date: '2026-03-01', why: 'sunday' }]);
  expect(isWorkingDay('2026-03-02')).toBe(true);
});

test('the day after Ascension is a working day unless the list of the year has it', () => {
  expect(isWorkingDay('2026-05-15')).toBe(true);
  expect(isWorkingDay('2025-05-30')).toBe(false);
});

test('a roll over the end of a year names the year without a list', () => {
  expect(workingDayFrom('2026-12-31').holidayListMissing).toEqual([]);
  expect(workingDayFrom('2027-01-01')).toMatchObject({ date: '2027-01-04', holidayListMissing: [2027] });
});

test('the zone is that of the controller', () => {
  expect(controllerZone).toBe('Europe/Amsterdam');
});

test('days in words', () => {
  expect(writtenDay('2026-04-05', 'en')).toBe('5 April 2026');
  expect(writtenDay('2026-03-05', 'nl')).toBe('5 maart 2026');
  expect(writtenDayWithName('2026-04-05', 'nl')).toBe('zondag 5 april 2026');
  expect(writtenDayWithName('2026-04-07', 'en')).toBe('Tuesday 7 April 2026');
});

test.each([
  '2026-02-30',
  '2026-2-3',
  '2026-04-05T00:00:00Z',
  '2026-04-05T00:00:00',
  '2026-04-05[u-ca=hebrew]',
  '+002026-04-05',
  '20260405',
  '',
])('refuses %p as a day', (day) => {
  expect(() => writtenDay(day, 'en')).toThrow('invalid-date');
});
