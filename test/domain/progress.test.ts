import {
  escalateAfterSeconds,
  escalationsInAll,
  identityDue,
  identityWaitSeconds,
  isDueAt,
  lookDue,
  nextLookDue,
  progressOf,
  purgeWaitSeconds,
  retryAsked,
  workSeconds,
} from '../../functions/domain/progress.ts';
import { caseWith, disposition, finding, receivedAt, task } from './case-builder.ts';

const now = '2026-03-06T10:00:00.000Z';
const grant = { kind: 'grant', by: 'staff:officer', at: now } as const;

describe('what a wait is told', () => {
  test.each([
    ['identity', { status: 'awaiting-identity' }, undefined],
    ['identity', { status: 'finding' }, { next: 'find' }],
    ['identity', { status: 'closed' }, { next: 'end' }],
    ['decision', { status: 'awaiting-decision' }, undefined],
    ['decision', { status: 'awaiting-decision', outcome: 'nothing-found' }, { next: 'answer' }],
    [
      'decision',
      { status: 'awaiting-decision', decision: { ...grant, kind: 'refuse', reason: 'excessive' } },
      { next: 'answer' },
    ],
    ['decision', { status: 'awaiting-decision', right: 'access', decision: grant }, { next: 'package' }],
    ['decision', { status: 'awaiting-decision', right: 'complaint', decision: grant }, { next: 'answer' }],
    ['decision', { status: 'awaiting-decision', right: 'restriction', decision: grant }, { next: 'act' }],
    [
      'decision',
      { status: 'cooling-off', decision: grant, coolingOffUntil: '2026-03-06T11:00:00.000Z' },
      { next: 'cool', waitSeconds: 3600 },
    ],
    ['decision', { status: 'cooling-off', decision: grant, coolingOffUntil: now }, { next: 'act' }],
    ['decision', { status: 'answered', decision: grant }, { next: 'answer' }],
    ['decision', { status: 'closed' }, { next: 'end' }],
    ['decision', { status: 'answered' }, { next: 'answer' }],
    ['decision', { status: 'cooling-off', decision: grant }, { next: 'act' }],
    [
      'decision',
      { status: 'acting', decision: grant, coolingOffUntil: '2026-03-06T11:00:00.000Z' },
      { next: 'act' },
    ],
    ['cooling-off', { status: 'acting', coolingOffUntil: '2026-03-06T11:00:00.000Z' }, { next: 'act' }],
    ['cooling-off', { status: 'cooling-off' }, { next: 'act' }],
    ['cooling-off', { status: 'cooling-off', coolingOffUntil: '2026-03-06T11:00:00.000Z' }, undefined],
    ['cooling-off', { status: 'cooling-off', coolingOffUntil: now }, { next: 'act' }],
    ['cooling-off', { status: 'closed' }, { next: 'end' }],
    ['work', { status: 'acting' }, { next: 'answer' }],
    ['work', { status: 'answered' }, { next: 'answer' }],
    ['release', { status: 'answered' }, { next: 'answer' }],
    ['release', { status: 'awaiting-release' }, { next: 'build' }],
    [
      'release',
      { status: 'awaiting-release', package: { hash: 'a', builtAt: now, bytes: 1, approvals: [] } },
      undefined,
    ],
    [
      'release',
      {
        status: 'awaiting-release',
        package: { hash: 'a', builtAt: now, bytes: 1, approvals: [] },
        releasedHash: 'a',
      },
      { next: 'answer' },
    ],
    ['purges', { status: 'answered', outcome: 'fulfilled' }, { next: 'end' }],
    ['purges', { status: 'closed' }, { next: 'end' }],
  ] as const)('%s at %j: %j', (wait, row, expected) => {
    const current = caseWith(structuredClone(row) as Parameters<typeof caseWith>[0]);
    expect(progressOf(current, wait, now)).toEqual(expected);
  });

  test('work goes on while tasks are open, until the answer must go out', () => {
    const working = caseWith({ status: 'acting' }, { tasks: [task('paypal')] });
    expect(progressOf(working, 'work', now)).toBeUndefined();
    expect(progressOf(working, 'work', '2026-04-02T21:59:59.999Z')).toBeUndefined();
    expect(progressOf(working, 'work', '2026-04-02T22:00:00.000Z')).toEqual({ next: 'answer' });
  });

  test('what is done holds nothing up, and what no longer acts waits for nothing', () => {
    const tasks = [task('paypal', { state: 'done' })];
    expect(progressOf(caseWith({ status: 'acting' }, { tasks }), 'work', now)).toEqual({ next: 'answer' });
    const answered = caseWith({ status: 'answered' }, { tasks: [task('paypal')] });
    expect(progressOf(answered, 'work', now)).toEqual({ next: 'answer' });
    const over = caseWith({ status: 'answered', outcome: 'fulfilled' }, { tasks });
    expect(progressOf(over, 'purges', now)).toEqual({ next: 'end' });
  });

  test('a system that is due is acted at while people work, from its moment on and until the answer goes out', () => {
    const dispositions = [disposition('mailjet', { disposition: 'accepted', expectedBy: '2026-03-10' })];
    const working = caseWith({ status: 'acting' }, { tasks: [task('paypal')], dispositions });
    expect(progressOf(working, 'work', '2026-03-09T22:59:59.999Z')).toBeUndefined();
    expect(progressOf(working, 'work', '2026-03-09T23:00:00.000Z')).toEqual({ next: 'act' });
    expect(progressOf(working, 'work', '2026-04-02T21:59:59.999Z')).toEqual({ next: 'act' });
    expect(progressOf(working, 'work', '2026-04-02T22:00:00.000Z')).toEqual({ next: 'answer' });
  });

  test('a search that failed for another reason is no new search', () => {
    const failed = [finding('mailchimp', { state: 'failed', code: 'timeout' })];
    const searching = caseWith({ status: 'awaiting-decision' }, { findings: failed });
    expect(progressOf(searching, 'decision', now)).toBeUndefined();
  });

  test('another try that a person asked for comes before everything', () => {
    const failed = disposition('mailchimp', { disposition: 'failed', code: retryAsked, looks: 5 });
    const acting = caseWith({ status: 'acting' }, { tasks: [task('paypal')], dispositions: [failed] });
    expect(progressOf(acting, 'work', now)).toEqual({ next: 'act' });
    expect(isDueAt(acting, 'mailchimp', 'erase', now)).toBe(true);
    const searching = caseWith(
      { status: 'awaiting-decision' },
      { findings: [finding('mailchimp', { state: 'failed', code: retryAsked })] },
    );
    expect(progressOf(searching, 'decision', now)).toEqual({ next: 'search' });
    expect(
      progressOf({ ...searching, row: { ...searching.row, status: 'awaiting-release' } }, 'release', now),
    ).toEqual({ next: 'search' });
  });

  test('purges wait for the day, then look; open tasks keep the case', () => {
    const promised = disposition('mailjet', { disposition: 'accepted', expectedBy: '2026-04-04' });
    const current = caseWith(
      { status: 'answered', outcome: 'partly-fulfilled', processors: ['mailjet'] },
      { dispositions: [promised] },
    );
    expect(progressOf(current, 'purges', now)).toBeUndefined();
    expect(progressOf(current, 'purges', '2026-04-03T22:00:00.000Z')).toEqual({ next: 'look' });
    const open = caseWith({ status: 'answered', outcome: 'fulfilled' }, { tasks: [task('paypal')] });
    expect(progressOf(open, 'purges', now)).toBeUndefined();
  });
});

