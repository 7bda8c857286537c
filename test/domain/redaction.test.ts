import * as v from 'valibot';
import type { PackageRecord } from '../../functions/domain/package.ts';
import {
  createRedactor,
  type Redaction,
  type RedactionTarget,
  recordKeyOf,
  redaction,
  redactionReason,
  redactionTarget,
} from '../../functions/domain/redaction.ts';
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

describe('what may be marked', () => {
  const span = { ...place, path: 'parts.0.body', from: 0, to: 3 };
  const issues = (target: unknown) =>
    v.safeParse(redactionTarget, target).issues?.map((issue) => issue.message);

  test('a span, a value, a record, a text, or all that connectors marked', () => {
    const targets: unknown[] = [
      span,
      { ...place, path: 'a' },
      place,
      { ...place, processor: 'google-ads' },
      { text: 'bob' },
      { flagged: true },
      { flagged: true, processor: 'intercom' },
    ];
    for (const target of targets) expect(v.parse(redactionTarget, target)).toEqual(target);
    expect(v.parse(redactionTarget, { text: ' bob ' })).toEqual({ text: 'bob' });
    expect(v.parse(redactionReason, 'not-about-subject')).toBe('not-about-subject');
  });

  test.each([
    [{}],
    [{ ...place, more: 1 }],
    [{ ...place, processor: 'Intercom' }],
    [{ ...place, processor: '' }],
    [{ ...place, processor: 'a/b' }],
    [{ ...place, processor: 'a'.repeat(61) }],
    [{ ...place, record: 'a'.repeat(15) }],
    [{ ...place, record: 'a'.repeat(17) }],
    [{ ...place, record: `g${'a'.repeat(15)}` }],
    [{ ...place, path: '' }],
    [{ ...place, path: 'x'.repeat(501) }],
    [{ ...span, from: 3 }],
    [{ ...span, from: 4 }],
    [{ ...span, from: -1 }],
    [{ ...span, from: 0.5 }],
    [{ ...span, to: 10_000_001 }],
    [{ text: ' ab ' }],
    [{ text: 'x'.repeat(501) }],
    [{ flagged: false }],
    [{ flagged: true, processor: 'A' }],
  ])('%j is no target', (target) => expect(issues(target)).toBeDefined());

  test('what is wrong is named by a code', () => {
    expect(issues(7)).toEqual(['record-path-span-text-or-flagged']);
    const nested = v.safeParse(redactionTarget, { ...span, to: 0 }).issues?.[0];
    expect(nested?.message).toBe('empty-span');
    const reason = v.safeParse(redactionReason, 'because').issues?.[0];
    expect(reason?.message).toBe('not-a-reason');
    expect(issues({ ...place, processor: 'A' })).toEqual(['not-a-processor']);
    expect(issues({ ...place, record: 'z' })).toEqual(['not-a-record']);
    expect(issues({ ...place, path: '' })).toEqual(['empty']);
    expect(issues({ ...place, path: 'x'.repeat(501) })).toEqual(['too-long']);
    expect(issues({ text: 'ab' })).toEqual(['too-short']);
  });

  test('a mark has its whole shape and no more', () => {
    const whole = mark(place);
    expect(v.is(redaction, whole)).toBe(true);
    expect(v.is(redaction, { ...whole, more: 1 })).toBe(false);
    for (const field of ['id', 'at', 'by', 'reason', 'what'])
      expect(v.is(redaction, { ...whole, [field]: 'no such value' })).toBe(false);
  });

  test('a record is named by its content', () => {
    expect(recordKeyOf('abc')).toBe('ba7816bf8f01cfea');
    expect(recordKeyOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea');
  });
});

describe('the exact places', () => {
  const of = (data: PackageRecord['data'], ...marks: Redaction[]) => {
    const { othersAt: _, ...bare } = record;
    return createRedactor(marks)('intercom', place.record, { ...bare, data });
  };
  const gone = '[others-rights-15-4]';

  test('a record that is left out whole is told by its mark alone', () => {
    const whole = mark(place);
    expect(apply(mark({ ...place, path: 'parts.1.body' }, 'm2'), whole)).toEqual({
      record: undefined,
      used: [whole],
    });
  });

  test('a value in a list, in a list of lists, and a span up to the end', () => {
    expect(of([['a', 'b'], 'c'], mark({ ...place, path: '0.1' })).record?.data).toEqual([['a', gone], 'c']);
    expect(of({ a: 'abcdef' }, mark({ ...place, path: 'a', from: 4, to: 99 })).record?.data).toEqual({
      a: `abcd${gone}`,
    });
    expect(of({ list: Array(12).fill('x') }, mark({ ...place, path: 'list.11' })).record?.data).toEqual({
      list: [...Array(11).fill('x'), gone],
    });
  });

  test.each([
    ['a', { ...place, path: 'a.b' }],
    [null, { ...place, path: 'a' }],
    [['x'], { ...place, path: '1' }],
    [['x'], { ...place, path: '0x' }],
    [['x'], { ...place, path: 'x0' }],
    [['x', 'y'], { ...place, path: '-1' }],
    [{ a: null }, { ...place, path: 'a.b' }],
    [{ a: 7 }, { ...place, path: 'a', from: 0, to: 1 }],
    [{ a: 'abc' }, { ...place, path: 'a', from: 3, to: 4 }],
    [{ a: 'abc' }, { flagged: true }],
  ] as const)('of %j nothing is left out by %j', (data, what) => {
    const untouched = of(data as PackageRecord['data'], mark(what));
    expect(untouched.used).toEqual([]);
    expect(untouched.record?.data).toBe(data);
  });

  test('a text goes from lists, keys and the record’s own name, and what holds none of it stays what it was', () => {
    const data = { list: ['bob', 1, null, true], bob: [['bob']], none: null };
    const text = mark({ text: 'bob' });
    const { othersAt: _, ...bare } = record;
    const after = createRedactor([text])('intercom', 'x', { ...bare, handle: 'bob-1', data });
    expect(after).toEqual({
      record: {
        ...bare,
        handle: `${gone}-1`,
        data: { list: [gone, 1, null, true], [gone]: [[gone]], none: null },
      },
      used: [text],
    });
    expect(createRedactor([mark({ text: 'nobody' })])('intercom', 'x', record).record).toBe(record);
  });

  test('signs of a pattern in a text are only signs', () => {
    expect(of({ a: 'a.b', b: 'axb' }, mark({ text: 'a.b' })).record?.data).toEqual({ a: gone, b: 'axb' });
    expect(of('x(1)+y', mark({ text: '(1)+' })).record?.data).toBe(`x${gone}y`);
  });

  test('what connectors flagged at one system goes there, for the reason that was given', () => {
    const flag = { ...mark({ flagged: true, processor: 'intercom' }), reason: 'not-about-subject' } as const;
    expect(apply(flag).record?.data).toMatchObject({ parts: [{}, '[not-about-subject]'] });
    expect(apply(flag).used).toEqual([flag]);
  });
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
      expect(of({ body }).map(({ text }) => text)).toEqual(['Fatima el Amrani']);
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

describe('what looks like another person’s', () => {
  const own = {
    mailboxes: ['Ada@Example.com', 'ada@work.example'],
    names: ['Ada de Vries', 'A. Lovelace'],
    phones: ['+31 20 123 4567', '0612345678', '112'],
  };
  const { othersAt: _, ...bare } = record;
  const found = (data: PackageRecord['data'], more: Partial<typeof own> = {}) =>
    suggestionsFor({ ...bare, data }, { ...own, ...more }).map(
      ({ kind, path, text }) => `${kind} ${path} ${text}`,
    );
  const names = (data: PackageRecord['data']) => found(data).filter((one) => one.startsWith('name'));

  test.each([
    'hi',
    'hello',
    'hey',
    'dear',
    'hoi',
    'hallo',
    'beste',
    'geachte',
    'mr',
    'mr.',
    'mrs',
    'mrs.',
    'ms',
    'ms.',
    'dhr',
    'dhr.',
    'mevr',
    'mevr.',
    'mevrouw',
    'meneer',
    'my boss',
    'our  neighbour',
    'mijn buurvrouw',
    'onze vriend',
    'Geachte',
  ])('a name after “%s”', (word) => {
    expect(found({ t: `${word} Pieter wrote` })).toEqual(['name t Pieter']);
  });

  test('a name with all its parts, and no word that is none', () => {
    expect(found({ t: 'dear Jan van der Berg-Smit and others' })).toEqual(['name t Jan van der Berg-Smit']);
    expect(found({ t: "beste Anne O'Neil Jansen" })).toEqual(["name t Anne O'Neil Jansen"]);
    expect(found({ t: 'dear customer' })).toEqual([]);
    expect(found({ t: 'dear iPhone owner' })).toEqual([]);
    expect(found({ t: 'undear Pieter' })).toEqual([]);
    expect(found({ t: 'dear P' })).toEqual([]);
  });

  test('the subject’s own name is none, but one that shares only a part is', () => {
    expect(found({ t: 'dear Ada de Vries' })).toEqual([]);
    expect(found({ t: 'dear ADA' })).toEqual([]);
    expect(found({ t: 'dear Lovelace' })).toEqual([]);
    expect(found({ t: 'dear Jan de Vries' })).toEqual(['name t Jan de Vries']);
  });

  test.each([
    '+31 6 12 34 56 79',
    '0031612345679',
    '+1 (555) 010-9999',
    '06-12345679',
    '0612345679',
    '020 765 4321',
    '020-7654321',
    '0592 765432',
  ])('a phone: %s', (number) => {
    expect(found({ t: `call ${number} now` })).toEqual([`phone t ${number}`]);
    expect(found({ t: `id${number}` })).toEqual([]);
  });

  test.each(['+31 20 1234567', '020-1234567', '+31612345678', '06 12345678', '0031 20 123 4567'])(
    'the subject’s own in another form: %s',
    (number) => expect(found({ t: `call ${number} now` })).toEqual([]),
  );

  test.each(['012 34567', '+31 112', '0612345679x', '#0612345679', '2024-0612345679', '1.0612345679'])(
    'no phone: %s',
    (text) => expect(found({ t: text })).toEqual([]),
  );

  test('a number too short to tell people apart says nothing', () => {
    expect(found({ t: '+31 6 12 34 56 79' }, { phones: ['679'] })).toEqual(['phone t +31 6 12 34 56 79']);
    expect(found({ t: '+31 12345678' }, { phones: ['12345678'] })).toEqual(['phone t +31 12345678']);
  });

  test('addresses wherever they stand, the subject’s in any case left out', () => {
    expect(
      found({ a: ['x@y.example', { 'b.c': 'ADA@EXAMPLE.COM, Bob <bob@other.example>' }], n: 7, z: null }),
    ).toEqual(['address a.0 x@y.example', 'address a.1.b.c bob@other.example']);
    expect(found('bob@other.example')).toEqual(['address  bob@other.example']);
  });

  test.each([
    'name',
    'full_name',
    'fullname',
    'first_name',
    'last_name',
    'display_name',
    'author_name',
    'from_name',
    'username',
    'Name',
  ])('a value under “%s” beside somebody else’s address is looked for everywhere', (key) => {
    const data = { from: { [key]: ' Bobby ', email: 'bob@other.example' }, body: 'Bobby and Bobby' };
    expect(names(data)).toEqual([`name from.${key} Bobby`, 'name body Bobby', 'name body Bobby']);
  });

  test('the first word of a text counts too', () => {
    expect(names([{ name: 'Bobby', mail: 'bob@other.example' }, 'Bobby'])).toEqual([
      'name 0.name Bobby',
      'name 1 Bobby',
    ]);
  });

  test.each([
    ['no address beside it', { name: 'Bobby' }],
    ['no address but a word', { name: 'Bobby', email: 'none' }],
    ['a field that is no mail', { name: 'Bobby', at: '@' }],
    ['a mail that is no text', { name: 'Bobby', email: 7 }],
    ['the subject’s address beside it', { name: 'Bobby', email: 'ADA@example.com' }],
    [
      'the subject’s address beside another',
      { name: 'Bobby', email: 'ada@work.example', mail: 'bob@other.example' },
    ],
    ['the subject’s own name', { name: 'Ada', email: 'bob@other.example' }],
    ['too short a name', { name: 'Bo ', email: 'bob@other.example' }],
    ['a name that is no text', { name: 700, email: 'bob@other.example' }],
    ['single letters only', { name: 'J. P.', email: 'bob@other.example' }],
    ['another kind of field', { title: 'Bobby', email: 'bob@other.example' }],
  ])('no name: %s', (_what, data) => {
    expect(names({ data, text: 'Bobby Ada Bo 700 J. P.' })).toEqual([]);
  });

  test('each place is named once, and the same words at two places are two', () => {
    const data = { email: 'bob@other.example', name: 'Bobby', t: 'dear Bobby, dear Bobby' };
    expect(found(data)).toEqual([
      'address email bob@other.example',
      'name name Bobby',
      'name t Bobby',
      'name t Bobby',
    ]);
  });

  test('two hundred at most, of the first two hundred thousand signs of a value', () => {
    const flags = Array.from({ length: 199 }, (_, at) => `p.${at}`);
    const data = { a: 'x@y.example z@y.example', b: 'w@y.example' };
    expect(suggestionsFor({ ...record, othersAt: flags, data }, own).slice(199)).toEqual([
      { kind: 'address', path: 'a', from: 0, to: 11, text: 'x@y.example' },
    ]);
    expect(found({ a: `${' '.repeat(199_989)}x@y.example z@y.example` })).toEqual(['address a x@y.example']);
  });
});
