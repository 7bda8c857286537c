import * as v from 'valibot';
import { openLineFile, readLines } from './line-file.ts';

/** What this edition keeps of one metric and one combination of its dimensions. */
export interface MetricSummary {
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** RFC 3339, virtual time. */
  readonly lastAt: string;
  /** The latest values, oldest first. */
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

export interface MetricsRecorder {
  /** Takes a line that a function wrote; true when it was a metric (embedded metric format). */
  record(line: string): boolean;
  summaries(): MetricSummary[];
  close(): void;
}

const embedded = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.optional(v.string(), 'None') })),
      }),
    ),
  }),
});

const pointsKept = 500;

type Series = { -readonly [Key in keyof MetricSummary]: MetricSummary[Key] } & {
  points: { at: string; value: number }[];
};

/** Plays CloudWatch: turns metric lines into series, which outlive a restart when a `file` is given. */
export function createMetricsRecorder(file?: string): MetricsRecorder {
  const series = new Map<string, Series>();

  function add(line: string): boolean {
    if (!line.includes('"_aws"')) return false;
    const parsed = v.safeParse(embedded, parseJson(line));
    if (!parsed.success) return false;
    const { _aws: head, ...values } = parsed.output;
    const at = new Date(head.Timestamp).toISOString();
    for (const directive of head.CloudWatchMetrics) {
      for (const names of directive.Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
        for (const { Name: name, Unit: unit } of directive.Metrics) {
          for (const value of [values[name]].flat()) {
            if (typeof value === 'number') addValue({ name, unit, dimensions, value, at });
          }
        }
      }
    }
    return true;
  }

  function addValue(
    point: Pick<Series, 'name' | 'unit' | 'dimensions'> & { value: number; at: string },
  ): void {
    const { name, unit, dimensions, value, at } = point;
    const key = JSON.stringify([name, unit, dimensions]);
    const known = series.get(key);
    if (!known) {
      const first = { count: 1, sum: value, min: value, max: value, last: value, lastAt: at };
      series.set(key, { name, unit, dimensions, ...first, points: [{ at, value }] });
      return;
    }
    known.count++;
    known.sum += value;
    known.min = Math.min(known.min, value);
    known.max = Math.max(known.max, value);
    known.last = value;
    known.lastAt = at;
    known.points.push({ at, value });
    if (known.points.length > pointsKept) known.points.shift();
  }

  for (const line of file ? [...readLines(`${file}.1`), ...readLines(file)] : []) add(line);
  const kept = file ? openLineFile(file, { setAsideAt: 4_000_000 }) : undefined;

  return {
    record(line) {
      const isMetric = add(line);
      if (isMetric) kept?.append(line);
      return isMetric;
    },
    summaries: () => [...series.values()].map((one) => ({ ...one, points: [...one.points] })),
    close: () => kept?.close(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
