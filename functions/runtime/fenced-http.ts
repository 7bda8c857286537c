import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient, ProcessorDefinition } from '../processors/contract.ts';
import { createHttpClient, type HttpClientOptions } from '../processors/http.ts';
import type { Runtime } from './lambda.ts';

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
