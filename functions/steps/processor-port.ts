import type { Processor, ProcessorDefinition } from '../processors/contract.ts';

/** The enabled systems, as steps see them. */
export interface ConnectedProcessors {
  /** Names of all enabled systems, the register's order. */
  readonly names: readonly string[];
  /** Throws `ConfigurationError` for a system that is not enabled. */
  definition(name: string): ProcessorDefinition;
  connect(name: string): Promise<Processor>;
}
