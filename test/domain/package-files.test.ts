import { PermanentError } from '../../functions/domain/errors.ts';
import {
  exportKey,
  exportsPrefix,
  filesBackstopDays,
  handFileKey,
  handFilesPrefix,
  manifestKey,
  messageFileKey,
  packageKey,
  packagePrefix,
  partKeys,
  partsPrefix,
} from '../../functions/domain/package-files.ts';

const hash = '0123456789abcdef'.repeat(4);

test('everything of a request lies under its name, each kind in a place of its own', () => {
  expect(exportKey('q', 'google-ads')).toBe('requests/q/export/google-ads.ndjson');
  expect(exportsPrefix('q')).toBe('requests/q/export/');
  expect(handFileKey('q', 'adyen', '0123456789abcdef.csv')).toBe(
    'requests/q/by-hand/adyen/0123456789abcdef.csv',
  );
  expect(handFileKey('q', 'adyen', '0123456789abcdef.json')).toMatch(/json$/);
  expect(handFilesPrefix('q')).toBe('requests/q/by-hand/');
  expect(packagePrefix('q')).toBe('requests/q/package/');
  expect(packageKey('q', hash)).toBe(`requests/q/package/${hash}.zip`);
  expect(manifestKey('q', hash)).toBe(`requests/q/package/${hash}.json`);
  expect(partsPrefix('q')).toBe('requests/q/parts/');
  expect(partKeys('q', hash.slice(0, 16), 7)).toEqual({
    bytes: 'requests/q/parts/0123456789abcdef/000007.bin',
    index: 'requests/q/parts/0123456789abcdef/000007.json',
  });
  expect(messageFileKey('q', 'message-000001-0123456789', 2)).toBe(
    'requests/q/messages/message-000001-0123456789/2',
  );
});

test('the bucket itself lets go later than any case does', () => {
  expect(filesBackstopDays).toBe(545);
});

const refused = {
  'processor-name': ['', '../up', 'a/b', 'A', 'a.b', 'a'.repeat(61)].map(
    (name) => () => exportKey('q', name),
  ),
  'package-hash': [
    '',
    '../../x',
    hash.slice(0, 15),
    `${hash}0`,
    `x${hash.slice(1)}`,
    `${hash.slice(1)}x`,
  ].flatMap((name) => [
    () => packageKey('q', name),
    () => manifestKey('q', name),
    () => partKeys('q', name, 1),
  ]),
  'file-name': [
    '../x.csv',
    'x.csv',
    '0123456789abcdef',
    '0123456789abcdef.c',
    '0123456789abcdef.jsonx',
    '0123456789abcdef.CSV',
    '/0123456789abcdef.csv',
    '0123456789abcdeg.csv',
    '0123456789abcdefxcsv',
  ].map((name) => () => handFileKey('q', 'adyen', name)),
  'message-name': [
    'message-1-0123456789',
    'message-00000x-0123456789',
    'message-000001-012345678',
    'message-000001-012345678A',
    'message-000001-01234567890',
    '../message-000001-0123456789',
    'message-000001-0123456789/..',
  ].map((name) => () => messageFileKey('q', name, 1)),
};

test.each(Object.entries(refused))(
  'no key of the bucket can be made of somebody else’s words: %s',
  (code, keys) => {
    for (const key of keys) expect(key).toThrow(new PermanentError(code));
  },
);
