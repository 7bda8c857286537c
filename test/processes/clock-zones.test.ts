import { spawnSync } from 'node:child_process';

test('the clock is the same under any zone of the host', () => {
  const run = spawnSync(process.execPath, ['local/run.mjs', 'test/processes/clock-under-zones.ts'], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  const results: { zone: string; hostOffset: number; digest: string }[] = JSON.parse(run.stdout);
  expect(new Set(results.map((result) => result.hostOffset)).size).toBe(3);
  expect(new Set(results.map((result) => result.digest)).size).toBe(1);
}, 120_000);
