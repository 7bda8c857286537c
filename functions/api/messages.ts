import type { Context } from 'hono';
import * as v from 'valibot';
import { sha256 } from '../domain/audit.ts';
import type { Actor, Case } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import { InvalidInput, PermanentError } from '../domain/errors.ts';
import { newReference } from '../domain/identity.ts';
import {
  type FileType,
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
} from '../domain/message.ts';
import { messageFileKey } from '../domain/package-files.ts';
import type { CaseStore, Files, Vault } from '../domain/ports.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { commitWords } from '../domain/sealed-words.ts';
import { letterSent } from '../domain/tell.ts';
import { type PostPorts, post } from '../letters/post.ts';
import { readAll } from '../packages/read-all.ts';
import { readJson } from './http.ts';
import { ApiProblem, readInput } from './problem.ts';

export interface MessagePorts extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly files: Pick<Files, 'get' | 'put'>;
  readonly publicUrl: string;
}

interface World {
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

export interface MessageInput {
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** The sender was warned that a file looks like an identity document, and sends it all the same. */
  readonly keepAnyway: boolean;
}

const jsonInput = v.strictObject({ text: messageText });

/** A message from JSON `{text}`, or from a form with `text`, up to three `file`s and, after a warning, `keepAnyway`. */
export async function readMessage(c: Context): Promise<MessageInput> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'multipart/form-data')
    return { ...readInput(jsonInput, await readJson(c)), files: [], keepAnyway: false };
  // The form's own lines come on top of the files.
  if (Number(c.req.header('content-length') ?? 0) > messageFileBytes + 64 * 1024)
    throw new ApiProblem({ type: 'body-too-large' });
  const form = await formOf(c);
  const { text } = readInput(jsonInput, { text: form.get('text') ?? undefined });
  const files = form.getAll('file').filter((one) => typeof one !== 'string');
  const given = await Promise.all(
    // A browser sends an empty file where none was chosen.
    files
      .filter((file) => file.size > 0 || file.name !== '')
      .map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
  return { text, files: given, keepAnyway: form.get('keepAnyway') === 'true' };
}

async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch {
    throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'body', code: 'not-a-form' }] });
  }
}

interface CheckedFile {
  readonly name: string;
  readonly type: FileType;
  readonly bytes: Uint8Array;
}

function checkedFiles({ files, keepAnyway }: MessageInput): readonly CheckedFile[] {
  if (files.length > filesPerMessage) throw new InvalidInput('too-many-files', 'files');
  if (files.reduce((sum, file) => sum + file.bytes.byteLength, 0) > messageFileBytes)
    throw new InvalidInput('files-too-large', 'files');
  return files.map(({ name, bytes }) => {
    const checked = { name: shownFileName(name), type: fileTypeOf(bytes), bytes };
    if (looksLikeIdentityDocument(checked.name) && !keepAnyway)
      throw new ApiProblem({ type: 'refused', detail: 'looks-like-identity-document' });
    return checked;
  });
}

/** Seals a message in the case. Staff's is followed by a mail that only says that there is one. */
export async function sendMessage(
  ports: MessagePorts,
  world: World,
  id: string,
  by: Actor,
  input: MessageInput,
): Promise<{ readonly id: string }> {
  const { store, vault, files } = ports;
  const now = world.now();
  const at = new Date(now).toISOString();
  const checked = checkedFiles(input);
  const row = await store.row(id);
  // What was destroyed stays destroyed: nothing new is sealed under it.
  if (!row || row.anonymisedAt) throw new ApiProblem({ type: 'not-found' });
  if (by === 'subject') await mustNotFlood(store, id, at);

  // The version in front orders messages of the same instant as they were written.
  const messageId = `message-${String(row.version).padStart(6, '0')}-${newReference(world.randomBytes).slice(0, 10)}`;
  for (const [at0, file] of checked.entries())
    await files.put(messageFileKey(id, messageId, at0 + 1), file.bytes, 'application/octet-stream');
  const said: Omit<SealedMessage, 'salt'> = {
    from: by === 'subject' ? 'subject' : 'staff',
    text: input.text,
    files: checked.map(({ name, type, bytes }, at0) => ({
      number: at0 + 1,
      name,
      type,
      bytes: bytes.byteLength,
      hash: sha256(bytes),
    })),
  };
  const words = commitWords({ name: sealedMessageName(messageId) }, said, world.randomBytes(32));
  await vault.put(id, words.name, words.sealed);
  await converge(store, id, async (current) => {
    const sent = messageSent(current, { id: messageId, words }, by, at);
    return by === 'subject' ? [sent] : [sent, letterSent(await notice(current), by)];
  });
  return { id: messageId };

  async function notice(current: Case) {
    const { email, name } = await readSubject(vault, id);
    return post(
      ports,
      current,
      { id: `${messageId}-notice`, to: email, now },
      {
        kind: 'message-notice',
        reference: id,
        statusUrl: `${ports.publicUrl}/requests/${id}`,
        name,
      },
    );
  }
}

async function mustNotFlood(store: CaseStore, id: string, at: string): Promise<void> {
  const expiresAt = new Date(Date.parse(at) + 2 * 86_400_000).toISOString();
  const uses = await store.count(`messages.${id}`, { key: at.slice(0, 10), expiresAt });
  if (uses > messagesPerDay) throw new ApiProblem({ type: 'too-many-requests', retryAfterSeconds: 86_400 });
}

/** All messages of a case, oldest first. `by` names the colleague and is for colleagues only. */
export async function readMessages({ vault }: Pick<MessagePorts, 'vault'>, { row, notes }: Case) {
  const messages = notes.filter(isMessage).sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1));
  return Promise.all(
    messages.map(async ({ id, at, by, sealed }) => {
      const value = await vault.get(row.id, sealed);
      // Words that were destroyed leave the fact that there was a message.
      if (value === undefined)
        return { id, at, by, from: by === 'subject' ? 'subject' : 'staff', gone: true };
      const { from, text, files } = open(value);
      return { id, at, by, from, text, files };
    }),
  );
}

/** A file of a message, to be saved and never shown in the page's own origin. */
export async function readMessageFile(
  { vault, files }: Pick<MessagePorts, 'vault' | 'files'>,
  { row, notes }: Case,
  messageId: string,
  number: number,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const note = notes.find((one) => isMessage(one) && one.id === messageId);
  const value = note ? await vault.get(row.id, note.sealed) : undefined;
  const file = value === undefined ? undefined : open(value).files.find((one) => one.number === number);
  const bytes = file ? await readAll(files, messageFileKey(row.id, messageId, number)) : undefined;
  if (!file || !bytes) throw new ApiProblem({ type: 'not-found' });
  return { name: file.name, bytes };
}

function open(value: unknown): SealedMessage {
  const parsed = v.safeParse(sealedMessage, value);
  if (!parsed.success) throw new PermanentError('message-of-unknown-shape');
  return parsed.output;
}

/** The answer that carries a file: whatever it is, a browser saves it and runs nothing. */
export function fileAnswer(c: Context, { name, bytes }: { name: string; bytes: Uint8Array }): Response {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  });
}
