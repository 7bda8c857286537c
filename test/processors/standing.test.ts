import type { ActInput, Capabilities, Holding } from '../../functions/processors/contract.ts';
import { vendorFields } from '../../functions/processors/corrections.ts';
import { noEvidence } from '../../functions/processors/evidence.ts';
import { refusalOf } from '../../functions/processors/refusal.ts';
import { handlesBefore, isOlderThan, standingOf } from '../../functions/processors/standing.ts';
import { mayBeUploaded, uploadedHashes, withoutDots } from '../../functions/processors/uploaded.ts';

const capabilities: Capabilities = {
  find: 'automated',
  export: 'none',
  rectify: 'none',
  erase: 'automated',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'automated',
};
const holding: Holding = { handle: 'a', category: 'usage', count: 1 };
const input = (holdings: readonly Holding[], complete = true): ActInput => ({
  keys: { email: 'ada@example.com' },
  finding: { holdings, complete },
  idempotencyKey: 'key',
  cutoff: '2026-03-05T09:00:00Z',
});
const nothing = noEvidence('nothing');

describe('what an action comes to before any call', () => {
  test('an automated action with something to act on goes on', () => {
    expect(standingOf(capabilities, 'erase', input([holding]), nothing)).toBeUndefined();
  });
  test('a manual one names its task', () => {
    expect(standingOf(capabilities, 'restrict', input([holding]), nothing)).toEqual({
      result: 'manual',
      instructions: 'restrict',
    });
  });
  test('nothing found is said with the evidence given', () => {
    expect(standingOf(capabilities, 'erase', input([]), nothing)).toEqual({
      result: 'nothing-found',
      evidence: nothing,
    });
  });
  test('F21 nothing found by a cut search is a failure', () => {
    expect(standingOf(capabilities, 'erase', input([], false), nothing)).toMatchObject({
      result: 'failed',
      code: 'finding-incomplete',
    });
  });
  test('what does not exist there is not applicable, whatever was found', () => {
    for (const holdings of [[], [holding]])
      expect(standingOf(capabilities, 'rectify', input(holdings), nothing)).toEqual({
        result: 'not-applicable',
        why: 'no-rectify-there',
      });
  });
});

describe('A55 the cut-off', () => {
  test('is inclusive, and what has no date counts as old', () => {
    expect(isOlderThan('2026-03-05T09:00:00Z', '2026-03-05T09:00:00.000Z')).toBe(true);
    expect(isOlderThan('2026-03-05T09:00:00Z', '2026-03-05T09:00:00.001Z')).toBe(false);
    expect(isOlderThan('2026-03-05T09:00:00Z', undefined)).toBe(true);
  });
  test('compares instants, not texts', () => {
    expect(isOlderThan('2026-03-05T09:00:00Z', '2026-03-05T10:30:00+02:00')).toBe(true);
  });
  test('leaves out what came later and what the law keeps', () => {
    const later = { ...holding, handle: 'b', createdAt: '2026-03-06T00:00:00Z' };
    const kept = {
      ...holding,
      handle: 'c',
      retained: { ground: 'tax-records-awr-52-4', until: '2032-12-31' },
    } as const;
    expect(handlesBefore(input([holding, later, kept]))).toEqual(['a']);
  });
});

describe('corrections', () => {
  const fields = { name: 'full_name', email: 'mail' };
  test('take the vendor’s names', () => {
    expect(vendorFields([{ field: ' Name ', value: 'New' }], fields)).toEqual({ full_name: 'New' });
  });
  test('the last of two for the same field counts', () => {
    const two = [
      { field: 'name', value: 'A' },
      { field: 'name', value: 'B' },
    ];
    expect(vendorFields(two, fields)).toEqual({ full_name: 'B' });
  });
  test.each([['shoe size'], ['constructor'], ['__proto__'], ['']])('%j makes the whole a task', (field) => {
    const both = [
      { field: 'name', value: 'New' },
      { field, value: 'x' },
    ];
    expect(vendorFields(both, fields)).toBeUndefined();
  });
  test('none at all is a task too', () => expect(vendorFields([], fields)).toBeUndefined());
});

describe('refusals', () => {
  test.each([
    [401, 'PermanentError', 'credentials-refused'],
    [403, 'PermanentError', 'access-refused'],
    [404, 'PermanentError', 'not-found'],
    [400, 'PermanentError', 'rejected'],
    [422, 'PermanentError', 'rejected'],
    [408, 'TransientError', 'try-later'],
    [409, 'TransientError', 'try-later'],
    [425, 'TransientError', 'try-later'],
    [429, 'TransientError', 'try-later'],
    [500, 'TransientError', 'unavailable'],
    [503, 'TransientError', 'unavailable'],
    [200, 'PermanentError', 'rejected'],
  ])('A54 %i is %s %s, without the vendor’s words', (status, name, code) => {
    const error = refusalOf({ status, headers: {}, body: 'CANARY ada@example.com' });
    expect(error).toMatchObject({ name, code, message: code });
  });
});

describe('lists that we feed', () => {
  test('concern people with an account, or everybody', () => {
    expect(mayBeUploaded({ email: 'a@example.com' }, 'accounts')).toBe(false);
    expect(mayBeUploaded({ email: 'a@example.com', accountId: 'acc' }, 'accounts')).toBe(true);
    expect(mayBeUploaded({ email: 'a@example.com' }, 'anywhere')).toBe(true);
  });
  test('hash every mailbox once, folded', () => {
    const hashes = uploadedHashes({
      email: ' Ada@Example.com',
      otherEmails: ['ada@example.com', 'b@example.com'],
    });
    expect(hashes).toHaveLength(2);
    // By another program: printf 'ada@example.com' | sha256sum
    expect(hashes[0]).toBe('b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72');
  });
  test('dots matter everywhere but before gmail’s @', () => {
    expect(withoutDots('a.b.c@gmail.com')).toBe('abc@gmail.com');
    expect(withoutDots('a.b@googlemail.com')).toBe('ab@googlemail.com');
    expect(withoutDots('a.b@example.com')).toBe('a.b@example.com');
    expect(withoutDots('a.b@gmail.com.example.com')).toBe('a.b@gmail.com.example.com');
  });
});
