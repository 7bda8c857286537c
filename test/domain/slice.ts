/**
 * Every how many days and cases a property is asserted: 1 in `npm test`. The mutation run takes a slice, since it runs each property
 * for thousands of mutants.
 */
export const slice = Number(process.env.DOMAIN_SLICE ?? 1);
