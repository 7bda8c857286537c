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
import { environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';
import { executionArn, executionName } from './execution-names.ts';

const client = perRuntime(() => new SFNClient({}));

export function createEngine(runtime: Runtime): Engine {
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
}
