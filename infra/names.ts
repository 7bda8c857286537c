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
    bucket: (account: string) => `${prefix}-packages-${account}`,
    topic: (route: 'page' | 'notice') => `${prefix}-${route}`,
    mailRepair: `${prefix}-mail-repair`,
    queue: (name: string) => `${prefix}-${name}`,
  };
}
export type Names = ReturnType<typeof names>;
