import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { builtInProcessors } from '../../functions/domain/words.ts';

/** Which code of the systems is read when a function starts, and which only when it connects. */

const root = join(__dirname, '../..');
const entrypoints = readdirSync(join(root, 'functions/entrypoints')).map(
  (file) => `functions/entrypoints/${file}`,
);
const registry = 'functions/processors/registry.ts';
const systems = [...builtInProcessors, 'opendsr'];

let files: Metafile['inputs'];
beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [registry, ...entrypoints],
    outdir: 'nowhere',
    write: false,
    metafile: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  files = metafile.inputs;
});

/** The file and everything that it imports statically, over any number of steps. */
function readWith(file: string): ReadonlySet<string> {
  const reached = new Set([file]);
  for (const each of reached)
    for (const { path, kind } of files[each]?.imports ?? [])
      if (kind === 'import-statement' && path in files) reached.add(path);
  return reached;
}

/** What is inside the folder of a system, or of several: all that can talk to a vendor. */
const talking = (paths: Iterable<string>) =>
  [...paths].filter((path) => /^functions\/processors\/[^/]+\//.test(path));

test('the registry reads the systems’ own files and what says things about them, and nothing that talks', () => {
  const shared = ['config', 'configured', 'definition', 'google-auth', 'registry', 'tasks'];
  const reached = [...readWith(registry)].filter((path) => path.startsWith('functions/processors/'));
  expect(reached.toSorted()).toEqual(
    [...systems, ...shared].map((name) => `functions/processors/${name}.ts`).toSorted(),
  );
});

test.each(entrypoints)('%s starts without any vendor’s client', (entrypoint) => {
  expect(files[entrypoint]).toBeDefined();
  expect(talking(readWith(entrypoint))).toEqual([]);
});

test.each(systems)('connecting %s reads its own folder and no other system’s', (name) => {
  const later = files[`functions/processors/${name}.ts`]?.imports.filter(
    ({ kind }) => kind === 'dynamic-import',
  );
  expect(later?.map(({ path }) => path)).toEqual([`functions/processors/${name}/connection.ts`]);
  const folders = talking(readWith(`functions/processors/${name}/connection.ts`)).map(
    (path) => path.split('/')[2],
  );
  // Two of Google's interfaces ask for their tokens in the same way.
  const own = ['google-ads', 'google-analytics'].includes(name) ? [name, 'google'] : [name];
  expect([...new Set(folders)].toSorted()).toEqual(own.toSorted());
});
