import { type SerialEvidence, serialEvidence } from '../../domain/abuse.ts';
import { type AuditEvent, sha256 } from '../../domain/audit.ts';

import { addDays, localDayOf } from '../../domain/calendar.ts';
import type { Actor, Case, Child, StaffTask } from '../../domain/case.ts';
import { clockOf, extensionMayBeAnnounced, pauseMayBegin } from '../../domain/clock.ts';
import { after, mustLoad } from '../../domain/converge.ts';
import { decide } from '../../domain/decide.ts';
import { ConflictError, RefusedByDomain } from '../../domain/errors.ts';
import { mailboxKey } from '../../domain/identity.ts';
import { clockInput, type Fact, record } from '../../domain/lifecycle.ts';
import { type DecisionAsked, liftNoticeDays } from '../../domain/policy.ts';
import type { CaseStore, Engine, KeyedHash, Mail, Vault } from '../../domain/ports.ts';
import { retryAsked } from '../../domain/progress.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { readSubject } from '../../domain/sealed-subject.ts';
import { letterId, letterSent } from '../../domain/tell.ts';
import type { ExtensionReason } from '../../domain/words.ts';
import type { Letter } from '../../letters/letter.ts';
import { post } from '../../letters/post.ts';
import type { ManualTask } from '../../processors/contract.ts';
import { ApiProblem } from '../problem.ts';

export interface StaffPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly hash: KeyedHash;
  readonly mail: Mail;
  readonly engine: Engine;
  readonly publicUrl: string;
  /** The task texts of every processor that ships or is configured. */
  readonly manualTasks: (processor: string) => Readonly<Record<string, ManualTask>>;
}

/** The member of staff who acts: a name from the signed-in session, never from a request's body. */
export interface Colleague {
  readonly name: string;
  readonly email?: string;
}

export const actorOf = (colleague: Colleague): Actor => `staff:${colleague.name}`;

export interface CaseRead {
  readonly current: Case;
  readonly events: readonly AuditEvent[];
  readonly series: SerialEvidence;
}

/** A person's latest confirmed requests are enough to see a series by. */
const seriesAtMost = 40;

export async function readCase({ store }: Pick<StaffPorts, 'store'>, id: string): Promise<CaseRead> {
  const current = await store.load(id);
  if (!current) throw new ApiProblem({ type: 'not-found' });
  const [events, history] = await Promise.all([
    store.events(id),
    store.claims({ owner: current.row.mailbox, startsWith: 'hist#' }, seriesAtMost),
  ]);
  const others = await Promise.all(
    history.filter(({ value }) => value !== id).map(({ value }) => store.row(value)),
  );
  const series = serialEvidence(
    current.row,
    others.filter((row) => row !== undefined),
  );
  return { current, events, series };
}

/**
 * Applies what a colleague decided on a version that was read. Another version in between is 412; a refusal of the domain is 422 with its
 * code; afterwards whoever waits for the row is woken.
 */
export async function act(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  now: number,
  decideFacts: (current: Case) => readonly Fact[] | Promise<readonly Fact[]>,
): Promise<Case> {
  const current = await ports.store.load(id);
  if (!current) throw new ApiProblem({ type: 'not-found' });
  if (expected !== 'any' && expected !== current.row.version)
    throw new ApiProblem({ type: 'version-changed' });
  let changed: Case;
  try {
    const facts = await decideFacts(current);
    if (facts.length === 0) return current;
    const change = record(current, facts);
    await ports.store.commit({ changes: [change] });
    changed = after(current, change);
  } catch (error) {
    if (error instanceof ConflictError) throw new ApiProblem({ type: 'version-changed' });
    if (error instanceof RefusedByDomain) throw refused(error);
    throw error;
  }
  await reconcile(ports.store, ports.engine, id, { now: new Date(now).toISOString(), restart: true });
  return changed;
}

/** Codes that mean somebody else was first or the order of steps is another: a conflict. The rest is against the law or the policy. */
const conflicts: ReadonlySet<string> = new Set([
  'already-decided',
  'wrong-status',
  'decision-differs',
  'decision-already-made',
  'package-changed',
]);
const forbidden: ReadonlySet<string> = new Set(['own-case', 'second-person-needed', 'not-theirs']);

