import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { metricNamespace } from '../../functions/runtime/metrics.ts';
import { alarmCatalogue } from '../../infra/watch/alarm-catalogue.ts';
import { alarmProperties } from '../../infra/watch/alarm-properties.ts';
import { alarmState, type Datapoint } from '../../infra/watch/alarm-state.ts';
import type { Edition } from '../../local/edition.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';

/* Who is rung by the alarms of the catalogue in the local edition, and follows the runbook. */

export const minute = 60_000;
const requestMachine = stateMachineArn(machineNames.rightsRequest);

const catalogue = new Map(
  alarmCatalogue({
    functions: [{ name: 'sweep', physicalName: 'sweep' }],
    machines: [{ name: 'rights-request', arn: requestMachine }],
    sites: [],
    tableName: 'table',
    indexNames: [],
    queues: [{ name: 'mail-events-dead', physicalName: 'mail-events-dead' }],
    processors: ['mailchimp', 'intercom'],
    topics: { page: 'page', notice: 'notice' },
  }).map((definition) => [definition.name, alarmProperties(definition)]),
);

export interface Operator {
  readonly edition: Edition;
  /** The alarm's state now. */
  state(alarm: string): string;
  /** Whether it has rung at any time since an instant (epoch ms). */
  rangSince(alarm: string, since: number): boolean;
  submit(email: string, right: string): Promise<string>;
  verify(reference: string, code?: string): Promise<number>;
  staff(user: string, reference: string, action: string, body: object): Promise<void>;
  read(reference: string): Promise<StaffView>;
  /** Notes what AWS itself would measure now: executions by their end, dead letters by their number. */
  measure(): Promise<void>;
  /** `npm run ops -- …` in a process of its own, against this edition; exit code and what it printed. */
  ops(...args: string[]): Promise<Ran>;
  /** The same of `npm run processors -- …`. */
  processors(...args: string[]): Promise<Ran>;
  /** Five virtual minutes at a time, with a sweep at the end of each, as time goes by itself. */
  wait(minutes: number): Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
}

export interface StaffView {
  readonly status: string;
  readonly tasks: readonly { processor: string; state: string; operation: string; instructions: unknown }[];
  readonly dispositions: readonly { processor: string; disposition: string }[];
}

export function operatorOf(edition: Edition, dataDir: string): Operator {
  const platform: Datapoint[] = [];
  const ended = new Set<string>();
  const datapoints = (): Datapoint[] => [
    ...platform,
    ...edition.metrics().flatMap(({ name, dimensions, points }) =>
      points.map(({ at, value }) => ({
        namespace: metricNamespace,
        name,
        dimensions,
        atMs: Date.parse(at),
        value,
      })),
    ),
  ];
  const propertiesOf = (alarm: string) => {
    const properties = catalogue.get(alarm);
    if (!properties) throw new Error(`no alarm ${alarm}`);
    return properties;
  };
  async function ask(path: string, init: RequestInit = {}) {
    const answer = await fetch(edition.url + path, init);
    const text = await answer.text();
    await edition.settle();
    return {
      status: answer.status,
      etag: answer.headers.get('etag') ?? '',
      body: text ? JSON.parse(text) : null,
    };
  }
  const post = (path: string, body: object, headers = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  async function command(program: string, args: readonly string[]): Promise<Ran> {
    const { endpoints } = edition;
    writeFileSync(join(dataDir, 'running.json'), JSON.stringify({ endpoints, processors: {} }));
    const env = { ...process.env, DATA_DIR: dataDir, PORT: new URL(edition.url).port };
    return promisify(execFile)(process.execPath, ['local/run.mjs', program, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, out: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        out: error.stdout + error.stderr,
      }),
    );
  }
  const operator: Operator = {
    edition,
    state: (alarm) => alarmState(propertiesOf(alarm), { datapoints: datapoints(), nowMs: edition.now() }),
    rangSince(alarm, since) {
      const properties = propertiesOf(alarm);
      const stats = (properties.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);
      const names = [properties.MetricName, ...stats.map(({ Metric }) => Metric.MetricName)];
      const own = datapoints().filter(({ name }) => names.includes(name));
      const period = properties.Period ?? stats[0]?.Period ?? 0;
      const memory = period * properties.EvaluationPeriods * 1000;
      // An alarm that rings on something can only begin to ring shortly after it.
      return own.some(({ atMs }) => {
        for (let at = Math.max(atMs, since); at <= atMs + memory + 5 * minute; at += 5 * minute)
          if (alarmState(properties, { datapoints: own, nowMs: at }) === 'ALARM') return true;
        return false;
      });
    },
    async submit(email, right) {
      const { status, body } = await post('/api/requests', { email, rights: [right], language: 'en' });
      if (status !== 202) throw new Error(`intake answered ${status}`);
      return body.submitted[0].reference;
    },
    async verify(reference, code) {
      const sent = edition
        .outbox()
        .filter((mail) => mail.reference === reference)
        .map((mail) => /\b(\d{6})\b/.exec(mail.text)?.[1])
        .findLast((found) => found !== undefined);
      return (await post('/api/verifications', { reference, code: code ?? sent })).status;
    },
    async staff(user, reference, action, body) {
      const cookie = await edition.staffCookie(user);
      const path = `/api/staff/requests/${reference}`;
      const { etag } = await ask(path, { headers: { cookie } });
      const { status, body: answer } = await post(`${path}/${action}`, body, { cookie, 'if-match': etag });
      if (status !== 200) throw new Error(`${action} answered ${status} ${JSON.stringify(answer)}`);
    },
    async read(reference) {
      const cookie = await edition.staffCookie('officer');
      return (await ask(`/api/staff/requests/${reference}`, { headers: { cookie } })).body;
    },
    async wait(minutes) {
      for (let passed = 0; passed < minutes; passed += 5) {
        await edition.advance('PT5M');
        await operator.measure();
      }
    },
    async measure() {
      const { items } = await edition.engine.listExecutions(machineNames.rightsRequest, undefined, 100);
      for (const { arn, status, stoppedAt } of items) {
        const name = {
          FAILED: 'ExecutionsFailed',
          TIMED_OUT: 'ExecutionsTimedOut',
          ABORTED: 'ExecutionsAborted',
        }[status as string];
        if (name === undefined || stoppedAt === undefined || ended.has(`${arn} ${stoppedAt}`)) continue;
        ended.add(`${arn} ${stoppedAt}`);
        const dimensions = { StateMachineArn: requestMachine };
        platform.push({ namespace: 'AWS/States', name, dimensions, atMs: stoppedAt, value: 1 });
      }
      platform.push({
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: 'mail-events-dead' },
        atMs: edition.now(),
        value: edition.deliveries.dead().filter((one) => one.function === 'mail-events').length,
      });
    },
    ops: (...args) => command('local/commands/ops.ts', args),
    processors: (...args) => command('local/commands/processors.ts', args),
  };
  return operator;
}
