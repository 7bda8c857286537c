import { languageOf } from '../../functions/api/pages/language.ts';
import {
  check,
  emptyForm,
  errorText,
  fieldId,
  type Typed,
} from '../../functions/api/pages/public/request-form.ts';
import { rights } from '../../functions/domain/words.ts';

const typed = (change: Partial<Typed>): Typed => ({
  ...emptyForm,
  email: 'ada@example.com',
  rights: ['access'],
  ...change,
});
const errorsOf = (change: Partial<Typed>) => {
  const checked = check(typed(change), 'en');
  return checked.ok ? [] : checked.errors.map(({ field }) => field);
};

describe('what the form makes of its fields', () => {
  test.each(rights)('%s alone makes a request', (right) => {
    const more = { objectionScope: 'other', corrections: [{ field: 'Name', value: 'Ada' }] };
    expect(check(typed({ rights: [right], ...more }), 'nl')).toMatchObject({
      ok: true,
      input: { rights: [right], language: 'nl' },
    });
  });

  test('What belongs to a choice that was not made is not sent along', () => {
    const checked = check(
      typed({
        objectionScope: 'other',
        corrections: [{ field: 'Name', value: 'Ada' }],
        behalfName: 'Nobody',
      }),
      'en',
    );
    expect(checked).toEqual({
      ok: true,
      input: { email: 'ada@example.com', rights: ['access'], language: 'en' },
    });
  });

  test('Each mistake is named once, in the order of the page', () => {
    expect(errorsOf({ rights: [], email: 'x', forWhom: 'child' })).toEqual([
      'rights',
      'onBehalfOf.name',
      'email',
    ]);
    expect(errorsOf({ rights: ['objection'] })).toEqual(['objectionScope']);
    expect(errorsOf({ rights: ['rectification'] })).toEqual(['corrections']);
    expect(errorsOf({ rights: ['completion'], corrections: [{ field: '', value: 'Ada' }] })).toEqual([
      'corrections.0.field',
    ]);
  });

  test('Every mistake has words in both languages and a field to go to', () => {
    for (const field of [
      'rights',
      'email',
      'name',
      'details',
      'corrections.1.value',
      'objectionScope',
      'onBehalfOf.name',
    ])
      for (const code of ['missing', 'too-long', 'one-line', 'empty']) {
        expect(errorText({ field, code }, 'nl')).not.toBe(errorText({ field, code }, 'en'));
        expect(fieldId(field)).toMatch(/^[a-zA-Z][\w-]+$/);
      }
    expect(fieldId('corrections.1.value')).toBe('correction-value-2');
  });
});

describe('the language of a page', () => {
  const context = (accept?: string, lang?: string) =>
    ({
      req: { header: () => accept, query: () => lang },
    }) as unknown as Parameters<typeof languageOf>[0];

  test.each([
    ['nl-NL,nl;q=0.9,en;q=0.8', undefined, 'nl'],
    ['en-GB', undefined, 'en'],
    ['de,en;q=0.5,nl;q=0.7', undefined, 'nl'],
    ['fr-FR', undefined, 'en'],
    [undefined, undefined, 'nl'],
    ['*', undefined, 'nl'],
    ['nl', 'en', 'en'],
    ['nl', 'xx', 'nl'],
  ])('%j with ?lang=%j is %s', (accept, lang, expected) => {
    expect(languageOf(context(accept, lang))).toBe(expected);
  });
});
