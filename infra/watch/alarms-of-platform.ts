import type { AlarmDefinition, MetricSource } from './alarm.ts';
import type { Watched } from './alarm-catalogue.ts';
import { atOnce, hour, ours } from './alarm-shapes.ts';

/** Functions that nobody retries: a person or a schedule waits for them. Failing steps show as tasks and in the processors' alarms. */
const answering = ['public-api', 'staff-api', 'sweep', 'mail-events', 'execution-ended'];

export function engine({ machines }: Watched): AlarmDefinition[] {
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

export function platform(watched: Watched): AlarmDefinition[] {
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
export function alarmRoutes({ topics }: Watched): AlarmDefinition[] {
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
