// `npm test`: sets up, then runs every test; arguments after `--` go to Jest (`npm test -- clock`).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from '../local/setup.mjs';

setUp();
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const run = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exitCode = run.status ?? 1;
