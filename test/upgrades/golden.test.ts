import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { caseOf, eventOf, rowItem, rowOf, submissionOf } from '../../functions/adapters/dynamodb/codec.ts';
import { substituted } from '../../local/machines.ts';
import { next, type StepName, steps } from '../../workflows/contract.ts';
import { definitionVersion } from '../../workflows/definition-version.ts';
import rightsRequest from '../../workflows/rights-request.asl.json' with { type: 'json' };
import slaClock from '../../workflows/sla-clock.asl.json' with { type: 'json' };
import { versions } from '../../workflows/versions.ts';
import { definitionsOf, goldenFolder, journeysOf, recordedItems, recordedVersions } from './histories.ts';
import { journeys } from './journeys.ts';
import { replay } from './replay.ts';

/* What executions did on each version that open cases may still run on, held against the functions and definitions of today. */

const current = definitionVersion(rightsRequest);
const finishing = versions.filter(({ openCases }) => openCases === 'finish').map(({ version }) => version);

const stepOf = (name: string): StepName => {
  const pascal = name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (!(pascal in steps)) throw new Error(`${name} is no step any more`);
  return pascal as StepName;
};
const filled = (definitions: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(definitions).map(([name, one]) => [name, substituted(one)]));

test('the definition that is checked out is the newest of the list: a changed one is recorded with `npm run golden -- write`', () => {
  expect(versions.at(-1)?.version).toBe(current);
  expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length);
});

test('only the newest may be unreleased, and every version whose cases may finish has its recordings', () => {
  expect(versions.slice(0, -1).filter(({ released }) => !released)).toEqual([]);
  expect(recordedVersions()).toEqual([...finishing].sort());
});

test('the newest version has a recording of every journey, on the definitions as they are', () => {
  expect(
    journeysOf(current)
      .map(({ journey }) => journey)
      .sort(),
  ).toEqual(Object.keys(journeys).sort());
  expect(definitionsOf(current)).toEqual({ 'rights-request': rightsRequest, 'sla-clock': slaClock });
});

test('A53 the recordings hold nobody’s data: references of nobody, ids and codes', () => {
  const files = finishing.flatMap((version) =>
    readdirSync(join(goldenFolder, version, 'journeys')).map((file) => join(version, 'journeys', file)),
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of [...files, ...finishing.map((version) => join(version, 'items.jsonl'))]) {
    const text = readFileSync(join(goldenFolder, file), 'utf8');
    expect([file, /@|\bada\b|grace|lovelace|byron|nobody|fraud|slow/i.exec(text)?.[0]]).toEqual([
      file,
      file.includes('nobody-decides') ? 'nobody' : undefined,
    ]);
  }
});

describe.each(finishing)('version %s', (version) => {
  const recorded = journeysOf(version);
  const definitions = definitionsOf(version);

  test.each(recorded.map((one) => [one.journey, one] as const))(
    'F29 %s comes to its end again on the definition that it began with',
    async (_, journey) => {
      const { executions, unasked, left } = await replay(filled(definitions), journey);
      expect(unasked).toEqual([]);
      expect(left).toEqual([]);
      for (const [index, execution] of executions.entries()) {
        const { states, status } = journey.executions[index] ?? {};
        expect({ states: execution.states, status: execution.status }).toEqual({ states, status });
        expect(execution.status).toBe('SUCCEEDED');
      }
    },
  );

  test('F29 every call that it makes is one that today’s steps take', () => {
    const calls = recorded.flatMap(({ executions }) => executions.flatMap(({ tasks }) => tasks));
    expect(calls.length).toBeGreaterThan(200);
    for (const { function: name, payload } of calls) {
      const { success, issues } = v.safeParse(steps[stepOf(name)].input, payload);
      expect({ name, payload, success, issues }).toEqual({ name, payload, success: true, issues: undefined });
    }
  });

  test('F29 every answer that it reads is one that today’s steps give', () => {
    const read = readFields(definitions['rights-request']).concat(readFields(definitions['sla-clock']));
    expect(read.length).toBeGreaterThan(5);
    for (const { name, field } of read) {
      const { output } = steps[stepOf(name)];
      const entries: Record<string, { readonly type: string }> = 'entries' in output ? output.entries : {};
      expect([name, field, entries[field]?.type]).toEqual([name, field, expect.stringMatching(/^(?!exact)/)]);
    }
  });

  test('F29 every turn that it knows is one that today’s steps may still name', () => {
    const asked = [
      ...JSON.stringify(definitions['rights-request']).matchAll(/\$states\.input\.next = '([a-z]+)'/g),
    ].map((match) => match[1]);
    expect(asked.length).toBeGreaterThan(10);
    for (const turn of asked) expect(next.options).toContain(turn);
  });

  test('F29 F30 every item that it wrote is read today, and written again as it was', () => {
    const items = recordedItems(version);
    const rows = items.filter(({ example }) => example.startsWith('row '));
    expect(rows.length).toBeGreaterThanOrEqual(7);
    for (const { item } of rows) {
      const back = rowItem(rowOf(item));
      expect(JSON.parse(back.j?.S ?? '')).toEqual(JSON.parse(item.j?.S ?? ''));
      for (const name of ['v', 'shelf', 'due', 'watch', 'lookAt']) expect(back[name]).toEqual(item[name]);
    }
    for (const { example, item } of items)
      if (example.startsWith('event ')) expect(eventOf(item).hash).toMatch(/^[0-9a-f]{64}$/);
    const submission = items.find(({ example }) => example === 'submission');
    expect(submission && submissionOf(submission.item).references).toHaveLength(1);
    // Each kind of record beside the row in a case with any row: what cannot be read throws.
    const [row] = rows;
    const children = items.filter(({ example }) => /^(finding|disposition|task|letter|note)/.test(example));
    const whole = caseOf([...(row ? [row.item] : []), ...children.map(({ item }) => item)]);
    expect(whole?.dispositions.length).toBeGreaterThanOrEqual(6);
  });
});

test('on the definition of today, a recording of it replays call by call', async () => {
  const [journey] = journeysOf(current).filter((one) => one.journey === 'erasure');
  if (!journey) throw new Error('no recording of an erasure');
  const { executions } = await replay(
    filled({ 'rights-request': rightsRequest, 'sla-clock': slaClock }),
    journey,
  );
  expect(executions.map(({ states }) => states)).toEqual(journey.executions.map(({ states }) => states));
});

/** The fields of functions' answers that a definition reads, with the function. */
function readFields(definition: unknown): { readonly name: string; readonly field: string }[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const own: { name: string; field: string }[] = [];
  if ('Arguments' in definition && 'Resource' in definition) {
    const placeholder = /"FunctionName":"\$\{(\w+)Arn\}"/.exec(JSON.stringify(definition))?.[1] ?? '';
    const name = placeholder.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
    for (const match of JSON.stringify(definition).matchAll(/\$states\.result\.Payload\.(\w+)/g))
      own.push({ name, field: match[1] ?? '' });
  }
  return own.concat(Object.values(definition).flatMap(readFields));
}
