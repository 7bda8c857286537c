import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lawDocument } from './law-document.ts';

/** Writes docs/law.md, or with --check says whether it is stale. Run from the root of the repository. */
function main(args: readonly string[]): number {
  const path = join('docs', 'law.md');
  const text = lawDocument();
  if (args.includes('--check')) {
    if (readFileSync(path, 'utf8') === text) return 0;
    process.stderr.write('docs/law.md is stale: node local/run.mjs local/commands/law.ts\n');
    return 1;
  }
  writeFileSync(path, text);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
