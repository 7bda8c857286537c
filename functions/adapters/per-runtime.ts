import type { Runtime } from '../runtime/lambda.ts';

/** One client per service and world: a function whose adapters share a service opens one connection pool, and two worlds never share one. */
export function perRuntime<Client>(create: (runtime: Runtime) => Client): (runtime: Runtime) => Client {
  const made = new WeakMap<Runtime, Client>();
  return (runtime) => {
    const known = made.get(runtime);
    if (known) return known;
    const fresh = create(runtime);
    made.set(runtime, fresh);
    return fresh;
  };
}
