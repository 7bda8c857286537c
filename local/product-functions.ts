import type { LambdaFunction } from '../functions/runtime/lambda.ts';

/** Every function of the product, as this edition runs them. A test holds the list to the files in functions/entrypoints. */
export const productFunctions: readonly LambdaFunction[] = [];

/** The functions that something other than a state machine calls. */
export const entryFunctions = {
  publicApi: 'public-api',
  staffApi: 'staff-api',
  sweep: 'sweep',
  mailEvents: 'mail-events',
} as const;
