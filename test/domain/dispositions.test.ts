import {
  type Acted,
  byHand,
  cannotBeSeen,
  doneBySystem,
  emptyEvidence,
  isFinal,
  isSettled,
  outcomeOf,
  type Place,
  retainedOf,
  type Seen,
  settle,
} from '../../functions/domain/dispositions.ts';
import { caseWith, disposition, evidence, receivedAt } from './case-builder.ts';

const place: Place = {
  processor: 'mailchimp',
  action: 'erase',
  at: receivedAt,
  today: '2026-03-05',
  plannedBy: '2026-04-05',
  looks: 1,
};
const later = { ...place, looks: 2 };
const done: Acted = { result: 'done', evidence };
const accepted: Acted = { result: 'accepted', evidence, expectedBy: '2026-03-12', job: 'job-1' };
const dueToday: Acted = { ...accepted, expectedBy: '2026-03-05' };
const seen = {
  confirmed: { seen: 'confirmed', evidence },
  pending: { seen: 'pending', evidence, expectedBy: '2026-03-20' },
  there: { seen: 'still-there', code: 'member-archived', evidence },
  blind: { seen: 'cannot-look', evidence },
} as const satisfies Record<string, Seen>;
const taxes = { ground: 'tax-records-awr-52-4', until: '2033-12-31' } as const;

const recordOf = (...[at, acted, saw, kept]: Parameters<typeof settle>) => {
  const child = settle(at, acted, saw, kept).find((one) => one.kind === 'disposition');
  if (child?.kind !== 'disposition') throw new Error('a disposition was expected');
  return child.value;
};
const taskOf = (...parts: Parameters<typeof settle>) => settle(...parts).find((one) => one.kind === 'task');

describe('what acting and looking come to', () => {
  const table: [string, Place, Acted, Seen | undefined, object][] = [
    [
      'done, and seen gone',
      place,
      done,
      seen.confirmed,
      { disposition: 'done-confirmed', lookAgainOn: '2026-03-13' },
    ],
    ['seen gone a second time', later, done, seen.confirmed, { disposition: 'done-confirmed' }],
    ['done, not yet seen', place, done, seen.pending, { disposition: 'accepted', expectedBy: '2026-03-20' }],
    ['done, nobody looked', place, done, undefined, { disposition: 'accepted', expectedBy: '2026-03-06' }],
    [
      'done, not yet seen, on a day that is today already',
      { ...place, today: '2026-03-20' },
      done,
      seen.pending,
      { disposition: 'accepted', expectedBy: '2026-03-21' },
    ],
    ['done, and still there', place, done, seen.there, { disposition: 'failed', code: 'member-archived' }],
    ['done, where nobody can look', place, done, seen.blind, { disposition: 'accepted', code: cannotBeSeen }],
    [
      'accepted, still there before its day',
      place,
      accepted,
      seen.there,
      { disposition: 'accepted', expectedBy: '2026-03-12', job: 'job-1' },
    ],
    ['accepted, still there on its day', place, dueToday, seen.there, { disposition: 'failed' }],
    [
      'accepted, cannot be seen before its day',
      place,
      accepted,
      seen.blind,
      { disposition: 'accepted', expectedBy: '2026-03-12' },
    ],
    [
      'accepted, cannot be seen on its day',
      place,
      dueToday,
      seen.blind,
      { disposition: 'accepted', code: cannotBeSeen },
    ],
    ['accepted, and gone already', place, accepted, seen.confirmed, { disposition: 'done-confirmed' }],
    [
      'nothing there',
      place,
      { result: 'nothing-found', evidence },
      undefined,
      { disposition: 'nothing-found' },
    ],
    [
      'a law keeps all',
      place,
      { result: 'retained', evidence, ...taxes },
      undefined,
      { disposition: 'retained-by-law', retainedUntil: '2033-12-31' },
    ],
    [
      'not applicable',
      place,
      { result: 'not-applicable', why: 'no-marketing-there' },
      undefined,
      { disposition: 'not-applicable', code: 'no-marketing-there' },
    ],
    [
      'a person has to do it',
      place,
      { result: 'manual', instructions: 'erase' },
      undefined,
      { disposition: 'failed', code: byHand },
    ],
    [
      'the vendor refuses',
      place,
      { result: 'failed', code: 'forbidden', evidence },
      undefined,
      { disposition: 'failed', code: 'forbidden' },
    ],
  ];
  test.each(table)('%s', (_what, at, acted, saw, expected) => {
    expect(recordOf(at, acted, saw, undefined)).toMatchObject(expected);
  });

  test('whatever has failed has a task for a person, and nothing else has', () => {
    for (const [, at, acted, saw, expected] of table) {
      const failed = 'disposition' in expected && expected.disposition === 'failed';
      expect(taskOf(at, acted, saw, undefined) !== undefined).toBe(failed);
    }
  });

  test('what a law keeps beside what is gone is told, and looked at again like it', () => {
    expect(recordOf(place, done, seen.confirmed, taxes)).toMatchObject({
      disposition: 'retained-by-law',
      ground: taxes.ground,
      retainedUntil: taxes.until,
      lookAgainOn: '2026-03-13',
    });
    expect(recordOf(place, { result: 'nothing-found', evidence }, undefined, taxes).disposition).toBe(
      'retained-by-law',
    );
  });

  test('only an erasure is looked at twice: other changes may rightly be undone by the person', () => {
    expect(
      recordOf({ ...place, action: 'opt-out' }, done, seen.confirmed, undefined).lookAgainOn,
    ).toBeUndefined();
  });

  test('an erasure that took the vendor a while is looked at once more, too, and then no more', () => {
    const today = '2026-03-12';
    const first = recordOf({ ...later, today }, dueToday, seen.confirmed, undefined);
    expect(first).toMatchObject({ disposition: 'done-confirmed', lookAgainOn: '2026-03-20' });
    const second = recordOf({ ...later, isSecondLook: true }, dueToday, seen.confirmed, undefined);
    expect(second.disposition).toBe('done-confirmed');
    expect(second.lookAgainOn).toBeUndefined();
  });

  test('a request id of a vendor that is no code is made one', () => {
    const odd = { ...evidence, requestIds: ['ada@example.com said "hi"', ''], observation: 'x'.repeat(200) };
    const record = recordOf(
      place,
      { result: 'done', evidence: odd },
      { seen: 'confirmed', evidence: odd },
      undefined,
    );
    expect(record.evidence.requestIds).toEqual(['ada_example.com_said__hi_', '_']);
    expect(record.evidence.observation).toHaveLength(80);
    const many = { ...evidence, requestIds: Array(30).fill('r'), handles: Array(60).fill('h') };
    const bounded = recordOf(
      place,
      { result: 'nothing-found', evidence: many },
      undefined,
      undefined,
    ).evidence;
    expect([bounded.requestIds.length, bounded.handles.length]).toEqual([20, 50]);
  });
});

