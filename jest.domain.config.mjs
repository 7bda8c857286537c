import config from './jest.config.mjs';

// Properties over a slice of all days: what is measured is whether a line is run at all.
process.env.DOMAIN_SLICE ??= '37';

/** The tests of the domain alone, which leave no statement of it out: `npm run coverage`. */
export default {
  ...config,
  roots: ['<rootDir>/test/domain', '<rootDir>/functions/domain'],
  collectCoverage: true,
  // Blocks as the engine counts them: the other provider counts what the transform adds for exports, too.
  coverageProvider: 'v8',
  // Types alone have no statement.
  collectCoverageFrom: ['functions/domain/**/*.ts', '!functions/domain/ports.ts'],
  coverageReporters: ['text'],
  coverageDirectory: '<rootDir>/coverage',
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
};
