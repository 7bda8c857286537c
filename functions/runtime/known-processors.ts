import { ConfigurationError } from '../domain/errors.ts';
import type { ManualTask } from '../processors/contract.ts';
import { type EnabledProcessor, enabledProcessors, furtherRecipientsOf } from '../processors/registry.ts';
import type { KnownProcessors } from '../steps/processor-port.ts';
import type { Adapter } from './lambda.ts';
import { processorsConfig } from './processors-config.ts';

/** The enabled systems without any connection: for functions that only need their names and texts, and so load no vendor's client. */
export const processorNames: Adapter<KnownProcessors> = {
  env: ['PROCESSORS'],
  grants: [],
  create: (runtime) => knownAmong(enabledProcessors(processorsConfig(runtime))),
};

export function knownAmong(enabled: ReadonlyMap<string, EnabledProcessor>): KnownProcessors {
  return {
    names: [...enabled.keys()],
    further: furtherRecipientsOf(enabled),
    definition: (name) => enabledNamed(enabled, name).definition,
  };
}

/** @throws ConfigurationError `processor-not-enabled` */
export function enabledNamed(enabled: ReadonlyMap<string, EnabledProcessor>, name: string): EnabledProcessor {
  const found = enabled.get(name);
  if (!found) throw new ConfigurationError('processor-not-enabled');
  return found;
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
