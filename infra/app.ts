import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from './build-app.ts';
import { bundleFunctions } from './bundle.ts';
import { functionNames, functions } from './functions.ts';

/** What the CDK command line runs (cdk.json). Needs no account and no network. */
const { code } = await bundleFunctions(
  functionNames,
  join(process.cwd(), 'node_modules', '.cache', 'functions'),
);
buildApp(new App(), { declarations: functions, code }).synth();
