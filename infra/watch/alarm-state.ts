/** The part of an `AWS::CloudWatch::Alarm` that decides its state, as it stands in a template. */
export interface AlarmProperties {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly MetricQuery[];
  readonly ComparisonOperator: string;
  readonly Threshold?: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace?: string;
      readonly MetricName?: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** One value of one metric. */
export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Evaluation {
  readonly datapoints: readonly Datapoint[];
  readonly nowMs: number;
  /** How a dimension value that is an intrinsic function in the template reads when deployed. */
  readonly resolve?: (value: unknown) => string;
}

/**
 * The state that CloudWatch gives an alarm: the last `EvaluationPeriods` whole periods before now, of which `DatapointsToAlarm`
 * must breach. Source: Amazon CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data".
 * @throws Error for statistics, operators and expressions that none of our alarms uses
 */
export function alarmState(alarm: AlarmProperties, evaluation: Evaluation): AlarmState {
  const period = periodOf(alarm);
  const end = Math.floor(evaluation.nowMs / (period * 1000));
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, back) => end - 1 - back);
  const verdicts = periods.map((index) => {
    const window = { fromMs: index * period * 1000, toMs: (index + 1) * period * 1000 };
    const value = readingOf(alarm, evaluation, window);
    return value === undefined ? missingVerdict(alarm) : breaches(alarm, value) ? 'breaching' : 'fine';
  });
  if (verdicts.every((verdict) => verdict === 'missing')) return 'INSUFFICIENT_DATA';
  const breaching = verdicts.filter((verdict) => verdict === 'breaching').length;
  return breaching >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? 'ALARM' : 'OK';
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

function periodOf(alarm: AlarmProperties): number {
  if (alarm.Period !== undefined) return alarm.Period;
  const periods = new Set(
    (alarm.Metrics ?? []).flatMap((query) => (query.MetricStat ? [query.MetricStat.Period] : [])),
  );
  const [period, ...others] = periods;
  if (period === undefined || others.length > 0) throw new Error('an alarm has one period');
  return period;
}

function missingVerdict(alarm: AlarmProperties): 'breaching' | 'fine' | 'missing' {
  if (alarm.TreatMissingData === 'breaching') return 'breaching';
  if (alarm.TreatMissingData === 'notBreaching') return 'fine';
  return 'missing';
}

function breaches(alarm: AlarmProperties, value: number): boolean {
  const threshold = alarm.Threshold ?? Number.NaN;
  switch (alarm.ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`no alarm of ours compares by ${alarm.ComparisonOperator}`);
  }
}

function readingOf(alarm: AlarmProperties, evaluation: Evaluation, window: Window): number | undefined {
  if (alarm.MetricName !== undefined) {
    return statisticOf(
      {
        namespace: alarm.Namespace,
        name: alarm.MetricName,
        dimensions: alarm.Dimensions,
        statistic: alarm.Statistic,
      },
      evaluation,
      window,
    );
  }
  const queries = new Map((alarm.Metrics ?? []).map((query) => [query.Id, query]));
  const result = [...queries.values()].find((query) => query.ReturnData !== false);
  if (!result?.Expression) throw new Error('a sum of metrics has one expression that is its result');
  return sumOf(result.Expression, (id) => {
    const stat = queries.get(id)?.MetricStat;
    if (!stat) throw new Error(`${id} is no metric of this alarm`);
    return statisticOf(
      {
        namespace: stat.Metric.Namespace,
        name: stat.Metric.MetricName,
        dimensions: stat.Metric.Dimensions,
        statistic: stat.Stat,
      },
      evaluation,
      window,
    );
  });
}

/** `FILL(a,0)+FILL(b,0)`: the one form of metric maths in use. */
function sumOf(expression: string, valueOfId: (id: string) => number | undefined): number {
  return expression.split('+').reduce((sum, term) => {
    const id = /^\s*FILL\((\w+),\s*0\)\s*$/.exec(term)?.[1];
    if (id === undefined) throw new Error(`no alarm of ours computes ${expression}`);
    return sum + (valueOfId(id) ?? 0);
  }, 0);
}

interface Statistic {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly dimensions: AlarmProperties['Dimensions'];
  readonly statistic: string | undefined;
}

function statisticOf(source: Statistic, evaluation: Evaluation, window: Window): number | undefined {
  const resolve = evaluation.resolve ?? String;
  const wanted = new Map((source.dimensions ?? []).map(({ Name, Value }) => [Name, resolve(Value)]));
  const values = evaluation.datapoints
    .filter(
      (point) =>
        point.namespace === source.namespace &&
        point.name === source.name &&
        point.atMs >= window.fromMs &&
        point.atMs < window.toMs &&
        // A metric is its exact set of dimensions: CloudWatch does not add up over the ones left out.
        Object.keys(point.dimensions).length === wanted.size &&
        Object.entries(point.dimensions).every(([name, value]) => wanted.get(name) === value),
    )
    .map((point) => point.value);
  if (values.length === 0) return undefined;
  switch (source.statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'Average':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    default:
      throw new Error(`no alarm of ours reads the statistic ${source.statistic}`);
  }
}
