import { type AuditData, type AuditEvent, chain, noEvent } from './audit.ts';
import { compareInstants } from './calendar.ts';
import type { Actor, Case, Child, LetterRecord, RequestRow, StaffTask } from './case.ts';
import { clockOf, type Milestone } from './clock.ts';
import { isSettled } from './dispositions.ts';
import { RefusedByDomain } from './errors.ts';
import type { CommittedWords } from './sealed-words.ts';
import type { LetterKind, Status } from './words.ts';

type ActorKind = 'subject' | 'staff' | 'system' | 'policy';

/** What a fact may do: from which status, to which, by whom, and what must be true before. Data, so that docs and tests read it too. */
export interface Transition {
  readonly from: readonly Status[];
  /** Empty: the status stays. */
  readonly to: readonly Status[];
  readonly who: readonly ActorKind[];
  readonly needs?: readonly Condition[];
}

const unverified: readonly Status[] = ['awaiting-identity'];
const undecided: readonly Status[] = ['awaiting-identity', 'finding', 'awaiting-decision'];
const unanswered: readonly Status[] = [...undecided, 'cooling-off', 'acting', 'awaiting-release'];
const open: readonly Status[] = [...unanswered, 'answered'];
const always: readonly Status[] = [...open, 'closed'];

/** Conditions by name; a fact that lacks one is refused with that name as the code. */
export const conditions = {
  /** Art. 12(4): a refusal names its ground. */
  'decision-without-reason': (after) =>
    after.row.decision === undefined ||
    after.row.decision.kind === 'grant' ||
    after.row.decision.reason !== undefined,
  'decision-missing': (after) => after.row.decision !== undefined,
  'decision-already-made': (_after, before) => before.row.decision === undefined,
  'search-not-finished': (after) =>
    (after.row.processors ?? []).every((name) =>
      after.findings.some((finding) => finding.processor === name),
    ),
  'not-verified': (after) => after.row.verifiedAt !== undefined,
  /** Art. 12(3), (4): the subject has been told before the request counts as answered. */
  'answer-not-sent': (after) => sent(after, 'answer') || sent(after, 'refusal') || sent(after, 'release'),
  /** Withheld only from a mailbox that a stranger's requests were flooding. */
  'closing-letter-not-sent': (after) =>
    after.letters.some(
      (letter) => letter.kind === 'refusal' && (reached(letter) || letter.state === 'withheld'),
    ),
  'extension-letter-not-sent': (after) => {
    const id = after.row.extension?.letterId;
    return id !== undefined && after.letters.some((letter) => letter.id === id && reached(letter));
  },
  'lifting-letter-not-sent': (after) => sent(after, 'restriction-lifted'),
  'second-extension': (_after, before) => before.row.extension === undefined,
  /** Art. 12(3): only while the first month runs. */
  'extension-after-first-month': (after) =>
    after.row.extension === undefined || clockOf(clockInput(after.row)).extended,
  'pause-letter-not-sent': (after) => {
    const last = after.row.pauses.at(-1);
    return (
      last !== undefined && after.letters.some((letter) => letter.id === last.letterId && reached(letter))
    );
  },
  'pause-already-open': (_after, before) => before.row.pauses.every((pause) => pause.until !== undefined),
  'no-pause-open': (_after, before) => before.row.pauses.some((pause) => pause.until === undefined),
  /** No close without a full disposition (every processor, every right). */
  'dispositions-incomplete': (after) => isSettled(after),
  'tasks-open': (after) => after.tasks.every((task) => task.state === 'done'),
  'package-not-approved': (after) =>
    after.row.package !== undefined && after.row.releasedHash === after.row.package.hash,
  'merge-into-itself': (after) => after.row.mergedInto !== undefined && after.row.mergedInto !== after.row.id,
  'outcome-missing': (after) => after.row.outcome !== null,
  'on-hold': (after) => after.row.hold !== true,
} as const satisfies Record<string, (after: Case, before: Case) => boolean>;
export type Condition = keyof typeof conditions;

