import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { build } from 'esbuild';
import type { FunctionName } from './functions.ts';

/** Where CommonJS packages inside an ES module bundle find `require`. */
const requireBanner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Bundles every entrypoint in one run of esbuild, into `<outdir>/<name>/index.mjs`. The same sources give the same bytes, so an
 * unchanged function keeps its asset's hash and is not deployed again.
 */
export async function bundleFunctions(
  functionNames: readonly FunctionName[],
  outdir: string,
  root = process.cwd(),
): Promise<(name: FunctionName) => Code> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await build({
    absWorkingDir: resolve(root),
    entryPoints: functionNames.map((name) => ({
      in: join('functions', 'entrypoints', `${name}.ts`),
      out: join(name, 'index'),
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
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
    banner: { js: requireBanner },
    logLevel: 'error',
  });
  return (name) => Code.fromAsset(join(outdir, name));
}

export function bundleSizes(
  functionNames: readonly FunctionName[],
  outdir: string,
): { readonly name: FunctionName; readonly bytes: number }[] {
  return functionNames.map((name) => ({ name, bytes: statSync(join(outdir, name, 'index.mjs')).size }));
}
