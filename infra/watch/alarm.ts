/** A metric as CloudWatch finds it. */
export interface MetricSource {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
}

/** `page` wakes somebody; `notice` is read on the next working day. */
export type Severity = 'page' | 'notice';

export interface AlarmDefinition {
  /** Kebab-case, without the stage's prefix. */
  readonly name: string;
  readonly severity: Severity;
  /** What has happened when it rings, in one sentence for somebody who was just woken. */
  readonly says: string;
  /** The heading in docs/runbook.md, as an anchor. */
  readonly runbook: string;
  /** One metric, or several (at most ten) that are added up, absent ones counting as 0. */
  readonly metrics: readonly [MetricSource, ...MetricSource[]];
  readonly periodSeconds: number;
  readonly comparison: '>=' | '<';
  readonly threshold: number;
  /** Rings when `breaching` of the last `of` periods are over the threshold. */
  readonly breaching: number;
  readonly of: number;
  /** What a period without any data counts as. */
  readonly missing: 'breaching' | 'notBreaching';
  /** Routes other than its severity's own. */
  readonly routes?: readonly Severity[];
}
