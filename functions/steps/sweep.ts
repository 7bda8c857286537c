import { addDays, localDayOf } from '../domain/calendar.ts';
import type { RequestRow } from '../domain/case.ts';
import { pauseEndsAt } from '../domain/clock.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { taskOf } from '../domain/dispositions.ts';
import { type Pace, paceOf, willBeLate } from '../domain/forecast.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { caseRetention } from '../domain/policy.ts';
import type { Engine, Transmissions } from '../domain/ports.ts';
import { reconcile } from '../domain/reconcile.ts';
import { ring } from '../domain/ring.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { errorFields } from '../runtime/log.ts';
import { alarmRouteHeartbeat } from '../runtime/metric-names.ts';
import { type ExpireGoogleData, keepGooglePromise } from './google-data.ts';
import { carePackage, nextPackageLook, type PackageLifePorts } from './package-life.ts';
import { careTransmission } from './transmission-life.ts';

interface Ports extends PackageLifePorts {
  readonly engine: Engine;
  readonly transmissions: Transmissions;
  /** Absent where the company holds no Google user data. */
  readonly expireGoogleData: ExpireGoogleData | undefined;
}

interface Learned {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly pace: Pace;
  /** When the oldest task of each case with one was opened, of cases that are not due soon. */
  readonly tasksSince: readonly string[];
}

/** Rows looked at in one run; what is left is first in line five minutes later. */
const rowsPerRun = 500;
/** A row that cannot be handled waits this long before it is tried again, so that it never holds up the others (F23). */
const poisonRestMs = 60 * 60 * 1000;
/** The pace of past cases is learned from so many of the latest. */
const casesLearnedFrom = 100;
const learnedHoldsMs = 60 * 60 * 1000;
/** Rows read for the gauges; beyond it the gauge reads "at least". */
const gaugeBound = 20_000;

/**
 * The level-triggered watch over everything: it reads the rows, not any event, so whatever was lost is found (F6, F10, F12, F28). It rings
 * when the clocks have died, starts what has no execution, ends pauses, lets closed cases go, and emits what the alarms look at.
 */
