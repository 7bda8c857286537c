/** Names of executions: the request's id, and from the second execution on its number after it. Names stay taken after the end. */
export const executionName = (id: string, executions: number): string =>
  executions <= 1 ? id : `${id}.${executions}`;

/** An execution's ARN from its machine's, which may carry a version or alias that executions do not. */
export function executionArn(machineArn: string, name: string): string {
  const parts = machineArn.split(':');
  return [...parts.slice(0, 5), 'execution', parts[6], name].join(':');
}
