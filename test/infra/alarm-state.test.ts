import { type AlarmProperties, alarmState, type Datapoint } from '../../infra/watch/alarm-state.ts';

const minute = 60_000;
const now = Date.UTC(2026, 2, 5, 12);
const state = (properties: AlarmProperties, datapoints: readonly Datapoint[]) =>
  alarmState(properties, { datapoints, nowMs: now });

describe('the state of an alarm', () => {
  const basis: AlarmProperties = {
    Namespace: 'N',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 300,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 2,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'notBreaching',
  };
  /** A value in the middle of a period, `back` whole periods before now. */
  const at = (back: number, value: number, dimensions = {}): Datapoint => ({
    namespace: 'N',
    name: 'M',
    dimensions,
    value,
    atMs: now - (back + 0.5) * 300_000,
  });

  it('is ALARM when enough of the last periods breach, wherever among them', () => {
    expect(state(basis, [at(0, 2), at(1, 1), at(2, 2)])).toBe('ALARM');
    expect(state(basis, [at(0, 2), at(1, 1), at(2, 1)])).toBe('OK');
    expect(state(basis, [at(0, 2), at(3, 2)])).toBe('OK');
  });

  it('adds up the values of one period, and reads the greatest where the statistic says so', () => {
    expect(state({ ...basis, DatapointsToAlarm: 1 }, [at(0, 1), at(0, 1)])).toBe('ALARM');
    expect(state({ ...basis, DatapointsToAlarm: 1, Statistic: 'Maximum' }, [at(0, 1), at(0, 1)])).toBe('OK');
  });

  it('treats silence as the alarm says', () => {
    expect(state({ ...basis, TreatMissingData: 'breaching' }, [])).toBe('ALARM');
    expect(state(basis, [])).toBe('OK');
    expect(state({ ...basis, TreatMissingData: 'missing' }, [])).toBe('INSUFFICIENT_DATA');
  });

  it('takes another set of dimensions for another metric', () => {
    expect(state({ ...basis, DatapointsToAlarm: 1 }, [at(0, 5, { Processor: 'stripe' })])).toBe('OK');
  });

  it('leaves the running period out', () => {
    expect(
      state({ ...basis, DatapointsToAlarm: 1 }, [
        { namespace: 'N', name: 'M', dimensions: {}, atMs: now + minute, value: 9 },
      ]),
    ).toBe('OK');
  });

  it('refuses what it does not know instead of guessing', () => {
    expect(() => state({ ...basis, Statistic: 'p99' }, [at(0, 1)])).toThrow('p99');
    expect(() => state({ ...basis, ComparisonOperator: 'LessThanLowerThreshold' }, [at(0, 1)])).toThrow(
      'LessThanLowerThreshold',
    );
  });
});
