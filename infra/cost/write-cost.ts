import { readFileSync, writeFileSync } from 'node:fs';
import { functionNames, functions } from '../functions.ts';
import { costTables, withCost } from './cost-page.ts';
import { measureAll } from './measure.ts';
import { prodProcessorCount, prodResources } from './prod-resources.ts';

/** `npm run cost`: counts the journeys on the local edition anew and writes the counts and the tables of the pages. */
const usage = await measureAll();
writeFileSync('infra/cost/usage.json', `${JSON.stringify(usage, null, 2)}\n`);

const memoryOf = (name: string) =>
  functions[functionNames.find((known) => known === name) ?? 'sweep'].memoryMb;
const stage = [memoryOf, prodResources(), prodProcessorCount()] as const;
for (const [page, table] of Object.entries(costTables(usage, ...stage)))
  writeFileSync(page, withCost(readFileSync(page, 'utf8'), table));
process.stdout.write('written: infra/cost/usage.json and the tables of the pages\n');
