import { furtherEntries } from '../processors/configured.ts';
import type { CallbackReceiver } from '../processors/opendsr/callback-receiver.ts';
import { expectsCallbacks, openDsr } from '../processors/opendsr.ts';
import type { Runtime } from './lambda.ts';
import { processorsConfig } from './processors-config.ts';

/** The receivers of the processors that report by themselves, by configured name. */
export function configuredReceivers(runtime: Runtime): ReadonlyMap<string, CallbackReceiver> {
  const receivers = new Map<string, CallbackReceiver>();
  for (const { name, isOn, config } of furtherEntries('opendsr', processorsConfig(runtime).opendsr ?? {}))
    if (isOn && expectsCallbacks(name, config)) receivers.set(name, receiverOf(runtime, name, config));
  return receivers;
}

/** Loads what verifies with the first callback that comes: few calls of a public address are one. */
function receiverOf(runtime: Runtime, name: string, config: unknown): CallbackReceiver {
  let receiver: CallbackReceiver | undefined;
  return async (headers, rawBody) => {
    receiver ??= await loadReceiver(runtime, name, config);
    return receiver(headers, rawBody);
  };
}

async function loadReceiver(runtime: Runtime, name: string, config: unknown): Promise<CallbackReceiver> {
  const { callbackReceiver } = await import('../processors/opendsr/callback-receiver.ts');
  const { fencedHttp } = await import('./fenced-http.ts');
  const { origins, limits } = openDsr(name);
  const http = fencedHttp(runtime, { processor: name, origins: origins(config), limits });
  return callbackReceiver(name, config, { http, now: runtime.now });
}
