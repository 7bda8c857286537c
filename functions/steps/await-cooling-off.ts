import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Waits for the end of the time in which the subject can still cancel. */
export const createAwaitCoolingOff = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitCoolingOff', 'cooling-off', ports, runtime);