export const lifecycle = {
  received: { from: [], to: ['awaiting-identity'], who: ['subject', 'staff'] },
  'letter-sent': { from: always, to: [], who: ['system', 'staff'] },
  'letter-withheld': { from: always, to: [], who: ['system'] },
  'letter-delivered': { from: always, to: [], who: ['system'] },
  'letter-bounced': { from: always, to: [], who: ['system'] },
  'letter-complained': { from: always, to: [], who: ['system'] },
  'identity-verified': {
    from: unverified,
    to: ['finding'],
    who: ['subject', 'staff'],
    needs: ['not-verified'],
  },
  'identity-reminded': { from: unverified, to: [], who: ['system'] },
  'identity-not-confirmed': {
    from: unverified,
    to: ['closed'],
    who: ['system'],
    needs: ['closing-letter-not-sent', 'outcome-missing'],
  },
  'authority-checked': { from: unanswered, to: [], who: ['staff'] },
  merged: {
    from: ['awaiting-identity'],
    to: ['closed'],
    who: ['subject', 'system'],
    needs: ['merge-into-itself'],
  },
  'search-planned': { from: ['finding'], to: [], who: ['system'], needs: ['not-verified'] },
  'search-finished': {
    from: ['finding'],
    to: ['awaiting-decision'],
    who: ['system'],
    needs: ['search-not-finished'],
  },
  proposed: { from: ['awaiting-decision'], to: [], who: ['staff'], needs: ['decision-already-made'] },
  decided: {
    from: ['awaiting-decision'],
    to: [],
    who: ['staff', 'policy'],
    needs: ['decision-missing', 'decision-without-reason', 'decision-already-made', 'search-not-finished'],
  },
  'decision-came-second': { from: always, to: [], who: ['staff'] },
  'nothing-to-act-on': {
    from: ['awaiting-decision'],
    to: [],
    who: ['policy'],
    needs: ['search-not-finished'],
  },
  'cooling-off-began': {
    from: ['awaiting-decision'],
    to: ['cooling-off'],
    who: ['system'],
    needs: ['decision-missing'],
  },
  'acting-began': {
    from: ['awaiting-decision', 'cooling-off'],
    to: ['acting'],
    who: ['system'],
    needs: ['decision-missing', 'not-verified'],
  },
  acted: { from: [...unanswered, 'answered'], to: [], who: ['system'] },
  'task-opened': { from: always, to: [], who: ['system', 'staff'] },
  /** Also after the end: a message or a transmission of a closed request may have left work. */
  'task-done': { from: always, to: [], who: ['staff', 'system'] },
  'task-retried': { from: open, to: [], who: ['staff'] },
  'package-built': {
    from: ['awaiting-decision', 'awaiting-release'],
    to: ['awaiting-release'],
    who: ['system'],
    needs: ['decision-missing', 'not-verified'],
  },
  'package-redacted': { from: ['awaiting-release'], to: [], who: ['staff'] },
  'release-approved': { from: ['awaiting-release'], to: [], who: ['staff'] },
  released: { from: ['awaiting-release'], to: [], who: ['staff'], needs: ['package-not-approved'] },
  'package-fetched': { from: ['answered', 'closed'], to: [], who: ['subject'] },
  'transmission-asked': { from: ['answered', 'closed'], to: [], who: ['subject'] },
  transmitted: { from: ['answered', 'closed'], to: [], who: ['system'] },
  'transmission-failed': { from: ['answered', 'closed'], to: [], who: ['system'] },
  'package-expired': { from: ['answered', 'closed'], to: [], who: ['system'] },
  answered: {
    from: ['awaiting-decision', 'acting', 'awaiting-release'],
    to: ['answered'],
    who: ['system'],
    needs: ['answer-not-sent', 'outcome-missing'],
  },
  'answer-undelivered': {
    from: ['answered', 'closed'],
    to: ['acting', 'awaiting-release', 'awaiting-decision'],
    who: ['system'],
  },
  'looked-again': { from: open, to: [], who: ['system'] },
  'processor-reported': { from: open, to: [], who: ['system'] },
  supplemented: { from: ['answered'], to: [], who: ['system'] },
  closed: {
    from: ['answered'],
    to: ['closed'],
    who: ['system'],
    needs: ['dispositions-incomplete', 'tasks-open', 'outcome-missing'],
  },
  withdrawn: { from: [...undecided, 'cooling-off', 'awaiting-release'], to: ['closed'], who: ['subject'] },
  extended: {
    from: unanswered,
    to: [],
    who: ['staff'],
    needs: ['second-extension', 'extension-letter-not-sent', 'extension-after-first-month'],
  },
  'question-asked': { from: unanswered, to: [], who: ['staff'] },
  paused: {
    from: unanswered,
    to: [],
    who: ['staff'],
    needs: ['pause-already-open', 'pause-letter-not-sent'],
  },
  'pause-ended': { from: unanswered, to: [], who: ['staff', 'subject', 'system'], needs: ['no-pause-open'] },
  'milestone-rung': { from: unanswered, to: [], who: ['system'] },
  escalated: { from: unanswered, to: [], who: ['system'] },
  'note-added': { from: always, to: [], who: ['staff'] },
  'message-sent': { from: always, to: [], who: ['staff', 'subject'] },
  /** Art. 18(3): opens a closed case again until every system has really lifted it. */
  'restriction-lifted': {
    from: ['answered', 'closed'],
    to: ['answered'],
    who: ['staff'],
    needs: ['lifting-letter-not-sent'],
  },
  'execution-started': { from: always, to: [], who: ['system', 'staff'] },
  'hold-set': { from: always, to: [], who: ['staff'] },
  'hold-lifted': { from: always, to: [], who: ['staff'] },
  anonymised: { from: ['closed'], to: [], who: ['system'], needs: ['on-hold'] },
} as const satisfies Record<string, Transition>;
export type EventType = keyof typeof lifecycle;

