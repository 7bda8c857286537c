import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attacks, faults } from './case-list.ts';

/** A test that names a case in its title. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
  readonly cases: readonly string[];
}

const caseName = /\b[AF]\d{1,2}\b/g;
/** Talks about case names without testing one. */
const aboutTheList = 'docs/cases.test.ts';
/** The first text behind `test(`, `it(`, `describe(` or a table's `)(`, and rows of a table that begin with a case. */
const titles =
  /(?:\b(test|it|describe)|\))\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2|[[,]\s*(['"`])([AF]\d{1,2}\b(?:\\.|(?!\4)[^\\])*)\4/g;

/** Every title under `root` that names a case, by file and then in the order of the file. */
export function namedTests(root = 'test'): NamedTest[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== aboutTheList)
    .sort()
    .flatMap((name) => {
      const file = join(root, name);
      return namedIn(readFileSync(file, 'utf8')).map((named) => ({ file, ...named }));
    });
}

export function namedIn(source: string): Omit<NamedTest, 'file'>[] {
  // A comment is no test, whatever it looks like.
  const code = source.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const found = [...code.matchAll(titles)].map((match) => {
    const title = (match[3] ?? match[5] ?? '').replace(/\\(.)/g, '$1').replace(/\s+/g, ' ');
    const cases = [...new Set(title.match(caseName) ?? [])].filter((one) => one in attacks || one in faults);
    return { title, cases, isGroup: match[1] === 'describe' };
  });
  // A group's title counts where its tests do not name the case themselves.
  const byTests = new Set(found.filter((one) => !one.isGroup).flatMap((one) => one.cases));
  return found
    .map(({ title, cases, isGroup }) => ({
      title,
      cases: isGroup ? cases.filter((one) => !byTests.has(one)) : cases,
    }))
    .filter((one) => one.cases.length > 0);
}

export const everyCase: readonly (readonly [string, string])[] = [
  ...Object.entries(attacks),
  ...Object.entries(faults),
];

/** Cases without any test, which the page may not have. */
export function untested(tests: readonly NamedTest[]): string[] {
  return everyCase.map(([id]) => id).filter((id) => !tests.some((one) => one.cases.includes(id)));
}

/** docs/cases.md: case, what must come out, the tests that show it. */
export function casesDocument(tests = namedTests()): string {
  const rows = (list: Readonly<Record<string, string>>) =>
    Object.entries(list).flatMap(([id, outcome]) => {
      const own = tests.filter((one) => one.cases.includes(id));
      const shown = own.map(({ file, title }) => `${cell(withoutCases(title))} (\`${file}\`)`);
      return `| ${id} | ${cell(outcome)} | ${shown.join('<br>')} |`;
    });
  const head = ['| Case | What must come out | Tests, with what they assert |', '|---|---|---|'];
  return [
    '# Cases: attacks and faults, and the tests that show them',
    '',
    'Made from the titles of the tests by `node local/run.mjs local/commands/cases.ts`; a test fails when this page is stale, when a case has no',
    'test, or when a test is skipped. That the tests bite is shown by `npm run sabotage`, which removes one defence at a time and expects red.',
    '',
    '## Attacks',
    '',
    ...head,
    ...rows(attacks),
    '',
    '## Faults',
    '',
    ...head,
    ...rows(faults),
    '',
  ].join('\n');
}

function withoutCases(title: string): string {
  const plain = title.replace(/(?:^|\()(?:[AF]\d{1,2}\b[:,]?\s*)+\)?/g, '').trim();
  return plain === '' ? title : plain;
}

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/</g, '&lt;');
