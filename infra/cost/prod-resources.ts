import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { enabledProcessors } from '../../functions/processors/registry.ts';
import { cdkContext } from '../build-app.ts';
import { stages } from '../config.ts';
import { functions } from '../functions.ts';
import { RightsDesk } from '../stage.ts';
import type { PaidResource } from './standing-cost.ts';

/** Every resource of the production stage, as its templates have them. */
export function prodResources(): PaidResource[] {
  const directory = mkdtempSync(join(tmpdir(), 'rights-desk-prod-'));
  try {
    const bundle = join(directory, 'bundle');
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'index.mjs'), '');
    const app = new App({
      outdir: join(directory, 'cdk.out'),
      context: { ...cdkContext(), '@aws-cdk/core:validateAgainstDefaultRules': false },
      analyticsReporting: false,
    });
    new RightsDesk(app, {
      config: stages.prod,
      declarations: functions,
      code: () => Code.fromAsset(bundle),
    });
    return app.synth().stacksRecursively.flatMap((stack) => {
      const template: { Resources: Record<string, PaidResource> } = JSON.parse(
        readFileSync(stack.templateFullPath, 'utf8'),
      );
      return Object.values(template.Resources);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const prodProcessorCount = (): number => enabledProcessors(stages.prod.processors).size;
