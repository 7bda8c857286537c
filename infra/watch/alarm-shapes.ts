import { type MetricName, metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { metricNamespace } from '../../functions/runtime/metrics.ts';
import type { MetricSource } from './alarm.ts';

export const minute = 60;
export const hour = 60 * minute;

/** Rings at the first occurrence, and ends by itself when a period passes without another. */
export const atOnce = {
  periodSeconds: 5 * minute,
  comparison: '>=',
  threshold: 1,
  breaching: 1,
  of: 1,
  missing: 'notBreaching',
} as const;

/** A level that the sweep measures every five minutes; silence is the sweep alarm's business. */
export const level = { ...atOnce, periodSeconds: 15 * minute } as const;

/** One of the product's own metrics, read the way its kind is measured. */
export function ours(name: MetricName, dimensions?: Readonly<Record<string, string>>): MetricSource {
  const statistic = metricDefinitions[name].kind === 'gauge' ? 'Maximum' : 'Sum';
  return { namespace: metricNamespace, name, statistic, ...(dimensions ? { dimensions } : {}) };
}
