import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { build, type Metafile } from 'esbuild';
import type { FunctionName } from './functions.ts';

/** Where CommonJS packages inside an ES module bundle find `require`. */
const requireBanner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** What a function is made of, in bytes. */
export interface BundleSize {
  readonly name: FunctionName;
  /** What Node reads before the first call: the entry and all that it imports statically. */
  readonly atStart: number;
  /** With all that single calls load on their way. */
  readonly whole: number;
}

export interface Bundles {
  readonly code: (name: FunctionName) => Code;
  readonly sizes: readonly BundleSize[];
}

/**
 * Bundles every entrypoint into `<outdir>/<name>`: `index.mjs`, and beside it the parts that it shares with what is loaded later. Each function is
 * built by itself, so that none carries another's parts. The same sources give the same bytes, so an unchanged function keeps its asset's hash
 * and is not deployed again.
 */
export async function bundleFunctions(
  functionNames: readonly FunctionName[],
  outdir: string,
  root = process.cwd(),
): Promise<Bundles> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const sizes = await Promise.all(
    functionNames.map((name) => bundle(name, join(outdir, name), resolve(root))),
  );
  return { code: (name) => Code.fromAsset(join(outdir, name)), sizes };
}

async function bundle(name: FunctionName, outdir: string, root: string): Promise<BundleSize> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: join('functions', 'entrypoints', `${name}.ts`), out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': resolve(root, 'infra/lambda-credentials.ts') },
    minify: true,
    // Names of functions cost bytes; error names are literals, so nothing needs them.
    keepNames: false,
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
    banner: { js: requireBanner },
    logLevel: 'error',
  });
  return { name, ...sizesOf(metafile) };
}

function sizesOf({ outputs }: Metafile): Omit<BundleSize, 'name'> {
  const entry = Object.keys(outputs).find((path) => path.endsWith('index.mjs')) ?? '';
  const started = new Set([entry]);
  for (const path of started)
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported]) started.add(imported);
  const sum = (paths: Iterable<string>) =>
    [...paths].reduce((bytes, path) => bytes + (outputs[path]?.bytes ?? 0), 0);
  return { atStart: sum(started), whole: sum(Object.keys(outputs)) };
}
