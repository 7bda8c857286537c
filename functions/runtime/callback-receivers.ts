import type { CallbackReceiver } from '../processors/opendsr/callback-receiver.ts';
import type { Adapter } from './lambda.ts';

/**
 * The receiver of a processor that reports by itself; they hold no credential: what is on a public address must not. Read from the configuration by
 * the first callback, because few calls of a public address are one.
 */
export const callbackReceivers: Adapter<(processor: string) => Promise<CallbackReceiver | undefined>> = {
  env: ['PROCESSORS'],
  grants: [],
  create(runtime) {
    let receivers: Promise<ReadonlyMap<string, CallbackReceiver>> | undefined;
    return async (processor) => {
      receivers ??= import('./configured-receivers.ts').then((loaded) => loaded.configuredReceivers(runtime));
      return (await receivers).get(processor);
    };
  },
};
