import { type AuditData, type AuditEvent, chain, noEvent } from './audit.ts';
import { compareInstants } from './calendar.ts';
import type { Actor, Case, Child, RequestRow, StaffTask } from './case.ts';
import { clockOf, type Milestone } from './clock.ts';
import { RefusedByDomain } from './errors.ts';
import type { CommittedWords } from './sealed-words.ts';
import { conditions, type EventType, kindOf, lifecycle, type Transition, unanswered } from './transitions.ts';
import type { Status } from './words.ts';

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
    const dates = clockOf(set);
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

// A transaction may write each item once, so of two facts about one record the later one counts.
function lastOfEach(children: readonly Child[]): Child[] {
  return [...new Map(children.map((child) => [childKey(child), child])).values()];
}
