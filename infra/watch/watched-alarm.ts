import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmDefinition, MetricSource, Severity } from './alarm.ts';

const comparisons = {
  '>=': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  '<': ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

const missingData = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
} as const;

export interface AlarmPlace {
  readonly alarmName: (name: string) => string;
  readonly runbookUrl: string;
  readonly topics: Readonly<Record<Severity, Topic>>;
}

export function addAlarm(scope: Construct, definition: AlarmDefinition, place: AlarmPlace): Alarm {
  const alarm = new Alarm(scope, definition.name, {
    alarmName: place.alarmName(definition.name),
    alarmDescription: `[${definition.severity}] ${definition.says} ${place.runbookUrl}#${definition.runbook}`,
    metric: metricOf(definition),
    threshold: definition.threshold,
    comparisonOperator: comparisons[definition.comparison],
    evaluationPeriods: definition.of,
    datapointsToAlarm: definition.breaching,
    treatMissingData: missingData[definition.missing],
  });
  for (const route of definition.routes ?? [definition.severity]) {
    alarm.addAlarmAction(new SnsAction(place.topics[route]));
  }
  return alarm;
}

export function metricOf({ metrics, periodSeconds }: AlarmDefinition): Metric | MathExpression {
  const period = Duration.seconds(periodSeconds);
  const [first, ...rest] = metrics;
  if (rest.length === 0) return toMetric(first, period);
  const named = metrics.map((source, index) => [`m${index}`, toMetric(source, period)] as const);
  return new MathExpression({
    expression: named.map(([id]) => `FILL(${id},0)`).join('+'),
    usingMetrics: Object.fromEntries(named),
    period,
  });
}

export function toMetric(source: MetricSource, period: Duration): Metric {
  return new Metric({
    namespace: source.namespace,
    metricName: source.name,
    statistic: source.statistic,
    period,
    ...(source.dimensions ? { dimensionsMap: { ...source.dimensions } } : {}),
  });
}