describe('what a person is asked for', () => {
  test('names the system, what to do there, why, and by when', () => {
    const manual: Acted = { result: 'manual', instructions: 'erase-by-hand' };
    expect(settle(place, manual, undefined, undefined)).toEqual([
      {
        kind: 'disposition',
        value: {
          processor: 'mailchimp',
          action: 'erase',
          at: receivedAt,
          looks: 1,
          disposition: 'failed',
          code: byHand,
          evidence: {
            class: 'none',
            looked: 0,
            requestIds: [],
            handles: [],
            observation: 'manual-task-open',
          },
        },
      },
      {
        kind: 'task',
        value: {
          processor: 'mailchimp',
          operation: 'erase',
          state: 'open',
          openedAt: receivedAt,
          dueAt: '2026-03-10T09:00:00.000Z',
          instructions: 'erase-by-hand',
          code: byHand,
        },
      },
    ]);
    expect(recordOf(place, { ...manual, evidence }, undefined, undefined).evidence).toEqual(evidence);
  });

  test('is taken off the list when the system did it after all', () => {
    const [, child] = settle(place, { result: 'failed', code: 'timeout', evidence }, undefined, undefined);
    if (child?.kind !== 'task') throw new Error('a task was expected');
    const later = '2026-03-07T09:00:00.000Z';
    expect(doneBySystem(child.value, later)).toEqual({
      ...child.value,
      state: 'done',
      doneAt: later,
      doneBy: 'system',
    });
  });

  test('no evidence is an evidence of nothing', () => {
    expect(emptyEvidence('why')).toEqual({
      class: 'none',
      looked: 0,
      requestIds: [],
      handles: [],
      observation: 'why',
    });
  });

  test('a vendor’s handle for asking is kept while there is something to ask, and only what it gave', () => {
    expect(recordOf(place, accepted, seen.pending, undefined).job).toBe('job-1');
    expect(recordOf(place, dueToday, seen.blind, undefined).job).toBe('job-1');
    const { job: _, ...unnamed } = accepted as Extract<Acted, { result: 'accepted' }>;
    expect('job' in recordOf(place, unnamed, undefined, undefined)).toBe(false);
    expect('job' in recordOf(place, done, undefined, undefined)).toBe(false);
  });
});

