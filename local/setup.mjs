// Installs the locked dependencies when they are missing or stale, so that `npm start` and `npm test` need no step before them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs `npm ci` unless node_modules holds what the lock file says. */
export function setUp() {
  if (isInstalled()) return;
  process.stderr.write('Installing dependencies (first start, or the lock file changed) ...\n');
  const npm = process.env.npm_execpath;
  // Not `npm ci`: it refuses a lock file that lacks other platforms' optional packages, although none of them is installed.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js'))
    execFileSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  else execFileSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
}

/**
 * Compares the lock file with npm's own record of what it has installed, which it writes last. Optional packages (other platforms') may
 * be absent.
 */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: installed } = JSON.parse(readFileSync(record, 'utf8'));
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return installed[path] ? installed[path].version === version : optional === true;
  });
}
