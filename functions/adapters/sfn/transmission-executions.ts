import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TransientError } from '../../domain/errors.ts';
import type { Transmissions } from '../../domain/ports.ts';
import { environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';

const client = perRuntime(() => new SFNClient({}));

export function createTransmissions(runtime: Runtime): Transmissions {
  const stateMachineArn = environment(runtime, 'PACKAGE_TRANSMISSION_ARN');
  return {
    async start(id, number) {
      const input = JSON.stringify({ requestId: id, number });
      try {
        await client(runtime).send(
          new StartExecutionCommand({ stateMachineArn, name: `${id}.${number}`, input }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'already';
        throw new TransientError('engine-did-not-start');
      }
    },
  };
}
