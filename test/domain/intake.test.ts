import * as v from 'valibot';
import type { Decision } from '../../functions/domain/case.ts';
import { classOf, hashedHandle } from '../../functions/domain/findings.ts';
import { sealedSubjectOf, submissionInput } from '../../functions/domain/intake.ts';
import type { Vault } from '../../functions/domain/ports.ts';
import { readExplanation, readSubject } from '../../functions/domain/sealed-subject.ts';
import { receivedAt } from './case-builder.ts';

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
    expect(sealedSubjectOf(v.parse(submissionInput, full))).toStrictEqual({
      email: full.email,
      name: full.name,
      details: full.details,
      corrections: full.corrections,
      onBehalfOf: full.onBehalfOf,
    });
    expect(sealedSubjectOf(v.parse(submissionInput, valid))).toStrictEqual({ email: valid.email });
    const agent = { ...valid, onBehalfOf: { relation: 'agent', name: 'Anne' } };
    expect(v.parse(submissionInput, agent)).toEqual(agent);
  });

  test('a name is taken as it is spelt: with joiners inside, in any script and direction', () => {
    for (const name of [
      '\u0639\u0644\u06CC\u200C\u0631\u0636\u0627',
      '\u0D9A\u0DCA\u200D\u0DBB\u0DD2',
      'Zoë de Vries-Ćosić',
      '王小明',
    ])
      expect(firstIssue({ ...valid, name })).toBe('accepted');
    for (const name of [
      'Ada\u200BLovelace',
      '\u200C',
      'Ada\u202Eecalevol',
      'Ada\nBcc: all',
      'Ada\u00ADLovelace',
      '\uFEFFAda\u200F',
    ])
      expect(firstIssue({ ...valid, name })).toBe('name one-line');
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
    const asked: string[] = [];
    const whole = {
      email: 'ada@example.com',
      corrections: [{ field: 'name', value: 'Ada' }],
      onBehalfOf: { relation: 'child', name: 'Anne' },
    };
    for (const value of [
      { email: 'ada@example.com' },
      whole,
      { ...whole, onBehalfOf: { relation: 'agent', name: 'X' } },
    ]) {
      const get = async (...key: string[]) => {
        asked.push(key.join(' '));
        return value;
      };
      expect(await readSubject({ get }, 'id')).toEqual(value);
    }
    expect(asked).toEqual(['id subject', 'id subject', 'id subject']);
  });

  test('and destroyed or damaged ones are told apart from empty ones', async () => {
    const email = 'ada@example.com';
    for (const value of [
      undefined,
      null,
      {},
      { email: 7 },
      { email, corrections: [{ field: 'name' }] },
      { email, onBehalfOf: { relation: 'friend', name: 'X' } },
      { email, onBehalfOf: { relation: 'child' } },
    ])
      await expect(readSubject(vault(value), 'id')).rejects.toMatchObject({
        name: 'PermanentError',
        code: 'subject-not-readable',
      });
  });
});

describe('words of staff with their decision', () => {
  const read = async (decision: Partial<Decision> | undefined, sealed: unknown) => {
    const asked: string[] = [];
    const get = async (...key: string[]) => {
      asked.push(key.join(' '));
      return sealed;
    };
    const whole = decision && {
      kind: 'refuse' as const,
      by: 'staff:officer' as const,
      at: receivedAt,
      ...decision,
    };
    const text = await readExplanation({ get }, { id: 'id', ...(whole && { decision: whole }) });
    return [text, ...asked];
  };

  test('are read from where the decision says that they are', async () => {
    expect(await read({ words: 'explanation.1' }, { text: 'Because.', salt: 'x' })).toEqual([
      'Because.',
      'id explanation.1',
    ]);
  });

  test('of earlier versions stand in one place, alone', async () => {
    expect(await read({ reason: 'excessive' }, 'Because.')).toEqual(['Because.', 'id explanation']);
  });

  test('that were destroyed, or never written, are none', async () => {
    expect(await read({ words: 'explanation.1' }, undefined)).toEqual([undefined, 'id explanation.1']);
    expect(await read({ words: 'explanation.1' }, { text: 7 })).toEqual([undefined, 'id explanation.1']);
    expect(await read({}, 'Because.')).toEqual([undefined]);
    expect(await read(undefined, 'Because.')).toEqual([undefined]);
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
