/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
  // jose is published as ES modules only, so it passes through the transform like our own code.
  transformIgnorePatterns: ['/node_modules/(?!(jose|hono)/)'],
  maxWorkers: 2,
  testTimeout: 30_000,
  reporters: ['<rootDir>/test/reporter.mjs'],
};
