import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  mailboxesToEraseAgain,
  normaliseMailbox,
  type SuppressionEntry,
  suppressionHash,
} from '../../functions/domain/suppression.ts';

const key = new Uint8Array(32).fill(7);

async function* from<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

describe('suppression', () => {
  test.each([
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ade\u0301@example.com', 'adé@example.com'],
    ['a.d.a+news@example.com', 'a.d.a+news@example.com'],
    ['no-address', 'no-address'],
    ['@BÜCHER.example', '@bücher.example'],
    ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
    ['a@not a domain', 'a@not a domain'],
  ])('normalises %j to %j', (address, normal) => {
    expect(normaliseMailbox(address)).toBe(normal);
    expect(normaliseMailbox(normal)).toBe(normal);
  });

  test('the hash is HMAC-SHA256 of the normalised mailbox and needs a full key', () => {
    const expected = createHmac('sha256', key).update('ada@example.com').digest('hex');
    expect(suppressionHash(key, 'ADA@example.com')).toBe(expected);
    expect(suppressionHash(new Uint8Array(32).fill(8), 'ada@example.com')).not.toBe(expected);
    expect(() => suppressionHash(key.subarray(1), 'ada@example.com')).toThrow(
      new RangeError('suppression key is too short'),
    );
  });

  test('different mailboxes never share a hash', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.emailAddress(), (one, other) => {
        const same = normaliseMailbox(one) === normaliseMailbox(other);
        expect(suppressionHash(key, one) === suppressionHash(key, other)).toBe(same);
      }),
    );
  });

  test('F40 after a restore exactly those are erased again who were erased, not who signed up anew or only objected', async () => {
    const hashOf = (address: string) => suppressionHash(key, address);
    const entry = (email: string, why: SuppressionEntry['why'], at: string) => ({
      hash: hashOf(email),
      why,
      at,
    });
    const account = (email: string, createdAt: string) => ({ accountId: `acc-${email}`, email, createdAt });
    const again: string[] = [];
    const mailboxes = mailboxesToEraseAgain(
      from([
        account('Ada@example.com', '2024-01-01T00:00:00Z'),
        account('grace@example.com', '2024-01-01T00:00:00Z'),
        account('lin@example.com', '2026-03-06T00:00:00Z'),
        account('new@example.com', '2024-01-01T00:00:00Z'),
        account('twice@example.com', '2026-03-07T00:00:00Z'),
      ]),
      from([
        entry('ada@example.com', 'erased', '2026-03-05T00:00:00Z'),
        entry('grace@example.com', 'objected-to-marketing', '2026-03-05T00:00:00Z'),
        entry('lin@example.com', 'erased', '2026-03-05T00:00:00Z'),
        entry('twice@example.com', 'erased', '2026-03-04T00:00:00Z'),
        entry('twice@example.com', 'erased', '2026-03-07T00:00:00Z'),
        entry('twice@example.com', 'erased', '2026-03-05T00:00:00Z'),
      ]),
      hashOf,
    );
    for await (const mailbox of mailboxes) again.push(mailbox.email);
    expect(again).toEqual(['Ada@example.com', 'twice@example.com']);
  });
});
