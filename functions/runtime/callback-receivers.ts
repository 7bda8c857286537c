import { furtherEntries } from '../processors/configured.ts';
import { type CallbackReceiver, callbackReceiver, openDsr } from '../processors/opendsr.ts';
import type { Adapter } from './lambda.ts';
import { fencedHttp, processorsConfig } from './processor-world.ts';

/** The receivers of the processors that report by themselves, by configured name. They hold no credential: what is on a public address must not. */
export const callbackReceivers: Adapter<(processor: string) => CallbackReceiver | undefined> = {
  env: ['PROCESSORS'],
  grants: [],
  create(runtime) {
    const receivers = new Map<string, CallbackReceiver>();
    for (const { name, isOn, config } of furtherEntries('opendsr', processorsConfig(runtime).opendsr ?? {})) {
      if (!isOn) continue;
      const { origins, limits } = openDsr(name);
      const http = fencedHttp(runtime, { processor: name, origins: origins(config), limits });
      const receiver = callbackReceiver(name, config, { http, now: runtime.now });
      if (receiver) receivers.set(name, receiver);
    }
    return (processor) => receivers.get(processor);
  },
};
