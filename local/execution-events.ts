import { randomUUID } from 'node:crypto';
import { accountId, region } from './machines.ts';
import { machineArn } from './stepfunctions/arn.ts';
import type { Execution } from './stepfunctions/execution.ts';

/** Ends that no execution should come to: the ones that the product's rule on the event bus lets through. */
const unmeant = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

/** What EventBridge tells of an execution of this machine that came to an unmeant end. */
export function unmeantEnd(execution: Execution, machine: string) {
  const { arn, name, machineName, status, startedAt, stoppedAt = startedAt, input, failure } = execution;
  if (machineName !== machine || !unmeant.has(status)) return undefined;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: new Date(stoppedAt).toISOString(),
    region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machineArn({ region, accountId }, machineName),
      name,
      status,
      startDate: startedAt,
      stopDate: stoppedAt,
      input: JSON.stringify(input),
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: failure?.error ?? null,
      cause: failure?.cause ?? null,
    },
  };
}
