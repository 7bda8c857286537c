import fc from 'fast-check';
import {
  addDays,
  addMonths,
  daysBetween,
  endOfLocalDay,
  isDay,
  isInstant,
  isWorkingDay,
  localDayOf,
  startOfLocalDay,
  workingDayFrom,
  writtenInUtc,
} from '../../functions/domain/calendar.ts';
import {
  askWithinDays,
  breachedAt,
  type Clock,
  type ClockInput,
  clockOf,
  extensionAllowed,
  extensionMayBeAnnounced,
  extensionRefusals,
  milestoneNames,
  milestonesPassed,
  nextMilestone,
  type Pause,
  pauseAllowed,
  pauseEndsAfterDays,
  pauseEndsAt,
  pauseGrounds,
  pauseMayBegin,
  pauseRefusals,
} from '../../functions/domain/clock.ts';
import { extensionReasons } from '../../functions/domain/words.ts';
import { slice } from './slice.ts';

const on = (day: string): ClockInput => ({ receivedAt: startOfLocalDay(day) });
const noon = (day: string) => `${day}T11:00:00.000Z`;
const pause = (from: string, until?: string, letterId = 'letter-1'): Pause => ({
  ground: 'identity-doubt-12-6',
  from: noon(from),
  letterId,
  ...(until !== undefined && { until: noon(until) }),
});

function* days(from: string, to: string, step: number) {
  for (let at = Date.parse(from); at <= Date.parse(to); at += step * 86_400_000)
    yield new Date(at).toISOString().slice(0, 10);
}
/** Every day of receipt that the properties are asserted for. */
const daysOfReceipt = [...days('2018-01-01', '2040-12-31', slice)];

describe('vectors of one month (GDPR art. 12(3), Reg. 1182/71 art. 3)', () => {
  test.each([
    ['V1', '2026-03-05', '2026-04-05', '2026-04-07'],
    ['V2', '2026-08-31', '2026-09-30', '2026-09-30'],
    ['V3', '2026-01-31', '2026-02-28', '2026-03-02'],
    ['V4', '2025-01-31', '2025-02-28', '2025-02-28'],
    ['V5', '2026-03-27', '2026-04-27', '2026-04-28'],
    ['V8', '2026-11-25', '2026-12-25', '2026-12-28'],
    ['V9', '2025-03-18', '2025-04-18', '2025-04-22'],
    ['V13', '2026-02-28', '2026-03-28', '2026-03-30'],
    ['V14', '2026-01-29', '2026-02-28', '2026-03-02'],
    ['V15', '2028-01-31', '2028-02-29', '2028-02-29'],
    ['V16', '2026-06-30', '2026-07-30', '2026-07-30'],
  ])('%s: received %s, planned by %s, legal by %s', (_vector, day, plannedBy, legalBy) => {
    expect(clockOf(on(day))).toMatchObject({ received: day, plannedBy, legalBy, extended: false });
  });

  test('V1 ends with the last millisecond of the local day', () => {
    const clock = clockOf(on('2026-03-05'));
    expect(clock.legalEndsAt).toBe('2026-04-07T21:59:59.999Z');
    expect(clock.plannedEndsAt).toBe('2026-04-05T21:59:59.999Z');
  });

  test('V18: 23:30 UTC on 4 March is 5 March in Amsterdam', () => {
    const clock = clockOf({ receivedAt: '2026-03-04T23:30:00Z' });
    expect(clock).toMatchObject({ received: '2026-03-05', plannedBy: '2026-04-05', legalBy: '2026-04-07' });
  });

  test('V19: 22:00 UTC on 31 August is 1 September in Amsterdam', () => {
    const clock = clockOf({ receivedAt: '2026-08-31T22:00:00Z' });
    expect(clock).toMatchObject({ received: '2026-09-01', plannedBy: '2026-10-01', legalBy: '2026-10-01' });
  });

  test('V22: a question of a week moves the legal date by seven days and the promise not at all', () => {
    const clock = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-03-02', '2026-03-09')] });
    expect(clock).toMatchObject({ plannedBy: '2026-04-02', legalBy: '2026-04-09' });
    expect(clock.pauses).toEqual([
      {
        ground: 'identity-doubt-12-6',
        from: '2026-03-02',
        until: '2026-03-09',
        days: 7,
        letterId: 'letter-1',
      },
    ]);
  });

  test('thirty days would be late on 30 receipt dates of 2026', () => {
    const year = [...days('2026-01-01', '2026-12-31', 1)];
    const late = year.filter((day) => addDays(day, 30) > clockOf(on(day)).legalBy);
    const lateWithoutRoll = year.filter((day) => addDays(day, 30) > clockOf(on(day)).plannedBy);
    expect(lateWithoutRoll).toHaveLength(30);
    expect(late.length).toBeLessThan(30);
  });
});

