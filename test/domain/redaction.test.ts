import type { PackageRecord } from '../../functions/domain/package.ts';
import { createRedactor, type Redaction, type RedactionTarget } from '../../functions/domain/redaction.ts';
import { suggestionsFor } from '../../functions/domain/redaction-suggestions.ts';

const mark = (what: RedactionTarget, id = 'm1'): Redaction => ({
  id,
  at: '2026-03-05T09:00:00.000Z',
  by: 'staff:officer',
  reason: 'others-rights-15-4',
  what,
});
const record: PackageRecord = {
  category: 'messages',
  type: 'conversation',
  handle: 'c-1',
  providedBySubject: true,
  othersAt: ['parts.1'],
  data: {
    'dotted.key': { inner: 'kept' },
    parts: [
      { body: 'My words to bob@other.example and Bob', author: { email: 'ada@example.com', name: 'Ada' } },
      { body: 'Their words', author: { email: 'bob@other.example', name: 'Bob Janssen' } },
    ],
    seen: { 'bob@other.example': true },
  },
};
const apply = (...marks: Redaction[]) => createRedactor(marks)('intercom', 'aaaaaaaaaaaaaaaa', record);
const place = { processor: 'intercom', record: 'aaaaaaaaaaaaaaaa' };

test('a record, a value and a span are replaced by their reason, and nothing else changes', () => {
  expect(apply(mark(place)).record).toBeUndefined();
  expect(apply(mark({ ...place, path: 'parts.1.body' })).record?.data).toMatchObject({
    parts: [{ body: expect.stringContaining('My words') }, { body: '[others-rights-15-4]' }],
  });
  expect(apply(mark({ ...place, path: 'dotted.key.inner' })).record?.data).toMatchObject({
    'dotted.key': { inner: '[others-rights-15-4]' },
  });
  const spans = apply(
    mark({ ...place, path: 'parts.0.body', from: 12, to: 29 }),
    mark({ ...place, path: 'parts.0.body', from: 34, to: 37 }, 'm2'),
  );
  expect(spans.record?.data).toMatchObject({
    parts: [{ body: 'My words to [others-rights-15-4] and [others-rights-15-4]' }, {}],
  });
  expect(spans.used.map(({ id }) => id).sort()).toEqual(['m1', 'm2']);
  expect(record.data).toMatchObject({ parts: [{ body: 'My words to bob@other.example and Bob' }, {}] });
});

test('a text goes everywhere it stands, in any case, in keys too', () => {
  const { record: after } = apply(mark({ text: 'BOB@other.example' }));
  expect(JSON.stringify(after).toLowerCase()).not.toContain('bob@other');
  expect(JSON.stringify(after)).toContain('Bob Janssen');
});

test('what connectors flagged goes when staff say so, at one system or all', () => {
  expect(JSON.stringify(apply(mark({ flagged: true })).record)).not.toContain('Their words');
  expect(JSON.stringify(apply(mark({ flagged: true, processor: 'telegram' })).record)).toContain(
    'Their words',
  );
});

test('a mark for another record, another system or a place that is not there does nothing, and that is known', () => {
  for (const what of [
    { processor: 'intercom', record: 'b'.repeat(16) },
    { processor: 'telegram', record: place.record },
    { ...place, path: 'parts.7.body' },
    { ...place, path: 'parts.0.author', from: 0, to: 1 },
    { ...place, path: 'constructor.prototype' },
  ])
    expect(apply(mark(what))).toEqual({ record, used: [] });
});

describe('suggestions', () => {
  const own = { mailboxes: ['ada@example.com'], names: ['Ada de Vries'], phones: ['+31 20 123 4567'] };
  const of = (data: PackageRecord['data']) => suggestionsFor({ ...record, data, othersAt: [] }, own);

  test('find others’ addresses, phones and names with their place, and not the subject’s own', () => {
    const body =
      'Dear Pieter, call Bob on 06-12345678 or +31 20 123 4567, or mail bob@other.example, not ada@example.com.';
    const found = of({ body, author: { email: 'bob@other.example', name: 'Bob' } });
    const texts = found.filter(({ path }) => path === 'body').map(({ kind, text }) => `${kind}:${text}`);
    expect(texts.sort()).toEqual([
      'address:bob@other.example',
      'name:Bob',
      'name:Pieter',
      'phone:06-12345678',
    ]);
    for (const one of found.filter(({ path }) => path === 'body'))
      expect(body.slice(one.from, one.to)).toBe(one.text);
  });

  test.each(['Mijn collega Fatima el Amrani heeft dit gezien', 'my colleague Fatima el Amrani saw this'])(
    'a name after a word for a relation: %s',
    (body) => {
      expect(of({ body }).map(({ text }) => text?.split(' ')[0])).toEqual(['Fatima']);
    },
  );

  test('ids, amounts and the subject’s own name are left alone', () => {
    expect(
      of({ id: '8816178952380553', at: 1709283600, text: 'Hi Ada, invoice 2024-001 of EUR 12.50 is paid' }),
    ).toEqual([]);
  });

  test('what the connector flagged comes first, and the list has an end', () => {
    const many = Array.from({ length: 1000 }, (_, at) => `x${at}@other.example`).join(' ');
    const found = suggestionsFor({ ...record, data: { many } }, own);
    expect(found[0]).toEqual({ kind: 'flagged', path: 'parts.1' });
    expect(found).toHaveLength(200);
  });

  test('hostile text does not take long', () => {
    const started = performance.now();
    of({
      a: `${'a'.repeat(100_000)}@`,
      b: 'dear '.repeat(40_000),
      c: '+31 '.repeat(50_000),
      d: `${'a.'.repeat(50_000)}@${'b.'.repeat(50_000)}`,
    });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
