import { ConfigurationError } from '../domain/errors.ts';
import type { ProcessorsConfig } from '../processors/configured.ts';
import { environment, type Runtime } from './lambda.ts';

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
