import { setTimeout as sleep } from 'node:timers/promises';
import { processorSecrets } from '../adapters/secrets/secrets.ts';
import { ConfigurationError } from '../domain/errors.ts';
import type { ManualTask, Processor, ProcessorDefinition } from '../processors/contract.ts';
import { createHttpClient } from '../processors/http.ts';
import { connectProcessors, enabledProcessors, furtherRecipientsOf } from '../processors/registry.ts';
import type { ConnectedProcessors, KnownProcessors } from '../steps/processor-port.ts';
import { type Adapter, environment, type Runtime } from './lambda.ts';

function configuration(runtime: Runtime): Readonly<Record<string, unknown>> {
  try {
    const config: unknown = JSON.parse(environment(runtime, 'PROCESSORS'));
    if (config && typeof config === 'object') return { ...config };
  } catch {
    // Falls through: text that is no JSON is as wrong as JSON that is no object.
  }
  throw new ConfigurationError('processors-not-readable');
}

/** The enabled systems without any connection: for functions that only need their names and texts. */
export const processorNames: Adapter<KnownProcessors> = {
  env: ['PROCESSORS'],
  grants: [],
  create(runtime) {
    const enabled = enabledProcessors(configuration(runtime));
    return {
      names: [...enabled.keys()],
      further: furtherRecipientsOf(enabled),
      definition: (name) => definitionOf(enabled, name),
    };
  },
};

/** The enabled systems, connected on first use with one fenced HTTP client each. */
export const connectedProcessors: Adapter<ConnectedProcessors> = {
  env: ['PROCESSORS', ...processorSecrets.env],
  grants: processorSecrets.grants,
  create(runtime) {
    const config = configuration(runtime);
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
          httpFor: ({ processor, origins, limits }) =>
            createHttpClient({
              processor,
              origins,
              limits,
              now: runtime.now,
              sleep: runtime.sleep ?? ((ms) => sleep(ms)),
              random: () => (runtime.randomBytes(1)[0] ?? 0) / 256,
              onCircuitChange: (which, view) =>
                runtime.log.warn('circuit changed', { processor: which, state: view.state }),
            }),
        });
        const processor = connected.get(name);
        if (!processor) throw new ConfigurationError('processor-not-enabled');
        return processor;
      },
    };
  },
};

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
