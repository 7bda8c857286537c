import * as v from 'valibot';
import { canonicalJson, chain, firstBroken, noEvent } from '../../functions/domain/audit.ts';
import { classOf, hashedHandle } from '../../functions/domain/findings.ts';
import { sealedSubjectOf, submissionInput } from '../../functions/domain/intake.ts';
import type { Vault } from '../../functions/domain/ports.ts';
import { readSubject } from '../../functions/domain/sealed-subject.ts';

const valid = { email: 'ada@example.com', rights: ['access'], language: 'en' } as const;
const firstIssue = (input: unknown) => {
  const parsed = v.safeParse(submissionInput, input);
  return parsed.success ? 'accepted' : `${v.getDotPath(parsed.issues[0]) ?? ''} ${parsed.issues[0].message}`;
};

describe('a submission', () => {
  test('with every field is taken as it is', () => {
    const full = {
      ...valid,
      rights: ['rectification', 'objection'],
      name: 'Ada Lovelace',
      details: 'First line\nSecond line\tand more',
      corrections: [{ field: 'name', value: 'Ada\nByron' }],
      objectionScope: 'other',
      onBehalfOf: { relation: 'child', name: 'Anne' },
    };
    expect(v.parse(submissionInput, full)).toEqual(full);
    expect(sealedSubjectOf(v.parse(submissionInput, full))).toEqual({
      email: full.email,
      name: full.name,
      details: full.details,
      corrections: full.corrections,
      onBehalfOf: full.onBehalfOf,
    });
    expect(sealedSubjectOf(v.parse(submissionInput, valid))).toEqual({ email: valid.email });
  });

  test.each([
    [{ ...valid, email: 'nobody' }, 'email not-a-mail-address'],
    [{ ...valid, email: `${'a'.repeat(250)}@x.nl` }, 'email too-long'],
    [{ ...valid, rights: [] }, 'rights empty'],
    [{ ...valid, rights: ['access', 'access'] }, 'rights named-twice'],
    [{ ...valid, rights: ['fly'] }, 'rights.0 not-a-right'],
    [{ ...valid, rights: new Array(10).fill('access') }, 'rights too-many'],
    [{ ...valid, language: 'de' }, 'language not-a-language'],
    [{ ...valid, name: ' ' }, 'name empty'],
    [{ ...valid, name: 'a'.repeat(201) }, 'name too-long'],
    [{ ...valid, name: 'Ada\r\nBcc: x@example.com' }, 'name one-line'],
    [{ ...valid, name: 'Ada\u2028' + 'x' }, 'name one-line'],
    [{ ...valid, name: 'A\u200bda' }, 'name one-line'],
    [{ ...valid, name: 'A\u202eda' }, 'name one-line'],
    [{ ...valid, details: 'a'.repeat(5001) }, 'details too-long'],
    [{ ...valid, details: 'bell\u0007' }, 'details no-control-characters'],
    [{ ...valid, details: 'turn\u202e' }, 'details no-control-characters'],
    [{ ...valid, corrections: new Array(21).fill({ field: 'a', value: 'b' }) }, 'corrections too-many'],
    [{ ...valid, corrections: [{ field: '', value: 'b' }] }, 'corrections.0.field empty'],
    [{ ...valid, corrections: [{ field: 'x'.repeat(101), value: 'b' }] }, 'corrections.0.field too-long'],
    [{ ...valid, corrections: [{ field: 'a', value: 'b'.repeat(2001) }] }, 'corrections.0.value too-long'],
    [{ ...valid, objectionScope: 'all' }, 'objectionScope not-a-scope'],
    [{ ...valid, onBehalfOf: { relation: 'friend', name: 'X' } }, 'onBehalfOf.relation not-a-relation'],
  ])('%# is refused by name', (input, issue) => expect(firstIssue(input)).toBe(issue));

  test.each(['status', 'plannedBy', 'verified', 'passport', '__proto__x'])('has no field %s', (field) => {
    expect(firstIssue({ ...valid, [field]: 'x' })).toMatch(new RegExp(`^${field} `));
  });
});

describe('words that were sealed', () => {
  const vault = (value: unknown): Pick<Vault, 'get'> => ({
    get: async () => value,
  });

  test('are read back', async () => {
    expect(await readSubject(vault({ email: 'ada@example.com' }), 'id')).toEqual({
      email: 'ada@example.com',
    });
  });

  test('and destroyed or damaged ones are told apart from empty ones', async () => {
    for (const value of [undefined, null, {}, { email: 7 }])
      await expect(readSubject(vault(value), 'id')).rejects.toMatchObject({
        name: 'PermanentError',
        code: 'subject-not-readable',
      });
  });
});

describe('a finding', () => {
  const holding = { handle: 'cus_1', category: 'payment', count: 2 } as const;

  test.each([
    [{ holdings: [holding], complete: true }, true, 'found'],
    [{ holdings: [], complete: true }, true, 'nothing'],
    [{ holdings: [], complete: true }, false, 'incomplete'],
    [{ holdings: [holding], complete: true }, false, 'found'],
    [{ holdings: [holding], complete: false }, true, 'incomplete'],
    [{ holdings: [holding], complete: true, ambiguous: true }, true, 'ambiguous'],
  ] as const)('%# is %s', (found, keysComplete, state) =>
    expect(classOf(found, keysComplete).state).toBe(state),
  );

  test('keeps counts and reasons, and of ids only a hash', () => {
    const retained = { ground: 'tax-records-awr-52-4', until: '2033-12-31' } as const;
    const { holdings } = classOf(
      { holdings: [{ ...holding, retained, blocker: 'open-dispute' }], complete: true },
      true,
    );
    expect(holdings).toEqual([
      { handle: hashedHandle('cus_1'), category: 'payment', count: 2, retained, blocker: 'open-dispute' },
    ]);
    expect(hashedHandle('cus_1')).toMatch(/^[0-9a-f]{16}$/);
    expect(hashedHandle('cus_2')).not.toBe(hashedHandle('cus_1'));
  });
});

describe('the canonical form that is hashed', () => {
  test('sorts keys, keeps order in lists, escapes only what it must, and leaves out what is absent', () => {
    expect(canonicalJson({ b: [2, 'x'], a: { d: null, c: true }, e: undefined, ü: 'é"\\\n' })).toBe(
      '{"a":{"c":true,"d":null},"b":[2,"x"],"ü":"é\\"\\\\\\n"}',
    );
  });

  test('takes whole numbers only: languages print fractions differently', () => {
    expect(() => canonicalJson({ a: 0.5 })).toThrow(TypeError);
    expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
    expect(() => canonicalJson(2 ** 53)).toThrow(TypeError);
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
