// `npm start`: sets up, bundles this machine's edition with all its packages into one file, and runs it in this very process.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { bundleEdition } from './bundle-edition.mjs';
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

/** What a person can act on; a stack only where nobody foresaw the error. */
function explain(error) {
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port} is taken; choose another, for example PORT=${error.port + 1} npm start`;
  }
  if (['DataDirInUse', 'DynamoDbUnavailable', 'InvalidPort'].includes(error.name)) return error.message;
  return error.stack ?? String(error);
}
