import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableSchema } from '../../functions/adapters/dynamodb/schema.ts';
import { alarmRouteHeartbeat, metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { metricNamespace } from '../../functions/runtime/metrics.ts';
import { stageNames, stages } from '../../infra/config.ts';
import { functionNames } from '../../infra/functions.ts';
import { machineNames } from '../../infra/machines.ts';
import { alarmCatalogue } from '../../infra/watch/alarm-catalogue.ts';
import { alarmProperties } from '../../infra/watch/alarm-properties.ts';
import { type AlarmProperties, alarmState, type Datapoint } from '../../infra/watch/alarm-state.ts';
import { type Synthesised, synthesise, text } from './synthesised.ts';

const minute = 60_000;
const hour = 60 * minute;
/** A whole hour, so that every period of every alarm ends on it. */
const now = Date.UTC(2026, 2, 5, 12);

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});
afterAll(() => app.dispose());

type Alarm = AlarmProperties & {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions?: unknown[];
};

const alarms = (stage: (typeof stageNames)[number]): Alarm[] =>
  app
    .stack(stage, 'watch')
    .all('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties);

function alarm(name: string, stage: (typeof stageNames)[number] = 'prod'): Alarm {
  const found = alarms(stage).find((one) => one.AlarmName === `rights-desk-${stage}-${name}`);
  if (!found) throw new Error(`no alarm ${name}`);
  return found;
}

interface Source {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The metrics that an alarm of the template reads. */
function sourcesOf(properties: AlarmProperties): Source[] {
  const source = (
    namespace: string | undefined,
    name: string | undefined,
    dimensions: AlarmProperties['Dimensions'],
  ): Source => ({
    namespace: namespace ?? '',
    name: name ?? '',
    dimensions: Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name, text(Value)])),
  });
  if (properties.MetricName)
    return [source(properties.Namespace, properties.MetricName, properties.Dimensions)];
  return (properties.Metrics ?? []).flatMap(({ MetricStat }) =>
    MetricStat
      ? [source(MetricStat.Metric.Namespace, MetricStat.Metric.MetricName, MetricStat.Metric.Dimensions)]
      : [],
  );
}

const periodMs = (properties: AlarmProperties): number =>
  1000 *
  (properties.Period ?? properties.Metrics?.find((query) => query.MetricStat)?.MetricStat?.Period ?? 0);

/** One value in the middle of a period, `back` whole periods before now. */
function point(source: Source, properties: AlarmProperties, back: number, value: number): Datapoint {
  return { ...source, value, atMs: now - (back + 0.5) * periodMs(properties) };
}

const state = (properties: AlarmProperties, datapoints: readonly Datapoint[], at = now) =>
  alarmState(properties, { datapoints, nowMs: at, resolve: text });

