import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../domain/errors.ts';
import type { ProcessorsConfig } from '../processors/configured.ts';
import type { HttpClient, ProcessorDefinition } from '../processors/contract.ts';
import { createHttpClient, type HttpClientOptions } from '../processors/http.ts';
import { environment, type Runtime } from './lambda.ts';

/** What a function needs to reach a processor, without pulling all of them into its bundle. */

/** @throws ConfigurationError `processors-not-readable` */
export function processorsConfig(runtime: Runtime): ProcessorsConfig {
  try {
    const config: unknown = JSON.parse(environment(runtime, 'PROCESSORS'));
    if (config && typeof config === 'object') return { ...config };
  } catch {
    // Falls through: text that is no JSON is as wrong as JSON that is no object.
  }
  throw new ConfigurationError('processors-not-readable');
}

export interface Fence {
  readonly processor: string;
  readonly origins: readonly string[];
  readonly limits: ProcessorDefinition['limits'];
}

/** The HTTP client of one processor, fenced to its origins and limits. */
export function fencedHttp(
  runtime: Runtime,
  { processor, origins, limits }: Fence,
  onCircuitChange?: HttpClientOptions['onCircuitChange'],
): HttpClient {
  return createHttpClient({
    processor,
    origins,
    limits,
    now: runtime.now,
    sleep: runtime.sleep ?? ((ms) => sleep(ms)),
    random: () => (runtime.randomBytes(1)[0] ?? 0) / 256,
    onCircuitChange: (which, view) => {
      runtime.log.warn('circuit changed', { processor: which, state: view.state });
      onCircuitChange?.(which, view);
    },
  });
}
