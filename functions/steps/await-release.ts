import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

/** Waits until staff have read, redacted and released the package. */
export const createAwaitRelease = (ports: AwaitPorts, runtime: Runtime): Handler =>
  awaiting('AwaitRelease', 'release', ports, runtime);
