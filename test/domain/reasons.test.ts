import { extensionParagraphs, reasonOf, reasons, refusalReasonsFor } from '../../functions/domain/reasons.ts';
import { extensionReasons, languages, reasonCodes, rights } from '../../functions/domain/words.ts';

test('every code has an entry, and there is no other', () => {
  expect(Object.keys(reasons)).toEqual([...reasonCodes]);
  expect(Object.keys(extensionParagraphs)).toEqual([...extensionReasons]);
});

test.each(reasonCodes)('%s says its law, and its paragraph differs per language', (code) => {
  const reason = reasonOf(code);
  expect(reason.basis.nl).not.toBe(reason.basis.en);
  expect(reason.rights.length).toBeGreaterThan(0);
  expect(reason.decisions.length).toBeGreaterThan(0);
  expect(reason.paragraph.nl).not.toBe(reason.paragraph.en);
});

test.each(languages)('paragraphs in %s are plain: short sentences, no article numbers', (language) => {
  const paragraphs = [
    ...reasonCodes.map((code) => reasonOf(code).paragraph[language]),
    ...extensionReasons.map((code) => extensionParagraphs[code][language]),
  ];
  for (const paragraph of paragraphs) {
    const sentences = paragraph.split(/(?<=[.?!])\s+/);
    for (const sentence of sentences) expect(sentence.split(' ').length).toBeLessThanOrEqual(30);
    expect(paragraph).not.toMatch(/art\. ?\d|artikel \d|article \d/i);
    expect(new Set(paragraphs).size).toBe(paragraphs.length);
  }
});

test('every right can be refused for lack of identity, mandate or will, and for nothing that belongs to another right', () => {
  for (const right of rights)
    expect(refusalReasonsFor(right)).toEqual(
      expect.arrayContaining(['identity-not-confirmed', 'no-mandate', 'withdrawn-by-subject']),
    );
  const only = (code: string) =>
    rights.filter((right) => refusalReasonsFor(right).some((one) => one === code));
  expect(only('legal-obligation-17-3-b')).toEqual(['erasure']);
  expect(only('legal-claims-17-3-e')).toEqual(['erasure']);
  expect(only('freedom-of-expression-17-3-a')).toEqual(['erasure']);
  expect(only('public-interest-17-3-c-d')).toEqual(['erasure']);
  expect(only('not-portable-20-1')).toEqual(['portability']);
  expect(only('compelling-grounds-21-1')).toEqual(['objection']);
  expect(only('others-rights-15-4')).toEqual(['access', 'portability']);
  expect(only('excessive')).toEqual(only('manifestly-unfounded'));
});

test('withdrawing a consent and complaining cannot be unfounded or excessive (art. 12(5) names neither)', () => {
  for (const right of ['consent-withdrawal', 'complaint'] as const)
    expect(refusalReasonsFor(right)).toEqual([
      'identity-not-confirmed',
      'no-mandate',
      'withdrawn-by-subject',
    ]);
});

test('data of others is a ground to redact, never to refuse the whole (art. 15(4))', () => {
  expect(reasonOf('others-rights-15-4').decisions).toEqual(['grant-in-part']);
});

test('where the controller must prove it, staff must explain', () => {
  for (const code of ['manifestly-unfounded', 'excessive', 'compelling-grounds-21-1'] as const)
    expect(reasonOf(code).needsExplanation).toBe(true);
});
