import { ConfigurationError } from '../../domain/errors.ts';
import { type Reach, reaches } from '../../domain/transmission-target.ts';
import { type Adapter, environment } from '../../runtime/lambda.ts';

/** How far a transmission may reach, as the stage says it. Throws `ConfigurationError` for any other word. */
function reachOf(word: string): Reach {
  const known = reaches.find((one) => one === word);
  if (known === undefined) throw new ConfigurationError('unknown-reach');
  return known;
}

export const transmissionReach: Adapter<Reach> = {
  env: ['TRANSMISSION_REACH'],
  grants: [],
  create: (runtime) => reachOf(environment(runtime, 'TRANSMISSION_REACH')),
};
