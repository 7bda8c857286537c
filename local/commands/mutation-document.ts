/** What Stryker's JSON report says of one file, as far as the page needs it (mutation-testing-report-schema 2). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** What became of the mutants of one file, or of all. */
export interface Tally {
  readonly file: string;
  readonly killed: number;
  /** Not noticed by any test that runs them, or run by none. */
  readonly survived: number;
}

/** Per cent of the mutants that a test notices. */
export const scoreOf = ({ killed, survived }: Omit<Tally, 'file'>): number =>
  killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);

/** The score below which a file is named as falling short, and the whole run fails (per cent). */
export const leastScore = 85;

// A mutant that never ends is noticed too: the test that meets it does not end either.
const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];

export function talliesOf(report: MutationReport): readonly Tally[] {
  return Object.entries(report.files)
    .map(([file, { mutants }]) => {
      const count = (statuses: readonly string[]) =>
        mutants.filter(({ status }) => statuses.includes(status)).length;
      return { file, killed: count(noticed), survived: count(unnoticed) };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** docs/mutation.md, whole. */
export function mutationDocument(report: MutationReport): string {
  const tallies = talliesOf(report);
  const sum = (of: 'killed' | 'survived') => tallies.reduce((all, one) => all + one[of], 0);
  const whole = { file: 'all', killed: sum('killed'), survived: sum('survived') };
  const short = tallies.filter((one) => scoreOf(one) < leastScore);
  return `# How well the tests watch the rules

Stryker changes the code of \`functions/domain\` at one place at a time, thousands of times, and runs the tests of \`test/domain\` against each
change. A change that no test notices is a rule that nobody watches. \`npm run mutation\` measures again and writes this page (about ten minutes of
one processor); \`npm run mutation -- functions/domain/clock.ts\` measures one file and lists what was not noticed. The run fails below ${leastScore} %.

Left out are files of data and types alone: closed sets of words, holidays, paragraphs, the register, ports, errors. Their own tests hold them to
what they must say. Properties over all days are asserted over a slice of them in these runs, and over all in \`npm test\`.

| File | Mutants | Noticed | Not noticed | Score |
| --- | ---: | ---: | ---: | ---: |
${[...tallies, whole].map(row).join('\n')}

${
  short.length === 0
    ? `No file is below ${leastScore} %.`
    : `Below ${leastScore} %: ${short.map(({ file }) => `\`${file}\``).join(', ')}.`
}
`;
}

function row({ file, killed, survived }: Tally): string {
  const name = file === 'all' ? '**all**' : `\`${file}\``;
  const score = scoreOf({ killed, survived }).toFixed(1);
  return `| ${name} | ${killed + survived} | ${killed} | ${survived} | ${score} % |`;
}
