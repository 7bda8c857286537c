// Runs one TypeScript program of this repository: node local/run.mjs path/to/program.ts [arguments]
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, setUp } from './setup.mjs';

/**
 * Bundles a program (our own files only; packages stay in node_modules) and returns the path of the result.
 * The result lies inside node_modules so that Node resolves the packages from there.
 */
export async function bundleProgram(entry) {
  setUp();
  const { build } = await import('esbuild');
  const name = entry.replace(/[^A-Za-z0-9]+/g, '-');
  const outfile = join(root, 'node_modules', '.cache', 'programs', `${name}-${process.pid}.mjs`);
  mkdirSync(join(root, 'node_modules', '.cache', 'programs'), { recursive: true });
  await build({
    entryPoints: [resolve(root, entry)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return outfile;
}

if (process.argv[1] && resolve(process.argv[1]) === join(root, 'local', 'run.mjs')) {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) {
    process.stderr.write('usage: node local/run.mjs program.ts [arguments]\n');
    process.exit(2);
  }
  const outfile = await bundleProgram(entry);
  const { rmSync } = await import('node:fs');
  const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    rmSync(outfile, { force: true });
    process.exitCode = signal ? 1 : (code ?? 1);
  });
}
