import * as v from 'valibot';
import { InvalidInput } from '../../functions/domain/errors.ts';
import {
  filesPerMessage,
  fileTypeOf,
  isMessage,
  looksLikeIdentityDocument,
  messageFileBytes,
  messageSent,
  messagesPerDay,
  messageText,
  type SealedMessage,
  sealedMessage,
  sealedMessageName,
  shownFileName,
} from '../../functions/domain/message.ts';
import { commitWords } from '../../functions/domain/sealed-words.ts';
import { caseWith, requestId, task } from './case-builder.ts';

const at = '2026-03-06T10:00:00.000Z';
const bytes = (...head: (number | string)[]) =>
  new Uint8Array(Buffer.concat(head.map((part) => Buffer.from(typeof part === 'string' ? part : [part]))));
const refusalOf = (file: Uint8Array) => {
  try {
    return fileTypeOf(file);
  } catch (error) {
    if (error instanceof InvalidInput) return `${error.code} in ${error.field}`;
    throw error;
  }
};

describe('what a file is', () => {
  const png = bytes(0x89, 'PNG\r\n', 0x1a, 0x0a, 'more');
  const jpeg = bytes(0xff, 0xd8, 0xff, 0xe0);

  test('is told by its first bytes', () => {
    expect(fileTypeOf(bytes('%PDF-1.7\nwords'))).toBe('application/pdf');
    expect(fileTypeOf(png)).toBe('image/png');
    expect(fileTypeOf(jpeg)).toBe('image/jpeg');
    expect(fileTypeOf(bytes('Hallo,\r\n\twereld é €'))).toBe('text/plain');
  });

  test.each([
    ['png', png, 8],
    ['jpeg', jpeg, 3],
    ['pdf', bytes('%PDF-'), 5],
  ] as const)('each of the first bytes of a %s counts', (_name, whole, head) => {
    for (let at = 0; at < head; at += 1) {
      const changed = Uint8Array.from(whole);
      changed[at] = 0x01;
      expect(refusalOf(changed)).toBe('file-type-not-allowed in files');
    }
  });

  test.each(['JavaScript', 'JS', 'Launch', 'EmbeddedFile', 'RichMedia', 'OpenAction', 'AA'])(
    'a PDF that does something by itself is refused: /%s',
    (name) => {
      expect(refusalOf(bytes(`%PDF-1.7\n1 0 obj <</${name} 2 0 R>>`))).toBe(
        'file-with-active-content in files',
      );
      expect(refusalOf(bytes(`%PDF-1.7\n1 0 obj <</${name}x 2 0 R>>`))).toBe('application/pdf');
    },
  );

  test('only the file’s own bytes are judged, not what lies around them in memory', () => {
    const around = bytes('/JS %PDF-1.7 /JS ');
    expect(refusalOf(around.subarray(4, 12))).toBe('application/pdf');
  });

  test.each([
    ['nothing', bytes(), 'file-empty in files'],
    ['no text', bytes(0xc3, 0x28), 'file-type-not-allowed in files'],
    ['control characters', bytes('words', 0x00), 'file-type-not-allowed in files'],
    ['an escape', bytes('words', 0x1b), 'file-type-not-allowed in files'],
    ['a page', bytes('<!DOCTYPE html>'), 'file-type-not-allowed in files'],
    ['a page after a blank', bytes('\n  <HTML>'), 'file-type-not-allowed in files'],
    ['a drawing', bytes('<svg onload="x">'), 'file-type-not-allowed in files'],
    ['a document with markup', bytes('<?xml version="1.0"?>'), 'file-type-not-allowed in files'],
    ['a program', bytes('<script>'), 'file-type-not-allowed in files'],
    ['words about markup', bytes('I wrote <html>'), 'text/plain'],
    ['words with an angle', bytes('<3'), 'text/plain'],
  ] as const)('%s', (_what, file, expected) => expect(refusalOf(file)).toBe(expected));
});

test.each([
  ['letter.pdf', 'letter.pdf'],
  ['C:\\Users\\ada\\letter.pdf', 'letter.pdf'],
  ['../../etc/passwd', 'passwd'],
  [' a\u202eb\u0000c\u200b.txt ', 'abc.txt'],
  ['"<x>|:*?.txt', 'x.txt'],
  ['x'.repeat(300), 'x'.repeat(100)],
  ['folder/', 'file'],
  ['', 'file'],
])('the name %j is shown as %j', (name, shown) => expect(shownFileName(name)).toBe(shown));

