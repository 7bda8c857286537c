import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BundleSize, bundleFunctions } from '../../infra/bundle.ts';
import { functionNames, functions } from '../../infra/functions.ts';

// Bundling takes seconds, and many of them on a machine that is busy with other tests.
jest.setTimeout(120_000);

const directory = mkdtempSync(join(tmpdir(), 'rights-desk-bundles-'));
const fileOf = (name: string, run = 'first') => join(directory, run, name, 'index.mjs');
/** All that is deployed for a function: the entry, and what calls load on their way. */
const filesOf = (name: string, run = 'first') =>
  readdirSync(join(directory, run, name))
    .sort()
    .map((file) => join(directory, run, name, file));
let sizes: readonly BundleSize[];
beforeAll(async () => {
  ({ sizes } = await bundleFunctions(functionNames, join(directory, 'first')));
  await bundleFunctions(functionNames, join(directory, 'second'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the bundles that are deployed', () => {
  it('load as ES modules, wire themselves on the first call, and keep the names of their errors through the minifier', () => {
    // A process of its own without any of the variables: what answers is the bundle, as Lambda would load it.
    const program = `
      const seen = {};
      for (const [name, url] of ${JSON.stringify(functionNames.map((name) => [name, pathToFileURL(fileOf(name)).href]))}) {
        const { handler } = await import(url);
        seen[name] = await Promise.resolve({}).then(handler)
          .then(() => 'answered', (error) => error.name + ': ' + error.message);
      }
      process.stdout.write(JSON.stringify(seen));`;
    const seen = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        env: { PATH: process.env.PATH },
        encoding: 'utf8',
      }),
    );
    expect(seen).toEqual(
      Object.fromEntries(
        functionNames.map((name) => [
          name,
          `MissingEnvironment: ${name} lacks ${[...functions[name].env].sort().join(', ')}`,
        ]),
      ),
    );
  });

  it('are small enough to start quickly', () => {
    for (const { name, atStart, whole } of sizes)
      expect({ name, small: atStart < 700_000 && whole < 1_300_000 }).toEqual({ name, small: true });
  });

  it('do not read the clients for files, signatures, mail and executions before a call needs them', () => {
    for (const name of ['public-api', 'staff-api']) {
      const statically = (file: string): string => {
        const code = readFileSync(file, 'utf8');
        const parts = [...code.matchAll(/from"\.\/(part-\w+\.mjs)"|import"\.\/(part-\w+\.mjs)"/g)];
        return (
          code + parts.map(([, from, bare]) => statically(join(file, '..', from ?? bare ?? ''))).join('')
        );
      };
      const started = statically(fileOf(name));
      expect(started).toContain('DynamoDB');
      for (const service of ['S3', 'KMS', 'SES', 'SFN'])
        expect({ service, isRead: started.includes(`serviceId??"${service}"`) }).toEqual({
          service,
          isRead: false,
        });
    }
  });

  it('are the same bytes when made again, so that nothing unchanged is deployed', () => {
    const hash = (run: string) =>
      functionNames.flatMap((name) =>
        filesOf(name, run).map((file) => [
          basename(file),
          createHash('sha256').update(readFileSync(file)).digest('hex'),
        ]),
      );
    expect(hash('second')).toEqual(hash('first'));
  });

  it('hold nothing of the local edition and no path of the machine that made them', () => {
    for (const name of functionNames) {
      const code = filesOf(name)
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n');
      expect(code).not.toContain(process.cwd());
      expect(code).not.toContain('/local/outbox');
    }
  });
});
