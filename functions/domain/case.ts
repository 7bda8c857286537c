import * as v from 'valibot';
import { pauseGrounds } from './clock.ts';
import { retentionGrounds } from './grounds.ts';
import {
  actions,
  channels,
  dataCategories,
  decisions,
  dispositionKinds,
  extensionReasons,
  languages,
  letterKinds,
  objectionScopes,
  outcomes,
  reasonCodes,
  rights,
  statuses,
} from './words.ts';

/** RFC 3339 instant in UTC with milliseconds, as `Date.toISOString` writes it. */
export const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
/** A calendar day in Europe/Amsterdam, YYYY-MM-DD. */
export const day = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/));
/** A code from a closed set or an id: nothing that could hold a person's words. */
export const code = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.:#-]{1,80}$/));
/** 128 bits of randomness in 26 letters and digits; the public reference, the row's key and the execution's name. */
export const reference = v.pipe(v.string(), v.regex(/^[0-9a-hjkmnp-tv-z]{26}$/));

/** Who did something: the subject, the product itself, the policy where it decides, or a named member of staff. */
export const actor = v.union([
  v.picklist(['subject', 'system', 'policy']),
  v.pipe(v.string(), v.regex(/^staff:[A-Za-z0-9_.-]{1,64}$/)),
]);
export type Actor = v.InferOutput<typeof actor>;

export const pause = v.strictObject({
  ground: v.picklist(pauseGrounds),
  from: instant,
  until: v.exactOptional(instant),
  letterId: code,
});

export const decision = v.strictObject({
  kind: v.picklist(decisions),
  reason: v.exactOptional(v.picklist(reasonCodes)),
  /** What a grant in part keeps back; everything else is granted. */
  except: v.exactOptional(
    v.strictObject({
      categories: v.exactOptional(v.array(v.picklist(dataCategories))),
      processors: v.exactOptional(v.array(code)),
    }),
  ),
  /** Where staff's own words to the subject are sealed. */
  words: v.exactOptional(code),
  by: actor,
  at: instant,
});
export type Decision = v.InferOutput<typeof decision>;

/** The row of one request: what is true of it now. Personal data is not here but sealed in the vault. */
export const requestRow = v.strictObject({
  id: reference,
  submissionId: code,
  siblings: v.array(reference),
  right: v.picklist(rights),
  status: v.picklist(statuses),
  outcome: v.nullable(v.picklist(outcomes)),
  channel: v.picklist(channels),
  language: v.picklist(languages),
  receivedAt: instant,
  recordedAt: instant,
  plannedBy: day,
  legalBy: day,
  /** Keyed hash of the exact mailbox: joins requests of one person, and tells nothing without the key. */
  mailbox: code,
  objectionScope: v.exactOptional(v.picklist(objectionScopes)),
  onBehalfOf: v.exactOptional(v.picklist(['child', 'agent'])),
  /** How staff checked a representative's authority or a doubt about identity; no copy of any document is kept. */
  authorityCheckedBy: v.exactOptional(actor),
  verifiedAt: v.exactOptional(instant),
  extension: v.exactOptional(
    v.strictObject({ reason: v.picklist(extensionReasons), sentAt: instant, letterId: code }),
  ),
  pauses: v.array(pause),
  /** A first member of staff's decision that still lacks the second's. */
  proposal: v.exactOptional(decision),
  decision: v.exactOptional(decision),
  coolingOffUntil: v.exactOptional(instant),
  processors: v.exactOptional(v.array(code)),
  package: v.exactOptional(
    v.strictObject({ hash: code, builtAt: instant, bytes: v.number(), approvals: v.array(actor) }),
  ),
  releasedHash: v.exactOptional(code),
  /** The latest sending of the released package to another controller (art. 20(2)); earlier ones are in the trail. */
  transmission: v.exactOptional(
    v.strictObject({
      number: v.number(),
      hash: code,
      state: v.picklist(['under-way', 'sent', 'failed']),
      askedAt: instant,
      /** Failed tries of the subject in a row. */
      failures: v.number(),
    }),
  ),
  /** The complaint's subject, where it is about another request. */
  about: v.exactOptional(reference),
  mergedInto: v.exactOptional(reference),
  reminders: v.number(),
  /** When the first letter with a code was handed over: the identity schedule counts from here. */
  receiptAt: v.exactOptional(instant),
  escalations: v.number(),
  rung: v.array(code),
  openTasks: v.number(),
  /** When the oldest of the open tasks was opened. */
  openTaskSince: v.exactOptional(instant),
  answeredAt: v.exactOptional(instant),
  closedAt: v.exactOptional(instant),
  hold: v.exactOptional(v.boolean()),
  anonymisedAt: v.exactOptional(instant),
  /** How many executions have carried this request; their names end in this number from the second on. */
  executions: v.number(),
  /** The definition that the last execution runs on; absent before versions were recorded. */
  machineVersion: v.exactOptional(code),
  /** Number of audit events so far: the optimistic lock and the ETag. */
  version: v.number(),
  /** Hash of the last audit event. */
  head: code,
  /** When the sweep must look at this row if nothing has happened to it by then. */
  lookAt: instant,
});
export type RequestRow = v.InferOutput<typeof requestRow>;

