import type { AuditEvent } from '../../functions/domain/audit.ts';
import { canonicalJson, noEvent, sha256 } from '../../functions/domain/audit.ts';
import { endOfLocalDay } from '../../functions/domain/calendar.ts';
import type { Case, DispositionRecord, RequestRow } from '../../functions/domain/case.ts';
import { pauseGrounds } from '../../functions/domain/clock.ts';
import { hashedHandle } from '../../functions/domain/findings.ts';
import { mailboxRateKey } from '../../functions/domain/identity.ts';
import type { Action } from '../../functions/domain/words.ts';
import { statuses } from '../../functions/domain/words.ts';
import { requestArn } from '../doubles/engine.ts';
import { letterKey } from './faults.ts';
import type { Invariant } from './invariant-list.ts';
import { dayMs, type Person } from './people.ts';
import type { FetchedCopy } from './subject.ts';
import type { World } from './world.ts';

export interface Broken {
  readonly invariant: Invariant;
  readonly reference: string;
  readonly what: string;
  readonly at: string;
}

/** Errors that steps may end in; any other is a defect. */
const expectedErrors: ReadonlySet<string> = new Set([
  'TransientError',
  'PermanentError',
  'QuarantineError',
  'ConflictError',
  'ConfigurationError',
  'InvocationFailure',
]);

/** The sweep rings what the clock did not, and comes this often. */
const sweepMs = 6 * 3_600_000;

/** One request may make this many calls of functions while time stands still. */
const callsAtOnce = 250;

