import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Waits, after the answer, for what processors only accepted and for work still open. */
export const createAwaitPurges = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitPurges', 'purges', ports, runtime);
