import { store } from '../adapters/dynamodb/store.ts';
import { processorSecrets } from '../adapters/secrets/secrets.ts';
import { ConfigurationError } from '../domain/errors.ts';
import { noteCircuit } from '../domain/processor-health.ts';
import type { CircuitView } from '../processors/circuit.ts';
import type { HttpClient, ManualTask, Processor, ProcessorDefinition } from '../processors/contract.ts';
import { connectProcessors, enabledProcessors, furtherRecipientsOf } from '../processors/registry.ts';
import type { ConnectedProcessors, KnownProcessors } from '../steps/processor-port.ts';
import type { Adapter, Runtime } from './lambda.ts';
import { type Fence, fencedHttp, processorsConfig } from './processor-world.ts';

/** The enabled systems without any connection: for functions that only need their names and texts. */
export const processorNames: Adapter<KnownProcessors> = {
  env: ['PROCESSORS'],
  grants: [],
  create(runtime) {
    const enabled = enabledProcessors(processorsConfig(runtime));
    return {
      names: [...enabled.keys()],
      further: furtherRecipientsOf(enabled),
      definition: (name) => definitionOf(enabled, name),
    };
  },
};

/** The enabled systems, connected on first use with one fenced HTTP client each. */
export const connectedProcessors: Adapter<ConnectedProcessors> = {
  env: ['PROCESSORS', 'TABLE_NAME', ...processorSecrets.env],
  grants: [...processorSecrets.grants, { resource: 'table', actions: ['dynamodb:PutItem'] }],
  create(runtime) {
    const config = processorsConfig(runtime);
    const enabled = enabledProcessors(config);
    const secret = processorSecrets.create(runtime);
    let connected: ReadonlyMap<string, Processor> | undefined;
    return {
      names: [...enabled.keys()],
      further: furtherRecipientsOf(enabled),
      definition: (name) => definitionOf(enabled, name),
      async connect(name) {
        connected ??= connectProcessors(config, {
          now: runtime.now,
          secret,
          httpFor: (fence) => watchedHttp(runtime, fence),
        });
        const processor = connected.get(name);
        if (!processor) throw new ConfigurationError('processor-not-enabled');
        return processor;
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

function definitionOf(enabled: ReturnType<typeof enabledProcessors>, name: string): ProcessorDefinition {
  const definition = enabled.get(name)?.definition;
  if (!definition) throw new ConfigurationError('processor-not-enabled');
  return definition;
}

/** The task texts of every enabled system; none for names that are not a system (tasks on the request itself). */
export const manualTaskTexts: Adapter<(name: string) => Readonly<Record<string, ManualTask>>> = {
  env: processorNames.env,
  grants: [],
  create(runtime) {
    const { names, definition } = processorNames.create(runtime);
    return (name) => (names.includes(name) ? definition(name).manualTasks : {});
  },
};
