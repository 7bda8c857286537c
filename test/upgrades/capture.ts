import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../functions/adapters/dynamodb/codec.ts';
import { productMachines } from '../../local/machines.ts';
import type { HistoryEvent } from '../../local/stepfunctions/history.ts';
import { resources } from '../../local/world.ts';
import { definitionVersion } from '../../workflows/definition-version.ts';
import rightsRequest from '../../workflows/rights-request.asl.json' with { type: 'json' };
import slaClock from '../../workflows/sla-clock.asl.json' with { type: 'json' };
import { type KnownVersion, versions } from '../../workflows/versions.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';
import {
  definitionsText,
  goldenFolder,
  itemsText,
  journeyText,
  type RecordedExecution,
  recordedOf,
  recordedReference,
} from './histories.ts';
import { journeys } from './journeys.ts';

/*
 * `npm run golden -- write` walks every journey on this machine's edition and keeps what its executions did, as the recordings of the
 * definition that is checked out. Recordings of released versions stay as they are.
 */

const definitions = { 'rights-request': rightsRequest, 'sla-clock': slaClock };
const region = 'arn:aws:states:eu-central-1:000000000000:execution';

async function executionsOf(desk: Desk, reference: string): Promise<RecordedExecution[]> {
  const { engine } = desk.edition;
  const found: RecordedExecution[] = [];
  const wanted = [
    ...Array.from({ length: 20 }, (_, index) => ({
      machine: 'rights-request',
      name: index === 0 ? reference : `${reference}.${index + 1}`,
    })),
    { machine: 'sla-clock', name: reference },
  ];
  for (const { machine, name } of wanted) {
    const arn = `${region}:${machine}:${name}`;
    const execution = await engine.describeExecution(arn).catch(() => undefined);
    if (!execution) continue;
    const events: HistoryEvent[] = [];
    let cursor: string | undefined;
    do {
      const page = await engine.history(arn, 1000, false, cursor);
      events.push(...page.items);
      cursor = page.cursor;
    } while (cursor);
    found.push(recordedOf({ machine, name, status: execution.status }, events));
  }
  return found;
}

/** What an item is an example of: its kind, and the value that decides what is done with it. */
function exampleOf(item: Item): string | undefined {
  const kind = (item.sk?.S ?? '').split('#')[0] ?? '';
  const of = (item.pk?.S ?? '').split('#')[0];
  if (of === 'S') return 'submission';
  if (of !== 'R') return undefined;
  const content = JSON.parse(item.j?.S ?? '{}');
  if (kind === 'ROW') return `row ${content.status}`;
  if (kind === '~E') return `event ${content.type}`;
  return `${kind} ${content.disposition ?? content.state ?? ''}`.trim();
}

async function collectItems(client: DynamoDBClient, examples: Map<string, Item>): Promise<void> {
  for await (const { Items } of paginateScan({ client }, { TableName: resources.table }))
    for (const item of Items ?? []) {
      const example = exampleOf(item);
      if (example && !examples.has(example)) examples.set(example, item);
    }
}

const listFile = join('workflows', 'versions.json');
const writeList = (list: readonly KnownVersion[]) =>
  writeFileSync(listFile, `[\n${list.map((one) => `  ${spaced(one)}`).join(',\n')}\n]\n`);
const spaced = (value: object): string => JSON.stringify(value, null, 1).replace(/\n */g, ' ');

/** The version takes the place of one that nobody has used; released ones stay as long as cases run on them. */
function list(version: string): void {
  const known = versions.find((one) => one.version === version);
  const others = versions.filter((one) => one.version !== version);
  for (const { version: unused } of others.filter(({ released }) => !released))
    rmSync(join(goldenFolder, unused), { recursive: true, force: true });
  writeList([
    ...others.filter(({ released }) => released),
    known ?? { version, released: false, openCases: 'finish' },
  ]);
}

/** Before the first deploy for people: from now on its recordings are kept beside those of its successors. */
function release(): void {
  const version = definitionVersion(rightsRequest);
  if (versions.at(-1)?.version !== version) throw new Error('record it first: npm run golden -- write');
  writeList(versions.map((one) => ({ ...one, released: true })));
  process.stdout.write(`${version} is released\n`);
}

async function capture(): Promise<void> {
  const version = definitionVersion(rightsRequest);
  const folder = join(goldenFolder, version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'journeys'), { recursive: true });
  writeFileSync(join(folder, 'definitions.jsonl'), definitionsText(definitions));
  const examples = new Map<string, Item>();
  for (const [journey, walk] of Object.entries(journeys)) {
    const desk = await openDesk({ machines: productMachines() });
    const client = new DynamoDBClient({ endpoint: desk.edition.endpoints.dynamodb });
    try {
      const reference = await walk(desk, () => collectItems(client, examples));
      await collectItems(client, examples);
      // The clock of an answered request ends at its next milestone.
      await desk.edition.advance('P40D');
      const executions = await executionsOf(desk, reference);
      const anonymous = journeyText({ journey, executions }).replaceAll(reference, recordedReference);
      writeFileSync(join(folder, 'journeys', `${journey}.jsonl`), anonymous);
      process.stdout.write(`${journey}: ${executions.map(({ status }) => status).join(', ')}\n`);
    } finally {
      client.destroy();
      await desk.stop();
    }
  }
  const items = [...examples]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([example, item]) => ({
      example,
      item: Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))),
    }));
  writeFileSync(join(folder, 'items.jsonl'), itemsText(items));
  list(version);
  process.stdout.write(`recorded as ${version}\n`);
}

const commands: Readonly<Record<string, () => unknown>> = { write: capture, release };

async function main([command = '']: readonly string[]): Promise<void> {
  const run = commands[command];
  if (!run) {
    process.stderr.write('usage: npm run golden -- write | release\n');
    process.exitCode = 2;
    return;
  }
  await run();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