export const holding = v.strictObject({
  /** SHA-256 (first 16 hex) of the vendor's id: enough to match, not enough to find a person. */
  handle: code,
  category: v.picklist(dataCategories),
  count: v.number(),
  retained: v.exactOptional(v.strictObject({ ground: v.picklist(retentionGrounds), until: day })),
  blocker: v.exactOptional(code),
});

/** What the search at one processor showed. The vendor's own ids are sealed in the vault under the same name. */
export const findingRecord = v.strictObject({
  processor: code,
  at: instant,
  state: v.picklist(['found', 'nothing', 'incomplete', 'ambiguous', 'by-hand', 'failed']),
  holdings: v.array(holding),
  /** Bytes of exported records waiting in the bucket, for rights that end in a package. */
  exportedBytes: v.exactOptional(v.number()),
  code: v.exactOptional(code),
});
export type FindingRecord = v.InferOutput<typeof findingRecord>;

export const evidence = v.strictObject({
  class: v.picklist(['looked-again', 'vendor-status', 'vendor-acknowledged', 'staff-statement', 'none']),
  looked: v.number(),
  requestIds: v.pipe(v.array(code), v.readonly()),
  handles: v.pipe(v.array(code), v.readonly()),
  observation: code,
});

export const dispositionRecord = v.strictObject({
  processor: code,
  disposition: v.picklist(dispositionKinds),
  action: v.exactOptional(v.picklist([...actions, 'export'])),
  at: instant,
  evidence,
  expectedBy: v.exactOptional(day),
  /** The vendor's handle for asking how far it is; an opaque job id, never a person's id. */
  job: v.exactOptional(v.string()),
  retainedUntil: v.exactOptional(day),
  ground: v.exactOptional(v.picklist(retentionGrounds)),
  /** Why it is not applicable, or what failed. */
  code: v.exactOptional(code),
  by: v.exactOptional(actor),
  /** An erasure that was seen done at once is looked at once more on this day: some systems bring data back. */
  lookAgainOn: v.exactOptional(day),
  looks: v.number(),
  /** Looks since then that could not be made. */
  missed: v.exactOptional(v.number()),
});
export type DispositionRecord = v.InferOutput<typeof dispositionRecord>;

export const staffTask = v.strictObject({
  /** The system the work is at, or `request` for work on the request itself. */
  processor: code,
  operation: code,
  state: v.picklist(['open', 'done']),
  openedAt: instant,
  dueAt: instant,
  /** Key of the text in the processor's task catalogue. */
  instructions: code,
  code: v.exactOptional(code),
  doneAt: v.exactOptional(instant),
  doneBy: v.exactOptional(actor),
});
export type StaffTask = v.InferOutput<typeof staffTask>;

export const letterRecord = v.strictObject({
  id: code,
  kind: v.picklist(letterKinds),
  state: v.picklist(['sent', 'delivered', 'bounced', 'complained', 'withheld']),
  at: instant,
  messageId: v.exactOptional(v.string()),
});
export type LetterRecord = v.InferOutput<typeof letterRecord>;

export const noteRecord = v.strictObject({
  id: code,
  at: instant,
  by: actor,
  /** The words themselves are sealed in the vault under this name. */
  sealed: code,
});
export type NoteRecord = v.InferOutput<typeof noteRecord>;

/** Everything about one request but the sealed words and the audit events. */
export interface Case {
  readonly row: RequestRow;
  readonly findings: readonly FindingRecord[];
  readonly dispositions: readonly DispositionRecord[];
  readonly tasks: readonly StaffTask[];
  readonly letters: readonly LetterRecord[];
  readonly notes: readonly NoteRecord[];
}

export type Child =
  | { readonly kind: 'finding'; readonly value: FindingRecord }
  | { readonly kind: 'disposition'; readonly value: DispositionRecord }
  | { readonly kind: 'task'; readonly value: StaffTask }
  | { readonly kind: 'letter'; readonly value: LetterRecord }
  | { readonly kind: 'note'; readonly value: NoteRecord };
