import { store } from '../adapters/dynamodb/store.ts';
import { processorSecrets } from '../adapters/secrets/secrets.ts';
import { noteCircuit } from '../domain/processor-health.ts';
import type { CircuitView } from '../processors/circuit.ts';
import type { HttpClient, Processor } from '../processors/contract.ts';
import { connectProcessor, enabledProcessors } from '../processors/registry.ts';
import type { ConnectedProcessors } from '../steps/processor-port.ts';
import { type Fence, fencedHttp } from './fenced-http.ts';
import { enabledNamed, knownAmong, processorNames } from './known-processors.ts';
import type { Adapter, Runtime } from './lambda.ts';
import { processorsConfig } from './processors-config.ts';

/** The enabled systems, each connected by the first call that wants it, with a fenced HTTP client of its own. */
export const connectedProcessors: Adapter<ConnectedProcessors> = {
  env: [...processorNames.env, 'TABLE_NAME', ...processorSecrets.env],
  grants: [...processorSecrets.grants, { resource: 'table', actions: ['dynamodb:PutItem'] }],
  create(runtime) {
    const enabled = enabledProcessors(processorsConfig(runtime));
    const dependencies = {
      now: runtime.now,
      secret: processorSecrets.create(runtime),
      httpFor: (fence: Fence) => watchedHttp(runtime, fence),
    };
    const connections = new Map<string, Promise<Processor>>();
    return {
      ...knownAmong(enabled),
      async connect(name) {
        const known = connections.get(name);
        if (known) return known;
        const connection = connectProcessor(enabledNamed(enabled, name), dependencies);
        connections.set(name, connection);
        try {
          return await connection;
        } catch (error) {
          // What failed once may work the next time, in a function that lives on.
          connections.delete(name);
          throw error;
        }
      },
    };
  },
};

/** The fenced client, which also writes down for staff when calls to its system are held back. */
function watchedHttp(runtime: Runtime, fence: Fence): HttpClient {
  const cases = store.create(runtime);
  let changed: CircuitView | undefined;
  const client = fencedHttp(runtime, fence, (_, view) => {
    changed = view;
  });
  return {
    async send(request) {
      try {
        return await client.send(request);
      } finally {
        const { state } = changed ?? {};
        changed = undefined;
        if (state) await noteCircuit(cases, fence.processor, state, runtime.now());
      }
    },
  };
}
