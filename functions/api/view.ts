import type { AuditEvent } from '../domain/audit.ts';
import type { Case } from '../domain/case.ts';
import { breachedAt, clockOf } from '../domain/clock.ts';
import { packageAvailability, packageLastDay } from '../domain/package.ts';
import type { EventType } from '../domain/transitions.ts';

/** Events that a subject sees in the timeline; the rest is how we work. */
const forSubjects: ReadonlySet<string> = new Set<EventType>([
  'received',
  'identity-verified',
  'identity-reminded',
  'identity-not-confirmed',
  'merged',
  'search-finished',
  'decided',
  'nothing-to-act-on',
  'cooling-off-began',
  'acting-began',
  'acted',
  'package-built',
  'released',
  'package-fetched',
  'package-expired',
  'answered',
  'looked-again',
  'supplemented',
  'closed',
  'withdrawn',
  'extended',
  'question-asked',
  'paused',
  'pause-ended',
  'message-sent',
  'restriction-lifted',
]);

/** The status document of DESIGN.md §6. Days are YYYY-MM-DD in Europe/Amsterdam, instants RFC 3339 in UTC. */
export function statusDocument(current: Case, events: readonly AuditEvent[], now: number) {
  const { row } = current;
  const clock = clockOf(row);
  const measuredAt = row.answeredAt ?? row.closedAt ?? new Date(now).toISOString();
  const breached = breachedAt(clock, measuredAt);
  return {
    reference: row.id,
    right: row.right,
    status: row.status,
    outcome: row.outcome,
    channel: row.channel,
    receivedAt: row.receivedAt,
    clock: {
      plannedBy: clock.plannedBy,
      legalBy: clock.legalBy,
      extended: clock.extended,
      pauses: clock.pauses.map(({ ground, from, until, days }) => ({ ground, from, until, days })),
      breached: breached.planned || breached.legal,
    },
    dispositions: current.dispositions.map((one) => ({
      processor: one.processor,
      disposition: one.disposition,
      evidence: { class: one.evidence.class, looked: one.evidence.looked },
      ...(one.code === undefined ? {} : { reason: one.code }),
      ...(one.expectedBy === undefined ? {} : { expectedBy: one.expectedBy }),
      ...(one.retainedUntil === undefined ? {} : { retainedUntil: one.retainedUntil }),
      ...(one.ground === undefined ? {} : { ground: one.ground }),
    })),
    timeline: events
      .filter((event) => forSubjects.has(event.type))
      .map((event) => ({ at: event.at, event: event.type })),
    siblings: row.siblings,
    ...(row.mergedInto === undefined ? {} : { mergedInto: row.mergedInto }),
    ...(row.coolingOffUntil === undefined ? {} : { coolingOffUntil: row.coolingOffUntil }),
    ...(row.releasedHash === undefined
      ? {}
      : {
          package: {
            available: packageAvailability(current, new Date(now).toISOString()) === 'available',
            hash: row.releasedHash,
            ...(row.answeredAt === undefined ? {} : { lastDay: packageLastDay(row.answeredAt) }),
          },
        }),
  };
}
export type StatusDocument = ReturnType<typeof statusDocument>;

/** What staff see: the same, with findings, tasks, decisions, letters, full evidence and the whole trail. */
export function staffDocument(
  current: Case,
  events: readonly AuditEvent[],
  now: number,
  instructionsFor: (processor: string, instructions: string) => readonly string[],
) {
  const { row } = current;
  const decided = row.decision ? [row.decision] : [];
  return {
    ...statusDocument(current, events, now),
    version: row.version,
    milestones: clockOf(row).milestones,
    clockSteps: clockOf(row).steps,
    rung: row.rung,
    onBehalfOf: row.onBehalfOf ?? null,
    objectionScope: row.objectionScope ?? null,
    authorityCheckedBy: row.authorityCheckedBy ?? null,
    dispositions: current.dispositions.map((one) => ({ ...one, evidence: one.evidence })),
    findings: current.findings.map((one) => ({
      processor: one.processor,
      state: one.state,
      at: one.at,
      holdings: one.holdings,
      ...(one.code === undefined ? {} : { code: one.code }),
    })),
    tasks: current.tasks.map((task) => ({
      processor: task.processor,
      operation: task.operation,
      state: task.state,
      dueAt: task.dueAt,
      openedAt: task.openedAt,
      ...(task.code === undefined ? {} : { code: task.code }),
      ...(task.doneBy === undefined ? {} : { doneBy: task.doneBy, doneAt: task.doneAt }),
      instructions: instructionsFor(task.processor, task.instructions).join('\n'),
    })),
    decisions: [
      ...(row.proposal ? [{ ...row.proposal, state: 'proposed' }] : []),
      ...decided.map((one) => ({ ...one, state: 'decided' })),
    ],
    letters: current.letters.map(({ id, kind, state, at }) => ({ id, kind, state, at })),
    package: row.package ?? null,
    hold: row.hold ?? false,
    machineVersion: row.machineVersion ?? null,
    trail: events.map(({ seq, at, type, by, data, hash }) => ({ seq, at, type, by, data, hash })),
  };
}
export type StaffDocument = ReturnType<typeof staffDocument>;