export interface Watched {
  readonly byReference: Map<string, Person>;
  readonly byMailbox: ReadonlyMap<string, Person>;
  /** Copies that people got since this was last looked at. */
  readonly copies: FetchedCopy[];
  /** Handles of records that staff left out of a copy, by reference. */
  readonly leftOut: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Looks at every write, letter, call and line of a world, with its own idea of what is right. */
export function watch(world: World, { byReference, byMailbox, copies, leftOut }: Watched, broken: Broken[]) {
  const heads = new Map<string, { seq: number; hash: string }>();
  const rung = new Map<string, Map<string, number>>();
  const sent = new Map<string, number>();
  const returned = new Map<string, number>();
  const keys = new Map<string, string>();
  const reported = new Set<string>();
  let copiesSeen = 0;
  const checks: Promise<void>[] = [];
  const hot = { at: 0, calls: new Map<string, number>() };

  function report(invariant: Invariant, reference: string, what: string): void {
    const key = `${invariant} ${reference} ${what}`;
    if (reported.has(key)) return;
    reported.add(key);
    broken.push({ invariant, reference, what, at: new Date(world.clock.at).toISOString() });
  }

  /** A canary carries its mark whatever is around it. */
  const personal = (text: string) => /canary[a-z0-9]+x\d/i.exec(text)?.[0];

  function chain(id: string, events: readonly AuditEvent[]): void {
    for (const event of events) {
      const head = heads.get(id) ?? { seq: -1, hash: noEvent };
      const { hash, ...body } = event;
      if (event.seq !== head.seq + 1 || event.prev !== head.hash || sha256(canonicalJson(body)) !== hash)
        report('chain-whole', id, `event ${event.seq} ${event.type}`);
      heads.set(id, { seq: event.seq, hash });
      if (personal(JSON.stringify(event))) report('nothing-personal-in-the-trail', id, event.type);
      if (event.type === 'milestone-rung') ring(id, event);
      if (event.type === 'letter-bounced') {
        const key = letterKey({ reference: id, letterId: event.data.letter });
        returned.set(key, (returned.get(key) ?? 0) + 1);
      }
    }
  }

  /** When a milestone first rang; an extension makes them ring anew before the new day. */
  function ring(id: string, event: AuditEvent): void {
    const known = rung.get(id) ?? new Map<string, number>();
    const name = String(event.data.milestone);
    rung.set(id, known.set(name, Math.min(known.get(name) ?? Infinity, Date.parse(event.at))));
  }

  /** Late by the calendar alone, whether or not anything rang for it. */
  function lateness({ id, plannedBy, recordedAt, answeredAt, closedAt, outcome }: RequestRow): void {
    const ended = answeredAt ?? closedAt;
    const last = endOfLocalDay(plannedBy);
    if (outcome === 'withdrawn' || (ended ?? new Date(world.clock.at).toISOString()) <= last) return;
    const week = Date.parse(last) - 7 * dayMs;
    // What reached the desk within its last week cannot have been announced a week before.
    if (Date.parse(recordedAt) > week) return;
    const known = rung.get(id);
    const warned = Math.min(known?.get('planned-14') ?? Infinity, known?.get('planned-7') ?? Infinity);
    if (warned > week + sweepMs) report('warned-a-week-before', id, `answered ${ended ?? 'never'}`);
  }

  const orderOf = (status: string) => (statuses as readonly string[]).indexOf(status);

  world.store.onWrite = (id, { before, row, events, children }) => {
    if (!before && row) belongsTo(id);
    chain(id, events);
    const current = row && snapshot(id);
    if (before && row) {
      const backward = orderOf(row.status) < orderOf(before.status);
      const has = (type: string) => events.some((event) => event.type === type);
      const undone = has('answer-undelivered');
      const opened = before.status === 'closed' && row.status !== 'closed' && !has('restriction-lifted');
      if ((backward && !undone && !has('restriction-lifted')) || (opened && !undone))
        report('status-forward', id, `${before.status} to ${row.status}`);
      if (row.version !== (heads.get(id)?.seq ?? -1) + 1 || row.head !== heads.get(id)?.hash)
        report('chain-whole', id, 'row and trail differ');
      for (const pause of row.pauses) {
        const isLegal = (pauseGrounds as readonly string[]).includes(pause.ground);
        if (!isLegal || (current && !current.letters.some((letter) => letter.id === pause.letterId)))
          report('pause-only-with-letter', id, pause.letterId);
      }
      const told = events.some((event) => event.type === 'answered' || event.type === 'supplemented');
      if (current && told && row.outcome === 'fulfilled') complete(current);
      if (row.answeredAt && !before.answeredAt) lateness(row);
      if (current && row.status === 'closed' && before.status !== 'closed') closing(current);
    }
    for (const child of children) {
      // One that was only put off says what was seen then, and says so by its time.
      if (child.kind === 'disposition' && Date.parse(child.value.at) === world.clock.at)
        claimsDone(id, child.value);
    }
  };

  /** A request that was stored although its sender never got the answer is theirs all the same. */
  function belongsTo(id: string): void {
    const { email } = world.vault.peek(id, 'subject') as { email: string };
    const person = byMailbox.get(email);
    if (!person) return;
    byReference.set(id, person);
    if (!person.references.includes(id)) person.references.push(id);
  }

  function snapshot(id: string): Case | undefined {
    return world.store.peek(id);
  }

  function closing(current: Case): void {
    const { row } = current;
    if (row.outcome === 'withdrawn' || row.outcome === 'merged') return;
    if (row.outcome === 'not-verified') {
      const whole = [row.id, ...row.siblings].flatMap((id) => snapshot(id) ?? []);
      const speaker = whole.some(({ row: { id } }) => sent.has(`${id} refusal`));
      // Whoever called our mail unwanted gets no more of what they did not ask for (F37).
      const unwanted = whole.some(({ letters }) => letters.some((one) => one.state === 'complained'));
      if (!speaker && !unwanted) checks.push(mustBeFlooded(row.id));
      return;
    }
    const told = current.letters.some(
      (letter) => ['answer', 'refusal', 'release'].includes(letter.kind) && letter.state !== 'bounced',
    );
    if (!told) report('told-before-close', row.id, 'closed without an answer');
    if (current.tasks.some((task) => task.state === 'open'))
      report('full-disposition-before-close', row.id, 'closed with an open task');
    if (row.outcome === 'refused') return;
    for (const name of row.processors ?? []) {
      const record = current.dispositions.find((one) => one.processor === name);
      const open =
        !record ||
        record.disposition === 'failed' ||
        (record.disposition === 'accepted' && record.code !== 'cannot-be-seen');
      if (open)
        report('full-disposition-before-close', row.id, `${name} ${record?.disposition ?? 'nothing'}`);
      if (record) claimsDone(row.id, record);
    }
  }

  /** Silence is right only towards a mailbox that has had its three unasked letters of the day (A25). */
  async function mustBeFlooded(id: string): Promise<void> {
    const at = new Date(world.clock.at).toISOString();
    const mailbox = byReference.get(id)?.mailbox ?? '';
    const folded = await world.ports.hash.of('folded-mailbox', mailboxRateKey(mailbox));
    const taken = [1, 2, 3].map((place) => world.store.claimed(`mail.${folded}/${place}`, at));
    if ((await Promise.all(taken)).includes(undefined)) report('told-before-close', id, 'closed in silence');
  }

  function complete({ row, dispositions }: Case): void {
    for (const one of dispositions) {
      if (one.disposition === 'failed' || (one.disposition === 'accepted' && one.code !== 'cannot-be-seen'))
        report('never-complete-while-failed', row.id, `${one.processor} ${one.disposition}`);
    }
  }

  /** What is called done must be so at that moment, wherever the truth can be seen. */
  function claimsDone(id: string, record: DispositionRecord): void {
    const person = byReference.get(id);
    const { action, disposition } = record;
    if (!person || action === undefined || action === 'export' || action === 'lift') return;
    if (disposition !== 'done-confirmed' && disposition !== 'retained-by-law') return;
    const kept = world.store.peek(id);
    const named = kept?.findings.find((finding) => finding.processor === record.processor)?.holdings ?? [];
    const left = world.vendors
      .left(record.processor, person.mailbox, action as Action)
      .filter(({ handle }) => named.some((holding) => holding.handle === hashedHandle(handle)));
    if (left.length > 0) report('never-falsely-done', id, `${record.processor} ${action}`);
  }

  world.onLetter = (letter) => {
    const key = letterKey(letter);
    sent.set(key, (sent.get(key) ?? 0) + 1);
  };

  function look(copy: FetchedCopy): void {
    copiesSeen += 1;
    const { reference, hash, text, openedBy } = copy;
    const person = byReference.get(reference);
    const row = world.store.peek(reference)?.row;
    if (openedBy === 'guess') report('only-the-right-copy', reference, 'opened by a guess');
    if (row?.releasedHash !== undefined && row.releasedHash !== hash)
      report('only-the-right-copy', reference, 'not the released one');
    for (const [mark] of text.matchAll(/canary[a-z0-9]+x\d+/gi))
      if (mark !== person?.canaries[0]) report('only-the-right-copy', reference, 'holds somebody else');
    for (const handle of leftOut.get(reference) ?? [])
      if (text.includes(handle)) report('only-the-right-copy', reference, 'holds what was left out');
  }

  world.onInvocation = ({ name, payload, result, error }) => {
    const reference = (payload as { requestId?: string })?.requestId ?? '';
    if (hot.at !== world.clock.at) {
      hot.at = world.clock.at;
      hot.calls.clear();
    }
    const calls = (hot.calls.get(reference) ?? 0) + 1;
    hot.calls.set(reference, calls);
    if (reference !== '' && calls > callsAtOnce) {
      report('no-hot-loop', reference, `${name} again and again`);
      world.stopped.add(reference);
    }
    for (const copy of copies.splice(0)) look(copy);
    // What SES says of a letter names its mailbox; it comes through our own sealed topic and never near the engine.
    const input = name === 'mail-events' ? undefined : payload;
    const travelling = JSON.stringify([input, result]) + (error instanceof Error ? error.message : '');
    if (personal(travelling)) report('nothing-personal-in-the-engine', reference, name);
    if (error instanceof Error && !expectedErrors.has(error.name))
      report('no-unexpected-error', reference, `${name} ${error.name} ${error.message}`);
  };
  world.onLine = (line) => {
    if (personal(line)) report('nothing-personal-in-the-log', '', line.slice(0, 200));
  };
  world.vendors.onCall = ({ vendor, method, mailbox, action, key, keys: searched }) => {
    const verified = [...(byMailbox.get(mailbox)?.references ?? [])].some(
      (id) => world.store.peek(id)?.row.verifiedAt,
    );
    if (!verified && method === 'find') report('search-only-verified', '', vendor);
    if (/zwaluw/i.test(JSON.stringify(searched ?? {})))
      report('search-only-verified', '', `${vendor} with a typed name`);
    if (key === undefined || method !== 'act') return;
    const place = `${key.split('.')[0]} ${vendor} ${action}`;
    if ((keys.get(place) ?? key) !== key) report('one-key-per-request', key.split('.')[0] ?? '', vendor);
    keys.set(place, key);
  };
  return {
    copiesSeen: () => copiesSeen,
    /** What can only be said when everything has happened. */
    async atTheEnd(): Promise<void> {
      await Promise.all(checks);
      for (const [key, times] of sent) {
        const allowed = 1 + (world.doubts.get(key) ?? 0) + (returned.get(key) ?? 0);
        if (times > allowed) report('letter-once', key, `${times} times, ${allowed - 1} doubts and returns`);
      }
      for (const copy of copies.splice(0)) look(copy);
      for (const row of world.store.rows()) {
        await executions(row.id, row.executions);
        lateness(row);
        if (row.status !== 'closed') {
          const owned = row.openTasks > 0;
          if (!owned) report('nothing-lost', row.id, `${row.right} ${row.status} without a task`);
        } else if (row.closedAt && Date.parse(row.closedAt) + 370 * dayMs < world.clock.at && !row.hold) {
          const words = await world.vault.names(row.id);
          const files = world.files.keys().filter((key) => key.includes(row.id));
          if (words.length + files.length > 0 || !row.anonymisedAt)
            report('words-gone-after-a-year', row.id, [...words, ...files].join(' '));
        }
      }
    },
  };

  async function executions(id: string, count: number): Promise<void> {
    for (let number = 1; number <= count; number += 1) {
      const found = await world.engine.describeExecution(requestArn(id, number)).catch(() => undefined);
      if (found && found.status !== 'RUNNING' && found.status !== 'SUCCEEDED' && found.status !== 'ABORTED')
        report('no-execution-failed', id, `execution ${number} ${found.status}`);
      if (found && personal(found.name + JSON.stringify(found.input)))
        report('nothing-personal-in-the-engine', id, 'execution');
      if (found && world.hasHistory) {
        const { items } = await world.engine.history(requestArn(id, number), 25_000, false);
        if (personal(JSON.stringify(items))) report('nothing-personal-in-the-engine', id, 'history');
      }
    }
  }
}
