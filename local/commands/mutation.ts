import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutationDocument } from './mutation-document.ts';

/** Measures how well the tests watch the domain; without arguments all of it, and then writes docs/mutation.md. Run from the root of the repository. */
function main(files: readonly string[]): number {
  const stryker = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const { status } = spawnSync(process.execPath, [stryker, 'run', ...only], { stdio: 'inherit' });
  if (files.length === 0)
    writeFileSync(
      join('docs', 'mutation.md'),
      mutationDocument(JSON.parse(readFileSync(join('reports', 'mutation.json'), 'utf8'))),
    );
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
