import config from './jest.config.mjs';

/** The tests of the domain alone: what `npm run mutation` runs once for each mutant. */
export default {
  ...config,
  roots: ['<rootDir>/test/domain'],
  reporters: undefined,
};