/** What can be taken back: an answer that did not arrive, a package that has changed, its release. */
type Revocable = 'answeredAt' | 'package' | 'releasedHash';

/** What a fact may set in the row; `undefined` takes back what can be taken back. What follows from other things is not set but computed. */
export type RowPatch = Partial<
  Omit<RequestRow, 'id' | 'version' | 'head' | 'status' | 'openTasks' | 'plannedBy' | 'legalBy' | Revocable>
> & { readonly [Field in Revocable]?: RequestRow[Field] | undefined };

/** Something that happened, to be recorded: what it changes in the row and beside it. */
export interface Fact {
  readonly type: EventType;
  readonly by: Actor;
  /** RFC 3339 instant. */
  readonly at: string;
  readonly data?: AuditData;
  /** Only where the lifecycle leaves a choice or changes the status. */
  readonly to?: Status;
  readonly set?: RowPatch;
  readonly children?: readonly Child[];
}

/** What one transaction writes: the new row, the events, the records beside it. `before` is the version it was decided on. */
export interface Change {
  readonly before: number;
  readonly row: RequestRow;
  readonly events: readonly AuditEvent[];
  readonly children: readonly Child[];
}

/** How long a request at work may show no progress before the sweep looks at it. */
export const progressWithinMs = 10 * 60 * 1000;

/**
 * Applies facts to a case in order. Throws `RefusedByDomain` with `wrong-status`, `not-theirs`, or the name of the condition that is
 * missing; nothing else can move a request, so what the domain refuses cannot be stored.
 */
export function record(current: Case, facts: readonly Fact[]): Change {
  let now = current;
  const events: AuditEvent[] = [];
  const children: Child[] = [];
  for (const fact of facts) {
    const rule: Transition = lifecycle[fact.type];
    if (!rule.from.includes(now.row.status)) throw new RefusedByDomain('wrong-status');
    if (!rule.who.includes(kindOf(fact.by))) throw new RefusedByDomain('not-theirs');
    const status = nextStatus(rule, fact, now.row.status);
    const event = chain(now.row.head, now.row.version, { ...fact, data: fact.data ?? {} });
    const after = withChildren(now, fact.children ?? []);
    const {
      answeredAt,
      package: built,
      releasedHash,
      openTaskSince: _,
      ...patch
    } = { ...now.row, ...fact.set };
    const openTasks = after.tasks.filter((task) => task.state === 'open');
    const [openTaskSince] = openTasks.map((task) => task.openedAt).sort();
    const set: RequestRow = {
      ...patch,
      ...(answeredAt === undefined ? {} : { answeredAt }),
      ...(built === undefined ? {} : { package: built }),
      ...(releasedHash === undefined ? {} : { releasedHash }),
      status,
      head: event.hash,
      version: now.row.version + 1,
    };
    const dates = clockOf(clockInput(set));
    const next: Case = {
      ...after,
      row: {
        ...set,
        plannedBy: dates.plannedBy,
        legalBy: dates.legalBy,
        openTasks: openTasks.length,
        ...(openTaskSince === undefined ? {} : { openTaskSince }),
        lookAt: lookAtOf(set, fact, dates.milestones),
      },
    };
    for (const name of rule.needs ?? []) {
      if (!conditions[name](next, now)) throw new RefusedByDomain(name);
    }
    events.push(event);
    children.push(...(fact.children ?? []));
    now = next;
  }
  return { before: current.row.version, row: now.row, events, children: lastOfEach(children) };
}

/** No later than a little after the next milestone, so that the sweep rings when the watch has died. */
function lookAtOf(
  row: { readonly status: Status; readonly rung: readonly string[] },
  fact: Fact,
  milestones: readonly Milestone[],
): string {
  const progress = fact.set?.lookAt ?? new Date(Date.parse(fact.at) + progressWithinMs).toISOString();
  if (!unanswered.includes(row.status)) return progress;
  const ring = milestones.find((milestone) => !row.rung.includes(milestone.name));
  if (!ring) return progress;
  const grace = new Date(Date.parse(ring.at) + progressWithinMs).toISOString();
  return compareInstants(grace, progress) < 0 ? grace : progress;
}

