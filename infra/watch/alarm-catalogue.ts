import type { MilestoneName } from '../../functions/domain/clock.ts';
import { type MetricName, metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { metricNamespace } from '../../functions/runtime/metrics.ts';
import type { AlarmDefinition, MetricSource } from './alarm.ts';

/** What the alarms watch, by the names that AWS's own metrics carry. */
export interface Watched {
  readonly functions: readonly { readonly name: string; readonly physicalName: string }[];
  readonly machines: readonly { readonly name: string; readonly arn: string }[];
  readonly sites: readonly { readonly name: string; readonly apiId: string }[];
  readonly tableName: string;
  readonly indexNames: readonly string[];
  readonly queues: readonly { readonly name: string; readonly physicalName: string }[];
  readonly processors: readonly string[];
  readonly topics: { readonly page: string; readonly notice: string };
}

const minute = 60;
const hour = 60 * minute;

/** Rings at the first occurrence, and ends by itself when a period passes without another. */
const atOnce = {
  periodSeconds: 5 * minute,
  comparison: '>=',
  threshold: 1,
  breaching: 1,
  of: 1,
  missing: 'notBreaching',
} as const;

/** A level that the sweep measures every five minutes; silence is the sweep alarm's business. */
const level = { ...atOnce, periodSeconds: 15 * minute } as const;

/** Functions that nobody retries: a person or a schedule waits for them. Failing steps show as tasks and in the processors' alarms. */
const answering = ['public-api', 'staff-api', 'sweep', 'mail-events'];

function ours(name: MetricName, dimensions?: Readonly<Record<string, string>>): MetricSource {
  const statistic = metricDefinitions[name].kind === 'gauge' ? 'Maximum' : 'Sum';
  return { namespace: metricNamespace, name, statistic, ...(dimensions ? { dimensions } : {}) };
}

const milestone = (name: MilestoneName): MetricSource => ours('MilestoneRung', { Milestone: name });

/** Every alarm. The template, the dashboards, the runbook and the tests are held to this list. */
export function alarmCatalogue(watched: Watched): AlarmDefinition[] {
  return [
    ...deadlines,
    ...progress,
    ...engine(watched),
    ...processors(watched),
    ...mailAndPeople,
    ...platform(watched),
    ...alarmRoutes(watched),
  ];
}

const deadlines: AlarmDefinition[] = [
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

const progress: AlarmDefinition[] = [
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
    says: 'Open requests have neither progress, nor an open task, nor a wait.',
    runbook: 'stuck-requests',
    metrics: [ours('StuckRequests')],
    breaching: 2,
    of: 2,
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

function engine({ machines }: Watched): AlarmDefinition[] {
  const of = (arn: string, name: string): MetricSource => ({
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: arn },
    statistic: 'Sum',
  });
  return machines.flatMap(({ name, arn }): AlarmDefinition[] => [
    {
      ...atOnce,
      name: `${name}-failed`,
      severity: 'page',
      says: `An execution of ${name} failed, timed out or was aborted: none ever should.`,
      runbook: 'execution-failed',
      metrics: [of(arn, 'ExecutionsFailed'), of(arn, 'ExecutionsTimedOut'), of(arn, 'ExecutionsAborted')],
    },
    {
      ...atOnce,
      name: `${name}-throttled`,
      severity: 'notice',
      says: `Step Functions is holding back transitions of ${name}.`,
      runbook: 'execution-throttled',
      metrics: [of(arn, 'ExecutionThrottled')],
      breaching: 3,
      of: 3,
    },
  ]);
}

function processors({ processors: names }: Watched): AlarmDefinition[] {
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

const mailAndPeople: AlarmDefinition[] = [
  {
    ...atOnce,
    name: 'letter-failed',
    severity: 'page',
    says: 'A letter could not be sent after all retries: somebody has not been told.',
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
    says: 'Submissions keep hitting a rate budget: an attack, or a budget that is too small.',
    runbook: 'intake-throttled',
    metrics: [ours('IntakeThrottled')],
    threshold: 10,
    breaching: 2,
    of: 3,
  },
];

function platform(watched: Watched): AlarmDefinition[] {
  const lambda = (metric: string, physicalName: string): MetricSource => ({
    namespace: 'AWS/Lambda',
    name: metric,
    dimensions: { FunctionName: physicalName },
    statistic: 'Sum',
  });
  const table = (name: string, index?: string): MetricSource => ({
    namespace: 'AWS/DynamoDB',
    name,
    dimensions: {
      TableName: watched.tableName,
      ...(index === undefined ? {} : { GlobalSecondaryIndexName: index }),
    },
    statistic: 'Sum',
  });
  return [
    ...watched.functions
      .filter(({ name }) => answering.includes(name))
      .map(
        ({ name, physicalName }): AlarmDefinition => ({
          ...atOnce,
          name: `${name}-errors`,
          severity: 'page',
          says: `${name} ended in errors in three of the last four periods.`,
          runbook: 'function-errors',
          metrics: [lambda('Errors', physicalName)],
          breaching: 3,
          of: 4,
        }),
      ),
    ...inTens(watched.functions).map(
      (group, index): AlarmDefinition => ({
        ...atOnce,
        name: `functions-throttled-${index + 1}`,
        severity: 'notice',
        says: `Lambda is turning away calls of one of ${group.map(({ name }) => name).join(', ')}.`,
        runbook: 'function-throttled',
        metrics: nonEmpty(group.map(({ physicalName }) => lambda('Throttles', physicalName))),
        breaching: 2,
        of: 3,
      }),
    ),
    ...watched.sites.map(
      ({ name, apiId }): AlarmDefinition => ({
        ...atOnce,
        name: `${name}-site-failing`,
        severity: 'page',
        says: `The ${name} site answers with server errors.`,
        runbook: 'site-failing',
        metrics: [
          { namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiId: apiId }, statistic: 'Sum' },
        ],
        threshold: 3,
        breaching: 2,
        of: 3,
      }),
    ),
    {
      ...atOnce,
      name: 'table-throttled',
      severity: 'page',
      says: 'DynamoDB is turning away reads or writes.',
      runbook: 'table-throttled',
      metrics: nonEmpty([
        table('ReadThrottleEvents'),
        table('WriteThrottleEvents'),
        ...watched.indexNames.flatMap((index) => [
          table('ReadThrottleEvents', index),
          table('WriteThrottleEvents', index),
        ]),
      ]),
      breaching: 2,
      of: 3,
    },
    ...watched.queues.map(
      ({ name, physicalName }): AlarmDefinition => ({
        ...atOnce,
        name: `dead-letters-${name}`,
        severity: 'page',
        says: `An event could not be handled and lies in the queue ${name}.`,
        runbook: 'dead-letters',
        metrics: [
          {
            namespace: 'AWS/SQS',
            name: 'ApproximateNumberOfMessagesVisible',
            dimensions: { QueueName: physicalName },
            statistic: 'Maximum',
          },
        ],
      }),
    ),
  ];
}

/** Once a day a harmless alarm rings through both routes; each route's silence is told over the other one. */
function alarmRoutes({ topics }: Watched): AlarmDefinition[] {
  const sns = (name: string, topic: string): MetricSource => ({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: topic },
    statistic: 'Sum',
  });
  const other = { page: 'notice', notice: 'page' } as const;
  return [
    {
      ...atOnce,
      name: 'alarm-route-test',
      severity: 'notice',
      says: 'The daily test of the alarm routes. Nothing to do.',
      runbook: 'alarm-route-test',
      metrics: [ours('AlarmRouteHeartbeat')],
      routes: ['page', 'notice'],
    },
    ...(['page', 'notice'] as const).flatMap((route): AlarmDefinition[] => [
      {
        name: `alarm-route-${route}-silent`,
        severity: other[route],
        says: `Nothing has arrived over the ${route} route for 25 hours, not even the daily test.`,
        runbook: 'alarm-route-silent',
        metrics: [sns('NumberOfNotificationsDelivered', topics[route])],
        periodSeconds: hour,
        comparison: '<',
        threshold: 1,
        breaching: 25,
        of: 25,
        missing: 'breaching',
      },
      {
        ...atOnce,
        name: `alarm-route-${route}-failing`,
        severity: other[route],
        says: `A message of the ${route} route could not be delivered to one of its addresses.`,
        runbook: 'alarm-route-failing',
        metrics: [sns('NumberOfNotificationsFailed', topics[route])],
      },
    ]),
  ];
}

function inTens<Item>(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (let at = 0; at < items.length; at += 10) groups.push(items.slice(at, at + 10));
  return groups;
}

function nonEmpty(metrics: readonly MetricSource[]): [MetricSource, ...MetricSource[]] {
  const [first, ...rest] = metrics;
  if (!first) throw new Error('An alarm needs a metric');
  return [first, ...rest];
}
