// ARNs of state machines and executions.

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

const MACHINE = /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:([^:]+)(?::([^:]+))?$/;
const EXECUTION = /^arn:[^:]+:states:[^:]+:[^:]+:execution:([^:]+):([^:]+)$/;

export function machineArn({ region, accountId }: Place, name: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
}

export function executionArn({ region, accountId }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

/** `qualifier` is a version number or the name of an alias. */
export function parseMachineArn(arn: string): { name: string; qualifier: string | undefined } | undefined {
  const [, name, qualifier] = MACHINE.exec(arn) ?? [];
  return name === undefined ? undefined : { name, qualifier };
}

export function isExecutionArn(arn: string): boolean {
  return EXECUTION.test(arn);
}
