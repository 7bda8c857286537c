import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import * as v from 'valibot';
import { reference } from '../../functions/domain/case.ts';
import {
  codeLivesMs,
  codesInAll,
  isMailbox,
  knownBrowserMs,
  linkLivesMs,
  mailboxKey,
  mailboxRateKey,
  mixesScripts,
  newCode,
  newReference,
  newToken,
  sessionIdleMs,
  sessionLivesMs,
  triesInAll,
  triesPerCode,
} from '../../functions/domain/identity.ts';

test('a reference has 26 characters without look-alikes, and its full 128 bits reach them', () => {
  const zeros = newReference((size) => new Uint8Array(size));
  const ones = newReference((size) => new Uint8Array(size).fill(255));
  expect(zeros).toBe('0'.repeat(26));
  expect(ones).toBe('z'.repeat(26));
  const all = new Set(Array.from({ length: 2000 }, () => newReference(randomBytes)));
  expect(all.size).toBe(2000);
  for (const one of all) expect(v.is(reference, one)).toBe(true);
});

test('each bit of randomness changes the reference', () => {
  const plain = newReference((size) => new Uint8Array(size));
  for (let bit = 0; bit < 130; bit += 1) {
    const bytes = new Uint8Array(17);
    bytes[16 - Math.floor(bit / 8)] = 1 << (bit % 8);
    expect(newReference(() => bytes)).not.toBe(plain);
  }
});

test('how long codes, links and sessions live, in milliseconds, and how often they may be tried', () => {
  expect({ codeLivesMs, linkLivesMs, sessionIdleMs, sessionLivesMs, knownBrowserMs }).toEqual({
    codeLivesMs: 600_000,
    linkLivesMs: 86_400_000,
    sessionIdleMs: 1_800_000,
    sessionLivesMs: 28_800_000,
    knownBrowserMs: 10_368_000_000,
  });
  expect({ triesPerCode, triesInAll, codesInAll }).toEqual({
    triesPerCode: 5,
    triesInAll: 20,
    codesInAll: 10,
  });
});

describe('codes', () => {
  const fixed = (...draws: number[]) => {
    let at = 0;
    return () => {
      const drawn = draws[at++] ?? 0;
      return Uint8Array.of(drawn >>> 24, (drawn >>> 16) & 255, (drawn >>> 8) & 255, drawn & 255);
    };
  };

  test('cover 000000 to 999999', () => {
    expect(newCode(fixed(0))).toBe('000000');
    expect(newCode(fixed(999_999))).toBe('999999');
    expect(newCode(fixed(1_000_000))).toBe('000000');
    expect(newCode(fixed(4_294_000_000 - 1))).toBe('999999');
  });

  test('throw away the draws that would make small numbers likelier', () => {
    expect(newCode(fixed(4_294_000_000, 42))).toBe('000042');
    expect(newCode(fixed(0xffff_ffff, 7))).toBe('000007');
  });

  test('are spread over the whole range', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const tenth = Math.floor(Number(newCode(randomBytes)) / 100_000);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(300);
  });
});

test('a token carries 192 bits', () => {
  expect(newToken(randomBytes)).toMatch(/^[A-Za-z0-9_-]{32}$/);
});

describe('mailboxes', () => {
  test.each([
    'ada@example.com',
    'Ada.Lovelace+rights@mail.example.co.uk',
    "o'neil_99@example.nl",
    'jürgen@müller.example',
    `${'a'.repeat(64)}@example.com`,
    'ada@x-1.example.com',
    'ada@x1.e.example',
    'ada@3m.example',
    'ada@example.x1y',
    'ada@example.x-y',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(53)}.example`,
  ])('%s is one', (text) => expect(isMailbox(text)).toBe(true));

  test.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'a@b@example.com',
    '"ada"@example.com',
    'ada@[127.0.0.1]',
    'ada@example.com,bob@example.com',
    'ada@example.com;bob@example.com',
    'Ada <ada@example.com>',
    'ada(x)@example.com',
    'ada @example.com',
    'ada@exa mple.com',
    'ada\n@example.com',
    'ada@example.com\r\nBcc: x@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'a..da@example.com',
    'ada@-example.com',
    'ada@example-.com',
    'ada@example..com',
    'ada@.example.com',
    'ada@example.com.',
    'ada@example.c',
    'ada@example.1a',
    'ada@example.a-',
    'ada@exam_ple.com',
    'ada@e.x',
    // The Kelvin sign folds into the plain letter k.
    '\u212Aim@example.com',
    'ada@\u212Aim.example',
    // The capital I with a dot folds into the plain letter i and a mark.
    '\u0130da@example.com',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(54)}.example`,
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'a.'.repeat(130)}com`,
    'ada\u200b@example.com',
    'ada\u202e@example.com',
    'ada\u0000@example.com',
    '\u0430da@example.com',
    'ada@ex\u0430mple.com',
    'ad\u03b1@example.com',
    'ada\\@example.com',
  ])('%j is none', (text) => expect(isMailbox(text)).toBe(false));

  test('an alphabet of one’s own is no mix', () => {
    expect(mixesScripts('почта@пример.рф')).toBe(false);
    expect(mixesScripts('почта@example.com')).toBe(false);
    expect(mixesScripts('почtа@example.com')).toBe(true);
  });

  test('any text is judged in linear time, without an exception', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => typeof isMailbox(text) === 'boolean'));
    expect(isMailbox(`${'a.'.repeat(50_000)}@example.com`)).toBe(false);
    expect(isMailbox(`a@${'-'.repeat(100_000)}`)).toBe(false);
  });
});

test('a person’s requests are joined by the exact mailbox; only rate limits fold further', () => {
  expect(mailboxKey(' Ada@Example.com ')).toBe('ada@example.com');
  expect(mailboxKey('jose\u0301@example.com')).toBe('jos\u00e9@example.com');
  expect(mailboxKey('a.da+x@example.com')).toBe('a.da+x@example.com');
  expect(mailboxRateKey('A.Da+x@Example.com')).toBe('ada@example.com');
  expect(mailboxRateKey('a.d.a+x+y@mail.example.com')).toBe('ada@mail.example.com');
});
