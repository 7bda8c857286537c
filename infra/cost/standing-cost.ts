import { milestoneNames } from '../../functions/domain/clock.ts';
import { outcomes } from '../../functions/domain/words.ts';
import { metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { prices } from './prices.ts';

export interface StandingLine {
  readonly what: string;
  readonly perMonth: number;
}

/** The part of a template that is paid for by standing there. */
export interface PaidResource {
  readonly Type: string;
  // Only the few properties that a price follows are read.
  readonly Properties?: { readonly [name: string]: unknown };
}

/** What one run of the sweep reads and takes when little is open; once in twelve runs it reads the pace of a hundred past cases. */
const sweep = { runsPerMonth: 30 * 24 * 12, readUnits: 4 + 100 / 12, gbSeconds: 0.5 * 0.15, logBytes: 3000 };

/** Monthly cost of a stage that nobody uses, from its own templates. */
export function standingCost(resources: readonly PaidResource[], processors: number): StandingLine[] {
  const count = (type: string) => resources.filter((one) => one.Type === type).length;
  const alarmMetrics = resources
    .filter((one) => one.Type === 'AWS::CloudWatch::Alarm')
    .reduce((sum, { Properties }) => sum + metricsOf(Properties?.Metrics), 0);
  const rules = resources
    .filter((one) => one.Type === 'AWS::WAFv2::WebACL')
    .reduce(
      (sum, { Properties }) => sum + (Array.isArray(Properties?.Rules) ? Properties.Rules.length : 0),
      0,
    );
  const lines: StandingLine[] = [
    { what: 'Alarms', perMonth: alarmMetrics * prices.cloudWatch.perAlarmMetricMonth },
    { what: 'Own metrics', perMonth: ownMetrics(processors) * prices.cloudWatch.perMetricMonth },
    {
      what: 'Dashboards',
      perMonth: count('AWS::CloudWatch::Dashboard') * prices.cloudWatch.perDashboardMonth,
    },
    { what: 'Keys', perMonth: count('AWS::KMS::Key') * prices.kms.perKeyMonth },
    { what: 'Secrets', perMonth: count('AWS::SecretsManager::Secret') * prices.secrets.perSecretMonth },
    {
      what: 'Firewall',
      perMonth: count('AWS::WAFv2::WebACL') * prices.waf.perAclMonth + rules * prices.waf.perRuleMonth,
    },
    {
      what: 'Sweep',
      perMonth:
        sweep.runsPerMonth *
        (prices.scheduler.perRun +
          prices.lambda.perRequest +
          sweep.gbSeconds * prices.lambda.perGbSecond +
          sweep.readUnits * prices.dynamoDb.perReadUnit +
          (sweep.logBytes / 1e9) * prices.cloudWatch.perGbLogs),
    },
  ];
  return lines.filter(({ perMonth }) => perMonth > 0).sort((a, b) => b.perMonth - a.perMonth);
}

/** An alarm is paid by the metrics that it reads. */
function metricsOf(queries: unknown): number {
  if (!Array.isArray(queries)) return 1;
  return queries.filter(
    (query: unknown) => typeof query === 'object' && query !== null && 'MetricStat' in query,
  ).length;
}

/** Every metric with each value of its dimension, as if all were emitted in every hour of the month: the upper bound. */
function ownMetrics(processors: number): number {
  const values = { Milestone: milestoneNames.length, Outcome: outcomes.length, Processor: processors };
  return Object.values(metricDefinitions).reduce(
    (sum, definition) => sum + 1 + ('dimension' in definition ? values[definition.dimension] : 0),
    0,
  );
}

export const totalPerMonth = (lines: readonly StandingLine[]): number =>
  lines.reduce((sum, line) => sum + line.perMonth, 0);
