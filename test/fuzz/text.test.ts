import fc from 'fast-check';
import { parseStrictJson } from '../../functions/api/json-text.ts';
import {
  addDays,
  addMonths,
  compareInstants,
  daysBetween,
  localDayOf,
  startOfLocalDay,
} from '../../functions/domain/calendar.ts';
import { clockOf } from '../../functions/domain/clock.ts';
import {
  isMailbox,
  mailboxKey,
  mailboxRateKey,
  newCode,
  newReference,
} from '../../functions/domain/identity.ts';
import { renderLetter } from '../../functions/letters/render.ts';
import { createLog } from '../../functions/runtime/log.ts';
import { allLetterSamples } from '../../local/commands/letter-samples.ts';

type Reading = { readonly value: unknown } | { readonly code: string };
const reading = (read: (text: string) => unknown, text: string): Reading => {
  try {
    return { value: read(text) };
  } catch (error) {
    return { code: error instanceof SyntaxError ? error.message : 'no-syntax-error' };
  }
};

/** JSON text with anything in it, then with something cut out, put in or doubled. */
const nearJson = fc
  .tuple(
    fc.json({ depthSize: 'small' }),
    fc.nat(),
    fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\\u0061', '1', ' ', '\u0000', '//', 'null'),
    fc.boolean(),
  )
  .map(([text, at, inserted, cut]) => {
    const spot = at % (text.length + 1);
    return text.slice(0, spot) + inserted + text.slice(cut ? spot + 1 : spot);
  });

