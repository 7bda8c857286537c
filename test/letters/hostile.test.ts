import fc from 'fast-check';
import { languages } from '../../functions/domain/words.ts';
import { oneLine, typedLine, typedParagraphs } from '../../functions/letters/free-text.ts';
import type { Letter } from '../../functions/letters/letter.ts';
import { renderLetter } from '../../functions/letters/render.ts';

const reference = '7f3k2m9qx4w8r1t6vbnc5hjzpd';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'Ada\r\nBcc: everybody@evil.example',
  'Ada\nhttps://evil.example/login',
  'www.evil.example',
  'evil.example/pay?now=1',
  'mallory@evil.example',
  'http://127.0.0.1/',
  'javascript://evil.example/%0aalert(1)',
  '[click](https://evil.example)',
  '\u202eadA\u2066 \u200bB\u0000',
  '&lt;b&gt;&#60;a href=//evil.example&#62;',
  '</title></style><a href="https://evil.example">x</a>',
  'ldap://evil.example/a',
  'A'.repeat(5000),
  '\ud800 lone',
];

/** Letters in which every field that a person types holds the given words. */
const lettersWith = (typed: string): readonly Letter[] => [
  { kind: 'refusal', reference, right: 'access', reason: 'excessive', name: typed, explanation: typed },
  {
    kind: 'extension',
    reference,
    right: 'access',
    reason: 'complexity',
    name: typed,
    explanation: typed,
    newDate: '2026-06-05',
  },
  { kind: 'question', reference, right: 'access', name: typed, questionText: typed },
  {
    kind: 'answer',
    reference,
    right: 'erasure',
    outcome: 'fulfilled',
    name: typed,
    explanation: typed,
    recipients: [{ title: typed, disposition: 'done-by-hand', ownControllerText: typed, why: typed }],
    openWork: [typed],
  },
  {
    kind: 'release',
    reference,
    right: 'access',
    name: typed,
    explanation: typed,
    fetchUrl: 'https://k.example/x',
    expiresOn: '2026-05-05',
  },
  { kind: 'restriction-lifted', reference, name: typed, explanation: typed, liftsOn: '2026-05-05' },
  {
    kind: 'merged',
    reference: typed,
    right: 'access',
    name: typed,
    intoReference: typed,
    plannedBy: '2026-05-05',
  },
  { kind: 'withdrawn', reference: typed, right: 'access', name: typed },
  { kind: 'message-notice', reference: typed, name: typed },
  { kind: 'transmission', reference: typed, name: typed, right: 'portability', host: typed },
  { kind: 'cooling-off', reference: typed, name: typed, right: 'erasure', beginsOn: '2026-04-20' },
  { kind: 'code', reference: typed, code: '123456', expiresMinutes: 10 },
];

/** The markup of a letter with its words taken out: what others typed must not change it. */
const skeleton = (html: string) =>
  (html.match(/<[^>]*>/g) ?? []).filter((tag) => !/^<\/?(?:p|li|blockquote|ul|h2|table|tr|td)\b/.test(tag));
const addresses = (html: string) => [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);

function isHarmless(letter: Letter, plain: Letter) {
  for (const language of languages) {
    const { subject, text, html } = renderLetter(letter, language);
    const harmless = renderLetter(plain, language);
    expect(skeleton(html)).toEqual(skeleton(harmless.html));
    expect(addresses(html)).toEqual(addresses(harmless.html));
    expect(subject).not.toMatch(/\p{Cc}/u);
    expect(subject.length).toBeLessThanOrEqual(90);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  }
}

describe('A30, A31: what others typed stays words', () => {
  test.each(hostile)('%j', (typed) => {
    const plain = lettersWith('Ada');
    lettersWith(typed).forEach((letter, index) => {
      const counterpart = plain[index];
      if (counterpart === undefined) throw new Error('counterpart');
      isHarmless(letter, counterpart);
    });
  });

  test('anything at all', () => {
    const plain = lettersWith('Ada');
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 })),
        (typed) => {
          // Where nothing is left of it there is nothing to set, and the letter is shorter by it.
          fc.pre(typedLine(typed) !== '');
          lettersWith(typed).forEach((letter, index) => {
            const counterpart = plain[index];
            if (counterpart === undefined) throw new Error('counterpart');
            isHarmless(letter, counterpart);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('no mail client finds a link, a host or a mailbox in what was typed', () => {
    const found = /https?:\/\/|www\.[a-z]|[\w-]\.[a-z]{2,}|[\w.]@[\w]/i;
    for (const typed of hostile) {
      expect(typedLine(typed)).not.toMatch(found);
      for (const line of typedParagraphs(typed)) expect(line).not.toMatch(found);
    }
  });

  test('ordinary words come through unchanged', () => {
    for (const name of [
      'Ada Lovelace',
      "O'Brien-Müller",
      'J. van der Berg',
      'Zoë',
      '李小龍',
      'at 10:30, e.g. and/or',
    ])
      expect(typedLine(name)).toBe(name);
    expect(oneLine('Paddle.com')).toBe('Paddle.com');
  });

  test('long words are cut between characters, and blank ones leave a plain greeting', () => {
    expect([...typedLine('👩🏽‍🚀'.repeat(300), 50)].length).toBeLessThanOrEqual(51);
    const blank = renderLetter({ kind: 'withdrawn', reference, right: 'access', name: ' \u200b\n ' }, 'en');
    expect(blank.text.startsWith('Hello,')).toBe(true);
    const named = renderLetter({ kind: 'withdrawn', reference, right: 'access', name: 'Ada' }, 'nl');
    expect(named.text.startsWith('Beste Ada,')).toBe(true);
  });

  test('paragraphs of staff stay paragraphs, empty ones go', () => {
    expect(typedParagraphs('One.\r\n\r\n  Two.\u2028Three.')).toEqual(['One.', 'Two.', 'Three.']);
    const empty = renderLetter(
      { kind: 'refusal', reference, right: 'access', reason: 'excessive', explanation: ' \n ' },
      'en',
    );
    expect(empty.html).not.toContain('<blockquote');
  });
});

describe('what a letter refuses to carry', () => {
  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://k.example/"onclick="x',
    'https://k.example/ x',
    '//k.example',
    '',
    'https://',
  ])('a link %j', (statusUrl) => {
    expect(() =>
      renderLetter({ kind: 'withdrawn', reference, right: 'access', statusUrl: 'https://k.example' }, 'en'),
    ).not.toThrow();
    expect(() => renderLetter({ kind: 'message-notice', reference, statusUrl }, 'en')).toThrow('letter-link');
  });

  test.each(['12345', '1234567', 'abcdef', '12 345', '<b>1</b>'])('a code %j', (code) => {
    expect(() => renderLetter({ kind: 'code', reference, code, expiresMinutes: 10 }, 'en')).toThrow(
      'letter-code',
    );
  });

  test('a day that does not exist', () => {
    expect(() =>
      renderLetter({ kind: 'restriction-lifted', reference, liftsOn: '2026-02-30' }, 'en'),
    ).toThrow('invalid-date');
  });
});
