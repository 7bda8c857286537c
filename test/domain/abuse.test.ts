import { type EarlierRequest, mergeTarget, serialEvidence } from '../../functions/domain/abuse.ts';
import { rights, type Status, statuses } from '../../functions/domain/words.ts';

const request = (id: string, more: Partial<EarlierRequest> = {}): EarlierRequest => ({
  id,
  right: 'access',
  status: 'awaiting-decision',
  outcome: null,
  receivedAt: '2026-03-05T10:00:00.000Z',
  ...more,
});
const later = (id: string, more: Partial<EarlierRequest> = {}) =>
  request(id, { status: 'finding', receivedAt: '2026-03-08T10:00:00.000Z', ...more });

describe('duplicates', () => {
  test('a verified request joins the first open one of the same person and right', () => {
    const first = request('a', { receivedAt: '2026-03-01T10:00:00.000Z' });
    const orders = [
      [request('b'), first, later('c')],
      [first, request('b'), later('c')],
    ];
    for (const others of orders) expect(mergeTarget(later('c'), others)?.id).toBe('a');
  });

  test.each([
    ['another right', { right: 'erasure' }],
    ['another scope', { objectionScope: 'other' }],
    ['another represented person', { onBehalfOf: 'child' }],
    ['received later', { receivedAt: '2026-03-09T10:00:00.000Z' }],
    ['answered', { status: 'answered' }],
    ['closed', { status: 'closed' }],
  ] as const)('it does not join one that is %s', (_what, change) => {
    expect(mergeTarget(later('b'), [request('a', change)])).toBeUndefined();
  });

  test('A25: nothing joins a request that nobody has confirmed', () => {
    expect(mergeTarget(later('b'), [request('a', { status: 'awaiting-identity' })])).toBeUndefined();
  });

  test('a request never joins itself, and of two at the same instant one joins the other', () => {
    const a = request('a');
    const b = request('b');
    expect(mergeTarget(a, [a])).toBeUndefined();
    expect(mergeTarget(a, [a, b])).toBeUndefined();
    expect(mergeTarget(b, [a, b])).toBe(a);
  });

  test('a request with words of its own joins only while the first is undecided', () => {
    const joins = (right: EarlierRequest['right'], status: Status) =>
      mergeTarget(later('b', { right }), [request('a', { right, status })]) !== undefined;
    for (const right of rights) {
      const wordy = ['rectification', 'completion', 'objection', 'complaint'].includes(right);
      const open = wordy
        ? ['finding', 'awaiting-decision']
        : ['finding', 'awaiting-decision', 'cooling-off', 'acting', 'awaiting-release'];
      expect(statuses.filter((status) => joins(right, status))).toEqual(open);
    }
  });
});

describe('A24: series are shown, never decided', () => {
  test('a first request is marked as such', () => {
    expect(serialEvidence(later('b'), [])).toEqual({
      inTwelveMonths: 1,
      sameRight: 1,
      abandoned: 0,
      first: true,
    });
  });

  test('counts what came before within twelve months', () => {
    const others = [
      request('old', { receivedAt: '2025-03-01T10:00:00.000Z', status: 'closed', outcome: 'fulfilled' }),
      request('a', { receivedAt: '2025-12-01T10:00:00.000Z', status: 'closed', outcome: 'fulfilled' }),
      request('b', { receivedAt: '2026-01-07T10:00:00.000Z', status: 'closed', outcome: 'refused' }),
      request('c', { receivedAt: '2026-02-01T10:00:00.000Z', status: 'closed', outcome: 'withdrawn' }),
      request('d', { receivedAt: '2026-02-02T10:00:00.000Z', status: 'closed', outcome: 'not-verified' }),
      request('e', { receivedAt: '2026-02-03T10:00:00.000Z', right: 'erasure', status: 'answered' }),
      request('f', { receivedAt: '2026-03-09T10:00:00.000Z' }),
      later('self'),
    ];
    expect(serialEvidence(later('self'), others)).toEqual({
      inTwelveMonths: 6,
      sameRight: 5,
      daysSinceLastAnswered: 60,
      abandoned: 2,
      first: false,
    });
  });

  test('a year is 365 days to the millisecond', () => {
    const count = (receivedAt: string) =>
      serialEvidence(later('b'), [request('a', { receivedAt })]).inTwelveMonths;
    expect(count('2025-03-08T10:00:00.000Z')).toBe(2);
    expect(count('2025-03-08T09:59:59.999Z')).toBe(1);
  });

  test('one millisecond decides which of two came first', () => {
    const early = request('b', { receivedAt: '2026-03-05T09:59:59.999Z' });
    expect(mergeTarget(request('a'), [early])).toBe(early);
    expect(mergeTarget(early, [request('a')])).toBeUndefined();
  });

  test.each([
    ['answered', null, true],
    ['closed', 'nothing-found', true],
    ['closed', 'partly-fulfilled', true],
    ['closed', 'fulfilled', true],
    ['closed', 'refused', true],
    ['awaiting-decision', 'nothing-found', false],
    ['closed', 'merged', false],
    ['acting', null, false],
  ] as const)('an earlier request that is %s (%s) counts as answered: %s', (status, outcome, counts) => {
    const evidence = serialEvidence(later('b'), [request('a', { status, outcome })]);
    expect(evidence.daysSinceLastAnswered !== undefined).toBe(counts);
  });

  test('holds figures only', () => {
    const evidence = serialEvidence(later('b'), [request('a')]);
    for (const value of Object.values(evidence)) expect(['number', 'boolean']).toContain(typeof value);
  });
});
