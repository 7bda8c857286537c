// What the expressions of a state can see: `$states` and the variables of its scopes.
import { type Chain, type Execution, lastOf, type Thread } from './execution.ts';
import type { Scope } from './expressions.ts';
import type { Json, JsonObject } from './json.ts';
import { tokenOf } from './token.ts';

/** The result or error a state hands on, visible as `$states.result` or `$states.errorOutput`. */
export interface Seen {
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** The item that an ItemSelector is evaluated for. */
  readonly item?: Thread['item'];
  /** The token of a task that is just being started. */
  readonly token?: string | undefined;
}

export interface ScopeSource {
  readonly execution: Execution;
  readonly functions: Record<string, unknown>;
  readonly machineArn: string;
  readonly roleArn: string;
}

export function scopeOf(source: ScopeSource, chain: Chain, seen: Seen): Scope {
  const { result, errorOutput } = seen;
  return {
    input: lastOf(chain).input,
    ...(result !== undefined && { result }),
    ...(errorOutput !== undefined && { errorOutput }),
    functions: source.functions,
    // Inner scopes first; names of outer scopes cannot be assigned in inner ones, so none hides another.
    variable: (name) => {
      for (let i = chain.length - 1; i >= 0; i -= 1) {
        const variables = chain[i]?.variables;
        if (variables && Object.hasOwn(variables, name)) return variables[name];
      }
      return undefined;
    },
    variables: () => Object.assign({}, ...chain.map(({ variables }) => variables)),
    context: () => contextOf(source, chain, seen),
  };
}

/** The Context object, as far as it exists for the state. */
function contextOf({ execution, machineArn, roleArn }: ScopeSource, chain: Chain, seen: Seen): JsonObject {
  const thread = lastOf(chain);
  const { phase } = thread;
  const item = seen.item ?? chain.findLast((one) => one.item !== undefined)?.item;
  const running = phase.kind === 'task' && phase.nonce !== undefined ? phase : undefined;
  const token =
    seen.token ?? (running && tokenOf(execution.arn, thread.id, running.attempt, running.nonce ?? ''));
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RoleArn: roleArn,
      StartTime: new Date(execution.startedAt).toISOString(),
      RedriveCount: execution.redriveCount,
      ...(execution.redrivenAt !== undefined && {
        RedriveTime: new Date(execution.redrivenAt).toISOString(),
      }),
    },
    StateMachine: { Id: machineArn, Name: execution.machineName },
    State: {
      Name: thread.state,
      EnteredTime: new Date(thread.enteredAt).toISOString(),
      RetryCount: thread.retryCount,
    },
    ...(token !== undefined && { Task: { Token: token } }),
    ...(item && { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}
