import type { Engine } from '../../domain/ports.ts';
import type { Adapter, Grant } from '../../runtime/lambda.ts';
import { onFirstCall } from '../on-first-call.ts';

function adapter(grants: readonly Grant[]): Adapter<Engine> {
  return {
    env: ['RIGHTS_REQUEST_ARN', 'SLA_CLOCK_ARN'],
    grants,
    create: (runtime) =>
      onFirstCall<Engine>(
        { startRequest: true, startClock: true, requestState: true, wake: true },
        async () => (await import('./executions.ts')).createEngine(runtime),
      ),
  };
}

const wake: Grant = { resource: 'rights-request', actions: ['states:SendTaskSuccess'] };

/** For steps that tell their own waiting execution to go on. */
export const wakingEngine = adapter([wake]);

/** For intake, staff and the sweep: they start what has no execution, too. */
export const engine = adapter([
  wake,
  { resource: 'rights-request', actions: ['states:StartExecution', 'states:DescribeExecution'] },
  { resource: 'sla-clock', actions: ['states:StartExecution'] },
]);
