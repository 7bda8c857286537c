// `npm start`: sets up, bundles this machine's edition with all its packages into one file, and runs it in this very process.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { root, setUp } from './setup.mjs';

const dataDir = resolve(process.env.DATA_DIR || join(root, '.local'));
setUp();
process.chdir(root);
process.setSourceMapsEnabled(true);
try {
  const { main } = createRequire(import.meta.url)(await bundleEdition());
  await main({ ...process.env, DATA_DIR: dataDir });
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** Returns the path of the bundle. One file starts several times faster than a thousand modules, and without its own process. */
async function bundleEdition() {
  const { build, stop } = await import('esbuild');
  const folder = join(root, 'node_modules', '.cache', 'edition');
  const outfile = join(folder, 'main.cjs');
  const { outputFiles } = await build({
    entryPoints: [join(root, 'local', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  // By rename, so that another start at the same moment reads a whole file, old or new.
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
  // Else esbuild's own process stays for as long as ours, and is the larger of the two.
  await stop();
  return outfile;
}

/** What a person can act on; a stack only where nobody foresaw the error. */
function explain(error) {
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port} is taken; choose another, for example PORT=${error.port + 1} npm start`;
  }
  if (['DataDirInUse', 'DynamoDbUnavailable', 'InvalidPort'].includes(error.name)) return error.message;
  return error.stack ?? String(error);
}