describe('outcomes', () => {
  const acted = (...records: ReturnType<typeof disposition>[]) =>
    caseWith(
      {
        processors: records.map((one) => one.processor),
        decision: { kind: 'grant', by: 'staff:officer', at: receivedAt },
      },
      { dispositions: records },
    );
  const kind = (name: ReturnType<typeof disposition>['disposition'], more = {}) =>
    disposition(`at-${name}`, { disposition: name, ...more });

  test.each([
    ['all done', [kind('done-confirmed'), kind('done-by-hand'), kind('nothing-found')], 'fulfilled'],
    [
      'one only promised',
      [kind('done-confirmed'), kind('accepted', { expectedBy: '2026-03-12' })],
      'partly-fulfilled',
    ],
    ['one kept by law', [kind('done-confirmed'), kind('retained-by-law')], 'partly-fulfilled'],
    ['one failed', [kind('done-confirmed'), kind('failed')], 'partly-fulfilled'],
    ['nothing anywhere', [kind('nothing-found'), kind('not-applicable')], 'nothing-found'],
    ['the last word of a vendor nobody can check', [kind('accepted', { code: cannotBeSeen })], 'fulfilled'],
  ])('%s', (_what, records, outcome) => {
    expect(outcomeOf(acted(...records))).toBe(outcome);
  });

  test('a system without any disposition is never overlooked', () => {
    const current = acted(kind('done-confirmed'));
    expect(
      outcomeOf({ ...current, row: { ...current.row, processors: ['at-done-confirmed', 'forgotten'] } }),
    ).toBe('partly-fulfilled');
  });

  test('a grant in part is never fulfilled, a refusal is refused, a complaint is answered', () => {
    const current = acted(kind('done-confirmed'));
    const decided = (decision: 'grant-in-part' | 'refuse') => ({
      ...current,
      row: {
        ...current.row,
        decision: {
          kind: decision,
          reason: 'excessive' as const,
          by: 'staff:officer' as const,
          at: receivedAt,
        },
      },
    });
    expect(outcomeOf(decided('grant-in-part'))).toBe('partly-fulfilled');
    expect(outcomeOf(decided('refuse'))).toBe('refused');
    expect(outcomeOf(caseWith({ right: 'complaint' }))).toBe('fulfilled');
  });

  test('a request that was never planned and never decided found nothing, or did what it did', () => {
    expect(outcomeOf(caseWith())).toBe('nothing-found');
    expect(outcomeOf(caseWith({}, { dispositions: [kind('done-confirmed')] }))).toBe('fulfilled');
  });
});

describe('settled', () => {
  test('what never came to acting needs no disposition', () => {
    for (const outcome of ['withdrawn', 'not-verified', 'merged'] as const)
      expect(isSettled(caseWith({ outcome, processors: ['mailchimp'] }))).toBe(true);
  });

  test('a refused objection is settled when what was restricted meanwhile is lifted', () => {
    const lifting = disposition('mailchimp', {
      action: 'lift',
      disposition: 'accepted',
      expectedBy: '2026-03-12',
    });
    expect(isSettled(caseWith({ outcome: 'refused' }, { dispositions: [lifting] }))).toBe(false);
    expect(
      isSettled(
        caseWith({ outcome: 'refused' }, { dispositions: [{ ...lifting, disposition: 'done-confirmed' }] }),
      ),
    ).toBe(true);
  });

  test('every processor, each with its final word', () => {
    const row = { outcome: 'fulfilled', processors: ['a', 'b'] } as const;
    const settled = (...dispositions: ReturnType<typeof disposition>[]) =>
      isSettled(caseWith({ ...row, processors: [...row.processors] }, { dispositions }));
    expect(settled(disposition('a'), disposition('b'))).toBe(true);
    expect(settled(disposition('a'))).toBe(false);
    expect(settled(disposition('a'), disposition('b', { disposition: 'accepted' }))).toBe(false);
    expect(isFinal(disposition('a', { disposition: 'failed' }))).toBe(false);
    expect(isFinal(disposition('a', { disposition: 'failed', code: cannotBeSeen }))).toBe(false);
    expect(isFinal(disposition('a', { disposition: 'accepted', code: cannotBeSeen }))).toBe(true);
    expect(isFinal(disposition('a', { disposition: 'accepted' }))).toBe(false);
    for (const last of ['nothing-found', 'retained-by-law', 'done-by-hand', 'not-applicable'] as const)
      expect(isFinal(disposition('a', { disposition: last }))).toBe(true);
  });

  test('of a refused objection every system has to be free again', () => {
    const dispositions = [disposition('a'), disposition('b', { disposition: 'failed' })];
    expect(isSettled(caseWith({ outcome: 'refused' }, { dispositions }))).toBe(false);
  });
});

test('of several keeping laws the longest is told', () => {
  const holding = (until?: string) => ({
    handle: 'h',
    category: 'payment' as const,
    count: 1,
    ...(until ? { retained: { ground: 'tax-records-awr-52-4' as const, until } } : {}),
  });
  expect(
    retainedOf([holding(), holding('2031-12-31'), holding('2033-12-31'), holding('2032-12-31')])?.until,
  ).toBe('2033-12-31');
  expect(retainedOf([holding()])).toBeUndefined();
});