export function refused(error: RefusedByDomain): ApiProblem {
  const type = conflicts.has(error.code) ? 'conflict' : forbidden.has(error.code) ? 'not-allowed' : 'refused';
  return new ApiProblem({ type, detail: error.code });
}

/** Nobody decides about a request from their own mailbox (TRUST.md A47). */
export async function mustNotBeOwn(ports: StaffPorts, current: Case, colleague: Colleague): Promise<void> {
  if (!colleague.email) return;
  const own = await ports.hash.of('mailbox', mailboxKey(colleague.email));
  if (own === current.row.mailbox) throw new RefusedByDomain('own-case');
}

/** First decision wins; the one that came second is told so, and both stand in the trail (A46). */
export async function decideCase(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: DecisionAsked,
  now: number,
): Promise<{ readonly current: Case; readonly state: 'decided' | 'proposed' }> {
  const by = actorOf(colleague);
  const at = new Date(now).toISOString();
  const before = await ports.store.load(id);
  if (!before) throw new ApiProblem({ type: 'not-found' });
  const second = async (current: Case) => {
    await recordQuietly(ports, current, {
      type: 'decision-came-second',
      by,
      at,
      data: { decision: asked.decision, reason: asked.reason ?? '' },
    });
    throw new ApiProblem({ type: 'conflict', detail: 'already-decided' });
  };
  if (before.row.decision) return second(before);
  let state: 'decided' | 'proposed' = 'decided';
  try {
    const current = await act(ports, id, expected, now, async (read) => {
      await mustNotBeOwn(ports, read, colleague);
      const taken = decide(read, asked, by, at);
      state = taken.state;
      if (asked.explanation) await ports.vault.put(id, 'explanation', asked.explanation);
      return taken.facts;
    });
    return { current, state };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problem.type !== 'version-changed') throw error;
    const latest = await mustLoad(ports.store, id);
    if (latest.row.decision) return second(latest);
    throw error;
  }
}

/** An event about something that did not change the request; losing a race for it is tried again a few times. */
async function recordQuietly(ports: StaffPorts, current: Case, fact: Fact): Promise<void> {
  let latest = current;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await ports.store.commit({ changes: [record(latest, [fact])] });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      latest = await mustLoad(ports.store, latest.row.id);
    }
  }
}

async function write(ports: StaffPorts, current: Case, id: string, letter: Letter, now: number) {
  const { email } = await readSubject(ports.vault, current.row.id);
  return post(ports, current, { id, to: email, now }, letter);
}

/** Art. 12(3): the letter with the reasons first, then the new dates. */
export function extendCase(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: { readonly reason: ExtensionReason; readonly explanation?: string },
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    const verdict = extensionMayBeAnnounced(clockInput(row), asked.reason, at);
    if (!verdict.allowed) throw new RefusedByDomain(verdict.code);
    if (row.answeredAt || row.status === 'closed') throw new RefusedByDomain('wrong-status');
    const extension = { reason: asked.reason, sentAt: at, letterId: 'extension' };
    const { plannedBy } = clockOf({ ...clockInput(row), extension });
    const letter = await write(
      ports,
      current,
      'extension',
      {
        kind: 'extension',
        reference: id,
        right: row.right,
        reason: asked.reason,
        explanation: asked.explanation,
        newDate: plannedBy,
        statusUrl: `${ports.publicUrl}/requests/${id}`,
      },
      now,
    );
    return [
      letterSent(letter, actorOf(colleague)),
      {
        type: 'extended',
        by: actorOf(colleague),
        at,
        data: { reason: asked.reason, plannedBy },
        // The warnings ring anew before the new date.
        set: { extension: { ...extension, sentAt: letter.at }, rung: [] },
      },
    ];
  });
}

export interface QuestionAsked {
  readonly question: string;
  /** Absent: a question that suspends nothing. */
  readonly ground?: string;
  /** The specific doubt, or why the quantity is large; recorded, not sent. */
  readonly recordedReason?: string;
}

