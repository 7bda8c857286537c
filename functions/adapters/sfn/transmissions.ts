import type { Transmissions } from '../../domain/ports.ts';
import type { Adapter } from '../../runtime/lambda.ts';
import { onFirstCall } from '../on-first-call.ts';

/** Apart from the engine of the requests: only the subject's side and the sweep start these. */
export const transmissions: Adapter<Transmissions> = {
  env: ['PACKAGE_TRANSMISSION_ARN'],
  grants: [{ resource: 'package-transmission', actions: ['states:StartExecution'] }],
  create: (runtime) =>
    onFirstCall<Transmissions>({ start: true }, async () =>
      (await import('./transmission-executions.ts')).createTransmissions(runtime),
    ),
};
