import type { Case } from '../../functions/domain/case.ts';
import {
  mergeableUnconfirmed,
  openClaimKey,
  pendingClaimKey,
  verified,
} from '../../functions/domain/verify.ts';
import { caseWith, receivedAt } from './case-builder.ts';

const at = '2026-03-06T10:00:00.000Z';
const ids = [
  '0000000000000000000000000a',
  '0000000000000000000000000b',
  '0000000000000000000000000c',
] as const;
const waiting = (id: string, row: Partial<Case['row']> = {}) => caseWith({ id, ...row });

test('each request of the submission goes on, takes its place and is remembered', () => {
  const own = [waiting(ids[0]), waiting(ids[1], { right: 'access' })];
  const outcome = verified(own, [], [], 'subject', at);
  expect(outcome.changes.map(({ row }) => [row.id, row.status, row.verifiedAt])).toEqual([
    [ids[0], 'finding', at],
    [ids[1], 'finding', at],
  ]);
  expect(outcome.claims.map((claim) => claim.key)).toEqual([
    `mailbox/hist#${receivedAt}#${ids[0]}`,
    'mailbox/open#erasure#',
    `mailbox/hist#${receivedAt}#${ids[1]}`,
    'mailbox/open#access#',
  ]);
  expect(outcome.releases).toEqual([`mailbox/pending#erasure#${ids[0]}`, `mailbox/pending#access#${ids[1]}`]);
});

test('a second request for the same right is merged into the first, if that can still take it in', () => {
  const first = waiting(ids[0], { status: 'awaiting-decision', verifiedAt: receivedAt });
  const second = waiting(ids[1], { receivedAt: at });
  const outcome = verified([second], [], [first], 'subject', at);
  expect(outcome.changes).toHaveLength(1);
  expect(outcome.changes[0]?.row).toMatchObject({
    id: ids[1],
    status: 'closed',
    outcome: 'merged',
    mergedInto: ids[0],
    closedAt: at,
  });
  expect(outcome.changes[0]?.events).toMatchObject([
    { type: 'merged', by: 'subject', at, data: { into: ids[0] } },
  ]);
  expect(outcome.releases).toEqual([`mailbox/pending#erasure#${ids[1]}`]);
  expect(outcome.claims).toEqual([]);
  expect(outcome.merged.map(({ from, into }) => [from.row.id, into.row.id])).toEqual([[ids[1], ids[0]]]);
});

test('where the first is decided on other words, the second stands by itself and leaves the place to it', () => {
  const first = waiting(ids[0], { right: 'rectification', status: 'acting', verifiedAt: receivedAt });
  const outcome = verified(
    [waiting(ids[1], { right: 'rectification', receivedAt: at })],
    [],
    [first],
    'subject',
    at,
  );
  expect(outcome.changes[0]?.row.status).toBe('finding');
  expect(outcome.merged).toEqual([]);
  expect(outcome.claims.map((claim) => claim.key)).toEqual([`mailbox/hist#${at}#${ids[1]}`]);
});

test('unconfirmed ones from the same mailbox for the same right come along; for another right they do not', () => {
  const same = waiting(ids[1]);
  const other = waiting(ids[2], { right: 'access' });
  const outcome = verified([waiting(ids[0])], [same, other], [], 'subject', at);
  expect(outcome.changes.map(({ row }) => [row.id, row.status])).toEqual([
    [ids[0], 'finding'],
    [ids[1], 'closed'],
  ]);
});

test('a place that is taken by another right is no hindrance', () => {
  const holder = waiting(ids[2], { right: 'access', status: 'acting' });
  const outcome = verified([waiting(ids[0])], [], [holder], 'subject', at);
  expect(outcome.claims.map((claim) => claim.key)).toContain('mailbox/open#erasure#');
});

test('an unconfirmed one that no longer waits, or whose words are the request, stays by itself', () => {
  const gone = waiting(ids[1], { status: 'closed', outcome: 'withdrawn' });
  expect(verified([waiting(ids[0])], [gone], [], 'subject', at).changes).toHaveLength(1);
  const right = { right: 'rectification' } as const;
  const worded = verified([waiting(ids[0], right)], [waiting(ids[1], right)], [], 'subject', at);
  expect(worded.changes.map(({ row }) => row.id)).toEqual([ids[0]]);
  expect(mergeableUnconfirmed({ right: 'rectification' })).toBe(false);
  expect(mergeableUnconfirmed({ right: 'erasure', onBehalfOf: 'agent' })).toBe(false);
  expect(mergeableUnconfirmed({ right: 'complaint' })).toBe(false);
  expect(mergeableUnconfirmed({ right: 'erasure' })).toBe(true);
});

test('what no longer waits is left alone', () => {
  expect(
    verified(
      [waiting(ids[0], { status: 'closed', outcome: 'withdrawn' })],
      [waiting(ids[1], { status: 'closed' })],
      [],
      'subject',
      at,
    ),
  ).toMatchObject({ changes: [], claims: [], releases: [] });
});

test('complaints, and requests for somebody else, are never merged', () => {
  for (const row of [{ right: 'complaint' }, { right: 'access', onBehalfOf: 'child' }] as const) {
    const first = waiting(ids[0], { ...row, status: 'awaiting-decision' });
    const outcome = verified([waiting(ids[1], row)], [waiting(ids[2], row)], [first], 'subject', at);
    expect(outcome.changes.map(({ row: after }) => after.status)).toEqual(['finding']);
    expect(outcome.claims).toHaveLength(1);
    expect(verified([waiting(ids[1], row)], [], [], 'subject', at).claims.map((claim) => claim.key)).toEqual([
      `mailbox/hist#${receivedAt}#${ids[1]}`,
    ]);
  }
});

test('objections of different scope are different requests', () => {
  const marketing = waiting(ids[0], { right: 'objection', objectionScope: 'direct-marketing' }).row;
  const other = waiting(ids[1], { right: 'objection', objectionScope: 'other' }).row;
  expect(openClaimKey(marketing)).not.toBe(openClaimKey(other));
  expect(pendingClaimKey(other)).toBe(`mailbox/pending#objection#${ids[1]}`);
});
