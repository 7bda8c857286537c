import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type StageConfig, stages } from './config.ts';
import { RightsDesk, type RightsDeskProps } from './stage.ts';

/** All stages in one app, under the rules of cdk-nag and CDK's own CloudFormation rules: a finding without a written reason stops the synthesis. */
export function buildApp(
  app: App,
  props: Omit<RightsDeskProps, 'config'>,
  configs: readonly StageConfig[] = Object.values(stages),
): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const config of configs) new RightsDesk(app, { ...props, config });
  return app;
}

/** The context of cdk.json, which the CDK command line gives and every other way of synthesising has to read. */
export function cdkContext(root = process.cwd()): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  return context;
}
