import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from './config.ts';
import type { MachineName } from './machines.ts';

export const liveAlias = 'live';

/**
 * Physical names that must be known before their resource exists: functions name the state machines that call them, so a reference
 * would be a circle. Everything else gets a generated name.
 */
export function names(stage: Pick<StageConfig, 'name'>) {
  const prefix = `rights-desk-${stage.name}`;
  return {
    prefix,
    lambda: (name: string) => `${prefix}-${name}`,
    machine: (name: MachineName) => `${prefix}-${name}`,
    logGroup: (name: string) => `/rights-desk/${stage.name}/${name}`,
    /** Step Functions and API Gateway want their log groups here, where no growing resource policy is needed. */
    vendedLogGroup: (name: string) => `/aws/vendedlogs/${prefix}/${name}`,
    alarm: (name: string) => `${prefix}-${name}`,
    configurationSet: prefix,
    /** Bucket names are global, so the account is part of it; known beforehand, it can stand in the roles of other stacks. */
    bucket: `${prefix}-packages-${Aws.ACCOUNT_ID}`,
    topic: (route: 'page' | 'notice') => `${prefix}-${route}`,
    queue: (name: string) => `${prefix}-${name}`,
  };
}
export type Names = ReturnType<typeof names>;

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