describe('when systems are looked at again', () => {
  test('what failed: after a day, then at doubling distances up to sixteen days', () => {
    const days = (looks: number) =>
      (Date.parse(lookDue(disposition('x', { disposition: 'failed', looks })) ?? '') -
        Date.parse(receivedAt)) /
      86_400_000;
    expect([0, 1, 2, 3, 5, 9].map(days)).toEqual([1, 1, 2, 4, 16, 16]);
  });

  test('a person’s work is not looked at by the clock, what is final not at all, a second look on its day', () => {
    expect(lookDue(disposition('x', { disposition: 'failed', code: 'by-hand' }))).toBeUndefined();
    expect(lookDue(disposition('x'))).toBeUndefined();
    expect(lookDue(disposition('x', { lookAgainOn: '2026-03-13' }))).toBe('2026-03-12T23:00:00.000Z');
  });

  test('the earliest of all counts', () => {
    const current = caseWith(
      {},
      {
        dispositions: [
          disposition('a', { lookAgainOn: '2026-03-13' }),
          disposition('b', { disposition: 'accepted', expectedBy: '2026-03-10' }),
          disposition('c'),
        ],
      },
    );
    expect(nextLookDue(current)).toBe('2026-03-09T23:00:00.000Z');
    expect(purgeWaitSeconds(current, '2026-03-09T22:00:00.000Z')).toBe(3600);
    expect(purgeWaitSeconds(caseWith(), now)).toBe(30 * 86_400);
    expect(workSeconds(current, '2026-03-09T22:00:00.000Z')).toBe(3600);
    expect(workSeconds(caseWith(), '2026-04-02T21:00:00.000Z')).toBe(3600);
  });

  test('looks within two days of the first are made together, with the last of them', () => {
    const due = (...days: string[]) =>
      caseWith(
        {},
        {
          dispositions: days.map((expectedBy, at) =>
            disposition(`p${at}`, { disposition: 'accepted', expectedBy }),
          ),
        },
      );
    const start = '2026-03-09T22:00:00.000Z';
    const day = 86_400;
    expect(purgeWaitSeconds(due('2026-03-12', '2026-03-10', '2026-03-11'), start)).toBe(3600 + 2 * day);
    expect(purgeWaitSeconds(due('2026-03-13', '2026-03-10'), start)).toBe(3600);
    const soon = due('2026-03-11', '2026-03-10');
    const retry = disposition('x', { disposition: 'failed', code: retryAsked, at: start });
    const asked = { ...soon, dispositions: [...soon.dispositions, retry] };
    expect(purgeWaitSeconds(asked, '2026-03-09T21:00:00.000Z')).toBe(3600);
    const other = { ...soon, dispositions: [...soon.dispositions, { ...retry, code: 'timeout' }] };
    expect(purgeWaitSeconds(other, start)).toBe(3600 + day);
  });

  test('work waits for what is due next, never past the answer, never for what is due already', () => {
    const working = (expectedBy: string) =>
      caseWith({}, { dispositions: [disposition('p', { disposition: 'accepted', expectedBy })] });
    const before = '2026-04-02T20:00:00.000Z';
    expect(workSeconds(working('2026-04-10'), before)).toBe(7200);
    expect(workSeconds(working('2026-04-01'), before)).toBe(7200);
    expect(workSeconds(working('2026-04-02'), '2026-04-01T22:00:00.000Z')).toBe(86_400);
    expect(workSeconds(working('2026-04-02'), '2026-04-01T21:59:00.000Z')).toBe(60);
    expect(workSeconds(caseWith(), '2026-04-02T22:00:00.000Z')).toBe(1);
  });

  test('what was accepted without a day, and what failed with one, is asked like any other failure', () => {
    const inOneDay = new Date(Date.parse(receivedAt) + 86_400_000).toISOString();
    expect(lookDue(disposition('x', { disposition: 'accepted' }))).toBe(inOneDay);
    expect(lookDue(disposition('x', { disposition: 'failed', expectedBy: '2026-04-01' }))).toBe(inOneDay);
  });

  test('a system is due from its moment on', () => {
    const record = disposition('a', { disposition: 'accepted', expectedBy: '2026-03-10' });
    const current = caseWith({}, { dispositions: [record] });
    expect(isDueAt(current, 'a', 'erase', '2026-03-09T22:59:59.999Z')).toBe(false);
    expect(isDueAt(current, 'a', 'erase', '2026-03-09T23:00:00.000Z')).toBe(true);
  });

  test('the figures: a week before staff are reminded louder, twelve times in all, and the word for another try', () => {
    expect({ escalateAfterSeconds, escalationsInAll, retryAsked }).toEqual({
      escalateAfterSeconds: 604_800,
      escalationsInAll: 12,
      retryAsked: 'retry-asked',
    });
  });

  test('a system is due when nothing of this action is there yet', () => {
    const current = caseWith(
      {},
      {
        dispositions: [
          disposition('a', { action: 'restrict' }),
          disposition('b', { disposition: 'not-applicable' }),
        ],
      },
    );
    expect(isDueAt(current, 'a', 'opt-out', now)).toBe(true);
    expect(isDueAt(current, 'a', 'restrict', now)).toBe(false);
    expect(isDueAt(current, 'b', 'opt-out', now)).toBe(false);
    expect(isDueAt(current, 'c', 'opt-out', now)).toBe(true);
  });
});

test('identity letters follow their schedule by how many went out', () => {
  const dues = [0, 1, 2].map((reminders) => identityDue(caseWith({ reminders, receiptAt: receivedAt })));
  expect(dues).toEqual(['2026-03-10T09:00:00.000Z', '2026-03-17T09:00:00.000Z', '2026-03-26T09:00:00.000Z']);
  expect(identityDue(caseWith({ recordedAt: '2026-03-06T09:00:00.000Z' }))).toBe('2026-03-11T09:00:00.000Z');
  expect(identityWaitSeconds(caseWith({ receiptAt: receivedAt }), '2026-03-10T08:59:00.000Z')).toBe(60);
});
