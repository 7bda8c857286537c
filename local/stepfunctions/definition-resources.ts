// Which resources a Task may name, and what their Arguments may hold.
import type { Fields } from './definition-fields.ts';
import { sourcesOf, type Template } from './expressions.ts';
import type { Resource } from './machine.ts';

const FUNCTION_ARN = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(?::[A-Za-z0-9$_-]+)?$/;
const FUNCTION_NAME = /^[A-Za-z0-9_-]+$/;

interface Integration {
  readonly resource: Resource;
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

const INTEGRATIONS: Record<string, Integration> = {
  'arn:aws:states:::lambda:invoke': {
    resource: { kind: 'lambda', resourceType: 'lambda', resource: 'invoke' },
    required: ['FunctionName'],
    allowed: ['Payload'],
  },
  'arn:aws:states:::lambda:invoke.waitForTaskToken': {
    resource: { kind: 'lambda-token', resourceType: 'lambda', resource: 'invoke.waitForTaskToken' },
    required: ['FunctionName'],
    allowed: ['Payload'],
  },
  'arn:aws:states:::states:startExecution': {
    resource: { kind: 'start', resourceType: 'states', resource: 'startExecution' },
    required: ['StateMachineArn'],
    allowed: ['Name', 'Input'],
  },
  'arn:aws:states:::aws-sdk:sfn:startExecution': {
    resource: { kind: 'sdk-start', resourceType: 'aws-sdk:sfn', resource: 'startExecution' },
    required: ['StateMachineArn'],
    allowed: ['Name', 'Input'],
  },
};

/** Undefined where the resource is not supported; the problem is reported then. */
export function compileResource(
  text: string,
  fields: Fields,
  args: Template | undefined,
): Resource | undefined {
  const arn = FUNCTION_ARN.exec(text);
  if (arn?.[1]) return { kind: 'function', arn: text, functionName: arn[1] };
  // Other partitions (aws-cn, aws-us-gov) name the same integrations.
  const integration = INTEGRATIONS[text.replace(/^arn:[^:]+:/, 'arn:aws:')];
  if (!integration) {
    const known = Object.keys(INTEGRATIONS).join(', ');
    fields.problem('Resource', `"${text}" is not supported: a Lambda function ARN or one of ${known}`);
    return undefined;
  }
  checkArguments(integration, fields, args);
  return integration.resource;
}

function checkArguments(integration: Integration, fields: Fields, args: Template | undefined): void {
  const { required, allowed, resource } = integration;
  const keys = keysOf(args);
  if (!args) fields.problem('Arguments', `is missing: ${required.join(', ')} must be given`);
  if (args && keys === undefined && args.kind !== 'expression') fields.problem('Arguments', 'is an object');
  for (const name of keys ? required : []) {
    if (!keys?.includes(name)) fields.problem(`Arguments/${name}`, 'is missing');
  }
  for (const name of keys ?? []) {
    if (!required.includes(name) && !allowed.includes(name)) {
      fields.problem(`Arguments/${name}`, `is not supported: only ${[...required, ...allowed].join(', ')}`);
    }
  }
  if (resource.kind === 'lambda-token' && args && !passesToken(args)) {
    fields.problem('Arguments', 'passes on $states.context.Task.Token, without which nobody can ever answer');
  }
}

function keysOf(args: Template | undefined): string[] | undefined {
  if (args?.kind === 'object') return args.entries.map(([key]) => key);
  if (args?.kind !== 'constant') return undefined;
  const { value } = args;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : undefined;
}

function passesToken(args: Template): boolean {
  for (const source of sourcesOf(args)) {
    if (/\bTask\s*\.\s*Token\b|\$states\s*\.\s*context(?!\s*\.)|\$states(?!\s*\.)/.test(source)) return true;
  }
  return false;
}

/** The plain name of a function given as name, ARN or partial ARN, with or without version or alias. */
export function functionNameOf(text: string): string | undefined {
  const arn = FUNCTION_ARN.exec(text);
  if (arn) return arn[1];
  const partial = /^(?:\d{12}:function:)?([A-Za-z0-9_-]+)(?::[A-Za-z0-9$_-]+)?$/.exec(text);
  return partial?.[1] !== undefined && FUNCTION_NAME.test(partial[1]) ? partial[1] : undefined;
}
