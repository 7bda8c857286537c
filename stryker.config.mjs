/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'domain',
  plugins: ['./test/mutation/runner.mjs'],
  // No such file: Stryker would read ours through the compiler's API, which TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: 'no-tsconfig.json',
  coverageAnalysis: 'perTest',
  // The rules themselves; data (register, holidays, paragraphs) is checked by its own tests for being the right data, not by mutants of its words.
  mutate: [
    'functions/domain/**/*.ts',
    '!functions/domain/{words,grounds,ports,errors,case,holidays,reasons,register-record,register-recipients,register-statement}.ts',
  ],
  ignorePatterns: ['.local', 'cdk.out', 'docs/screenshots', 'reports'],
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  tempDirName: '.stryker-tmp',
  concurrency: 1,
  timeoutMS: 10_000,
  thresholds: { high: 95, low: 90, break: 85 },
};
