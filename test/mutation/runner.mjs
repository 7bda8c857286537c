// Stryker's runner for the domain: one process keeps the packages loaded and evaluates the domain and its tests afresh for each mutant,
// under Jest's own circus and expect. Through `jest` itself a mutant costs seconds, since every test file gets a module registry of its own.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import vm from 'node:vm';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';

const testFolder = 'test/domain';
process.env.DOMAIN_SLICE = '37';
const require = createRequire(join(process.cwd(), 'package.json'));
// Jest does not hoist these for its users; they are taken from where Jest itself finds them, so that they are the ones `npm test` runs.
const ofJest = createRequire(require.resolve('jest-circus/runner'));
const circus = ofJest('jest-circus');
const { jestExpect } = ofJest('@jest/expect');

/** A test is named by its file and its full title: titles alone are not unique. */
const idOf = (path) => path.slice(1).join(' › ');

function* testsIn(block) {
  for (const child of block.children)
    if (child.type === 'describeBlock') yield* testsIn(child);
    else yield child;
}
const pathOf = (entry) => (entry ? [...pathOf(entry.parent), entry.name] : []);

/** The files that a file imports, and those that they import (paths from esbuild's metafile). */
function loadedBy(file, inputs, known = new Set()) {
  if (known.has(file)) return known;
  known.add(file);
  for (const { path } of inputs[file]?.imports ?? []) loadedBy(path, inputs, known);
  return known;
}

class DomainRunner {
  static inject = tokens(commonTokens.options);
  #evaluate;
  #files = [];
  /** By test file, everything that it loads. */
  #loads = new Map();
  #onDone = () => {};

  constructor() {
    this.stryker = globalThis.__stryker__ ??= {};
    Object.assign(globalThis, circus.default, { expect: jestExpect });
    circus.addEventHandler((event) => {
      if (event.name === 'test_start') this.stryker.currentTestId = idOf(pathOf(event.test));
      if (event.name === 'test_done') {
        this.stryker.currentTestId = undefined;
        this.#onDone(event.test);
      }
    });
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#files = readdirSync(testFolder).filter((name) => name.endsWith('.test.ts'));
    const lines = this.#files.map((name) => `[${JSON.stringify(name)}]: () => require('./${name}'),`);
    const { outputFiles, metafile } = await build({
      // Stryker changes the folder to that of the instrumented copy after esbuild was loaded.
      absWorkingDir: process.cwd(),
      stdin: {
        contents: `module.exports = {${lines.join('\n')}};`,
        resolveDir: join(process.cwd(), testFolder),
      },
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    });
    for (const name of this.#files) this.#loads.set(name, loadedBy(`${testFolder}/${name}`, metafile.inputs));
    const wrapped = `(function (require, module) {${outputFiles[0].text}\nreturn module.exports;})`;
    this.#evaluate = new vm.Script(wrapped, { filename: 'domain-tests.cjs' }).runInThisContext();
  }

  async dryRun() {
    const run = await this.#run(undefined, false);
    if (run.broken) return { status: 'error', errorMessage: run.broken };
    return { status: 'complete', tests: run.tests, mutantCoverage: this.stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, sandboxFileName }) {
    Object.assign(this.stryker, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    try {
      const mutated = relative(process.cwd(), sandboxFileName);
      const run = await this.#run(testFilter && new Set(testFilter), !disableBail, mutated);
      const endless = determineHitLimitReached(this.stryker.hitCount, hitLimit);
      if (endless) return toMutantRunResult(endless);
      // A file that does not even load is a failure of `npm test`.
      if (run.broken)
        return { status: 'killed', killedBy: [], failureMessage: run.broken, nrOfTests: run.tests.length };
      return toMutantRunResult({ status: 'complete', tests: run.tests }, disableBail);
    } finally {
      Object.assign(this.stryker, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    }
  }

  /**
   * Runs the tests of a filter, or all; with `bail` none after the first that fails. Where a file is `mutated`, only tests that load it, and
   * first those that bear its name.
   */
  async #run(filter, bail, mutated) {
    const tests = [];
    circus.resetState();
    try {
      const files = this.#evaluate(require, { exports: {} });
      const isLater = (name) => (mutated && name === `${basename(mutated, '.ts')}.test.ts` ? 0 : 1);
      for (const name of this.#files.toSorted((a, b) => isLater(a) - isLater(b))) {
        if (mutated && !this.#loads.get(name).has(mutated)) continue;
        if (filter && ![...filter].some((id) => id.startsWith(`${name} › `))) continue;
        circus.describe(name, () => void files[name]());
      }
    } catch (error) {
      return { broken: String(error), tests };
    }
    const all = [...testsIn(circus.getState().rootDescribeBlock)];
    if (filter) for (const test of all) if (!filter.has(idOf(pathOf(test)))) test.mode = 'skip';
    this.#onDone = (test) => {
      const failed = test.errors.length > 0;
      if (bail && failed) for (const one of all) one.mode = 'skip';
      if (test.mode === 'skip' && !failed) return;
      const [, file, ...titles] = pathOf(test);
      tests.push({
        id: idOf(pathOf(test)),
        name: titles.join(' › '),
        fileName: join(testFolder, file),
        timeSpentMs: test.duration ?? 0,
        ...(failed
          ? { status: 1, failureMessage: String(test.errors[0]?.[0]?.message ?? test.errors[0]) }
          : { status: 0 }),
      });
    };
    const { unhandledErrors } = await circus.run();
    return { tests, broken: unhandledErrors[0] };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'domain', DomainRunner)];
