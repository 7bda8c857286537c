import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Patch, patches } from '../../test/sabotage/patches.ts';

/** What Jest's own report says, as far as it is looked at. */
interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const leftOut = new Set(['node_modules', '.git', '.local', 'cdk.out', '.ci', '.github']);

/** A copy of the working tree beside it, so that nothing is ever sabotaged where people work. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'sabotage-'));
  for (const name of readdirSync('.'))
    if (!leftOut.has(name)) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function runTests(root: string, tests: string, titled: string): Report {
  const outputFile = join(root, 'sabotage-report.json');
  rmSync(outputFile, { force: true });
  spawnSync(
    process.execPath,
    [
      join('node_modules', 'jest', 'bin', 'jest.js'),
      tests,
      '--testNamePattern',
      escaped(titled),
      '--json',
      '--outputFile',
      outputFile,
    ],
    {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    },
  );
  const { numFailedTests, numPassedTests, numRuntimeErrorTestSuites }: Report = JSON.parse(
    readFileSync(outputFile, 'utf8'),
  );
  return { numFailedTests, numPassedTests, numRuntimeErrorTestSuites };
}

/** Green with the defence, red without it; a run that breaks for another reason shows nothing and counts as a failure. */
function verdictOf(root: string, patch: Patch): string | undefined {
  const control = runTests(root, patch.tests, patch.titled);
  if (control.numPassedTests === 0) return 'no test of that title';
  if (control.numFailedTests > 0) return 'red before anything was taken away';
  const path = join(root, patch.file);
  const whole = readFileSync(path, 'utf8');
  if (whole.split(patch.find).length !== 2) return 'the patch does not fit any more';
  writeFileSync(
    path,
    whole.replace(patch.find, () => patch.replace),
  );
  const sabotaged = runTests(root, patch.tests, patch.titled);
  writeFileSync(path, whole);
  if (sabotaged.numRuntimeErrorTestSuites > 0) return 'the program broke instead of the defence';
  return sabotaged.numFailedTests > 0 ? undefined : 'nobody noticed';
}

/** Takes one defence away at a time and expects the named tests to turn red; with words, only the patches whose name holds them. */
function main(words: readonly string[]): number {
  const wanted = patches.filter(({ name }) => words.every((word) => name.includes(word)));
  const root = copyTree();
  try {
    let unnoticed = 0;
    for (const patch of wanted) {
      const verdict = verdictOf(root, patch);
      if (verdict !== undefined) unnoticed += 1;
      process.stdout.write(
        `${verdict === undefined ? 'noticed' : 'FAILED '}  ${patch.name}${verdict ? `: ${verdict}` : ''}\n`,
      );
    }
    process.stdout.write(`${wanted.length - unnoticed} of ${wanted.length} sabotages noticed\n`);
    return unnoticed === 0 && wanted.length > 0 ? 0 : 1;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
