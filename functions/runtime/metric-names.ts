import type { Unit } from './metrics.ts';

/** How a metric is read: an `event` is counted when it happens, a `gauge` is a level that the sweep measures on every run. */
export interface MetricDefinition {
  readonly kind: 'event' | 'gauge';
  readonly unit: Unit;
  /** The one dimension it may carry; its values are codes from a closed set, because each value is a metric that is paid for. */
  readonly dimension?: 'Milestone' | 'Processor' | 'Outcome';
  /** What one count, or the level, says. */
  readonly meaning: string;
}

/** Every metric the product emits. Alarms, dashboards and the runbook know no other name. */
export const metricDefinitions = {
  PlannedBreach: {
    kind: 'event',
    unit: 'Count',
    meaning: 'A request passed the end of its promised day without an answer.',
  },
  LegalBreach: {
    kind: 'event',
    unit: 'Count',
    meaning: 'A request passed the end of its legal day without an answer.',
  },
  MilestoneRung: {
    kind: 'event',
    unit: 'Count',
    dimension: 'Milestone',
    meaning: 'The clock of an unanswered request reached a milestone.',
  },
  OpenRequests: { kind: 'gauge', unit: 'Count', meaning: 'Requests that are not answered yet.' },
  Answered: {
    kind: 'event',
    unit: 'Count',
    dimension: 'Outcome',
    meaning: 'A request was answered.',
  },
  OverdueRequests: {
    kind: 'gauge',
    unit: 'Count',
    meaning: 'Unanswered requests whose promised day is over.',
  },
  ForecastLate: {
    kind: 'gauge',
    unit: 'Count',
    meaning: 'Unanswered requests that, at the pace of past ones, will be late.',
  },
  SweepRan: { kind: 'event', unit: 'Count', meaning: 'The sweep read every open request to the end.' },
  SweepRestarted: {
    kind: 'event',
    unit: 'Count',
    meaning: 'The sweep started an execution that was missing or had died.',
  },
  OldestOpenTaskDays: {
    kind: 'gauge',
    unit: 'Count',
    meaning: 'Whole days since the oldest open staff task was raised; 0 without open tasks.',
  },
  StuckRequests: {
    kind: 'gauge',
    unit: 'Count',
    meaning: 'Requests that the sweep could not handle in this run; each is tried again an hour later.',
  },
  ProcessorFailed: {
    kind: 'event',
    unit: 'Count',
    dimension: 'Processor',
    meaning: 'One operation at a processor failed after all its retries and became a task.',
  },
  LieDetected: {
    kind: 'event',
    unit: 'Count',
    dimension: 'Processor',
    meaning: 'A processor reported data gone or changed that a second look still found.',
  },
  VerificationFailed: {
    kind: 'event',
    unit: 'Count',
    meaning: 'A wrong or spent code or link was offered.',
  },
  IntakeAccepted: { kind: 'event', unit: 'Count', meaning: 'A submission was stored.' },
  IntakeThrottled: {
    kind: 'event',
    unit: 'Count',
    meaning: 'The mail of a submission was withheld, because its mailbox had been written to too often.',
  },
  StepFailed: {
    kind: 'event',
    unit: 'Count',
    meaning: 'A step of a request failed for good: the request rests until a person has done its task.',
  },
  LetterFailed: {
    kind: 'event',
    unit: 'Count',
    meaning: 'The mail service refused a letter for good.',
  },
  LetterBounced: { kind: 'event', unit: 'Count', meaning: 'A mail server refused a letter for good.' },
  LetterComplained: { kind: 'event', unit: 'Count', meaning: 'A recipient marked a letter as unwanted.' },
  TransmissionFailed: {
    kind: 'event',
    unit: 'Count',
    meaning: 'A package could not be handed to the controller that its subject named.',
  },
  QuarantinedAnswer: {
    kind: 'event',
    unit: 'Count',
    dimension: 'Processor',
    meaning: "A processor's answer was not trusted: wrong person, unknown shape or too large.",
  },
  AlarmRouteHeartbeat: {
    kind: 'gauge',
    unit: 'Count',
    meaning:
      '1 from the sweeps between 07:00 and 07:15 UTC, else 0: rings one harmless alarm a day, so that a dead route shows.',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricDefinitions;

/** UTC hour and minutes in which the sweep sends the daily test of the alarm route. */
export const heartbeatWindow = { hour: 7, untilMinute: 15 } as const;

/** The value of `AlarmRouteHeartbeat` at an instant (epoch milliseconds). */
export function alarmRouteHeartbeat(epochMs: number): 0 | 1 {
  const at = new Date(epochMs);
  return at.getUTCHours() === heartbeatWindow.hour && at.getUTCMinutes() < heartbeatWindow.untilMinute
    ? 1
    : 0;
}
