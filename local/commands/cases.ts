import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesDocument, namedTests, untested } from './cases-document.ts';

/** Writes docs/cases.md, or with --check says whether it is stale. Run from the root of the repository. */
function main(args: readonly string[]): number {
  const path = join('docs', 'cases.md');
  const tests = namedTests();
  const missing = untested(tests);
  if (missing.length > 0) process.stderr.write(`no test names ${missing.join(', ')}\n`);
  const text = casesDocument(tests);
  if (args.includes('--check')) {
    if (readFileSync(path, 'utf8') === text) return missing.length > 0 ? 1 : 0;
    process.stderr.write('docs/cases.md is stale: node local/run.mjs local/commands/cases.ts\n');
    return 1;
  }
  writeFileSync(path, text);
  return missing.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