describe.each(stageNames.map((name) => ({ name })))('alarms of $name', ({ name: stage }) => {
  it('ring when the cause lasts as long as they say, and not a period earlier', () => {
    for (const one of alarms(stage)) {
      if (one.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') continue;
      const needed = one.DatapointsToAlarm ?? one.EvaluationPeriods;
      for (const source of sourcesOf(one)) {
        const causes = (periods: number, value: number) =>
          Array.from({ length: periods }, (_, back) => point(source, one, back, value));
        const seen = {
          name: one.AlarmName,
          quiet: state(one, []),
          nearly: state(one, causes(one.EvaluationPeriods, (one.Threshold ?? 0) * 0.99)),
          tooShort: state(one, causes(needed - 1, one.Threshold ?? 0)),
          cause: state(one, causes(needed, one.Threshold ?? 0)),
          cleared: state(
            one,
            causes(needed, one.Threshold ?? 0),
            now + (one.EvaluationPeriods + needed) * periodMs(one),
          ),
        };
        expect(seen).toEqual({
          name: one.AlarmName,
          quiet: 'OK',
          nearly: 'OK',
          tooShort: 'OK',
          cause: 'ALARM',
          cleared: 'OK',
        });
      }
    }
  });

  it('that listen for a sign of life ring in silence and stay still while it comes', () => {
    const listeners = alarms(stage).filter((one) => one.ComparisonOperator === 'LessThanThreshold');
    expect(listeners.map((one) => one.AlarmName).sort()).toEqual([
      `rights-desk-${stage}-alarm-route-notice-silent`,
      `rights-desk-${stage}-alarm-route-page-silent`,
      `rights-desk-${stage}-sweep-silent`,
    ]);
    for (const one of listeners) {
      expect(one.TreatMissingData).toBe('breaching');
      const [source] = sourcesOf(one);
      if (!source) throw new Error('no metric');
      expect(state(one, [])).toBe('ALARM');
      expect(state(one, [point(source, one, one.EvaluationPeriods - 1, 1)])).toBe('OK');
      expect(state(one, [point(source, one, one.EvaluationPeriods, 1)])).toBe('ALARM');
    }
  });

  it('each link a line of the runbook that is there', () => {
    const headings = new Set(
      readFileSync('docs/runbook.md', 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('## ') || line.startsWith('### '))
        .map((line) =>
          line
            .replace(/^#+ /, '')
            .trim()
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replace(/ /g, '-'),
        ),
    );
    const linked = new Set(
      alarms(stage).map((one) => {
        const anchor = /^\[(page|notice)] .{20,}\. docs\/runbook\.md#([a-z-]+)$/.exec(
          one.AlarmDescription,
        )?.[2];
        expect({ alarm: one.AlarmName, anchor: anchor && headings.has(anchor) ? 'found' : anchor }).toEqual({
          alarm: one.AlarmName,
          anchor: 'found',
        });
        return anchor;
      }),
    );
    expect(linked.size).toBeGreaterThan(25);
  });

  it('take the route of their severity', () => {
    for (const one of alarms(stage)) {
      const severity = /^\[(\w+)]/.exec(one.AlarmDescription)?.[1];
      const routes = one.AlarmActions.map((action) => /Route(page|notice)/.exec(text(action))?.[1]);
      if (one.AlarmName.endsWith('alarm-route-test')) expect(routes.sort()).toEqual(['notice', 'page']);
      else expect({ name: one.AlarmName, routes }).toEqual({ name: one.AlarmName, routes: [severity] });
    }
  });

  it('watch every machine, every enabled processor, both sites, every queue and every function', () => {
    const read = alarms(stage).flatMap((one) => sourcesOf(one));
    const values = (namespace: string, dimension: string) =>
      new Set(
        read.flatMap((source) =>
          source.namespace === namespace && source.dimensions[dimension] !== undefined
            ? [source.dimensions[dimension]]
            : [],
        ),
      );
    for (const machine of machineNames)
      expect([...values('AWS/States', 'StateMachineArn')].some((arn) => arn.endsWith(machine))).toBe(true);
    expect(values('AWS/ApiGateway', 'ApiId').size).toBe(2);
    expect([...values('AWS/Lambda', 'FunctionName')].sort()).toEqual(
      functionNames.map((name) => `rights-desk-${stage}-${name}`).sort(),
    );
    const queues = app
      .stack(stage, 'workflow')
      .all('AWS::SQS::Queue')
      .map(({ Properties }) => Properties.QueueName);
    expect([...values('AWS/SQS', 'QueueName')].sort()).toEqual(queues.sort());
    expect([...values(metricNamespace, 'Processor')].sort()).toEqual(
      Object.keys(stages[stage].processors)
        .filter((name) => name !== 'opendsr')
        .sort(),
    );
  });
});

describe('the catalogue', () => {
  it('says of every alarm what the template says, so that the local edition rings by the same maths', () => {
    const watch = alarms('prod');
    const source = (name: string) => {
      const [first] = sourcesOf(alarm(name));
      return first?.dimensions ?? {};
    };
    const definitions = alarmCatalogue({
      functions: functionNames.map((name) => ({ name, physicalName: `rights-desk-prod-${name}` })),
      machines: machineNames.map((name) => ({ name, arn: source(`${name}-failed`).StateMachineArn ?? '' })),
      sites: ['public', 'staff'].map((name) => ({ name, apiId: source(`${name}-site-failing`).ApiId ?? '' })),
      tableName: source('table-throttled').TableName ?? '',
      indexNames: tableSchema.indexes.map(({ name }) => name),
      queues: ['sweep-dead', 'mail-events-dead', 'execution-ended-dead'].map((name) => ({
        name,
        physicalName: `rights-desk-prod-${name}`,
      })),
      processors: Object.keys(stages.prod.processors),
      topics: { page: 'rights-desk-prod-page', notice: 'rights-desk-prod-notice' },
    });
    expect(definitions.map(({ name }) => `rights-desk-prod-${name}`).sort()).toEqual(
      watch.map(({ AlarmName }) => AlarmName).sort(),
    );
    for (const definition of definitions) {
      const ofTemplate = alarm(definition.name);
      const said = alarmProperties(definition);
      expect(sourcesOf(said)).toEqual(sourcesOf(ofTemplate));
      expect(periodMs(said)).toBe(periodMs(ofTemplate));
      expect(ofTemplate).toMatchObject({
        ComparisonOperator: said.ComparisonOperator,
        Threshold: said.Threshold,
        EvaluationPeriods: said.EvaluationPeriods,
        DatapointsToAlarm: said.DatapointsToAlarm,
        TreatMissingData: said.TreatMissingData,
      });
    }
  });
});

describe('the ten that matter most', () => {
  const ours = (name: string, dimensions = {}): Source => ({ namespace: metricNamespace, name, dimensions });
  /** Emitted the way the sweep does it: every five minutes, a level. */
  const levels = (source: Source, fromMs: number, toMs: number, value: number): Datapoint[] => {
    const points: Datapoint[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += 5 * minute) points.push({ ...source, atMs, value });
    return points;
  };

  it.each([
    ['legal-breach', 'LegalBreach', {}],
    ['planned-breach', 'PlannedBreach', {}],
    ['two-days-left', 'MilestoneRung', { Milestone: 'planned-2' }],
    ['letter-failed', 'LetterFailed', {}],
    ['quarantined-answer', 'QuarantinedAnswer', {}],
  ])('%s rings at the very first event, within five minutes', (name, metric, dimensions) => {
    const event: Datapoint = { ...ours(metric, dimensions), atMs: now - 4 * minute, value: 1 };
    expect(state(alarm(name), [event])).toBe('ALARM');
  });

  it('overdue-requests rings as long as one request is overdue, and ends with it', () => {
    const overdue = ours('OverdueRequests');
    const points = [
      ...levels(overdue, now - 5 * hour, now - hour, 1),
      ...levels(overdue, now - hour, now + hour, 0),
    ];
    expect(state(alarm('overdue-requests'), points, now - 2 * hour)).toBe('ALARM');
    expect(state(alarm('overdue-requests'), points, now)).toBe('OK');
  });

  it('sweep-silent rings within half an hour of the last run (F12)', () => {
    const ran = levels(ours('SweepRan'), now - 3 * hour, now, 1);
    expect(state(alarm('sweep-silent'), ran, now)).toBe('OK');
    expect(state(alarm('sweep-silent'), ran, now + 10 * minute)).toBe('OK');
    expect(state(alarm('sweep-silent'), ran, now + 30 * minute)).toBe('ALARM');
  });

  it('stuck-requests forgives one failure and rings when the try an hour later fails too (F23)', () => {
    const stuck = ours('StuckRequests');
    const tries = (hours: readonly number[]) => [
      ...levels(stuck, now - 6 * hour, now, 0),
      ...hours.map((back) => ({ ...stuck, atMs: now - back * hour + 7 * minute, value: 1 })),
    ];
    expect(state(alarm('stuck-requests'), tries([1]))).toBe('OK');
    expect(state(alarm('stuck-requests'), tries([2, 1]))).toBe('ALARM');
    expect(state(alarm('stuck-requests'), tries([5, 4]))).toBe('OK');
  });

  it('an alarm route that is dead for a day is told over the other route (F43)', () => {
    const delivered = (atMs: number): Datapoint => ({
      namespace: 'AWS/SNS',
      name: 'NumberOfNotificationsDelivered',
      dimensions: { TopicName: 'rights-desk-prod-page' },
      atMs,
      value: 2,
    });
    const daily = [delivered(now - 53 * hour), delivered(now - 29 * hour), delivered(now - 5 * hour)];
    const silent = alarm('alarm-route-page-silent');
    expect(silent.AlarmActions.map(text).join()).toContain('Routenotice');
    for (let back = 24; back >= 0; back--) expect(state(silent, daily, now - back * hour)).toBe('OK');
    expect(state(silent, daily, now + 22 * hour)).toBe('ALARM');
  });

  it('the daily test rings once a day and ends by itself', () => {
    const heartbeat = ours('AlarmRouteHeartbeat');
    const day = Date.UTC(2026, 2, 6);
    const points: Datapoint[] = [];
    for (let atMs = day; atMs < day + 24 * hour; atMs += 5 * minute)
      points.push({ ...heartbeat, atMs, value: alarmRouteHeartbeat(atMs) });
    const test = alarm('alarm-route-test');
    const ringing: number[] = [];
    for (let at = day; at < day + 24 * hour; at += 5 * minute)
      if (state(test, points, at) === 'ALARM') ringing.push(at);
    expect(ringing.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '07:05',
      '07:10',
      '07:15',
    ]);
  });
});

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(directory, file));
}

