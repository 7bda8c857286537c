// `npm run check`: everything that must hold before a commit lands, in order of how fast it answers.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from '../local/setup.mjs';

setUp();
const bin = (name) => join(root, 'node_modules', '.bin', name);
const steps = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['types', bin('tsc'), ['--noEmit']],
  ['tests', process.execPath, [join(root, 'test', 'run.mjs')]],
  ['coverage of the domain', bin('jest'), ['--config', 'jest.domain.config.mjs', '--maxWorkers', '1']],
  ['synth', process.execPath, [join(root, 'local', 'run.mjs'), 'infra/synth.ts']],
];
for (const [name, command, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const run = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) {
    process.stdout.write(`\n${name} failed\n`);
    process.exit(run.status ?? 1);
  }
}