test('a name that speaks of an identity document is recognised', () => {
  const of = (names: readonly string[]) => names.filter((name) => !looksLikeIdentityDocument(name));
  expect(
    of([
      'Passport.pdf',
      'paspoort.jpg',
      'identiteitskaart.png',
      'my-id-card.png',
      'id card.png',
      'ID_kaart.png',
      'idbewijs.png',
      'id-copy.pdf',
      'idkopie.pdf',
      'Rijbewijs.jpg',
      'drivers-licence.jpg',
      'driving_license.jpg',
      'driver licence.jpg',
      'driverslicense.jpg',
      'legitimatie.pdf',
    ]),
  ).toEqual([]);
  const plain = ['invoice.pdf', 'grid-card.png', 'bidcopy.pdf', 'id.txt', 'drive.png', 'licence.txt'];
  expect(of(plain)).toEqual(plain);
});

test('a message has words, of which there is an end', () => {
  expect(v.parse(messageText, '  words ')).toBe('words');
  const issue = (text: string) => v.safeParse(messageText, text).issues?.[0]?.message;
  expect([issue(' '), issue('x'.repeat(10_001)), issue('x'.repeat(10_000))]).toEqual([
    'empty',
    'too-long',
    undefined,
  ]);
});

const sealed: SealedMessage = {
  from: 'subject',
  text: 'words',
  files: [{ number: 1, name: 'letter.pdf', type: 'application/pdf', bytes: 9, hash: 'ab'.repeat(32) }],
  salt: 'salt',
};

test('the figures: three files, 4 MiB in all, and twenty messages in a day', () => {
  expect({ filesPerMessage, messageFileBytes, messagesPerDay }).toEqual({
    filesPerMessage: 3,
    messageFileBytes: 4_194_304,
    messagesPerDay: 20,
  });
});

test('what is sealed has its whole shape and no more', () => {
  expect(v.is(sealedMessage, { ...sealed, from: 'staff' })).toBe(true);
  expect(v.is(sealedMessage, sealed)).toBe(true);
  expect(v.is(sealedMessage, { ...sealed, from: 'system' })).toBe(false);
  expect(v.is(sealedMessage, { ...sealed, more: 1 })).toBe(false);
  expect(v.is(sealedMessage, { ...sealed, files: [{ number: 1, name: 'x' }] })).toBe(false);
  expect(v.is(sealedMessage, { ...sealed, files: [{ ...sealed.files[0], type: 'text/html' }] })).toBe(false);
});

test('messages have names of their own among the notes', () => {
  expect(sealedMessageName('message-000001-abc')).toBe('message.message-000001-abc');
  expect([isMessage({ id: 'message-000001-abc' }), isMessage({ id: 'note-message-1' })]).toEqual([
    true,
    false,
  ]);
});

describe('the fact that a message was sent', () => {
  const id = 'message-000001-0123456789';
  const { salt: _, ...said } = sealed;
  const words = commitWords({ name: sealedMessageName(id) }, said, Buffer.alloc(32, 7));
  const message = { id, words };
  const open = task('staff', { operation: 'message' });

  test('names the message, never its words, and leaves the time of the next look', () => {
    const current = caseWith({ lookAt: '2026-04-01T00:00:00.000Z' });
    expect(messageSent(current, message, 'subject', at)).toMatchObject({
      type: 'message-sent',
      by: 'subject',
      at,
      data: { message: message.id, files: 1, ...words.data },
      set: { lookAt: '2026-04-01T00:00:00.000Z' },
      children: [
        {
          kind: 'note',
          value: { id: message.id, at, by: 'subject', sealed: `message.${message.id}` },
        },
        { kind: 'task' },
      ],
    });
    expect(JSON.stringify(messageSent(current, message, 'subject', at))).not.toMatch(
      /"words"[,\]}]|letter\.pdf/,
    );
    expect(current.row.id).toBe(requestId);
  });

  const tasksAfter = (tasks: Parameters<typeof caseWith>[1], by: 'subject' | 'staff:officer') =>
    messageSent(caseWith({}, tasks), message, by, at).children?.flatMap((child) =>
      child.kind === 'task' ? [child.value] : [],
    );

  test('the subject’s is a task for staff, once', () => {
    expect(tasksAfter({}, 'subject')).toMatchObject([
      {
        processor: 'staff',
        operation: 'message',
        state: 'open',
        openedAt: at,
        instructions: 'message',
        code: 'message-from-subject',
      },
    ]);
    expect(tasksAfter({ tasks: [open] }, 'subject')).toEqual([]);
  });

  test.each([
    ['done before', { ...open, state: 'done' as const }],
    ['about something else', task('staff', { operation: 'decision' })],
    ['of a system', task('stripe', { operation: 'message' })],
  ])('a task that is %s does not stand for it', (_what, other) => {
    expect(tasksAfter({ tasks: [other] }, 'subject')).toHaveLength(1);
    expect(tasksAfter({ tasks: [other] }, 'staff:officer')).toEqual([]);
  });

  test('the answer of staff does it', () => {
    expect(tasksAfter({ tasks: [task('paypal'), open] }, 'staff:officer')).toEqual([
      { ...open, state: 'done', doneAt: at, doneBy: 'staff:officer' },
    ]);
    expect(tasksAfter({}, 'staff:officer')).toEqual([]);
  });
});