describe('every day of receipt from 2018 to 2040', () => {
  let clocks: readonly Clock[];
  beforeAll(() => {
    clocks = daysOfReceipt.map((day) => clockOf(on(day)));
  });

  test('the promise is the same date next month, or that month’s last day', () => {
    const wrong = clocks.filter((clock) => {
      const [year, month, day] = clock.received.split('-').map(Number) as [number, number, number];
      const lastDay = new Date(Date.UTC(year, month + 1, 0));
      const expected = new Date(lastDay);
      expected.setUTCDate(Math.min(day, lastDay.getUTCDate()));
      return clock.plannedBy !== expected.toISOString().slice(0, 10);
    });
    expect(wrong).toEqual([]);
  });

  test('the legal date is a working day, the first one from the promise on', () => {
    const wrong = clocks.filter(({ plannedBy, legalBy }) => {
      if (!isWorkingDay(legalBy) || legalBy < plannedBy) return true;
      for (let day = plannedBy; day < legalBy; day = addDays(day, 1)) if (isWorkingDay(day)) return true;
      return false;
    });
    expect(wrong).toEqual([]);
  });

  test('both dates and both instants grow with the day of receipt', () => {
    const wrong = clocks.filter((later, index) => {
      const earlier = clocks[index - 1];
      return (
        earlier !== undefined &&
        (later.plannedBy < earlier.plannedBy ||
          later.legalBy < earlier.legalBy ||
          later.plannedEndsAt < earlier.plannedEndsAt ||
          later.legalEndsAt < earlier.legalEndsAt)
      );
    });
    expect(wrong).toEqual([]);
  });

  test('any hour of the day of receipt gives the same clock, both days of the change of time included', () => {
    for (const day of ['2026-03-29', '2026-10-25', '2027-03-28', '2027-10-31', '2026-07-01']) {
      const whole = clockOf(on(day));
      for (const at of [startOfLocalDay(day), noon(day), endOfLocalDay(day)])
        expect(clockOf({ receivedAt: at })).toEqual(whole);
      const after = addDays(day, 1);
      expect(clockOf({ receivedAt: startOfLocalDay(after) }).received).toBe(after);
    }
  });

  test('ends and milestones that cross a change of time still fall on local midnight', () => {
    expect(clockOf(on('2026-02-28')).plannedEndsAt).toBe('2026-03-28T22:59:59.999Z');
    expect(clockOf(on('2026-03-01')).plannedEndsAt).toBe('2026-04-01T21:59:59.999Z');
    expect(clockOf(on('2026-09-25')).plannedEndsAt).toBe('2026-10-25T22:59:59.999Z');
  });

  test('an extension ends three months after receipt, or earlier after a short month, never later', () => {
    const wrong = daysOfReceipt.filter((day) => {
      const extension = { reason: 'complexity', sentAt: noon(day), letterId: 'letter-1' } as const;
      const clock = clockOf({ ...on(day), extension });
      return (
        !clock.extended ||
        clock.plannedBy > addMonths(day, 3) ||
        clock.plannedBy > addMonths(addMonths(day, 1), 2) ||
        daysBetween(clock.plannedBy, addMonths(day, 3)) > 3 ||
        clock.legalBy !== workingDayFrom(clock.plannedBy).date
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('extension (GDPR art. 12(3))', () => {
  const extension = { reason: 'complexity', sentAt: noon('2026-03-20'), letterId: 'letter-1' } as const;

  test('three months in all from receipt', () => {
    expect(clockOf({ ...on('2026-03-05'), extension })).toMatchObject({
      extended: true,
      plannedBy: '2026-06-05',
      legalBy: '2026-06-05',
    });
  });

  test('after a short month the earlier of "one month, then two more" and "three months"', () => {
    const clock = clockOf({ ...on('2026-01-31'), extension: { ...extension, sentAt: noon('2026-02-10') } });
    expect(clock.plannedBy).toBe('2026-04-28');
  });

  test.each([
    ['sent the day after the promise', { sentAt: '2026-04-05T22:00:00.000Z' }],
    ['sent before receipt', { sentAt: '2026-03-04T22:00:00.000Z' }],
    ['without a letter', { letterId: ' ' }],
  ])('%s it moves no date, and the steps say so', (_what, change) => {
    const clock = clockOf({ ...on('2026-03-05'), extension: { ...extension, ...change } });
    expect(clock).toMatchObject({ extended: false, plannedBy: '2026-04-05', legalBy: '2026-04-07' });
    expect(
      clock.steps.some((step) => /^The extension of \w+ \d+ \w+ 2026 does not count: /.test(step.rule)),
    ).toBe(true);
  });

  test('may be announced up to the last millisecond of the first month', () => {
    const input = on('2026-03-05');
    expect(extensionMayBeAnnounced(input, 'complexity', '2026-04-05T21:59:59.999Z')).toEqual({
      allowed: true,
    });
    expect(extensionMayBeAnnounced(input, 'number-of-requests', '2026-04-05T22:00:00.000Z')).toEqual({
      allowed: false,
      code: 'extension-after-first-month',
    });
  });

  test('may be announced on the day of receipt itself', () => {
    const input = on('2026-03-05');
    expect(extensionMayBeAnnounced(input, 'complexity', input.receivedAt)).toEqual({ allowed: true });
  });

  test('a pause does not lengthen the month in which an extension may be announced', () => {
    const input = { ...on('2026-03-02'), pauses: [pause('2026-03-02', '2026-03-09')] };
    expect(extensionMayBeAnnounced(input, 'complexity', noon('2026-04-03'))).toMatchObject({
      allowed: false,
    });
  });

  test('is recorded with the letter that was sent', () => {
    for (const reason of extensionReasons)
      expect(extensionAllowed(on('2026-03-05'), { ...extension, reason }, noon('2026-03-20'))).toEqual({
        allowed: true,
      });
  });

  test('the day of the letter decides, also when it is recorded after the month', () => {
    const sent = { ...extension, sentAt: noon('2026-04-05') };
    expect(extensionAllowed(on('2026-03-05'), sent, noon('2026-04-06'))).toEqual({ allowed: true });
  });

  const unlawful = [
    ['extension-without-reasons', { ...extension, reason: 'busy' }, on('2026-03-05')],
    ['extension-second', extension, { ...on('2026-03-05'), extension }],
    ['extension-after-first-month', { ...extension, sentAt: noon('2026-04-06') }, on('2026-03-05')],
    ['extension-without-letter', { reason: 'complexity', letterId: 'letter-1' }, on('2026-03-05')],
    ['extension-without-letter', { ...extension, letterId: ' ' }, on('2026-03-05')],
    ['extension-without-letter', { reason: 'complexity', sentAt: extension.sentAt }, on('2026-03-05')],
    ['extension-without-letter', { ...extension, sentAt: noon('2026-04-04') }, on('2026-03-05')],
  ] as const;

  test.each(unlawful)('%s', (code, asked, input) => {
    const now = code === 'extension-after-first-month' ? noon('2026-04-06') : noon('2026-03-21');
    expect(extensionAllowed(input, asked, now)).toEqual({ allowed: false, code });
  });

  test('each refusal has a case', () => {
    expect([...new Set(unlawful.map(([code]) => code))].sort()).toEqual([...extensionRefusals].sort());
  });
});

describe('pauses: a closed set (GDPR art. 12(6), recital 63)', () => {
  const proposal = {
    ground: 'identity-doubt-12-6',
    right: 'access',
    recordedReason: 'Mailbox changed yesterday',
  } as const;
  const sent = { ...proposal, letterId: 'letter-1', sentAt: noon('2026-03-03') };

  test('an open pause leaves the earlier date standing', () => {
    const clock = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-03-03')] });
    expect(clock).toMatchObject({ plannedBy: '2026-04-02', legalBy: '2026-04-02' });
    expect(clock.pauses).toMatchObject([{ from: '2026-03-03', until: null, days: 0 }]);
  });

  test('days are counted before weekends and holidays are passed over', () => {
    const clock = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-03-03', '2026-03-04')] });
    expect(clock.legalBy).toBe('2026-04-07');
  });

  test('an answer on the day of the question adds nothing', () => {
    const clock = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-03-03', '2026-03-03')] });
    expect(clock.legalBy).toBe('2026-04-02');
    expect(clock.steps.some((step) => step.rule.includes('adds no day'))).toBe(true);
  });

  test('days shared by two pauses count once, in whatever order they are given', () => {
    const first = pause('2026-03-03', '2026-03-10', 'a');
    const second = pause('2026-03-06', '2026-03-12', 'b');
    const clock = clockOf({ ...on('2026-03-02'), pauses: [second, first] });
    expect(clock.pauses.map(({ letterId, days }) => [letterId, days])).toEqual([
      ['a', 7],
      ['b', 2],
    ]);
    expect(clock.legalBy).toBe(workingDayFrom('2026-04-11').date);
    const inside = clockOf({ ...on('2026-03-02'), pauses: [first, pause('2026-03-04', '2026-03-05', 'c')] });
    expect(inside.pauses.map(({ days }) => days)).toEqual([7, 0]);
  });

  test('a pause inside another does not give back the days of the first', () => {
    const pauses = [
      pause('2026-03-03', '2026-03-10', 'a'),
      pause('2026-03-04', '2026-03-05', 'b'),
      pause('2026-03-08', '2026-03-12', 'c'),
    ];
    const clock = clockOf({ ...on('2026-03-02'), pauses });
    expect(clock.pauses.map(({ days }) => days)).toEqual([7, 0, 2]);
  });

  test('a pause of one day counts, and its day is not counted again', () => {
    const pauses = [pause('2026-03-03', '2026-03-04', 'a'), pause('2026-03-03', '2026-03-05', 'b')];
    const clock = clockOf({ ...on('2026-03-02'), pauses });
    expect(clock.pauses.map(({ days }) => days)).toEqual([1, 1]);
  });

  test('one open pause among ended ones is enough to refuse another, and so is one letter used before', () => {
    const ended = pause('2026-03-02', '2026-03-03', 'ended');
    const open = { ...on('2026-03-02'), pauses: [ended, pause('2026-03-03', undefined, 'open')] };
    expect(pauseAllowed(open, sent, noon('2026-03-04'))).toEqual({
      allowed: false,
      code: 'pause-already-open',
    });
    const again = { ...on('2026-03-02'), pauses: [ended, pause('2026-03-02', '2026-03-03', 'letter-1')] };
    expect(pauseAllowed(again, sent, noon('2026-03-04'))).toEqual({
      allowed: false,
      code: 'pause-without-letter',
    });
  });

  test('a question may go out at the very instant of receipt', () => {
    const input = on('2026-03-02');
    const atOnce = { ...sent, sentAt: input.receivedAt };
    expect(pauseAllowed(input, atOnce, noon('2026-03-02'))).toEqual({ allowed: true });
  });

  test('days before receipt do not count', () => {
    const clock = clockOf({ ...on('2026-03-05'), pauses: [pause('2026-03-02', '2026-03-07')] });
    expect(clock.pauses).toMatchObject([{ days: 2 }]);
  });

  test('a period that has ended cannot be suspended any more', () => {
    const within = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-04-02', '2026-04-08')] });
    expect(within.pauses).toMatchObject([{ days: 6 }]);
    const after = clockOf({ ...on('2026-03-02'), pauses: [pause('2026-04-03', '2026-04-08')] });
    expect(after.pauses).toMatchObject([{ days: 0 }]);
    expect(after.legalBy).toBe('2026-04-02');
  });

  test('a pause that ends before it begins is an error of the caller', () => {
    const backwards = () => clockOf({ ...on('2026-03-02'), pauses: [pause('2026-03-09', '2026-03-03')] });
    expect(backwards).toThrow(
      expect.objectContaining({ code: 'pause-ends-before-it-begins', field: 'pauses' }),
    );
  });

  test('whatever the pauses, the promise stays, and the legal date moves by no more than their days and the roll', () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...daysOfReceipt), spans, (day, pauses) => {
        const bare = clockOf(on(day));
        const clock = clockOf({
          ...on(day),
          pauses: pauses.map(([start, length], index) =>
            pause(addDays(day, start), addDays(day, start + length), `letter-${index}`),
          ),
        });
        const days = clock.pauses.reduce((sum, counted) => sum + counted.days, 0);
        expect(clock.plannedBy).toBe(bare.plannedBy);
        expect(clock.legalBy).toBe(workingDayFrom(addDays(bare.plannedBy, days)).date);
        expect(days).toBeLessThanOrEqual(90);
      }),
      { numRuns: Math.ceil(300 / slice) },
    );
  });

  test('is recorded with the letter that was sent', () => {
    expect(pauseAllowed(on('2026-03-02'), sent, noon('2026-03-03'))).toEqual({ allowed: true });
    expect(
      pauseAllowed(on('2026-03-02'), { ...sent, ground: 'clarification-recital-63' }, noon('2026-03-03')),
    ).toEqual({ allowed: true });
  });

  test('the last day of asking without undue delay counts, the next does not', () => {
    const input = on('2026-03-02');
    const last = addDays('2026-03-02', askWithinDays);
    expect(pauseMayBegin(input, proposal, endOfLocalDay(last))).toEqual({ allowed: true });
    expect(pauseMayBegin(input, proposal, startOfLocalDay(addDays(last, 1)))).toEqual({
      allowed: false,
      code: 'pause-asked-late',
    });
  });

  test('a doubt about who asks may arise with any right', () => {
    expect(pauseAllowed(on('2026-03-02'), { ...sent, right: 'erasure' }, noon('2026-03-03'))).toEqual({
      allowed: true,
    });
  });

  test('on the last day of the legal period a question is late, and after it there is nothing to suspend', () => {
    const input = on('2026-03-02');
    expect(pauseMayBegin(input, proposal, noon('2026-04-02'))).toMatchObject({ code: 'pause-asked-late' });
    expect(pauseMayBegin(input, proposal, noon('2026-04-03'))).toMatchObject({
      code: 'pause-after-deadline',
    });
  });

  test('a second question, by a letter of its own, may follow the answer to the first', () => {
    const input = { ...on('2026-03-02'), pauses: [pause('2026-03-02', '2026-03-03', 'letter-0')] };
    expect(pauseAllowed(input, sent, noon('2026-03-04'))).toEqual({ allowed: true });
  });

  const unlawful = [
    ['pause-ground-unknown', { ...sent, ground: 'internal-discussion' }, on('2026-03-02')],
    [
      'pause-not-for-this-right',
      { ...sent, ground: 'clarification-recital-63', right: 'erasure' },
      on('2026-03-02'),
    ],
    ['pause-without-recorded-reason', { ...sent, recordedReason: ' ' }, on('2026-03-02')],
    ['pause-already-open', sent, { ...on('2026-03-02'), pauses: [pause('2026-03-02', undefined, 'x')] }],
    ['pause-after-deadline', { ...sent, sentAt: noon('2026-04-03') }, on('2026-03-02')],
    ['pause-asked-late', { ...sent, sentAt: noon('2026-03-20') }, on('2026-03-02')],
    ['pause-without-letter', proposal, on('2026-03-02')],
    ['pause-without-letter', { ...sent, letterId: '' }, on('2026-03-02')],
    ['pause-without-letter', { ...sent, letterId: ' ' }, on('2026-03-02')],
    ['pause-without-letter', { ...proposal, letterId: 'letter-1' }, on('2026-03-02')],
    ['pause-without-letter', { ...sent, sentAt: noon('2026-03-08') }, on('2026-03-02')],
    ['pause-without-letter', { ...sent, sentAt: noon('2026-03-01') }, on('2026-03-02')],
    ['pause-without-letter', sent, { ...on('2026-03-02'), pauses: [pause('2026-03-02', '2026-03-03')] }],
  ] as const;

  test.each(unlawful)('%s', (code, asked, input) => {
    const now =
      'sentAt' in asked && asked.sentAt > noon('2026-03-08') ? noon('2026-04-10') : noon('2026-03-04');
    expect(pauseAllowed(input, asked, now)).toEqual({ allowed: false, code });
  });

  test('each refusal has a case', () => {
    expect([...new Set(unlawful.map(([code]) => code))].sort()).toEqual([...pauseRefusals].sort());
  });

  test('the figures that docs/law.md names as the company’s choice', () => {
    expect({ askWithinDays, pauseEndsAfterDays }).toEqual({ askWithinDays: 7, pauseEndsAfterDays: 14 });
  });

  test('two grounds and no more', () => {
    expect(pauseGrounds).toEqual(['identity-doubt-12-6', 'clarification-recital-63']);
  });

  test('an unanswered question ends by itself at the start of a local day', () => {
    expect(pauseEndsAt(pause('2026-03-20'))).toBe(startOfLocalDay(addDays('2026-03-20', pauseEndsAfterDays)));
  });
});

describe('the reasons, step by step', () => {
  const rules = (input: ClockInput) => clockOf(input).steps.map((step) => `${step.date} ${step.rule}`);

  test('a short month is said to be one', () => {
    expect(rules(on('2026-01-31'))).toEqual([
      '2026-01-31 Received on Saturday 31 January 2026, local time of Europe/Amsterdam. The day itself does not count.',
      '2026-02-28 The next month has no day 31, so one month ends on its last day: Saturday 28 February 2026.',
      '2026-02-28 Promised by the end of Saturday 28 February 2026: never moved by weekends, holidays or pauses.',
      '2026-02-28 Saturday 28 February 2026 is a Saturday: the period does not end on it.',
      '2026-03-01 Sunday 1 March 2026 is a Sunday: the period does not end on it.',
      '2026-03-02 The legal period ends with the last hour of Monday 2 March 2026.',
    ]);
  });

  test('holidays, extension and pauses are named with their days', () => {
    const text = rules({
      ...on('2026-03-05'),
      pauses: [pause('2026-03-06', '2026-03-07'), pause('2026-03-09', '2026-03-12'), pause('2026-03-13')],
    }).join('\n');
    expect(text).toContain('One month ends on the same date of the next month: Sunday 5 April 2026.');
    expect(text).toContain(
      'Question (identity-doubt-12-6) sent on Friday 6 March 2026, answered on Saturday 7 March 2026: 1 day is added',
    );
    expect(text).toContain('answered on Thursday 12 March 2026: 3 days are added');
    expect(text).toContain('not answered yet');
    expect(rules(on('2026-03-05')).join('\n')).toContain('Monday 6 April 2026 is a public holiday');
  });

  test('each step names its source', () => {
    const extension = { reason: 'complexity', sentAt: noon('2029-12-25'), letterId: 'letter-1' } as const;
    const pauses = [pause('2029-12-24', '2029-12-26')];
    const { steps } = clockOf({ ...on('2029-12-23'), extension, pauses });
    expect(steps.map(({ rule, source }) => `${rule.split(' ').slice(0, 2).join(' ')} | ${source}`)).toEqual([
      'Received on | GDPR art. 12(3); EDPB Guidelines 01/2022 §159; Reg. 1182/71 art. 3(1)',
      'One month | GDPR art. 12(3); Reg. 1182/71 art. 3(2)(c)',
      'Extended (complexity) | GDPR art. 12(3)',
      'Promised by | Privacy policy, Rights of data subjects',
      'Question (identity-doubt-12-6) | GDPR art. 12(6), recital 63; EDPB Guidelines 01/2022 §157',
      'The Official | Reg. 1182/71 art. 3(4)',
      'The legal | Reg. 1182/71 art. 3(2)(c)',
    ]);
    const rolled = clockOf(on('2026-03-05')).steps.filter((step) => step.rule.includes('does not end on it'));
    expect(rolled.map((step) => step.source)).toEqual(['Reg. 1182/71 art. 3(4)', 'Reg. 1182/71 art. 3(4)']);
  });

  test('an extension tells its letter and its end', () => {
    const extension = { reason: 'complexity', sentAt: noon('2026-03-20'), letterId: 'letter-1' } as const;
    expect(rules({ ...on('2026-03-05'), extension })).toContain(
      '2026-03-20 Extended (complexity) by a letter with reasons sent on Friday 20 March 2026, within the first month: three months in all, until Friday 5 June 2026.',
    );
  });
});

describe('milestones', () => {
  let clock: Clock;
  beforeAll(() => {
    clock = clockOf(on('2026-03-05'));
  });

  test('14, 7 and 2 days before the promise at the start of the local day, breaches at the first instant after', () => {
    expect(clock.milestones).toEqual([
      { name: 'planned-14', at: '2026-03-21T23:00:00.000Z' },
      { name: 'planned-7', at: '2026-03-28T23:00:00.000Z' },
      { name: 'planned-2', at: '2026-04-02T22:00:00.000Z' },
      { name: 'planned-breach', at: '2026-04-05T22:00:00.000Z' },
      { name: 'legal-breach', at: '2026-04-07T22:00:00.000Z' },
    ]);
  });

  test('are the closed set, in order of time', () => {
    expect(clock.milestones.map((milestone) => milestone.name)).toEqual([...milestoneNames]);
    const instants = clock.milestones.map((milestone) => milestone.at);
    expect([...instants].sort()).toEqual(instants);
  });

  test('a breach is one millisecond after the end, and not before', () => {
    expect(breachedAt(clock, clock.plannedEndsAt)).toEqual({ planned: false, legal: false });
    expect(breachedAt(clock, '2026-04-05T22:00:00.000Z')).toEqual({ planned: true, legal: false });
    expect(breachedAt(clock, clock.legalEndsAt)).toEqual({ planned: true, legal: false });
    expect(breachedAt(clock, '2026-04-07T22:00:00.000Z')).toEqual({ planned: true, legal: true });
  });

  test('those that have passed when a letter is recorded late are known at once', () => {
    const passed = milestonesPassed(clock, '2026-03-30T09:00:00Z').map((milestone) => milestone.name);
    expect(passed).toEqual(['planned-14', 'planned-7']);
    expect(milestonesPassed(clock, '2026-03-21T23:00:00.000Z')).toHaveLength(1);
    expect(milestonesPassed(clock, '2026-03-21T22:59:59.999Z')).toHaveLength(0);
  });

  test('the next one is after the instant, never at it', () => {
    expect(nextMilestone(clock, '2026-03-05T00:00:00Z')?.name).toBe('planned-14');
    expect(nextMilestone(clock, '2026-03-21T23:00:00.000Z')?.name).toBe('planned-7');
    expect(nextMilestone(clock, '2026-04-07T22:00:00.000Z')).toBeUndefined();
  });
});

describe('holiday lists', () => {
  test('F33: a year without a list is named for the operator, and the steps say so', () => {
    const clock = clockOf(on('2030-03-05'));
    expect(clock.holidayListMissing).toEqual([2030]);
    expect(clock.steps.some((step) => step.rule.includes('list of public holidays for 2030'))).toBe(true);
    expect(clockOf(on('2026-03-05')).holidayListMissing).toEqual([]);
  });

  test('a period that runs over the end of the year needs both lists', () => {
    expect(clockOf(on('2026-12-01')).holidayListMissing).toEqual([2027]);
  });
});

describe('input', () => {
  test.each([
    '',
    '2026-03-05',
    '2026-02-30T10:00:00Z',
    '2026-03-05T10Z',
    '2026-03-05T10:00:00',
    '2026-03-05T10:00:00Z[Europe/Amsterdam]',
    '+002026-03-05T10:00:00Z',
    '2026-03-05T10:00:00.0123456789Z',
    'yesterday',
  ])('refuses %p as an instant', (receivedAt) => {
    expect(() => clockOf({ receivedAt })).toThrow('invalid-instant');
  });

  test('reads an instant whose seconds were left out, and knows which days and instants exist', () => {
    expect(clockOf({ receivedAt: '2026-03-04T23:30Z' }).plannedBy).toBe('2026-04-05');
    expect(writtenInUtc('2026-03-05T00:30+01:00')).toBe('2026-03-04T23:30:00.000Z');
    expect(['2024-02-29', '2026-02-29', '2026-3-1'].map(isDay)).toEqual([true, false, false]);
    expect(['2024-02-29T10:00Z', '2026-02-29T10:00Z', '2024-02-29'].map(isInstant)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('reads an instant with an offset', () => {
    expect(localDayOf('2026-03-05T00:30:00+01:00')).toBe('2026-03-05');
    expect(localDayOf('2026-03-05T00:30:00+02:00')).toBe('2026-03-04');
  });
});
