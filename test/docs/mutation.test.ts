import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  leastScore,
  type MutationReport,
  mutationDocument,
  scoreOf,
  talliesOf,
} from '../../local/commands/mutation-document.ts';

const mutants = (...statuses: string[]) => ({ mutants: statuses.map((status) => ({ status })) });
const report: MutationReport = {
  files: {
    'functions/domain/b.ts': mutants(
      'Killed',
      'Timeout',
      'Survived',
      'NoCoverage',
      'Ignored',
      'RuntimeError',
    ),
    'functions/domain/a.ts': mutants('Killed', 'Killed'),
  },
};

test('noticed is what a test fails on or never ends with; what no test runs is not noticed; what was not tried counts for nothing', () => {
  expect(talliesOf(report)).toEqual([
    { file: 'functions/domain/a.ts', killed: 2, survived: 0 },
    { file: 'functions/domain/b.ts', killed: 2, survived: 2 },
  ]);
  expect(scoreOf({ killed: 2, survived: 2 })).toBe(50);
  expect(scoreOf({ killed: 0, survived: 0 })).toBe(100);
});

test('the page names each file, the whole, and what falls short', () => {
  const page = mutationDocument(report);
  expect(page).toContain('| `functions/domain/b.ts` | 4 | 2 | 2 | 50.0 % |');
  expect(page).toContain('| **all** | 6 | 4 | 2 | 66.7 % |');
  expect(page).toContain('Below 85 %: `functions/domain/b.ts`.');
});

describe('docs/mutation.md, as measured last', () => {
  const page = readFileSync(join('docs', 'mutation.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (.+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) % \|$/gm)].map(
    ([, file = '', all, killed, survived, score]) => ({
      file: file.replaceAll('`', ''),
      all: Number(all),
      killed: Number(killed),
      survived: Number(survived),
      score: Number(score),
    }),
  );

  test('its figures add up', () => {
    for (const { all, killed, survived, score } of rows) {
      expect(killed + survived).toBe(all);
      expect(scoreOf({ killed, survived })).toBeCloseTo(score, 1);
    }
    const whole = rows.at(-1);
    const sum = rows.slice(0, -1).reduce((total, one) => total + one.all, 0);
    expect([whole?.file, whole?.all]).toEqual(['**all**', sum]);
  });

  test('the whole is above the least score', () => {
    expect(rows.at(-1)?.score).toBeGreaterThan(leastScore);
  });

  test('every file of rules is in it, and no file that is gone (else: npm run mutation)', () => {
    const config = readFileSync('stryker.config.mjs', 'utf8');
    const data = /'!functions\/domain\/\{([^}]+)\}\.ts'/.exec(config)?.[1]?.split(',') ?? [];
    expect(data.length).toBeGreaterThan(3);
    const wanted = readdirSync(join('functions', 'domain'))
      .filter((name) => name.endsWith('.ts') && !data.includes(name.slice(0, -3)))
      .map((name) => `functions/domain/${name}`);
    expect(rows.slice(0, -1).map((one) => one.file)).toEqual(wanted.sort());
  });
});
