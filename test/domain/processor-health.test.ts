import { ConflictError, PermanentError, TransientError } from '../../functions/domain/errors.ts';
import { noteCircuit, noteFailure, readHealth } from '../../functions/domain/processor-health.ts';
import { createCaseStoreDouble } from '../doubles/case-store.ts';

const now = Date.parse('2026-03-06T10:30:00.000Z');
const hour = 3_600_000;

test('a system that nothing is known of is well', async () => {
  expect(await readHealth(createCaseStoreDouble(), 'stripe', now)).toEqual({
    failuresLast24h: 0,
    circuit: 'closed',
  });
});

test('failures of the last day are counted, of one system and by the hour', async () => {
  const store = createCaseStoreDouble();
  await noteFailure(store, 'stripe', 'server-error', now - 25 * hour);
  await noteFailure(store, 'stripe', 'server-error', now - 24 * hour);
  await noteFailure(store, 'stripe', 'timeout', now);
  await noteFailure(store, 'adyen', 'refused', now);
  expect(await readHealth(store, 'stripe', now)).toEqual({
    failuresLast24h: 2,
    circuit: 'closed',
    lastFailure: { at: '2026-03-06T10:30:00.000Z', code: 'timeout' },
  });
});

test('what is written down is forgotten in its time', async () => {
  const written: unknown[] = [];
  const store = {
    count: async (...args: unknown[]) => void written.push(args) as never,
    replace: async (claim: unknown) => void written.push(claim),
  };
  await noteFailure(store, 'stripe', 'timeout', now);
  await noteCircuit(store, 'stripe', 'open', now);
  expect(written).toEqual([
    ['failures.stripe', { key: '2026-03-06T10', expiresAt: '2026-03-07T12:30:00.000Z' }],
    {
      key: 'last-failure.stripe',
      value: '2026-03-06T10:30:00.000Z timeout',
      expiresAt: '2026-05-05T10:30:00.000Z',
    },
    { key: 'circuit.stripe', value: 'open', expiresAt: '2026-03-06T10:45:00.000Z' },
  ]);
});

test('a circuit is as it was last heard of, for a quarter of an hour', async () => {
  const store = createCaseStoreDouble();
  await noteCircuit(store, 'stripe', 'open', now);
  expect((await readHealth(store, 'stripe', now + hour / 4 - 1)).circuit).toBe('open');
  expect((await readHealth(store, 'stripe', now + hour / 4 + 1000)).circuit).toBe('closed');
  await noteCircuit(store, 'stripe', 'probing', now);
  expect((await readHealth(store, 'stripe', now)).circuit).toBe('probing');
  await store.replace({ key: 'circuit.stripe', value: 'burnt' });
  expect((await readHealth(store, 'stripe', now)).circuit).toBe('closed');
});

test.each([
  ['TransientError', new TransientError('throttled'), true],
  ['ConflictError', new ConflictError('taken'), true],
  ['PermanentError', new PermanentError('broken'), false],
])('a store that cannot is passed over, one that is wrong is not: %s', async (_name, error, passed) => {
  const store = { count: async () => Promise.reject(error), replace: async () => Promise.reject(error) };
  const noted = noteFailure(store, 'stripe', 'timeout', now);
  const circuit = noteCircuit(store, 'stripe', 'open', now);
  if (passed) {
    await expect(noted).resolves.toBeUndefined();
    await expect(circuit).resolves.toBeUndefined();
  } else {
    await expect(noted).rejects.toBe(error);
    await expect(circuit).rejects.toBe(error);
  }
});
