import { dayAfter } from '../../functions/processors/evidence.ts';

test.each([
  ['2026-03-05T22:59:59.999Z', 0, '2026-03-05'],
  ['2026-03-05T23:00:00.000Z', 0, '2026-03-06'],
  ['2026-03-05T23:30:00.000Z', 7, '2026-03-13'],
  // The day of the change to summer time has 23 hours: twenty-four hours on it is the day after the next.
  ['2026-03-28T22:30:00.000Z', 1, '2026-03-29'],
  ['2026-10-24T21:30:00.000Z', 1, '2026-10-25'],
  ['2026-03-05', 30, '2026-04-04'],
])('from %s the day %i days on is %s in Amsterdam', (from, days, day) => {
  expect(dayAfter(Date.parse(from), days)).toBe(day);
});
