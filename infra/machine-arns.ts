import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { liveAlias } from './names.ts';

export interface MachineArns {
  readonly machine: string;
  /** What is started: the alias, so that a deploy moves new requests and leaves open ones on their version. */
  readonly live: string;
  readonly executions: string;
}

export function machineArns(scope: Construct, machineName: string): MachineArns {
  const machine = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machineName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const executions = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return { machine, live: `${machine}:${liveAlias}`, executions };
}
