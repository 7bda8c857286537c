import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { callsOf, variableCost } from '../../infra/cost/cost-page.ts';
import { total } from '../../infra/cost/request-cost.ts';
import { functionNames, functions } from '../../infra/functions.ts';
import { countAll, flat } from './counts.ts';
import { engineRates, fanOutRatio, initInstructions, simulatedPerMinute, startOfEdition } from './times.ts';

/**
 * `npm run bench`: everything that makes the product fast, small and cheap, measured against its floor. `--json` prints the numbers only;
 * `--write` stores the counts as the new baseline and the table in docs/performance.md, with the numbers beside it.
 */

interface Measure {
  readonly measure: string;
  readonly value: number | undefined;
  readonly unit?: string;
  readonly floor?: number;
  readonly target?: number;
  /** More is better: a rate. */
  readonly rate?: boolean;
}

const staffPages = 'staff-api';
const intake = 'public-api';

async function measureAll(): Promise<{ measures: Measure[]; baseline: Readonly<Record<string, number>> }> {
  const counts = await countAll();
  const steps = counts.bundles.filter(({ name }) => name !== staffPages && name !== intake);
  const largest = steps.reduce((most, one) => (one.atStart > most.atStart ? one : most));
  const usual = steps.map(({ atStart }) => atStart).sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  const bundle = (name: string) => counts.bundles.find((one) => one.name === name);
  const loaded = await initInstructions([intake, 'confirm-receipt']);
  const engine = await engineRates();
  const start = await startOfEdition();
  const memoryOf = (name: string) =>
    functions[functionNames.find((known) => known === name) ?? 'sweep'].memoryMb;
  const kB = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes / 1000);
  const million = (count: number | undefined) => (count === undefined ? undefined : count / 1e6);
  const perRight = (['access', 'erasure'] as const).flatMap((right): Measure[] => {
    const usage = counts.usage[right];
    return [
      { measure: `${right}: Standard transitions`, value: usage.transitions, floor: 16, target: 45 },
      { measure: `${right}: Lambda invocations`, value: callsOf(usage), floor: 16, target: 40 },
      { measure: `${right}: DynamoDB write units`, value: usage.writeUnits, floor: 30, target: 80 },
      { measure: `${right}: DynamoDB read units`, value: usage.readUnits, target: 60 },
      {
        measure: `${right}: cost of 1,000 requests`,
        value: total(variableCost(usage, memoryOf)),
        unit: 'USD',
        floor: 0.9,
        target: 1.5,
      },
    ];
  });
  return {
    baseline: flat(counts),
    measures: [
      ...perRight,
      {
        measure: 'history events, worst case of retries',
        value: counts.worstHistory,
        floor: 115,
        target: 2500,
      },
      {
        measure: `largest bundle of a step, read at its start (${largest.name})`,
        value: kB(largest.atStart),
        unit: 'kB',
        floor: 332,
        target: 420,
      },
      {
        measure: 'middle bundle of the steps, at the start',
        value: kB(usual),
        unit: 'kB',
        floor: 332,
        target: 420,
      },
      {
        measure: 'bundle of the intake API, read at its start',
        value: kB(bundle(intake)?.atStart),
        unit: 'kB',
        floor: 332,
        target: 450,
      },
      {
        measure: 'bundle of the intake API, with what calls load later',
        value: kB(bundle(intake)?.whole),
        unit: 'kB',
      },
      {
        measure: 'bundle of the staff pages, read at its start',
        value: kB(bundle(staffPages)?.atStart),
        unit: 'kB',
        floor: 332,
        target: 600,
      },
      {
        measure: 'bundle of the staff pages, with what calls load later',
        value: kB(bundle(staffPages)?.whole),
        unit: 'kB',
      },
      {
        measure: 'instructions at init, intake API',
        value: million(loaded?.[intake]),
        unit: 'M',
        floor: 283,
        target: 320,
      },
      {
        measure: 'instructions at init, confirm-receipt',
        value: million(loaded?.['confirm-receipt']),
        unit: 'M',
        floor: 283,
        target: 320,
      },
      {
        measure: 'sequential round trips of POST /api/requests',
        value: counts.intakeRoundTrips,
        floor: 2,
        target: 3,
      },
      { measure: 'fan-out wall time ÷ slowest system', value: await fanOutRatio(), floor: 1, target: 1.1 },
      {
        measure: 'local engine, durable transitions a second',
        value: engine.durable,
        target: 1000,
        rate: true,
      },
      { measure: 'local engine, in memory', value: engine.inMemory, target: 20_000, rate: true },
      { measure: 'simulated cases a minute', value: await simulatedPerMinute(300), target: 2000, rate: true },
      {
        measure: 'heap for a waiting case, locally',
        value: engine.heapPerWaiting / 1000,
        unit: 'kB',
        floor: 0,
        target: 8,
      },
      { measure: 'npm start to the first page', value: start.seconds, unit: 's', target: 3 },
      { measure: 'resident memory of all processes', value: start.megabytes, unit: 'MB', target: 250 },
      { measure: 'the form with all that it loads', value: start.pageBytes / 1000, unit: 'kB' },
      { measure: 'first byte of the form, locally', value: start.firstByteMs, unit: 'ms' },
    ],
  };
}

function shown(value: number | undefined): string {
  if (value === undefined) return '';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Math.round(value * 100) / 100);
}

function verdict({ value, target, rate }: Measure): string {
  if (value === undefined) return 'not measured: no valgrind';
  if (target === undefined) return '';
  return (rate ? value >= target : value <= target) ? 'met' : 'missed';
}

function tableOf(measures: readonly Measure[]): string {
  const rows = measures.map((one) => {
    const ratio = one.value !== undefined && one.floor ? shown(one.value / one.floor) : '';
    const bound = one.target === undefined ? '' : `${one.rate ? '≥' : '≤'} ${shown(one.target)}`;
    const value = one.value === undefined ? '' : `${shown(one.value)}${one.unit ? ` ${one.unit}` : ''}`;
    return `| ${one.measure} | ${value} | ${shown(one.floor)} | ${ratio} | ${bound} | ${verdict(one)} |`;
  });
  return ['| measure | value | floor | ÷ floor | target | |', '|---|---:|---:|---:|---:|---|', ...rows].join(
    '\n',
  );
}

const begin = '<!-- bench: made by npm run bench -- --write -->';
const end = '<!-- /bench -->';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  });
  const { measures, baseline } = await measureAll();
  const json = `${JSON.stringify(measures, null, 2)}\n`;
  process.stdout.write(values.json ? json : `${tableOf(measures)}\n`);
  if (!values.write) return;
  const page = readFileSync('docs/performance.md', 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for the table');
  writeFileSync(
    'docs/performance.md',
    `${page.slice(0, from + begin.length)}\n${tableOf(measures)}\n${page.slice(to)}`,
  );
  writeFileSync('docs/performance.json', json);
  writeFileSync('test/bench/baseline.json', `${JSON.stringify(baseline, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
