/** CloudWatch embedded metric format: a metric is a log line that CloudWatch turns into a number. */
export const metricNamespace = 'RightsDesk';

export type Unit = 'Count' | 'Milliseconds' | 'Seconds' | 'Percent';

export interface Metrics {
  /** Emits one value. `dimensions` hold codes from closed sets, never ids: each combination is a metric that is paid for. */
  emit(name: string, value: number, unit?: Unit, dimensions?: Readonly<Record<string, string>>): void;
}

export interface MetricsOptions {
  readonly write: (line: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createMetrics(options: MetricsOptions): Metrics {
  return {
    emit(name, value, unit = 'Count', dimensions = {}) {
      options.write(
        JSON.stringify({
          _aws: {
            Timestamp: options.now(),
            CloudWatchMetrics: [
              {
                Namespace: metricNamespace,
                // Alarms cannot add up over dimensions, so the total is a metric of its own.
                Dimensions: Object.keys(dimensions).length > 0 ? [Object.keys(dimensions), []] : [[]],
                Metrics: [{ Name: name, Unit: unit }],
              },
            ],
          },
          ...dimensions,
          [name]: value,
        }),
      );
    },
  };
}
