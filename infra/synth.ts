import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp, cdkContext } from './build-app.ts';
import { bundleFunctions } from './bundle.ts';
import { functionNames, functions } from './functions.ts';

/** `npm run synth`: every stage into cdk.out, under every rule, without account or network. */
const started = Date.now();
const outdir = join(process.cwd(), 'cdk.out');
const bundles = join(process.cwd(), 'node_modules', '.cache', 'functions');
rmSync(outdir, { recursive: true, force: true });

const { code, sizes } = await bundleFunctions(functionNames, bundles);
const app = new App({ outdir, context: cdkContext() });
const assembly = buildApp(app, { declarations: functions, code }).synth();

for (const stack of assembly.stacksRecursively) {
  const template = readFileSync(stack.templateFullPath, 'utf8');
  const resources = Object.keys(JSON.parse(template).Resources).length;
  console.log(`${stack.stackName.padEnd(32)} ${String(resources).padStart(4)} resources`);
}
const largest = sizes.reduce((most, one) => (one.atStart > most.atStart ? one : most));
console.log(
  `${sizes.length} functions, largest ${largest.name} with ${Math.round(largest.atStart / 1000)} kB at its start; ` +
    `no finding without a reason; ${((Date.now() - started) / 1000).toFixed(1)} s`,
);
