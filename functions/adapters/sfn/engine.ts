import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { TransientError } from '../../domain/errors.ts';
import type { Engine } from '../../domain/ports.ts';
import { type Adapter, environment, type Grant } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';

const client = perRuntime(() => new SFNClient({}));

/** Names of executions: the request's id, and from the second execution on its number after it. Names stay taken after the end. */
export const executionName = (id: string, executions: number): string =>
  executions <= 1 ? id : `${id}.${executions}`;

/** An execution's ARN from its machine's, which may carry a version or alias that executions do not. */
export function executionArn(machineArn: string, name: string): string {
  const parts = machineArn.split(':');
  return [...parts.slice(0, 5), 'execution', parts[6], name].join(':');
}

function adapter(grants: readonly Grant[]): Adapter<Engine> {
  return {
    env: ['RIGHTS_REQUEST_ARN', 'SLA_CLOCK_ARN'],
    grants,
    create(runtime) {
      const sfn = client(runtime);
      const requestArn = environment(runtime, 'RIGHTS_REQUEST_ARN');
      const clockArn = environment(runtime, 'SLA_CLOCK_ARN');

      async function start(stateMachineArn: string, name: string, id: string) {
        try {
          await sfn.send(
            new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ requestId: id }) }),
          );
          return 'started' as const;
        } catch (error) {
          if (error instanceof ExecutionAlreadyExists) return 'already' as const;
          throw new TransientError('engine-did-not-start');
        }
      }

      return {
        startRequest: (id, executions) => start(requestArn, executionName(id, executions), id),
        startClock: (id) => start(clockArn, id, id),
        async requestState(id, executions) {
          try {
            const answer = await sfn.send(
              new DescribeExecutionCommand({
                executionArn: executionArn(requestArn, executionName(id, executions)),
              }),
            );
            return answer.status === 'RUNNING' || answer.status === 'PENDING_REDRIVE' ? 'running' : 'ended';
          } catch (error) {
            if (error instanceof ExecutionDoesNotExist) return 'absent';
            throw new TransientError('engine-did-not-answer');
          }
        },
        async wake(token, output) {
          try {
            await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }));
            return 'woken';
          } catch (error) {
            if (
              error instanceof TaskTimedOut ||
              error instanceof TaskDoesNotExist ||
              error instanceof InvalidToken
            )
              return 'stale';
            throw new TransientError('engine-did-not-wake');
          }
        },
      };
    },
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