function nextStatus(rule: Transition, fact: Fact, status: Status): Status {
  if (rule.to.length === 0) return status;
  const to =
    rule.to.length === 1 && fact.to === undefined ? rule.to[0] : rule.to.find((one) => one === fact.to);
  if (to === undefined) throw new RefusedByDomain('wrong-status');
  return to;
}

export function kindOf(by: Actor): ActorKind {
  if (by === 'subject' || by === 'system' || by === 'policy') return by;
  return 'staff';
}

/** The clock's input as the row holds it. */
export function clockInput(row: Pick<RequestRow, 'receivedAt' | 'extension' | 'pauses'>) {
  return {
    receivedAt: row.receivedAt,
    ...(row.extension ? { extension: row.extension } : {}),
    pauses: row.pauses,
  };
}

/** The case as it is after some records beside the row were written. */
export function withChildren(current: Case, children: readonly Child[]): Case {
  let { findings, dispositions, tasks, letters, notes } = current;
  for (const child of children) {
    switch (child.kind) {
      case 'finding':
        findings = [...findings.filter((one) => one.processor !== child.value.processor), child.value];
        break;
      case 'disposition':
        dispositions = [
          ...dispositions.filter((one) => one.processor !== child.value.processor),
          child.value,
        ];
        break;
      case 'task':
        tasks = [...tasks.filter((one) => !sameTask(one, child.value)), child.value];
        break;
      case 'letter':
        letters = [...letters.filter((one) => one.id !== child.value.id), child.value];
        break;
      case 'note':
        notes = [...notes, child.value];
        break;
    }
  }
  return { row: current.row, findings, dispositions, tasks, letters, notes };
}

export function sameTask(a: StaffTask, b: Pick<StaffTask, 'processor' | 'operation'>): boolean {
  return a.processor === b.processor && a.operation === b.operation;
}

/** The name under which a record stands beside its row; one record per name. */
export function childKey(child: Child): string {
  switch (child.kind) {
    case 'finding':
    case 'disposition':
      return `${child.kind}#${child.value.processor}`;
    case 'task':
      return `task#${child.value.processor}#${child.value.operation}`;
    case 'letter':
    case 'note':
      return `${child.kind}#${child.value.id}`;
  }
}

// A transaction may write each item once, so of two facts about one record the later one counts.
/** What a request is made of when it arrives; everything else of a fresh row follows. */
export type Arrival = Pick<
  RequestRow,
  'id' | 'submissionId' | 'siblings' | 'right' | 'channel' | 'language' | 'receivedAt' | 'mailbox'
> &
  Partial<Pick<RequestRow, 'objectionScope' | 'onBehalfOf' | 'about'>>;

/**
 * The case of a request that has just arrived, with its first event; `at` is when it was recorded (RFC 3339). `words`: what the event says of the
 * subject's own words, which are sealed.
 */
export function receive(
  arrival: Arrival,
  by: Actor,
  at: string,
  words?: CommittedWords['data'],
): { readonly current: Case; readonly change: Change } {
  const event = chain(noEvent, 0, {
    at,
    type: 'received' satisfies EventType,
    by,
    data: { right: arrival.right, channel: arrival.channel, receivedAt: arrival.receivedAt, ...words },
  });
  const dates = clockOf({ receivedAt: arrival.receivedAt, pauses: [] });
  const row: RequestRow = {
    ...arrival,
    status: 'awaiting-identity',
    outcome: null,
    recordedAt: at,
    plannedBy: dates.plannedBy,
    legalBy: dates.legalBy,
    pauses: [],
    reminders: 0,
    escalations: 0,
    rung: [],
    openTasks: 0,
    executions: 1,
    version: 1,
    head: event.hash,
    // Soon: the sweep starts what intake could not start itself (TRUST.md F6, F7).
    lookAt: new Date(Date.parse(at) + 60_000).toISOString(),
  };
  const current: Case = { row, findings: [], dispositions: [], tasks: [], letters: [], notes: [] };
  return { current, change: { before: 0, row, events: [event], children: [] } };
}

/** Two changes of one case, the second decided on the result of the first, as one. */
export function both(first: Change, second: Change): Change {
  return {
    before: first.before,
    row: second.row,
    events: [...first.events, ...second.events],
    children: lastOfEach([...first.children, ...second.children]),
  };
}

function lastOfEach(children: readonly Child[]): Child[] {
  return [...new Map(children.map((child) => [childKey(child), child])).values()];
}

/** A letter that was handed over and has not come back. */
export function reached(letter: LetterRecord): boolean {
  return letter.state === 'sent' || letter.state === 'delivered' || letter.state === 'complained';
}

export function sent(current: Case, kind: LetterKind): boolean {
  return current.letters.some((letter) => letter.kind === kind && reached(letter));
}