export function createSweep(ports: Ports, runtime: Runtime): Handler {
  const { store, engine } = ports;
  const { metrics, log } = runtime;
  let learned: Learned | undefined;

  return async () => {
    const now = runtime.now();
    const at = new Date(now).toISOString();
    let seen = 0;
    let started = 0;
    let failed = 0;
    // Each row that was handled has moved its time to look, so the first page is always new.
    while (seen < rowsPerRun) {
      const { items, unreadable = [] } = await store.overdueForLook({ before: at, limit: 100 });
      if (items.length === 0 && unreadable.length === 0) break;
      for (const id of unreadable) {
        seen += 1;
        failed += 1;
        log.error('sweep could not handle a request', { requestId: id, error: 'UnknownShape' });
        await rest(id, now);
      }
      for (const row of items) {
        seen += 1;
        try {
          if ((await handle(row, now, at)) === 'started') started += 1;
        } catch (error) {
          failed += 1;
          log.error('sweep could not handle a request', { requestId: row.id, ...errorFields(error) });
          await rest(row.id, now);
        }
      }
    }
    metrics.emit('SweepRan', 1);
    metrics.emit('SweepRestarted', started);
    metrics.emit('StuckRequests', failed);
    await gauges(now, at);
    // Last: the vendor's pace must not hold up the watch.
    if (ports.expireGoogleData) await keepGooglePromise(store, ports.expireGoogleData, runtime);
    return { seen, started, failed };
  };

  function rest(id: string, now: number): Promise<void> {
    return store.lookBy(id, new Date(now + poisonRestMs).toISOString());
  }

  async function handle(row: RequestRow, now: number, at: string): Promise<'started' | 'seen'> {
    if (row.status === 'closed' && row.closedAt && isOver(row, at)) {
      await letGo(row.id, at);
      return 'seen';
    }
    let current = await careTransmission(ports, await mustLoad(store, row.id), at);
    current = await carePackage(ports, current, now);
    if (row.status !== 'closed') {
      current = await ring(store, metrics, current, now);
      await endPause(row.id, at);
      if (!row.answeredAt) await engine.startClock(row.id);
    }
    const answer = await reconcile(store, engine, row.id, { now: at, restart: true });
    // An execution that runs is looked at daily; a copy goes on its day.
    const packageDue = nextPackageLook(current.row, at);
    if (answer === 'running' && packageDue && Date.parse(packageDue) < now + 86_400_000) {
      const latest = await store.row(row.id);
      if (latest) await store.touch(latest, nextLook(latest, now));
    }
    if (answer === 'resting' || answer === 'woken' || answer === 'started') {
      const latest = await store.row(row.id);
      if (latest && latest.lookAt <= at) await store.touch(latest, nextLook(latest, now));
    }
    return answer === 'started' ? 'started' : 'seen';
  }

  /** A pause ends by itself after its set time, with a task for staff (LAW.md §2). */
  async function endPause(id: string, at: string): Promise<void> {
    await converge(store, id, ({ row }): readonly Fact[] => {
      const open = row.pauses.find((pause) => pause.until === undefined);
      if (!open || pauseEndsAt(open) > at) return [];
      const task = taskOf(
        { processor: 'staff', at, plannedBy: row.plannedBy, action: 'pause-ended' },
        'pause-ended',
        'no-answer',
      );
      return [
        {
          type: 'pause-ended',
          by: 'system',
          at,
          data: { letter: open.letterId },
          set: {
            pauses: row.pauses.map((pause) =>
              pause === open ? { ...pause, until: pauseEndsAt(open) } : pause,
            ),
          },
          children: [{ kind: 'task', value: task }],
        },
      ];
    });
  }

  /** A closed case's words are destroyed; what proves the handling stays until its own term, and the chain still verifies. */
  async function letGo(id: string, at: string): Promise<void> {
    await ports.vault.shred(id);
    const kept = await ports.files.list(`requests/${id}/`);
    if (kept.length > 0) await ports.files.remove(kept.map((file) => file.key));
    const after = await converge(store, id, ({ row }): readonly Fact[] =>
      row.anonymisedAt || row.hold
        ? []
        : [{ type: 'anonymised', by: 'system', at, set: { anonymisedAt: at, mailbox: 'anonymised' } }],
    );
    if (after.row.anonymisedAt) {
      const years = new Date(at);
      years.setUTCFullYear(years.getUTCFullYear() + caseRetention.proofYears);
      await store.expire(id, years.toISOString());
    }
  }

  async function gauges(now: number, at: string): Promise<void> {
    const today = localDayOf(at);
    const horizon = addDays(today, 8);
    const soon = await read({ dueBefore: horizon });
    const { pace, tasksSince } = await learn(now, horizon);
    const late = soon.filter((row) => !row.answeredAt && row.plannedBy < today);
    metrics.emit('OverdueRequests', late.length);
    metrics.emit(
      'ForecastLate',
      soon.filter((row) => row.plannedBy >= today && willBeLate(row, pace, at)).length,
    );
    metrics.emit('OpenRequests', await store.countOpen(gaugeBound));
    const oldest = [...soon.flatMap((row) => row.openTaskSince ?? []), ...tasksSince].reduce(
      (days, since) => Math.max(days, (now - Date.parse(since)) / 86_400_000),
      0,
    );
    metrics.emit('OldestOpenTaskDays', Math.floor(oldest));
    // One harmless alarm a day goes all the way to a person, so that a dead route shows (F43).
    metrics.emit('AlarmRouteHeartbeat', alarmRouteHeartbeat(now));
  }

  /** What changes slowly, or is too much to read every five minutes: learned once an hour. */
  async function learn(now: number, from: string): Promise<Learned> {
    if (learned && now - learned.at < learnedHoldsMs) return learned;
    const { items } = await store.closed({ limit: casesLearnedFrom });
    const rows = await read({});
    const tasksSince = rows.filter((row) => row.plannedBy >= from).flatMap((row) => row.openTaskSince ?? []);
    learned = { at: now, pace: paceOf(items), tasksSince };
    return learned;
  }

  async function read(query: { readonly dueBefore?: string }): Promise<readonly RequestRow[]> {
    const rows: RequestRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.open({ ...query, limit: 500, ...(cursor ? { cursor } : {}) });
      rows.push(...page.items);
      cursor = page.cursor;
    } while (cursor && rows.length < gaugeBound);
    return rows;
  }
}

function isOver(row: RequestRow, at: string): boolean {
  const wordsGo = new Date(
    Date.parse(row.closedAt ?? at) + caseRetention.wordsDays * 86_400_000,
  ).toISOString();
  return !row.hold && wordsGo <= at;
}

function nextLook(row: RequestRow, now: number): string {
  const wordsGo = Date.parse(row.closedAt ?? '') + caseRetention.wordsDays * 86_400_000;
  const usual = row.status === 'closed' && !row.hold ? wordsGo : now + 86_400_000;
  const packageDue = nextPackageLook(row, new Date(now).toISOString());
  const due = packageDue === undefined ? usual : Math.min(usual, Date.parse(packageDue));
  return new Date(Math.max(due, now + 60_000)).toISOString();
}
