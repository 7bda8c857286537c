import { canonicalJson, sha256 } from '../../functions/domain/audit.ts';
import { commitWords, isSecret, secretName } from '../../functions/domain/sealed-words.ts';

const salt = Buffer.alloc(32, 7);
const hex = salt.toString('hex');
const words = { text: 'Ada “é” \\ \u2028', by: 'staff:officer' };

test('what is sealed are the words and their salt, and the event says where and commits to them', () => {
  const { name, sealed, data } = commitWords({ kind: 'note' }, words, salt);
  expect(sealed).toEqual({ ...words, salt: hex });
  expect(data.commitment).toBe(sha256(`${hex}\n${canonicalJson(words)}`));
  expect(data.words).toBe(name);
  expect(name).toBe(`note.${data.commitment.slice(0, 16)}`);
  expect(JSON.stringify(data)).not.toContain('Ada');
});

test('another word, another salt or another field is another commitment; the order of fields is not', () => {
  const { commitment } = commitWords({ name: 'x' }, words, salt).data;
  const others = [
    commitWords({ name: 'x' }, { ...words, text: 'Ada' }, salt),
    commitWords({ name: 'x' }, words, Buffer.alloc(32, 8)),
    commitWords({ name: 'x' }, { text: words.text }, salt),
    commitWords({ name: 'x' }, { ...words, more: null }, salt),
  ];
  for (const { data } of others) expect(data.commitment).not.toBe(commitment);
  expect(commitWords({ name: 'x' }, { by: words.by, text: words.text }, salt).data.commitment).toBe(
    commitment,
  );
});

test('a name that is given stays, also where the words say little', () => {
  expect(commitWords({ name: 'subject' }, words, salt).data.words).toBe('subject');
});

test('secrets have names of their own', () => {
  expect([isSecret(secretName('x')), isSecret('x'), isSecret('note.secret.')]).toEqual([true, false, false]);
});
