import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Waits until the mailbox is confirmed, the request withdrawn or merged. */
export const createAwaitIdentity = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitIdentity', 'identity', ports, runtime);
