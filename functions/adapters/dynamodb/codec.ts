import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { type AuditEvent, auditEvent } from '../../domain/audit.ts';
import {
  type Case,
  type Child,
  dispositionRecord,
  findingRecord,
  instant,
  letterRecord,
  noteRecord,
  type RequestRow,
  requestRow,
  staffTask,
} from '../../domain/case.ts';
import type { Submission } from '../../domain/ports.ts';
import { languages } from '../../domain/words.ts';
import { forgivingEntries } from './forgiving.ts';
import { closedShelf, openShelf, watched } from './keys.ts';

export type Item = Record<string, AttributeValue>;

/** An item that does not have the shape its key promises: written by a newer version, or damaged. It is never guessed at. */
export class UnknownShape extends Error {
  override readonly name = 'UnknownShape';
}

const submission = v.strictObject({
  id: v.string(),
  references: v.array(v.string()),
  language: v.picklist(languages),
  mailbox: v.string(),
  createdAt: instant,
  verifiedAt: v.exactOptional(instant),
  token: v.exactOptional(v.strictObject({ hash: v.string(), expiresAt: instant })),
  code: v.exactOptional(v.strictObject({ hash: v.string(), expiresAt: instant, tries: v.number() })),
  totalTries: v.number(),
  codesSent: v.number(),
  codesProved: v.exactOptional(v.number()),
  browser: v.exactOptional(v.string()),
});

/**
 * Every known field must be as agreed. Fields that only a newer version knows are kept and written back, so that rolling back over newer
 * rows loses nothing (TRUST.md F30).
 */
function read<Entries extends v.ObjectEntries>(
  { entries }: { readonly entries: Entries },
  item: Item,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  let json: unknown;
  try {
    json = JSON.parse(item.j?.S ?? '');
  } catch {
    throw new UnknownShape('item without readable content');
  }
  const parsed = v.safeParse(known(entries), json);
  if (!parsed.success) {
    const field = parsed.issues[0].path?.map((part) => String(part.key)).join('.') ?? '';
    throw new UnknownShape(`item of unknown shape at ${field}`);
  }
  // Forgiving adds nothing to what the known fields are.
  return parsed.output as v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;
}

const built = new WeakMap<v.ObjectEntries, v.GenericSchema>();
function known(entries: v.ObjectEntries): v.GenericSchema {
  const schema = built.get(entries) ?? v.looseObject(forgivingEntries(entries));
  built.set(entries, schema);
  return schema;
}

const content = (value: unknown): Item => ({ j: { S: JSON.stringify(value) } });

/** `lookAt` stands apart from the content, because the sweep moves it without changing the request. */
export function rowItem({ lookAt, ...row }: RequestRow): Item {
  const closed = row.status === 'closed';
  return {
    ...content(row),
    v: { N: String(row.version) },
    shelf: { S: closed ? closedShelf : openShelf },
    due: { S: `${closed ? row.closedAt : row.plannedBy}#${row.id}` },
    ...(closed && row.anonymisedAt ? {} : { watch: { S: watched } }),
    lookAt: { S: `${lookAt}#${row.id}` },
  };
}

const storedRow = v.omit(requestRow, ['lookAt']);

export function rowOf(item: Item): RequestRow {
  const lookAt = item.lookAt?.S?.split('#')[0] ?? '';
  return { ...read(storedRow, item), lookAt };
}
export const eventItem = (event: AuditEvent): Item => content(event);
export const eventOf = (item: Item): AuditEvent => read(auditEvent, item);
export const childItem = (child: Child): Item => content(child.value);

/** A case from the items of its partition, in any order. */
export function caseOf(items: readonly Item[]): Case | undefined {
  let row: RequestRow | undefined;
  const findings = [];
  const dispositions = [];
  const tasks = [];
  const letters = [];
  const notes = [];
  for (const item of items) {
    const kind = (item.sk?.S ?? '').split('#')[0];
    if (kind === 'ROW') row = rowOf(item);
    else if (kind === 'finding') findings.push(read(findingRecord, item));
    else if (kind === 'disposition') dispositions.push(read(dispositionRecord, item));
    else if (kind === 'task') tasks.push(read(staffTask, item));
    else if (kind === 'letter') letters.push(read(letterRecord, item));
    else if (kind === 'note') notes.push(read(noteRecord, item));
    // Any other kind is a newer version's: left alone, not guessed at.
  }
  return row ? { row, findings, dispositions, tasks, letters, notes } : undefined;
}

/** `tries` and `totalTries` stand apart from the content, because guesses are counted by atomic addition. */
export function submissionItem(value: Submission): Item {
  return {
    ...content(value),
    tries: { N: String(value.code?.tries ?? 0) },
    total: { N: String(value.totalTries) },
    code: { S: value.code?.hash ?? '-' },
    until: { S: value.code?.expiresAt ?? '-' },
    token: { S: value.token?.hash ?? '-' },
  };
}

export function submissionOf(item: Item): Submission {
  const value = read(submission, item);
  const tries = Number(item.tries?.N ?? 0);
  return {
    ...value,
    ...(value.code ? { code: { ...value.code, tries } } : {}),
    totalTries: Number(item.total?.N ?? 0),
  };
}
