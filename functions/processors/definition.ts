import type * as v from 'valibot';
import { parseConfig } from './config.ts';
import type { Processor, ProcessorDefinition, ProcessorDependencies } from './contract.ts';

/** What the file of a system says about it: everything that is known without talking to it. */
interface Known<Schema extends v.GenericSchema>
  extends Omit<ProcessorDefinition, 'origins' | 'connect' | 'exampleConfig'> {
  readonly configuration: Schema;
  origins(config: v.InferOutput<Schema>): readonly string[];
  /**
   * Imports the code that talks to the system. It is a bundle's chunk of its own, so that a function which only needs a name or a task's text
   * does not load every vendor's client.
   */
  connection(): Promise<{
    connect(config: v.InferOutput<Schema>, deps: ProcessorDependencies): Processor;
  }>;
  readonly exampleConfig: v.InferInput<Schema>;
}

/** Makes the definition: the configuration is checked before anything of the system's code is loaded. */
export function defineProcessor<const Schema extends v.GenericSchema>({
  configuration,
  origins,
  connection,
  ...known
}: Known<Schema>): ProcessorDefinition {
  const parse = (config: unknown) => parseConfig(known.name, configuration, config);
  return {
    ...known,
    origins: (config) => origins(parse(config)),
    async connect(config, deps) {
      const parsed = parse(config);
      const { connect } = await connection();
      return connect(parsed, deps);
    },
  };
}
