import { readFileSync } from 'node:fs';
import {
  cycloneDx,
  isAccepted,
  type LockFile,
  licencesDocument,
  lockedPackages,
  supplyProblems,
} from '../../local/commands/sbom-document.ts';

const lock: LockFile = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

test('docs/licences.md is what the lock file gives (else: node local/run.mjs local/commands/sbom.ts)', () => {
  expect(readFileSync('docs/licences.md', 'utf8')).toBe(licencesDocument(lock));
});

test('every package is pinned by its bytes, has a licence that was read, and runs nothing unasked when installed', () => {
  expect(lockedPackages(lock).length).toBeGreaterThan(300);
  expect(supplyProblems(lock)).toEqual([]);
});

test('what we ask for ourselves is one version each, not a range, and the lock file has it', () => {
  const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  expect(Object.keys(asked).length).toBeGreaterThan(30);
  for (const [name, version] of Object.entries(asked)) {
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  }
});

test('what is shipped is everything the product asks for, and no tool', () => {
  const shipped = lockedPackages(lock).filter((one) => one.shipped);
  for (const name of Object.keys(manifest.dependencies))
    expect(shipped.map((one) => one.name)).toContain(name);
  for (const name of Object.keys(manifest.devDependencies))
    expect(shipped.map((one) => one.name)).not.toContain(name);
});

describe('a lock file that somebody has been at is seen', () => {
  const honest = { version: '1.0.0', license: 'MIT', integrity: 'sha512-AAAA' };
  const withPackage = (entry: object): LockFile => ({
    lockfileVersion: 3,
    packages: {
      ...Object.fromEntries(
        ['@parcel/watcher', '@swc/core', 'esbuild'].map((name) => [
          `node_modules/${name}`,
          { ...honest, hasInstallScript: true },
        ]),
      ),
      'node_modules/x': { ...honest, ...entry },
    },
  });

  test('an honest one has nothing to tell', () => {
    expect(supplyProblems(withPackage({}))).toEqual([]);
  });

  test.each([
    [{ integrity: undefined }, 'x@1.0.0 has no sha512 integrity'],
    [{ integrity: 'sha1-AAAA' }, 'x@1.0.0 has no sha512 integrity'],
    [{ hasInstallScript: true }, 'x@1.0.0 runs a script when installed'],
    [{ license: 'GPL-3.0-only' }, 'x@1.0.0 has licence GPL-3.0-only'],
    [{ license: undefined }, 'x@1.0.0 has licence none'],
    [{ resolved: 'http://mirror.example/x.tgz' }, 'node_modules/x does not come over https'],
    [{ resolved: 'git+ssh://git@example.com/x.git' }, 'node_modules/x does not come over https'],
  ])('%j: %s', (entry, problem) => {
    expect(supplyProblems(withPackage(entry))).toEqual([problem]);
  });
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['Apache-2.0 AND MIT', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-only', false],
  ['', false],
])('the licence expression “%s” is acceptable: %s', (expression, accepted) => {
  expect(isAccepted(expression)).toBe(accepted);
});

test('the bill of materials names every package once, with its hash, and is the same each time', () => {
  const text = cycloneDx(lock, manifest);
  expect(cycloneDx(lock, manifest)).toBe(text);
  const { components } = JSON.parse(text);
  expect(components).toHaveLength(lockedPackages(lock).length);
  expect(new Set(components.map((one: { purl: string }) => one.purl)).size).toBe(components.length);
  const jose = components.find((one: { name: string }) => one.name === 'jose');
  expect(jose).toMatchObject({ scope: 'required', licenses: [{ license: { id: 'MIT' } }] });
  expect(jose.hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
});