describe('metrics', () => {
  it('are each read by an alarm or a dashboard: nothing is measured that nobody looks at', () => {
    const { json } = app.stack('prod', 'watch');
    expect(Object.keys(metricDefinitions).filter((name) => !json.includes(name))).toEqual([]);
  });

  it('are each emitted, by their name and with their dimension, and no others are', () => {
    const emitted = new Map<string, string | undefined>();
    for (const file of sourceFiles('functions')) {
      const source = readFileSync(file, 'utf8');
      for (const [, name, dimension] of source.matchAll(
        /\bemit\(\s*'(\w+)'(?:[^;]*?,\s*'Count',\s*\{\s*(\w+):)?/g,
      )) {
        if (name) emitted.set(name, dimension ?? emitted.get(name));
      }
    }
    expect([...emitted.keys()].sort()).toEqual(Object.keys(metricDefinitions).sort());
    for (const [name, definition] of Object.entries(metricDefinitions)) {
      expect({ name, dimension: emitted.get(name) }).toEqual({
        name,
        dimension: 'dimension' in definition ? definition.dimension : undefined,
      });
    }
  });

  it('of ours carry no other dimension than the definition allows', () => {
    for (const one of alarms('prod')) {
      for (const source of sourcesOf(one)) {
        if (source.namespace !== metricNamespace) continue;
        const definition = Object.entries(metricDefinitions).find(([name]) => name === source.name)?.[1];
        const allowed = definition && 'dimension' in definition ? [definition.dimension] : [];
        expect([...allowed, undefined]).toContain(Object.keys(source.dimensions)[0]);
        expect(definition).toBeDefined();
      }
    }
  });
});

describe.each(stageNames.map((name) => ({ name })))('alarm routes of $name', ({ name: stage }) => {
  it('reach the addresses of the stage, encrypted, and take no message but from our own alarms', () => {
    const watch = app.stack(stage, 'watch');
    const { page, notice } = stages[stage].alarmRoutes;
    const endpoints = watch.all('AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint);
    expect(endpoints.sort()).toEqual(
      [...page.emails, ...page.webhooks, ...notice.emails, ...notice.webhooks].sort(),
    );
    for (const { Properties } of watch.all('AWS::SNS::Topic'))
      expect(text(Properties.KmsMasterKeyId)).toContain('StorageKey');
    for (const { Properties } of watch.all('AWS::SNS::TopicPolicy')) {
      const allowed = Properties.PolicyDocument.Statement.filter(
        (one: { Effect: string }) => one.Effect === 'Allow',
      );
      expect(allowed.map((one: { Principal: unknown }) => one.Principal)).toEqual([
        { Service: 'cloudwatch.amazonaws.com' },
      ]);
    }
  });

  it('have a key that lets the services speak which alarm and tell, or every message would be lost', () => {
    const key = app
      .stack(stage, 'data')
      .all('AWS::KMS::Key')
      .find(({ id }) => id.startsWith('StorageKey'));
    const statement = key?.Properties.KeyPolicy.Statement.find(
      (one: { Sid?: string }) => one.Sid === 'Messages',
    );
    expect(statement.Principal.Service).toEqual([
      'cloudwatch.amazonaws.com',
      'ses.amazonaws.com',
      'sns.amazonaws.com',
    ]);
    expect(statement.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*']);
  });

  it('show a dashboard to the officer and one to the operator', () => {
    const names = app
      .stack(stage, 'watch')
      .all('AWS::CloudWatch::Dashboard')
      .map(({ Properties }) => Properties.DashboardName);
    expect(names.sort()).toEqual([`rights-desk-${stage}-officer`, `rights-desk-${stage}-operator`]);
  });
});