describe('A38 A39 the strict reader of JSON beside the language’s own', () => {
  const limits = ['nested-too-deep', 'key-named-twice', 'key-not-allowed'];
  const sameOrStricter = (text: string) => {
    const strict = reading(parseStrictJson, text);
    const plain = reading(JSON.parse, text);
    if ('value' in strict) expect(plain).toEqual(strict);
    // What it refuses beyond the grammar, it refuses for one of its own reasons.
    else if ('value' in plain) expect(limits).toContain(strict.code);
  };

  test('A39 agrees on whatever is JSON', () => {
    fc.assert(fc.property(fc.json(), sameOrStricter), { numRuns: 300, seed: 1 });
  });
  test('A39 agrees on what nearly is', () => {
    fc.assert(fc.property(nearJson, sameOrStricter), { numRuns: 1500, seed: 2 });
  });
  test('A39 agrees on any text at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), sameOrStricter), { numRuns: 500, seed: 3 });
  });
  test('A39 takes every object whose keys are plain, and refuses it once a key stands twice', () => {
    const key = fc
      .string({ minLength: 1 })
      .filter((one) => !['__proto__', 'constructor', 'prototype'].includes(one));
    fc.assert(
      fc.property(fc.dictionary(key, fc.integer(), { minKeys: 1, maxKeys: 8 }), (object) => {
        const text = JSON.stringify(object);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
        const [first] = Object.keys(object);
        const twice = `${text.slice(0, -1)},${JSON.stringify(first)}:0}`;
        expect(reading(parseStrictJson, twice)).toEqual({ code: 'key-named-twice' });
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('dates of any day', () => {
  const instants = fc
    .date({ min: new Date('2019-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString());

  test('F32 the promise never passes the law, both lie a month or a little less or more ahead, and later receipt is never due earlier', () => {
    fc.assert(
      fc.property(instants, instants, (one, other) => {
        const first = clockOf({ receivedAt: one, pauses: [] });
        const second = clockOf({ receivedAt: other, pauses: [] });
        expect(first.plannedBy <= first.legalBy).toBe(true);
        const ahead = daysBetween(localDayOf(one), first.plannedBy);
        expect(ahead).toBeGreaterThanOrEqual(28);
        expect(ahead).toBeLessThanOrEqual(31);
        expect(daysBetween(first.plannedBy, first.legalBy)).toBeLessThanOrEqual(12);
        if (compareInstants(one, other) <= 0) {
          expect(first.plannedBy <= second.plannedBy).toBe(true);
          expect(first.legalBy <= second.legalBy).toBe(true);
        }
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  test('F32 F31 a day begins where it says, and adding days and months counts each once', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 400 }), (at, days) => {
        const day = localDayOf(at);
        expect(localDayOf(startOfLocalDay(day))).toBe(day);
        expect(compareInstants(startOfLocalDay(day), at)).toBeLessThanOrEqual(0);
        expect(compareInstants(at, startOfLocalDay(addDays(day, 1)))).toBeLessThan(0);
        expect(daysBetween(day, addDays(day, days))).toBe(days);
        expect(addMonths(day, 0)).toBe(day);
        expect(addMonths(day, 1).slice(8) <= day.slice(8)).toBe(true);
      }),
      { numRuns: 400, seed: 6 },
    );
  });
});

describe('names and secrets', () => {
  test('A27 A28 A29 whatever is accepted as a mailbox is one plain line with one at sign, and its key is stable', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.emailAddress(),
      fc
        .tuple(fc.emailAddress(), fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
        .map(([mail, at, extra]) => {
          const spot = at % (mail.length + 1);
          return mail.slice(0, spot) + extra + mail.slice(spot);
        }),
    );
    fc.assert(
      fc.property(text, (address) => {
        if (!isMailbox(address)) return;
        expect(address.split('@')).toHaveLength(2);
        expect(address.length).toBeLessThanOrEqual(254);
        expect(address).not.toMatch(/[\p{Cc}\p{Cf}\s"<>,;:\\()[\]]/u);
        const key = mailboxKey(address);
        expect(mailboxKey(key)).toBe(key);
        expect(isMailbox(key)).toBe(true);
        expect(mailboxRateKey(key)).toBe(mailboxRateKey(address));
      }),
      { numRuns: 2000, seed: 9 },
    );
  });

  test('A11 any bytes make a reference of 26 known signs and a code of six digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 17, maxLength: 17 }), (bytes) => {
        expect(newReference(() => bytes)).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
        const queue = [...bytes];
        const draw = (size: number) => Uint8Array.from(queue.splice(0, size).map((byte) => byte & 0x7f));
        expect(newCode(draw)).toMatch(/^\d{6}$/);
      }),
      { numRuns: 200, seed: 10 },
    );
  });

  test('A53 A59 any text in any field makes one line, and passes only where it is a code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        const lines: string[] = [];
        createLog({ function: 'f', write: (line) => lines.push(line), now: () => 0 }).info('m', {
          x: value,
          [`f_${name}`]: 1,
        });
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[\r\n]/);
        const { x } = JSON.parse(lines[0] ?? '');
        expect(x === '[withheld]' || /^[A-Za-z0-9_.:/#=+-]*$/.test(x)).toBe(true);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

describe('letters to people with any name', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x>',
      '{{7*7}}',
      '#{x}',
      '\r\nBcc: x@example.org',
      '\u202Egnp.exe',
      '&lt;b&gt;',
      "'--",
      'https://evil.example',
    ),
  );
  const named = allLetterSamples.filter(
    (letter) => letter.kind !== 'receipt' && letter.kind !== 'code' && letter.kind !== 'identity-reminder',
  );
  const tags = (html: string) => html.match(/<\/?[a-z!][^>]*>/gi) ?? [];

  test.each(['nl', 'en'] as const)('A30 A31 in %s: no tag, link, header or line of its own', (language) => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...named), (name, letter) => {
        const plain = renderLetter({ ...letter, name: 'Ada' }, language);
        const rendered = renderLetter({ ...letter, name }, language);
        expect(rendered.subject).toBe(plain.subject);
        expect(tags(rendered.html)).toEqual(tags(plain.html));
        expect(rendered.subject + rendered.text).not.toMatch(/[^\P{Cc}\n]/u);
        expect(rendered.text).not.toMatch(/^Bcc:/m);
        expect(rendered.text).not.toContain('https://evil');
      }),
      { numRuns: 250, seed: 12 },
    );
  });
});
