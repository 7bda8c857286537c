import { billedMilliseconds, type CostLine, costOfThousand, total } from './request-cost.ts';
import { type PaidResource, standingCost, totalPerMonth } from './standing-cost.ts';
import type { RequestUsage } from './usage.ts';

const usd = (amount: number): string => amount.toFixed(2);

/** The table of docs/operations.md, between its markers. */
export function costPage(
  usage: RequestUsage,
  memoryOf: (functionName: string) => number,
  resources: readonly PaidResource[],
  processors: number,
): string {
  const variable = variableCost(usage, memoryOf);
  const standing = standingCost(resources, processors);
  const invocations = Object.values(usage.invocations).reduce((sum, calls) => sum + calls, 0);
  const month = (requests: number) => usd(totalPerMonth(standing) + (total(variable) * requests) / 1000);
  return [
    `One erasure at twelve systems, from the form to the close: ${usage.transitions} transitions, ${invocations} calls of functions, ` +
      `${Math.ceil(usage.writeUnits)} write and ${Math.ceil(usage.readUnits)} read units, ${usage.mails} mails, ${usage.httpRequests} calls of the sites.`,
    '',
    '| for 1,000 requests | USD |',
    '|---|---:|',
    ...variable
      .filter(({ per1000 }) => per1000 >= 0.005)
      .map(({ what, per1000 }) => `| ${what} | ${usd(per1000)} |`),
    `| **together** | **${usd(total(variable))}** |`,
    '',
    '| standing, a month | USD |',
    '|---|---:|',
    ...standing.map(({ what, perMonth }) => `| ${what} | ${usd(perMonth)} |`),
    `| **together** | **${usd(totalPerMonth(standing))}** |`,
    '',
    '| requests a month | 10 | 1,000 | 100,000 |',
    '|---|---:|---:|---:|',
    `| USD a month | ${month(10)} | ${month(1000)} | ${month(100_000)} |`,
  ].join('\n');
}

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
