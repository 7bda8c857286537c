import type { AlarmDefinition, MetricSource } from './alarm.ts';
import type { AlarmProperties } from './alarm-state.ts';

const operators = {
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
} as const;

/** A definition as the template says it, for places that evaluate alarms without synthesising. A test holds the two to each other. */
export function alarmProperties(definition: AlarmDefinition): AlarmProperties {
  const [first, ...rest] = definition.metrics;
  const decision = {
    ComparisonOperator: operators[definition.comparison],
    Threshold: definition.threshold,
    EvaluationPeriods: definition.of,
    DatapointsToAlarm: definition.breaching,
    TreatMissingData: definition.missing,
  };
  if (rest.length === 0) {
    return {
      ...decision,
      Namespace: first.namespace,
      MetricName: first.name,
      Statistic: first.statistic,
      Period: definition.periodSeconds,
      ...dimensionsOf(first),
    };
  }
  return {
    ...decision,
    Metrics: [
      { Id: 'expr_1', Expression: definition.metrics.map((_, index) => `FILL(m${index},0)`).join('+') },
      ...definition.metrics.map((source, index) => ({
        Id: `m${index}`,
        ReturnData: false,
        MetricStat: {
          Metric: { Namespace: source.namespace, MetricName: source.name, ...dimensionsOf(source) },
          Period: definition.periodSeconds,
          Stat: source.statistic,
        },
      })),
    ],
  };
}

function dimensionsOf(source: MetricSource) {
  const dimensions = Object.entries(source.dimensions ?? {});
  return dimensions.length > 0 ? { Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })) } : {};
}
