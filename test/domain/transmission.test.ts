import * as v from 'valibot';
import { type AuditData, chain, noEvent } from '../../functions/domain/audit.ts';
import type { RequestRow } from '../../functions/domain/case.ts';
import {
  askTransmission,
  nextNumber,
  receiverName,
  transmissionAddressName,
  transmissionBytes,
  transmissionFailed,
  transmissionFailures,
  transmissionLookAt,
  transmissionsInAll,
  transmissionsLeft,
  transmissionsOf,
  transmissionWithinMs,
  transmitted,
  underWay,
} from '../../functions/domain/transmission.ts';
import { caseWith, task } from './case-builder.ts';

const at = '2026-03-20T10:00:00.000Z';
const hash = 'a'.repeat(64);
const receiver = { words: 'receiver.1', commitment: 'c' };
const asked = { number: 1, host: 'files.example.com', receiver };
const under = { number: 1, hash, state: 'under-way', askedAt: at, failures: 0 } as const;

const event = (type: string, data: AuditData, when = at) =>
  chain(noEvent, 0, { at: when, type, by: 'subject', data });
const askedFor = (number: number, of = hash) => event('transmission-asked', { number, host: 'h', hash: of });

const released = (row: Partial<RequestRow> = {}, beside = {}) =>
  caseWith(
    {
      right: 'portability',
      status: 'answered',
      answeredAt: at,
      releasedHash: hash,
      package: { hash, builtAt: at, bytes: 10, approvals: [] },
      ...row,
    },
    beside,
  );

test('the figures: five times, 5 GiB at most, two hours for each', () => {
  expect({ transmissionsInAll, transmissionBytes, transmissionWithinMs }).toEqual({
    transmissionsInAll: 5,
    transmissionBytes: 5_368_709_120,
    transmissionWithinMs: 7_200_000,
  });
});

test('who gets the copy has a name of one line', () => {
  const issue = (name: string) => v.safeParse(receiverName, name).issues?.[0]?.message;
  expect(v.parse(receiverName, ' Acme B.V. ')).toBe('Acme B.V.');
  expect(['x', ' x ', 'x'.repeat(101), 'a\nb', 'a\u202eb', '<b>', 'a\u2028b'].map(issue)).toEqual([
    'too-short',
    'too-short',
    'too-long',
    'not-a-name',
    'not-a-name',
    'not-a-name',
    'not-a-name',
  ]);
  expect(issue('x'.repeat(100))).toBeUndefined();
});

test('the whole address is a secret', () => {
  expect(transmissionAddressName(3)).toBe('secret.transmission-3');
});

describe('how transmissions stand, as the trail tells it', () => {
  const later = '2026-03-20T11:00:00.000Z';

  test('asked, sent, failed, each by its number', () => {
    const events = [
      event('received', { right: 'portability' }),
      event('transmission-asked', { number: 1, host: 'one.example', hash }),
      event('transmission-asked', { number: 2, host: 'two.example', hash }),
      event('transmission-failed', { number: 1, code: 'refused' }, later),
      event('transmission-asked', { number: 3, host: 'three.example', hash: 'b' }),
      event('transmitted', { number: 2 }, later),
    ];
    expect(transmissionsOf(events)).toEqual([
      {
        number: 1,
        host: 'one.example',
        hash,
        state: 'failed',
        askedAt: at,
        endedAt: later,
        failure: 'refused',
      },
      { number: 2, host: 'two.example', hash, state: 'sent', askedAt: at, endedAt: later },
      { number: 3, host: 'three.example', hash: 'b', state: 'under-way', askedAt: at },
    ]);
  });

  test.each(transmissionFailures)('a failure that is told: %s', (code) => {
    const [one] = transmissionsOf([askedFor(1), event('transmission-failed', { number: 1, code })]);
    expect(one?.failure).toBe(code);
  });

  test('what the trail does not say is lost, and what was never asked is nothing', () => {
    const [one] = transmissionsOf([askedFor(1), event('transmission-failed', { number: 1, code: 'x' })]);
    expect(one?.failure).toBe('lost');
    expect(
      transmissionsOf([
        event('transmitted', { number: 1 }),
        event('transmission-failed', { number: 2, code: 'refused' }),
        event('transmission-asked', { number: 3, host: 7, hash }),
        event('transmission-asked', { number: 4, host: 'h', hash: null }),
        event('note-added', { number: 5, host: 'h', hash }),
      ]),
    ).toEqual([]);
    expect(transmissionsOf([askedFor(1), event('package-fetched', { number: 1 })])).toMatchObject([
      { number: 1, state: 'under-way' },
    ]);
    const unnumbered = [
      event('transmission-asked', { host: 'h', hash }),
      event('transmitted', { number: 0 }),
    ];
    expect(transmissionsOf(unnumbered)).toMatchObject([{ number: 0, state: 'sent' }]);
  });

  test('each asking for this package counts, of another none', () => {
    const events = [1, 2, 3].map((number) => askedFor(number)).concat(askedFor(4, 'b'));
    expect(transmissionsLeft(released(), events)).toBe(2);
    expect(transmissionsLeft(released(), [])).toBe(5);
    expect(
      transmissionsLeft(
        released(),
        [1, 2, 3, 4, 5, 6].map((number) => askedFor(number)),
      ),
    ).toBe(0);
  });
});

