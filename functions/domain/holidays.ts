/**
 * Public holidays of the Netherlands as the Official Journal lists them under art. 3(4) of Regulation (EEC, Euratom) 1182/71, per year.
 * The national Algemene termijnenwet is not used: it adds days and would give dates that are too late.
 */
export const officialJournalHolidays: Readonly<Record<number, readonly string[]>> = {
  2025: [
    '2025-01-01',
    '2025-04-18',
    '2025-04-21',
    '2025-04-26',
    '2025-05-05',
    '2025-05-29',
    '2025-05-30',
    '2025-06-09',
    '2025-12-25',
    '2025-12-26',
  ],
  2026: [
    '2026-01-01',
    '2026-04-03',
    '2026-04-05',
    '2026-04-06',
    '2026-04-27',
    '2026-05-05',
    '2026-05-14',
    '2026-05-24',
    '2026-05-25',
    '2026-12-25',
    '2026-12-26',
  ],
};
