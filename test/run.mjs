// `npm test`: sets up, then runs every test; arguments after `--` go to Jest (`npm test -- clock`).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from '../local/setup.mjs';

setUp();
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const run = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
