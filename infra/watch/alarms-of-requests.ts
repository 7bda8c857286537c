import type { MilestoneName } from '../../functions/domain/clock.ts';
import type { AlarmDefinition, MetricSource } from './alarm.ts';
import type { Watched } from './alarm-catalogue.ts';
import { atOnce, hour, level, minute, ours } from './alarm-shapes.ts';

const milestone = (name: MilestoneName): MetricSource => ours('MilestoneRung', { Milestone: name });

export const deadlines: AlarmDefinition[] = [
  {
    ...atOnce,
    name: 'legal-breach',
    severity: 'page',
    says: 'A request passed the end of its legal day without an answer.',
    runbook: 'legal-breach',
    metrics: [ours('LegalBreach')],
  },
  {
    ...atOnce,
    name: 'planned-breach',
    severity: 'page',
    says: 'A request passed its promised day without an answer; the legal day may still be ahead.',
    runbook: 'planned-breach',
    metrics: [ours('PlannedBreach')],
  },
  {
    ...level,
    name: 'overdue-requests',
    severity: 'page',
    says: 'Requests are unanswered after their promised day. Rings until the last of them is answered.',
    runbook: 'overdue-requests',
    metrics: [ours('OverdueRequests')],
  },
  {
    ...atOnce,
    name: 'two-days-left',
    severity: 'page',
    says: 'An unanswered request has two days left.',
    runbook: 'two-days-left',
    metrics: [milestone('planned-2')],
  },
  {
    ...atOnce,
    name: 'seven-days-left',
    severity: 'notice',
    says: 'An unanswered request has seven days left.',
    runbook: 'seven-days-left',
    metrics: [milestone('planned-7')],
  },
  {
    ...level,
    name: 'forecast-late',
    severity: 'notice',
    says: 'At the pace of past requests, some open ones will be late.',
    runbook: 'forecast-late',
    metrics: [ours('ForecastLate')],
    breaching: 2,
    of: 2,
  },
];

export const progress: AlarmDefinition[] = [
  {
    name: 'sweep-silent',
    severity: 'page',
    says: 'The sweep has not finished a run for 20 minutes: nothing watches over the deadlines.',
    runbook: 'sweep-silent',
    metrics: [ours('SweepRan')],
    periodSeconds: 10 * minute,
    comparison: '<',
    threshold: 1,
    breaching: 2,
    of: 2,
    missing: 'breaching',
  },
  {
    ...atOnce,
    name: 'sweep-restarts',
    severity: 'notice',
    says: 'The sweep restarted more than a few executions within an hour: something keeps killing them.',
    runbook: 'sweep-restarts',
    metrics: [ours('SweepRestarted')],
    periodSeconds: hour,
    threshold: 5,
  },
  {
    ...level,
    name: 'stuck-requests',
    severity: 'page',
    says: 'The sweep failed on a request again when it tried an hour later.',
    runbook: 'stuck-requests',
    metrics: [ours('StuckRequests')],
    // A request that failed rests for an hour, so each whole hour has one try.
    periodSeconds: hour,
    breaching: 2,
    of: 3,
  },
  {
    ...atOnce,
    name: 'step-failed',
    severity: 'notice',
    says: 'A step of a request failed for good; the request rests until its task is done.',
    runbook: 'step-failed',
    metrics: [ours('StepFailed')],
  },
  {
    ...level,
    name: 'old-task',
    severity: 'notice',
    says: 'The oldest open task waits for a person for five days or more.',
    runbook: 'old-task',
    metrics: [ours('OldestOpenTaskDays')],
    threshold: 5,
  },
];

export function processors({ processors: names }: Watched): AlarmDefinition[] {
  return [
    // By the time this is counted all retries are spent, and a task is waiting for a person: one is enough.
    ...names.map(
      (name): AlarmDefinition => ({
        ...atOnce,
        name: `processor-down-${name}`,
        severity: 'notice',
        says: `${name} failed an operation after all retries; a task was raised.`,
        runbook: 'processor-down',
        metrics: [ours('ProcessorFailed', { Processor: name })],
        periodSeconds: hour,
      }),
    ),
    {
      ...atOnce,
      name: 'lie-detected',
      severity: 'notice',
      says: 'A processor said that data is gone or changed, and a second look still found it.',
      runbook: 'lie-detected',
      metrics: [ours('LieDetected')],
    },
    {
      ...atOnce,
      name: 'quarantined-answer',
      severity: 'page',
      says: "A processor's answer was not trusted: it may hold another person's data.",
      runbook: 'quarantined-answer',
      metrics: [ours('QuarantinedAnswer')],
    },
  ];
}

const reputation = (name: string): MetricSource => ({
  namespace: 'AWS/SES',
  name,
  statistic: 'Maximum',
});

export const mailAndPeople: AlarmDefinition[] = [
  {
    ...atOnce,
    name: 'letter-failed',
    severity: 'page',
    says: 'SES refused a letter for good: somebody has not been told.',
    runbook: 'letter-failed',
    metrics: [ours('LetterFailed')],
  },
  {
    ...atOnce,
    name: 'letter-bounced',
    severity: 'notice',
    says: 'A letter came back; a task was raised for its request.',
    runbook: 'letter-bounced',
    metrics: [ours('LetterBounced')],
  },
  {
    ...atOnce,
    name: 'letter-complained',
    severity: 'notice',
    says: 'A recipient marked a letter as unwanted; the address gets no more mail.',
    runbook: 'letter-complained',
    metrics: [ours('LetterComplained')],
  },
  // SES reviews an account at 5 % and may pause it at 10 %: half of the lower figure leaves time to act.
  {
    ...atOnce,
    name: 'bounce-rate',
    severity: 'page',
    says: 'The bounce rate nears the mark at which SES stops our mail.',
    runbook: 'mail-reputation',
    metrics: [reputation('Reputation.BounceRate')],
    periodSeconds: hour,
    threshold: 0.04,
  },
  // SES reviews at 0.1 % and may pause at 0.5 %.
  {
    ...atOnce,
    name: 'complaint-rate',
    severity: 'page',
    says: 'The complaint rate nears the mark at which SES stops our mail.',
    runbook: 'mail-reputation',
    metrics: [reputation('Reputation.ComplaintRate')],
    periodSeconds: hour,
    threshold: 0.0008,
  },
  {
    ...atOnce,
    name: 'transmissions-failing',
    severity: 'notice',
    says: 'Packages could not be handed to the controllers that their subjects named: one is their affair, several are ours.',
    runbook: 'transmissions-failing',
    metrics: [ours('TransmissionFailed')],
    periodSeconds: hour,
    threshold: 3,
  },
  {
    ...atOnce,
    name: 'verification-failures',
    severity: 'notice',
    says: 'Many wrong codes or links were offered: somebody may be guessing.',
    runbook: 'verification-failures',
    metrics: [ours('VerificationFailed')],
    threshold: 20,
    breaching: 2,
    of: 3,
  },
  {
    ...atOnce,
    name: 'intake-throttled',
    severity: 'notice',
    says: 'The same mailboxes are entered again and again, or a minute’s budget was spent: somebody may be flooding a stranger, or us.',
    runbook: 'intake-throttled',
    metrics: [ours('IntakeThrottled')],
    threshold: 10,
    breaching: 2,
    of: 3,
  },
];
