import type { FurtherRecipients } from '../domain/register.ts';
import type { Processor, ProcessorDefinition } from '../processors/contract.ts';

/** The enabled systems by name, without any connection. */
export interface KnownProcessors {
  /** Names of all enabled systems, the register's order. */
  readonly names: readonly string[];
  /** The register's entries of the systems that only the configuration knows. */
  readonly further: FurtherRecipients;
  /** Throws `ConfigurationError` for a system that is not enabled. */
  definition(name: string): ProcessorDefinition;
}

/** The enabled systems, as steps see them. */
export interface ConnectedProcessors extends KnownProcessors {
  connect(name: string): Promise<Processor>;
}
