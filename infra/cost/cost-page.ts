import { billedMilliseconds, type CostLine, costOfThousand, total } from './request-cost.ts';
import { type PaidResource, type StandingLine, standingCost, totalPerMonth } from './standing-cost.ts';
import { measuredRights, type RequestUsage, type UsageByRight } from './usage.ts';

const usd = (amount: number): string => amount.toFixed(2);

/** The table of each page that says what it costs, between its markers. */
export function costTables(...measured: Parameters<typeof costPage>): Readonly<Record<string, string>> {
  return {
    'docs/operations.md': costPage(...measured),
    'docs/deploy.md': monthPage(...measured),
    'README.md': monthPage(...measured),
  };
}

/** Everything that was counted and priced. */
function costPage(
  usage: UsageByRight,
  memoryOf: (functionName: string) => number,
  resources: readonly PaidResource[],
  processors: number,
): string {
  const costs = measuredRights.map((right) => variableCost(usage[right], memoryOf));
  const standing = standingCost(resources, processors);
  const services = [...new Set(costs.flat().map(({ what }) => what))];
  const priceOf = (lines: readonly CostLine[], what: string) =>
    lines.find((line) => line.what === what)?.per1000 ?? 0;
  return [
    ...measuredRights.map((right) => `- ${inWords(right, usage[right])}`),
    '',
    `| USD for 1,000 requests | ${measuredRights.join(' | ')} |`,
    `|---|${measuredRights.map(() => '---:|').join('')}`,
    ...services
      .filter((what) => costs.some((lines) => priceOf(lines, what) >= 0.005))
      .map((what) => `| ${what} | ${costs.map((lines) => usd(priceOf(lines, what))).join(' | ')} |`),
    `| **together** | ${costs.map((lines) => `**${usd(total(lines))}**`).join(' | ')} |`,
    '',
    '| standing, a month | USD |',
    '|---|---:|',
    ...standing.map(({ what, perMonth }) => `| ${what} | ${usd(perMonth)} |`),
    `| **together** | **${usd(totalPerMonth(standing))}** |`,
    '',
    ...monthTable(costs, standing),
  ].join('\n');
}

/** What a month costs, for the pages that need no more. */
function monthPage(
  usage: UsageByRight,
  memoryOf: (functionName: string) => number,
  resources: readonly PaidResource[],
  processors: number,
): string {
  const costs = measuredRights.map((right) => variableCost(usage[right], memoryOf));
  return monthTable(costs, standingCost(resources, processors)).join('\n');
}

function monthTable(costs: readonly CostLine[][], standing: readonly StandingLine[]): string[] {
  const month = (requests: number) =>
    usd(totalPerMonth(standing) + (Math.max(...costs.map(total)) * requests) / 1000);
  return [
    '| requests a month, all of the dearer kind | 10 | 1,000 | 100,000 |',
    '|---|---:|---:|---:|',
    `| USD a month | ${month(10)} | ${month(1000)} | ${month(100_000)} |`,
  ];
}

function inWords(right: string, usage: RequestUsage): string {
  return (
    `One request for ${right} at twelve systems that all know the person, from the form to the close: ${usage.transitions} transitions, ` +
    `${callsOf(usage)} calls of functions, ${Math.ceil(usage.writeUnits)} write and ${Math.ceil(usage.readUnits)} read units, ` +
    `${usage.mails} mails, ${usage.httpRequests} calls of the sites.`
  );
}

export const callsOf = ({ invocations }: RequestUsage): number =>
  Object.values(invocations).reduce((sum, calls) => sum + calls, 0);

export function variableCost(usage: RequestUsage, memoryOf: (functionName: string) => number): CostLine[] {
  return costOfThousand(usage, (name) => ({
    memoryMb: memoryOf(name),
    milliseconds: billedMilliseconds(name),
  }));
}

const begin = '<!-- cost: made by npm run cost -->';
const end = '<!-- /cost -->';

/** A page with its cost table replaced. Throws when the page has no place for it. */
export function withCost(page: string, table: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('the page has no place for the cost table');
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}
