import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { definitionVersion } from '../workflows/definition-version.ts';
import { versions } from '../workflows/versions.ts';
import { placeholders, type StageName, stageNames, stages } from './config.ts';
import { definitionOf } from './machines.ts';
import { unreleased } from './release-check.ts';

/**
 * `npm run deploy -- <stage> [diff | destroy]`: hands over to the CDK command with the stacks of one stage. Refuses a stage whose
 * settings are still placeholders.
 */
const [stage, verb = 'deploy', ...rest] = process.argv.slice(2);
const verbs = {
  diff: ['diff'],
  deploy: ['deploy'],
  destroy: ['destroy'],
} as const;

function isStage(name: string | undefined): name is StageName {
  return stageNames.some((known) => known === name);
}

function isVerb(name: string): name is keyof typeof verbs {
  return name in verbs;
}

if (!isStage(stage) || !isVerb(verb)) {
  console.error(`usage: npm run deploy -- ${stageNames.join('|')} [${Object.keys(verbs).join('|')}]`);
  process.exit(2);
}
const open = placeholders(stages[stage]);
if (open.length > 0) {
  console.error(`${stage} is not filled in yet (infra/config.ts, infra/processors.ts):`);
  for (const line of open) console.error(`  ${line}`);
  process.exit(1);
}
const why = unreleased(definitionVersion(JSON.parse(definitionOf('rights-request'))), versions);
if (verb === 'deploy' && stages[stage].protectData && why) {
  console.error(why);
  process.exit(1);
}
// Without another wish, CDK asks before any permission widens.
const approval =
  verb === 'deploy' && !rest.includes('--require-approval') ? ['--require-approval', 'broadening'] : [];
const cdk = join(process.cwd(), 'node_modules', '.bin', 'cdk');
const run = spawnSync(cdk, [...verbs[verb], `${stage}/*`, ...approval, ...rest], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
