import { spawnSync } from 'node:child_process';

describe('npm run clock', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['local/run.mjs', 'local/commands/clock.ts', ...args], { encoding: 'utf8' });

  test('prints exactly the agreed JSON', () => {
    const { status, stdout } = run('2026-03-05', '--json');
    expect(status).toBe(0);
    const printed = JSON.parse(stdout);
    expect(Object.keys(printed)).toEqual(['received', 'plannedBy', 'legalBy', 'steps']);
    expect(printed).toMatchObject({ received: '2026-03-05', plannedBy: '2026-04-05', legalBy: '2026-04-07' });
    for (const step of printed.steps) expect(Object.keys(step)).toEqual(['date', 'rule', 'source']);
  });

  test('prints the reasons for a person, extension included', () => {
    const { status, stdout } = run('2026-03-04T23:30:00Z', '--extended');
    expect(status).toBe(0);
    expect(stdout).toMatch(/plannedBy {2}2026-06-05/);
    expect(stdout).toContain('Reg. 1182/71');
  });

  test.each([
    [['2026-02-30']],
    [['tomorrow']],
    [[]],
    [['2026-03-05', '2026-03-06']],
    [['2026-03-05', '--days']],
  ])('refuses %j with exit code 2 and its usage', (args) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('usage: npm run clock');
  });
});
