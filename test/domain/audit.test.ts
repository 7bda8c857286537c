import * as v from 'valibot';
import {
  auditEvent,
  canonicalJson,
  chain,
  firstBroken,
  noEvent,
  sha256,
} from '../../functions/domain/audit.ts';
import { receivedAt } from './case-builder.ts';

const event = (seq: number, type: string, data = {}, prev = noEvent) =>
  chain(prev, seq, { at: receivedAt, type, by: 'system', data });

test('an event has its whole shape and no more', () => {
  const whole = event(0, 'received', { a: 'x', b: 1, c: true, d: null, e: ['y'] });
  expect(v.is(auditEvent, whole)).toBe(true);
  expect(v.is(auditEvent, { ...whole, more: 1 })).toBe(false);
  expect(v.is(auditEvent, { ...whole, data: { deep: {} } })).toBe(false);
  for (const field of ['seq', 'at', 'type', 'by', 'data', 'prev', 'hash'])
    expect(v.is(auditEvent, { ...whole, [field]: {}, ...(field === 'data' && { data: 1 }) })).toBe(false);
});

describe('what is hashed', () => {
  test('one value has one text: keys by code point, nothing undefined, no white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: true, Z: undefined, B: 0 })).toBe(
      '{"B":0,"a":true,"b":[1,{"c":"é\\"","d":null}]}',
    );
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    '%p is refused: languages print it differently',
    (value) => {
      expect(() => canonicalJson({ value })).toThrow(new TypeError('only whole numbers are hashed'));
    },
  );

  test('the hash of a text and of its bytes are the same', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(Buffer.from('abc'))).toBe(sha256('abc'));
  });

  test('a list in an event is the event’s own', () => {
    const names = ['a'];
    const { data, hash } = event(0, 'acted', { names });
    names.push('b');
    expect(data).toEqual({ names: ['a'] });
    expect(hash).toBe(event(0, 'acted', { names: ['a'] }).hash);
  });

  test.each(['seq', 'prev', 'hash', 'type', 'at'] as const)(
    'a changed %s breaks the chain there',
    (field) => {
      const first = event(0, 'received');
      const second = event(1, 'acted', {}, first.hash);
      const third = event(2, 'closed', {}, second.hash);
      const changed = { ...second, [field]: field === 'seq' ? 7 : 'x' };
      expect(firstBroken([first, second, third])).toBe(-1);
      expect(firstBroken([first, changed, third])).toBe(1);
    },
  );

  test('an event hashed anew after the change breaks the chain at the next', () => {
    const first = event(0, 'received');
    const second = event(1, 'acted', { n: 1 }, first.hash);
    const third = event(2, 'closed', {}, second.hash);
    expect(firstBroken([first, event(1, 'acted', { n: 2 }, first.hash), third])).toBe(2);
    expect(firstBroken([first, event(5, 'acted', { n: 1 }, first.hash)])).toBe(1);
    expect(firstBroken([event(0, 'received', {}, 'f'.repeat(64))])).toBe(0);
  });

  test('any change anywhere breaks the chain at its place', () => {
    const at = '2026-03-05T09:00:00.000Z';
    const first = chain(noEvent, 0, {
      at,
      type: 'received',
      by: 'subject',
      data: { right: 'access', list: ['a'] },
    });
    const second = chain(first.hash, 1, { at, type: 'closed', by: 'system', data: {} });
    expect(firstBroken([])).toBe(-1);
    expect(firstBroken([first, second])).toBe(-1);
    expect(firstBroken([{ ...first, data: { right: 'erasure', list: ['a'] } }, second])).toBe(0);
    expect(firstBroken([{ ...first, by: 'system' }, second])).toBe(0);
    expect(firstBroken([first, { ...second, prev: noEvent }])).toBe(1);
    expect(firstBroken([second])).toBe(0);
  });
});
