import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One import statement of the product: who, what, and whether only types cross. */
interface Import {
  readonly file: string;
  readonly target: string;
  readonly typesOnly: boolean;
}

const statement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(folder, name);
      return [...readFileSync(file, 'utf8').matchAll(statement)].map((match): Import => {
        const written = match[2] ?? match[3] ?? '';
        const target = written.startsWith('.') ? normalize(join(dirname(file), written)) : written;
        return { file, target, typesOnly: match[1] !== undefined };
      });
    });
}

const imports = importsOf('functions');
const layerOf = (path: string) => /^functions\/([a-z]+)\//.exec(path)?.[1];
const isOurs = (path: string) => /^(functions|workflows|infra|local|test|docs)\//.test(path);

/** DESIGN.md §4. `runtime` stands here for its plain parts (world, log, metrics); what wires is listed apart below. */
const mayImport: Record<string, readonly string[]> = {
  entrypoints: ['steps', 'api', 'adapters', 'runtime'],
  steps: ['domain', 'letters', 'packages', 'runtime'],
  api: ['domain', 'letters', 'packages', 'runtime'],
  adapters: ['domain', 'runtime'],
  processors: ['domain'],
  letters: ['domain'],
  packages: ['domain'],
  domain: [],
  runtime: ['domain', 'steps', 'adapters', 'processors'],
};
/** Shapes of the processors' contract, which erase to nothing. */
const mayImportTypes: Record<string, readonly string[]> = { steps: ['processors'], api: ['processors'] };

const plainRuntime = ['lambda.ts', 'log.ts', 'metrics.ts', 'metric-names.ts'].map(
  (name) => `functions/runtime/${name}`,
);

test('every folder of functions is a layer with rules, and the reader of imports sees them all', () => {
  const folders = readdirSync('functions', { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders.map((one) => one.name).sort()).toEqual(Object.keys(mayImport).sort());
  expect(imports.length).toBeGreaterThan(500);
  for (const folder of folders) expect(imports.some(({ file }) => layerOf(file) === folder.name)).toBe(true);
});

test('imports point one way', () => {
  const against = imports.filter(({ file, target, typesOnly }) => {
    const from = layerOf(file) ?? '';
    const to = layerOf(target);
    if (to === undefined || to === from) return false;
    return !mayImport[from]?.includes(to) && !(typesOnly && mayImportTypes[from]?.includes(to));
  });
  expect(against.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

test('only runtime and entrypoints touch what wires; the layers below see the plain parts of runtime', () => {
  const wiring = imports.filter(
    ({ file, target }) =>
      layerOf(target) === 'runtime' &&
      !['runtime', 'entrypoints'].includes(layerOf(file) ?? '') &&
      !plainRuntime.includes(target),
  );
  expect(wiring.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  const plain = imports.filter(({ file, target }) => plainRuntime.includes(file) && isOurs(target));
  expect(plain.filter(({ target }) => !plainRuntime.includes(target)).map(({ file }) => file)).toEqual([]);
});

test('the product knows nothing of this machine’s edition, of the cloud’s templates or of its tests', () => {
  const outward = imports.filter(({ target }) => /^(infra|local|test)\//.test(target));
  expect(outward.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

test('the domain is pure: no service, no process, no file, no clock and no chance', () => {
  const allowed = ['node:crypto', 'node:url', 'temporal-polyfill', 'valibot', 'workflows/contract.ts'];
  const foreign = imports.filter(
    ({ file, target }) =>
      layerOf(file) === 'domain' && layerOf(target) !== 'domain' && !allowed.includes(target),
  );
  expect(foreign.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  const impure =
    /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|randomBytes\(\d|randomUUID|Temporal\.Now|\bfetch\(/;
  const files = [
    ...new Set(imports.filter(({ file }) => layerOf(file) === 'domain').map(({ file }) => file)),
  ];
  expect(files.filter((file) => impure.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test('only adapters know AWS, only entrypoints and runtime know the environment', () => {
  const aws = imports.filter(
    ({ file, target }) => target.startsWith('@aws-sdk/') && layerOf(file) !== 'adapters',
  );
  expect(aws.map(({ file }) => file)).toEqual([]);
  const files = [...new Set(imports.map(({ file }) => file))];
  // The SDK reads its own endpoint variables, so an adapter may look at those.
  const readers = files.filter((file) =>
    /process\.env(?!\.AWS_ENDPOINT_URL_)/.test(readFileSync(file, 'utf8')),
  );
  expect(readers).toEqual(['functions/runtime/lambda.ts']);
});

test('an entrypoint is wiring and nothing else: a few lines, one function', () => {
  const entrypoints = readdirSync('functions/entrypoints');
  expect(entrypoints.length).toBeGreaterThan(20);
  for (const name of entrypoints) {
    const text = readFileSync(join('functions/entrypoints', name), 'utf8');
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toMatch(/export const fn = lambda/);
    expect(text).toContain('export const handler = fn.handler;');
    expect(text).not.toMatch(/\b(if|for|while|switch|try)\b\s*[({]/);
  }
});
