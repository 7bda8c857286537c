import type { EnvName } from '../functions/runtime/lambda.ts';

/** One value for each variable that any function may declare; the compiler refuses a gap. */
export type Environment = Readonly<Record<EnvName, string>>;

export function environmentOf(
  declaration: { readonly env: readonly EnvName[] },
  environment: Environment,
): Record<string, string> {
  return Object.fromEntries(declaration.env.map((name) => [name, environment[name]]));
}
