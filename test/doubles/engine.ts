import { executionName } from '../../functions/adapters/sfn/execution-names.ts';
import { TransientError } from '../../functions/domain/errors.ts';
import type { Engine, Transmissions } from '../../functions/domain/ports.ts';
import { accountId, machineNames, region } from '../../local/machines.ts';
import { executionArn } from '../../local/stepfunctions/arn.ts';
import type { Engine as StepFunctions } from '../../local/stepfunctions/engine.ts';
import { ServiceError } from '../../local/stepfunctions/service-error.ts';

const place = { region, accountId };

export const requestArn = (id: string, executions: number): string =>
  executionArn(place, machineNames.rightsRequest, executionName(id, executions));

export const clockArn = (id: string): string => executionArn(place, machineNames.slaClock, id);

/** The real engine of this machine behind the domain's port, without a network between them. */
export function createEnginePort(engine: StepFunctions): Engine {
  async function start(machine: string, name: string, id: string): Promise<'started' | 'already'> {
    try {
      await engine.startExecution({ machine, name, input: JSON.stringify({ requestId: id }) });
      return 'started';
    } catch (error) {
      if (codeOf(error) === 'ExecutionAlreadyExists') return 'already';
      throw new TransientError('engine-did-not-start');
    }
  }
  return {
    startRequest: (id, executions) => start(machineNames.rightsRequest, executionName(id, executions), id),
    startClock: (id) => start(machineNames.slaClock, id, id),
    async requestState(id, executions) {
      try {
        const { status } = await engine.describeExecution(requestArn(id, executions));
        return status === 'RUNNING' ? 'running' : 'ended';
      } catch (error) {
        if (codeOf(error) === 'ExecutionDoesNotExist') return 'absent';
        throw new TransientError('engine-did-not-answer');
      }
    },
    async wake(token, output) {
      try {
        await engine.sendTaskSuccess(token, JSON.stringify(output));
        return 'woken';
      } catch (error) {
        const code = codeOf(error);
        if (code === 'TaskTimedOut' || code === 'TaskDoesNotExist' || code === 'InvalidToken') return 'stale';
        throw new TransientError('engine-did-not-wake');
      }
    },
  };
}

const codeOf = (error: unknown) => (error instanceof ServiceError ? error.code : undefined);

export function createTransmissionsPort(engine: StepFunctions): Transmissions {
  return {
    async start(id, number) {
      const execution = { machine: machineNames.packageTransmission, name: `${id}.${number}` };
      try {
        await engine.startExecution({ ...execution, input: JSON.stringify({ requestId: id, number }) });
        return 'started';
      } catch (error) {
        if (codeOf(error) === 'ExecutionAlreadyExists') return 'already';
        throw new TransientError('engine-did-not-start');
      }
    },
  };
}
