import { readFileSync } from 'node:fs';
import { costTables, variableCost, withCost } from '../../infra/cost/cost-page.ts';
import { prices } from '../../infra/cost/prices.ts';
import { prodProcessorCount, prodResources } from '../../infra/cost/prod-resources.ts';
import { costOfThousand, total } from '../../infra/cost/request-cost.ts';
import { standingCost } from '../../infra/cost/standing-cost.ts';
import recorded from '../../infra/cost/usage.json' with { type: 'json' };
import { measuredRights, type RequestUsage } from '../../infra/cost/usage.ts';
import { functionNames, functions } from '../../infra/functions.ts';

/** USD for 1,000 requests. A change that needs more has to say so here. */
const ceilings = { access: 1.9, erasure: 3 };

// A whole case on a machine that may be busy with other tests.
jest.setTimeout(120_000);

const memoryOf = (name: string) => {
  const known = functionNames.find((one) => one === name);
  if (!known) throw new Error(`${name} is no function of ours`);
  return functions[known].memoryMb;
};

const nothing: RequestUsage = {
  transitions: 0,
  invocations: {},
  writeUnits: 0,
  readUnits: 0,
  httpRequests: 0,
  mails: 0,
  logBytes: 0,
  historyEvents: 0,
  s3Writes: 0,
  s3Reads: 0,
  kmsRequests: 0,
};

describe('the cost of a request', () => {
  it.each(measuredRights)('of %s stays under its ceiling', (right) => {
    expect(total(variableCost(recorded[right], memoryOf))).toBeLessThanOrEqual(ceilings[right]);
  });

  it.each([
    ['Step Functions', { transitions: 40 }, 1],
    ['DynamoDB', { writeUnits: 1000, readUnits: 0 }, 1000 * 1000 * prices.dynamoDb.perWriteUnit],
    ['SES', { mails: 5 }, 0.5],
    [
      'Lambda',
      { invocations: { any: 10 } },
      10_000 * prices.lambda.perRequest + 10_000 * 0.1 * prices.lambda.perGbSecond,
    ],
  ])('counts %s by its own unit', (what, part, expected) => {
    const lines = costOfThousand({ ...nothing, ...part }, () => ({ memoryMb: 1024, milliseconds: 100 }));
    expect(lines.find((line) => line.what === what)?.per1000).toBeCloseTo(expected, 6);
  });
});

describe('the standing cost', () => {
  const alarm = (metrics: number) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties:
      metrics === 1 ? {} : { Metrics: [{ Expression: '…' }, ...Array(metrics).fill({ MetricStat: {} })] },
  });

  it('pays an alarm by the metrics that it reads', () => {
    const lines = standingCost([alarm(1), alarm(6)], 0);
    expect(lines.find(({ what }) => what === 'Alarms')?.perMonth).toBeCloseTo(0.7, 6);
  });

  it('pays each key, secret and dashboard of the template', () => {
    const lines = standingCost(
      [
        { Type: 'AWS::KMS::Key' },
        { Type: 'AWS::SecretsManager::Secret' },
        { Type: 'AWS::CloudWatch::Dashboard' },
      ],
      0,
    );
    const by = new Map(lines.map(({ what, perMonth }) => [what, perMonth]));
    expect([by.get('Keys'), by.get('Secrets'), by.get('Dashboards')]).toEqual([1, 0.4, 3]);
  });
});

describe('the page', () => {
  it('shows the cost of today', () => {
    const tables = costTables(recorded, memoryOf, prodResources(), prodProcessorCount());
    expect(Object.keys(tables)).toEqual(['docs/operations.md', 'docs/deploy.md', 'README.md']);
    for (const [file, table] of Object.entries(tables)) {
      const page = readFileSync(file, 'utf8');
      expect(withCost(page, table)).toBe(page);
    }
  });

  it('without a place for the table is refused', () => {
    expect(() => withCost('# Operations', '')).toThrow('no place');
  });
});
