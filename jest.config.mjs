// The SDK's own switch: its notice about this version of Node would stand between the results. Workers and child processes inherit it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

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
  // These are published as ES modules only, so they pass through the transform like our own code.
  transformIgnorePatterns: ['/node_modules/(?!(jose|hono|temporal-polyfill|temporal-utils)/)'],
  maxWorkers: 2,
  testTimeout: 30_000,
  reporters: ['<rootDir>/test/reporter.mjs'],
};