describe('asking', () => {
  test('is written down with the host, the bytes and the commitment to the receiver’s name', () => {
    expect(askTransmission(released(), [], asked, at)).toEqual({
      type: 'transmission-asked',
      by: 'subject',
      at,
      data: { number: 1, host: 'files.example.com', hash, ...receiver },
      set: { transmission: under },
    });
    const again = released({ transmission: { ...under, state: 'failed', failures: 1 } });
    expect(nextNumber(again)).toBe(2);
    expect(askTransmission(again, [], { ...asked, number: 2 }, at).set?.transmission).toEqual({
      ...under,
      number: 2,
      failures: 1,
    });
  });

  const large = { hash, builtAt: at, bytes: transmissionBytes, approvals: [] };
  test.each([
    ['not-portability', { right: 'access' }, asked, 0],
    ['package-not-available', { status: 'acting' }, asked, 0],
    ['package-not-available', { releasedHash: 'b' }, asked, 0],
    ['transmission-under-way', { transmission: under }, { ...asked, number: 2 }, 0],
    ['transmission-under-way', { transmission: { ...under, state: 'sent' } }, asked, 0],
    ['transmission-limit', {}, asked, 5],
    ['package-too-large-to-transmit', { package: { ...large, bytes: transmissionBytes + 1 } }, asked, 0],
    ['allowed', { package: large }, asked, 4],
    ['allowed', { transmission: { ...under, state: 'sent' } }, { ...asked, number: 2 }, 0],
  ] as const)('%s: %j', (code, row, wanted, before) => {
    const current = released(structuredClone(row) as Partial<RequestRow>);
    const events = Array.from({ length: before }, (_, at) => askedFor(at + 1));
    const ask = () => askTransmission(current, events, wanted, at);
    if (code === 'allowed') expect(ask().type).toBe('transmission-asked');
    else expect(ask).toThrow(code);
  });
});

describe('the end of a transmission', () => {
  const open = task('staff', { operation: 'transmission' });
  const others = [
    task('staff', { operation: 'message' }),
    task('stripe', { operation: 'transmission' }),
    { ...open, state: 'done' as const },
  ];
  const running = (row: Partial<NonNullable<RequestRow['transmission']>> = {}, tasks = others) =>
    released({ transmission: { ...under, ...row } }, { tasks });
  const sent = { number: 1, host: 'files.example.com', bytes: 10 };

  test('one that is under way is so by its number', () => {
    expect(underWay(running(), 1)).toBe(true);
    expect(underWay(running(), 2)).toBe(false);
    expect(underWay(running({ state: 'sent' }), 1)).toBe(false);
    expect(underWay(released(), 1)).toBe(false);
  });

  test('sent: which bytes went where, and nothing fails any more', () => {
    expect(transmitted(running({ failures: 3 }), sent, at)).toEqual([
      {
        type: 'transmitted',
        by: 'system',
        at,
        data: { ...sent, hash },
        set: { transmission: { ...under, state: 'sent', failures: 0 } },
        children: [],
      },
    ]);
    expect(transmitted(running({}, [...others, open]), sent, at)[0]?.children).toEqual([
      { kind: 'task', value: { ...open, state: 'done', doneAt: at, doneBy: 'system' } },
    ]);
  });

  test('failed: why, and staff are told of the second one after another, once', () => {
    const failed = { number: 1, code: 'refused', status: 403 } as const;
    expect(transmissionFailed(running(), failed, at)).toEqual([
      {
        type: 'transmission-failed',
        by: 'system',
        at,
        data: failed,
        set: { transmission: { ...under, state: 'failed', failures: 1 } },
        children: [],
      },
    ]);
    const [second] = transmissionFailed(running({ failures: 1 }), failed, at);
    expect(second?.set?.transmission?.failures).toBe(2);
    expect(second?.children).toMatchObject([
      {
        kind: 'task',
        value: {
          processor: 'staff',
          operation: 'transmission',
          instructions: 'transmission-failed',
          code: 'refused',
          openedAt: at,
        },
      },
    ]);
    expect(transmissionFailed(running({ failures: 1 }, [open]), failed, at)[0]?.children).toEqual([]);
  });

  test.each([
    ['none', () => released()],
    ['one that is over', () => running({ state: 'failed' })],
    ['another', () => running({ number: 2 })],
  ])('of %s nothing is written', (_what, current) => {
    expect(transmitted(current(), sent, at)).toEqual([]);
    expect(transmissionFailed(current(), { number: 1, code: 'lost' }, at)).toEqual([]);
  });

  test('one that is silent for two hours is looked at', () => {
    expect(transmissionLookAt(running())).toBe('2026-03-20T12:00:00.000Z');
    expect(transmissionLookAt(running({ state: 'sent' }))).toBeUndefined();
    expect(transmissionLookAt(released())).toBeUndefined();
  });
});
