import * as v from 'valibot';
import type { Actor, Case, Child } from './case.ts';
import { taskOf } from './dispositions.ts';
import { InvalidInput } from './errors.ts';
import type { Fact } from './lifecycle.ts';
import type { CommittedWords } from './sealed-words.ts';

/** Messages between the subject and staff stay inside the case: a mail only says that there is one. */

export const messageText = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'empty'),
  v.maxLength(10_000, 'too-long'),
);
/** Bytes of all files of one message: with the rest of a call they must fit a Lambda's 6 MiB. */
export const messageFileBytes = 4 * 1024 * 1024;
export const filesPerMessage = 3;
/** Messages that one request takes from its subject in a day. */
export const messagesPerDay = 20;

export const fileTypes = ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'] as const;
export type FileType = (typeof fileTypes)[number];

const sealedFile = v.strictObject({
  number: v.number(),
  name: v.string(),
  type: v.picklist(fileTypes),
  bytes: v.number(),
  /** SHA-256 (hex) of the file: with the rest of the message it is committed to. Absent in messages of earlier versions. */
  hash: v.exactOptional(v.string()),
});
/** A message as it is sealed. */
export const sealedMessage = v.strictObject({
  from: v.picklist(['subject', 'staff']),
  text: v.string(),
  files: v.array(sealedFile),
  salt: v.string(),
});
export type SealedMessage = v.InferOutput<typeof sealedMessage>;

export const isMessage = (note: { readonly id: string }): boolean => note.id.startsWith('message-');
export const sealedMessageName = (id: string): string => `message.${id}`;

/** What a file really is, by its first bytes; its name and what the sender calls it count for nothing. Throws `InvalidInput`. */
export function fileTypeOf(bytes: Uint8Array): FileType {
  const starts = (...head: number[]) => head.every((byte, at) => bytes[at] === byte);
  if (bytes.byteLength === 0) throw new InvalidInput('file-empty', 'files');
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) {
    if (isActivePdf(bytes)) throw new InvalidInput('file-with-active-content', 'files');
    return 'application/pdf';
  }
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (isPlainText(bytes)) return 'text/plain';
  throw new InvalidInput('file-type-not-allowed', 'files');
}

/** Names in PDF that make a reader do something; none is needed in a letter or a statement. */
function isActivePdf(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return /\/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|OpenAction|AA)\b/.test(text);
}

function isPlainText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return !/[^\P{Cc}\t\r\n]/u.test(text) && !/^\s*<(?:!doctype|html|svg|\?xml|script)/i.test(text);
  } catch {
    return false;
  }
}

/** A name to show: no path, no control or direction characters, of bounded length. */
export function shownFileName(name: string): string {
  return (
    name
      .replace(/^.*[/\\]/s, '')
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"<>|:*?]/gu, '')
      .trim()
      .slice(0, 100) || 'file'
  );
}

/** We do not ask for identity documents, and do not keep one that somebody sends unasked without having been warned (EDPB 01/2022 §79). */
export function looksLikeIdentityDocument(name: string): boolean {
  return /passp|paspo|identi|(?:^|[^a-z])id[-_ ]?(?:card|kaart|bewijs|copy|kopie)|rijbewijs|driv(?:ers?|ing)[-_ ]?licen|legitimatie/i.test(
    name,
  );
}

/** The fact that a message was sent. The subject's becomes a task; an answer of staff does it. */
export function messageSent(
  { row, tasks }: Case,
  message: { readonly id: string; readonly words: CommittedWords<Omit<SealedMessage, 'salt'>> },
  by: Actor,
  at: string,
): Fact {
  const open = tasks.find(
    (task) => task.processor === 'staff' && task.operation === 'message' && task.state === 'open',
  );
  const task: readonly Child[] =
    by === 'subject'
      ? open
        ? []
        : [
            {
              kind: 'task',
              value: taskOf(
                { processor: 'staff', at, plannedBy: row.plannedBy, action: 'message' },
                'message',
                'message-from-subject',
              ),
            },
          ]
      : open
        ? [{ kind: 'task', value: { ...open, state: 'done', doneAt: at, doneBy: by } }]
        : [];
  return {
    type: 'message-sent',
    by,
    at,
    data: {
      message: message.id,
      files: message.words.sealed.files.length,
      ...message.words.data,
    },
    set: { lookAt: row.lookAt },
    children: [{ kind: 'note', value: { id: message.id, at, by, sealed: message.words.name } }, ...task],
  };
}
