/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  // No such file: Stryker would read ours through the compiler's API, which TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: 'no-tsconfig.json',
  coverageAnalysis: 'perTest',
  // The rules themselves; data (register, holidays, paragraphs) is checked by its own tests for being the right data, not by mutants of its words.
  mutate: [
    'functions/domain/**/*.ts',
    '!functions/domain/{words,grounds,ports,errors,case,holidays,reasons,register-record,register-statement}.ts',
  ],
  jest: { configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: false },
  plugins: ['@stryker-mutator/jest-runner'],
  ignorePatterns: ['.local', 'cdk.out', 'docs/screenshots', 'reports'],
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  tempDirName: '.stryker-tmp',
  concurrency: 2,
  timeoutMS: 30_000,
  thresholds: { high: 95, low: 90, break: 85 },
};