/** A question to the subject. It pauses the legal period only on the two grounds that the law knows, and only once its letter was sent. */
export function askQuestion(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: QuestionAsked,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    if (row.answeredAt || row.status === 'closed') throw new RefusedByDomain('wrong-status');
    const ground =
      asked.ground === 'identity-doubt-12-6' || asked.ground === 'clarification-recital-63'
        ? asked.ground
        : undefined;
    if (asked.ground !== undefined) {
      const verdict = pauseMayBegin(
        clockInput(row),
        { ground: asked.ground, right: row.right, recordedReason: asked.recordedReason ?? '' },
        at,
      );
      if (!verdict.allowed) throw new RefusedByDomain(verdict.code);
    }
    const number = current.letters.filter((letter) => letter.kind === 'question').length + 1;
    const name = letterId('question', number);
    if (asked.recordedReason) await ports.vault.put(id, `reason.${name}`, asked.recordedReason);
    await ports.vault.put(id, `question.${name}`, asked.question);
    const letter = await write(
      ports,
      current,
      name,
      {
        kind: 'question',
        reference: id,
        right: row.right,
        ground,
        questionText: asked.question,
        statusUrl: `${ports.publicUrl}/requests/${id}`,
      },
      now,
    );
    const facts: Fact[] = [
      letterSent(letter, by),
      { type: 'question-asked', by, at, data: { letter: name, pauses: ground !== undefined } },
    ];
    if (ground)
      facts.push({
        type: 'paused',
        by,
        at,
        data: { ground, letter: name },
        set: { pauses: [...row.pauses, { ground, from: letter.at, letterId: name }] },
      });
    return facts;
  });
}

/** The sufficient answer came: the pause ends that day. */
export function endPause(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, ({ row }) => [
    {
      type: 'pause-ended',
      by: actorOf(colleague),
      at,
      set: {
        pauses: row.pauses.map((pause) => (pause.until === undefined ? { ...pause, until: at } : pause)),
      },
    },
  ]);
}

export type TaskAnswer =
  | {
      readonly outcome: 'done' | 'nothing-found' | 'not-applicable' | 'retained';
      readonly evidence: string;
      readonly until?: string;
    }
  | { readonly action: 'retry' };

/** Manual work reported done with its evidence, or a failed step asked for again. */
export function answerTask(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  processor: string,
  answer: TaskAnswer,
  now: number,
  operation?: string,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async (current) => {
    const task = current.tasks.find(
      (one) =>
        one.processor === processor &&
        one.state === 'open' &&
        (operation === undefined || one.operation === operation),
    );
    if (!task) throw new ApiProblem({ type: 'not-found' });
    const done: Child = { kind: 'task', value: { ...task, state: 'done', doneAt: at, doneBy: by } };
    if ('action' in answer) return retryFacts(current, task, done, by, at);
    await ports.vault.put(id, `evidence.${task.processor}.${task.operation}`, answer.evidence);
    return [
      {
        type: 'task-done',
        by,
        at,
        data: { processor: task.processor, operation: task.operation, outcome: answer.outcome },
        children: [done, ...dispositionBy(current, task, answer, by, at)],
      },
    ];
  });
}

/** The system is asked again as if for the first time: the failed record is dated back, so that the next look finds it due. */
function retryFacts(current: Case, task: StaffTask, done: Child, by: Actor, at: string): readonly Fact[] {
  const failed = current.dispositions.find(
    (one) => one.processor === task.processor && one.disposition === 'failed',
  );
  const finding = current.findings.find(
    (one) => one.processor === task.processor && (one.state === 'failed' || one.state === 'ambiguous'),
  );
  const longAgo = new Date(Date.parse(at) - 2 * 86_400_000).toISOString();
  const dueAgain: Child[] = [
    ...(failed
      ? [{ kind: 'disposition', value: { ...failed, code: retryAsked, at: longAgo } } as const]
      : []),
    ...(finding
      ? [{ kind: 'finding', value: { ...finding, state: 'failed', code: retryAsked } } as const]
      : []),
  ];
  return [
    {
      type: 'task-retried',
      by,
      at,
      data: { processor: task.processor, operation: task.operation },
      children: [done, ...dueAgain],
    },
  ];
}

