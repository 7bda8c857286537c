import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newProcessor } from '../../../local/commands/add-processor.ts';

const root = join(__dirname, '../../..');

describe('npm run new-processor', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'new-processor-'));
    for (const folder of ['functions', 'workflows', 'local/processors', 'test/processors', 'test/doubles'])
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    for (const file of [
      'package.json',
      'tsconfig.json',
      'jest.config.mjs',
      'test/reporter.mjs',
      'docs/portability.schema.json',
    ])
      cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('writes a processor that compiles and passes the contract and every lie as it is', () => {
    const lines = newProcessor(copy, 'help-scout');
    expect(lines).toContain('new      functions/processors/help-scout.ts');
    expect(lines).toContain('new      functions/processors/help-scout/connection.ts');
    expect(readFileSync(join(copy, 'functions/processors/registry.ts'), 'utf8')).toMatch(/\bhelpScout,\n\]/);

    // The register is for a person to fill; it is the one file that must not compile before that.
    const config = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8'));
    writeFileSync(
      join(copy, 'tsconfig.json'),
      JSON.stringify({
        ...config,
        include: ['functions/processors', 'local/processors', 'test/processors/help-scout.test.ts'],
      }),
    );
    const tsc = run('node_modules/typescript/bin/tsc', ['--noEmit']);
    expect(
      tsc.split('\n').filter((line) => line.includes('error') && !line.startsWith('functions/domain/')),
    ).toEqual([]);

    // What the person writes, as the recipe says.
    const register = join(copy, 'functions/domain/register-recipients.ts');
    const entry = `'help-scout': { title: 'Help Scout', legalEntity: 'Help Scout PBC', country: { nl: 'VS', en: 'US' }, role: 'processor', activities: ['support'], categories: ['messages'], safeguard: 'adequacy-us-dpf-or-standard-clauses' },`;
    const recipients = 'export const recipients = {';
    const before = readFileSync(register, 'utf8');
    expect(before).toContain(recipients);
    writeFileSync(register, before.replace(recipients, `${recipients}\n  ${entry}`));

    const jest = run('node_modules/jest/bin/jest.js', [
      '--rootDir',
      copy,
      'test/processors/help-scout',
      'test/processors/contract',
      'test/processors/lying',
      'test/processors/loading',
      '-t',
      'help-scout',
    ]);
    expect(jest).toMatch(/\b0 failed/);
    expect(Number(/(\d+) passed/.exec(jest)?.[1])).toBeGreaterThan(40);
  }, 120_000);

  function run(program: string, args: readonly string[]): string {
    try {
      return execFileSync(process.execPath, [join(root, program), ...args], {
        cwd: copy,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return `${stdout}\n${stderr}`;
    }
  }

  test.each(['Help Scout', 'help_scout', '../evil', '-x', 'mailchimp'])(
    'refuses "%s" and writes nothing',
    (name) => {
      const before = readFileSync(join(copy, 'local/processors/all.ts'), 'utf8');
      expect(() => newProcessor(copy, name)).toThrow(expect.objectContaining({ name: 'NameRefused' }));
      expect(readFileSync(join(copy, 'local/processors/all.ts'), 'utf8')).toBe(before);
    },
  );
});
