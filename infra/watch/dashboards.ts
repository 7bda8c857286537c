import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { milestoneNames } from '../../functions/domain/clock.ts';
import { type MetricName, metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { metricNamespace } from '../../functions/runtime/metrics.ts';
import type { Watched } from './alarm-catalogue.ts';

const fiveMinutes = Duration.minutes(5);
const day = Duration.days(1);

function ours(name: MetricName, period: Duration, dimensions?: Record<string, string>): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    statistic: metricDefinitions[name].kind === 'gauge' ? 'Maximum' : 'Sum',
    period,
    label: dimensions ? Object.values(dimensions).join(' ') : metricDefinitions[name].meaning,
    ...(dimensions ? { dimensionsMap: dimensions } : {}),
  });
}

/** For the privacy officer: what is due, what will be late, what people wait for. No name of a system or a function. */
export function officerDashboard(scope: Construct, name: string, alarms: readonly Alarm[]): Dashboard {
  return new Dashboard(scope, 'Officer', {
    dashboardName: name,
    defaultInterval: Duration.days(28),
    widgets: [
      [
        new TextWidget({
          markdown:
            '# Rights requests\nDue dates, and what may miss them. The queue itself is in the staff console; this page holds numbers only.',
          width: 24,
          height: 2,
        }),
      ],
      [
        new SingleValueWidget({
          title: 'Now',
          width: 24,
          height: 4,
          metrics: [
            ours('OpenRequests', fiveMinutes),
            ours('OverdueRequests', fiveMinutes),
            ours('ForecastLate', fiveMinutes),
            ours('OldestOpenTaskDays', fiveMinutes),
          ],
        }),
      ],
      [
        new GraphWidget({
          title: 'Open and overdue',
          width: 12,
          left: [ours('OpenRequests', day), ours('OverdueRequests', day), ours('ForecastLate', day)],
        }),
        new GraphWidget({
          title: 'Milestones reached without an answer, a day',
          width: 12,
          left: milestoneNames.map((milestone) => ours('MilestoneRung', day, { Milestone: milestone })),
        }),
      ],
      [
        new GraphWidget({
          title: 'Promises and legal days missed',
          width: 8,
          left: [
            ours('PlannedBreach', day).with({ color: Color.ORANGE }),
            ours('LegalBreach', day).with({ color: Color.RED }),
          ],
        }),
        new GraphWidget({
          title: 'Submissions and answers a day',
          width: 8,
          left: [ours('IntakeAccepted', day), ours('Answered', day)],
        }),
        new GraphWidget({
          title: 'Letters that did not arrive',
          width: 8,
          left: [ours('LetterFailed', day), ours('LetterBounced', day), ours('LetterComplained', day)],
        }),
      ],
      [new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 6, alarms: [...alarms] })],
    ],
  });
}

/** For the operator: what runs, what fails, what is held back. */
export function operatorDashboard(
  scope: Construct,
  name: string,
  watched: Watched,
  alarms: readonly Alarm[],
): Dashboard {
  const graph = (title: string, width: number, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, width, left, right });
  const aws = (namespace: string, metricName: string, dimensionsMap: Record<string, string>, label: string) =>
    new Metric({ namespace, metricName, dimensionsMap, label, statistic: 'Sum', period: fiveMinutes });

  return new Dashboard(scope, 'Operator', {
    dashboardName: name,
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 8, alarms: [...alarms] })],
      [
        graph('Sweep', 8, [
          ours('SweepRan', fiveMinutes),
          ours('SweepRestarted', fiveMinutes),
          ours('StuckRequests', fiveMinutes),
        ]),
        graph(
          'Executions',
          8,
          watched.machines.flatMap((machine) =>
            ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionThrottled'].map(
              (metric) =>
                aws('AWS/States', metric, { StateMachineArn: machine.arn }, `${machine.name} ${metric}`),
            ),
          ),
        ),
        graph(
          'Sites',
          8,
          watched.sites.flatMap((site) =>
            ['Count', '4xx', '5xx'].map((metric) =>
              aws('AWS/ApiGateway', metric, { ApiId: site.apiId }, `${site.name} ${metric}`),
            ),
          ),
          watched.sites.map((site) =>
            aws('AWS/ApiGateway', 'Latency', { ApiId: site.apiId }, `${site.name} p95 ms`).with({
              statistic: 'p95',
            }),
          ),
        ),
      ],
      [
        graph(
          'Function errors',
          12,
          watched.functions.map((one) =>
            aws('AWS/Lambda', 'Errors', { FunctionName: one.physicalName }, one.name),
          ),
        ),
        graph(
          'Function duration, p95 ms',
          12,
          watched.functions.map((one) =>
            aws('AWS/Lambda', 'Duration', { FunctionName: one.physicalName }, one.name).with({
              statistic: 'p95',
            }),
          ),
        ),
      ],
      [
        graph(
          'Processors failing',
          8,
          watched.processors.map((processor) =>
            ours('ProcessorFailed', fiveMinutes, { Processor: processor }),
          ),
        ),
        graph('Not trusted, not true', 8, [
          ours('QuarantinedAnswer', fiveMinutes),
          ours('LieDetected', fiveMinutes),
          ours('TransmissionFailed', fiveMinutes),
        ]),
        graph('At the door', 8, [
          ours('IntakeAccepted', fiveMinutes),
          ours('IntakeThrottled', fiveMinutes),
          ours('VerificationFailed', fiveMinutes),
        ]),
      ],
      [
        graph('Table', 12, [
          aws('AWS/DynamoDB', 'ConsumedReadCapacityUnits', { TableName: watched.tableName }, 'read units'),
          aws('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName: watched.tableName }, 'write units'),
        ]),
        graph(
          'Dead letters',
          12,
          watched.queues.map((queue) =>
            aws(
              'AWS/SQS',
              'ApproximateNumberOfMessagesVisible',
              { QueueName: queue.physicalName },
              queue.name,
            ).with({ statistic: 'Maximum' }),
          ),
        ),
      ],
    ],
  });
}