/** The letter that came back has reached the subject on another way: it counts as sent, and the request goes on as answered. */
function reachedOtherwise(current: Case, task: StaffTask, at: string): readonly Child[] {
  const letter = current.letters.find((one) => `letter-${one.id}` === task.operation);
  return letter ? [{ kind: 'letter', value: { ...letter, state: 'sent', at } }] : [];
}

function dispositionBy(
  current: Case,
  task: StaffTask,
  answer: Extract<TaskAnswer, { outcome: string }>,
  by: Actor,
  at: string,
): readonly Child[] {
  if (task.instructions === 'letter-bounced') return reachedOtherwise(current, task, at);
  if (task.processor === 'request' || task.processor === 'staff') return [];
  const before = current.dispositions.find((one) => one.processor === task.processor);
  if (task.operation === 'find') {
    return [
      {
        kind: 'finding',
        value: {
          processor: task.processor,
          at,
          state: answer.outcome === 'nothing-found' ? 'nothing' : 'by-hand',
          holdings: [],
        },
      },
    ];
  }
  const disposition = (
    {
      done: 'done-by-hand',
      'nothing-found': 'nothing-found',
      'not-applicable': 'not-applicable',
      retained: 'retained-by-law',
    } as const
  )[answer.outcome];
  return [
    {
      kind: 'disposition',
      value: {
        processor: task.processor,
        disposition,
        ...(before?.action ? { action: before.action } : {}),
        at,
        by,
        looks: before?.looks ?? 0,
        ...(answer.until ? { retainedUntil: answer.until } : {}),
        ...(disposition === 'retained-by-law' ? { ground: 'tax-records-awr-52-4' as const } : {}),
        evidence: {
          class: 'staff-statement',
          looked: 1,
          requestIds: [],
          handles: [],
          observation: 'statement-sealed',
        },
      },
    },
  ];
}

/**
 * Ends a granted restriction. Art. 18(3): the subject is told first, with the day; the systems lift it when that day has come and are
 * looked at again, which is why a closed case opens once more.
 */
export function liftRestriction(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  explanation: string | undefined,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    const restricted = current.dispositions.filter(
      (one) =>
        one.action === 'restrict' &&
        (one.disposition === 'done-confirmed' || one.disposition === 'done-by-hand'),
    );
    if (row.right !== 'restriction' || restricted.length === 0)
      throw new RefusedByDomain('nothing-restricted');
    const liftsOn = addDays(localDayOf(at), liftNoticeDays);
    const letter = await write(
      ports,
      current,
      'restriction-lifted',
      { kind: 'restriction-lifted', reference: id, liftsOn, explanation },
      now,
    );
    return [
      letterSent(letter, actorOf(colleague)),
      {
        type: 'restriction-lifted',
        by: actorOf(colleague),
        at,
        data: { liftsOn },
        children: restricted.map((one) => ({
          kind: 'disposition',
          value: { ...one, action: 'lift', disposition: 'accepted', expectedBy: liftsOn, at, looks: 0 },
        })),
      },
    ];
  });
}

/** A note for colleagues; the words are sealed, the trail says that one was written. */
export function addNote(
  ports: StaffPorts,
  id: string,
  colleague: Colleague,
  text: string,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, 'any', now, async (current) => {
    // The words are part of the name, so that two notes at once never stand under the same one.
    const name = `note-${current.row.version}-${sha256(`${by}\n${text}`).slice(0, 12)}`;
    await ports.vault.put(id, `note.${name}`, { text, by });
    return [
      {
        type: 'note-added',
        by,
        at,
        data: { note: name },
        children: [{ kind: 'note', value: { id: name, at, by, sealed: `note.${name}` } }],
      },
    ];
  });
}

/** How a representative's authority, or identity itself, was checked; "checked" is noted and no copy is kept (EDPB 01/2022 §79). */
export function recordAuthority(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  how: string,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async () => {
    await ports.vault.put(id, 'authority', { how, by });
    return [{ type: 'authority-checked', by, at, set: { authorityCheckedBy: by } }];
  });
}

export function setHold(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  hold: boolean,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, () => [
    { type: hold ? 'hold-set' : 'hold-lifted', by: actorOf(colleague), at, set: { hold } },
  ]);
}
