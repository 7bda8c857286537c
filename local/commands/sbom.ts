import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cycloneDx, type LockFile, licencesDocument, supplyProblems } from './sbom-document.ts';

/** Writes docs/licences.md, prints a bill of materials with --cyclonedx, or says with --check whether the page is stale. */
function main(args: readonly string[]): number {
  const lock: LockFile = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const problems = supplyProblems(lock);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (args.includes('--cyclonedx')) {
    const product: { name: string; version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    process.stdout.write(cycloneDx(lock, product));
    return problems.length > 0 ? 1 : 0;
  }
  const path = join('docs', 'licences.md');
  const text = licencesDocument(lock);
  if (!args.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write('docs/licences.md is stale: node local/run.mjs local/commands/sbom.ts\n');
    return 1;
  }
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
