// The AWS JSON 1.0 front, so that @aws-sdk/client-sfn talks to the engine with nothing changed but its endpoint.
import { createServer, type Server } from 'node:http';
import { machineArn, parseMachineArn } from './arn.ts';
import { type Engine, notRedrivable, type ServedMachine } from './engine.ts';
import type { Failure } from './errors.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { isObject } from './json.ts';
import { ServiceError } from './service-error.ts';
import type { ExecutionSummary } from './store.ts';

export interface ProtocolRequest {
  /** The X-Amz-Target header: `AWSStepFunctions.<operation>`. */
  readonly target: string | undefined;
  /** JSON text. */
  readonly body: string;
}

export interface ProtocolResponse {
  readonly status: number;
  /** With `x-amzn-errortype` where it is an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Protocol {
  handleRequest(request: ProtocolRequest): Promise<ProtocolResponse>;
  /** An HTTP server (not yet listening) that answers with `handleRequest`. */
  createServer(): Server;
}

const TARGET = 'AWSStepFunctions.';
const BODY_LIMIT_BYTES = 1_048_576;
const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

type Body = Record<string, unknown>;
type Operation = (input: Body) => Promise<Body>;

export function createProtocol(engine: Engine, { clock }: { clock: { now: () => number } }): Protocol {
  const operations = operationsOf(engine, clock);

  const handleRequest = async ({ target, body }: ProtocolRequest): Promise<ProtocolResponse> => {
    try {
      const name = target?.startsWith(TARGET) ? target.slice(TARGET.length) : '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new ServiceError('UnknownOperationException', `no operation "${target ?? ''}"`);
      return { status: 200, headers: {}, body: JSON.stringify(await operation(parseBody(body))) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return failed(400, error.code, error.message);
    }
  };

  return {
    handleRequest,
    createServer: () =>
      createServer(async (request, response) => {
        let answer: ProtocolResponse;
        try {
          const chunks: Buffer[] = [];
          let bytes = 0;
          for await (const chunk of request) {
            bytes += chunk.length;
            if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
          }
          const target = request.headers['x-amz-target'];
          answer =
            bytes > BODY_LIMIT_BYTES
              ? failed(413, 'RequestEntityTooLargeException', 'the request is too large')
              : await handleRequest({
                  target: Array.isArray(target) ? target[0] : target,
                  body: Buffer.concat(chunks).toString('utf8'),
                });
        } catch {
          // The cause went to the engine's onFault where it is one of the store; its text may hold data.
          answer = failed(500, 'InternalFailure', 'the engine could not carry this out');
        }
        response.writeHead(answer.status, {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(answer.body),
          ...answer.headers,
        });
        response.end(answer.body);
      }),
  };
}

function failed(status: number, code: string, message: string): ProtocolResponse {
  return { status, headers: { 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message }) };
}

function parseBody(body: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'the body is not JSON');
  }
  if (!isObject(value)) throw new ServiceError('SerializationException', 'the body is not a JSON object');
  return value;
}

function operationsOf(engine: Engine, clock: { now: () => number }): Record<string, Operation> {
  return {
    StartExecution: async (input) => {
      const { executionArn, startedAt } = await engine.startExecution({
        machine: required(input, 'stateMachineArn'),
        name: text(input, 'name'),
        input: text(input, 'input'),
      });
      return { executionArn, startDate: seconds(startedAt) };
    },
    StopExecution: async (input) => {
      const { stoppedAt } = await engine.stopExecution(required(input, 'executionArn'), failureIn(input));
      return { stopDate: seconds(stoppedAt) };
    },
    DescribeExecution: async (input) => {
      const execution = await engine.describeExecution(required(input, 'executionArn'));
      return described(execution, clock.now());
    },
    ListExecutions: async (input) => {
      const status = text(input, 'statusFilter');
      if (status !== undefined && !STATUSES.some((one) => one === status)) {
        throw invalid('statusFilter', `Member must satisfy enum value set: [${STATUSES.join(', ')}]`);
      }
      const arn = required(input, 'stateMachineArn');
      const page = await engine.listExecutions(
        arn,
        STATUSES.find((one) => one === status),
        limitOf(input),
        cursorOf(input),
      );
      return {
        executions: page.items.map((one) => listed(one)),
        ...(page.cursor !== undefined && { nextToken: tokenFor(page.cursor) }),
      };
    },
    GetExecutionHistory: async (input) => {
      const page = await engine.history(
        required(input, 'executionArn'),
        limitOf(input),
        flag(input, 'reverseOrder') ?? false,
        cursorOf(input),
      );
      const withData = flag(input, 'includeExecutionData') ?? true;
      return {
        events: page.items.map((event) => eventOnWire(event, withData)),
        ...(page.cursor !== undefined && { nextToken: tokenFor(page.cursor) }),
      };
    },
    SendTaskSuccess: async (input) => {
      await engine.sendTaskSuccess(required(input, 'taskToken'), required(input, 'output'));
      return {};
    },
    SendTaskFailure: async (input) => {
      await engine.sendTaskFailure(required(input, 'taskToken'), failureIn(input));
      return {};
    },
    SendTaskHeartbeat: async (input) => {
      await engine.sendTaskHeartbeat(required(input, 'taskToken'));
      return {};
    },
    RedriveExecution: async (input) => {
      const { redrivenAt } = await engine.redriveExecution(
        required(input, 'executionArn'),
        text(input, 'clientToken'),
      );
      return { redriveDate: seconds(redrivenAt) };
    },
    DescribeStateMachine: async (input) => {
      const arn = required(input, 'stateMachineArn');
      if (!arn.startsWith('arn:')) throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
      return machineDescribed(engine.machine(arn), arn);
    },
    ListStateMachines: async () => ({
      stateMachines: engine.machines().map(({ name, arn, createdAt }) => ({
        name,
        stateMachineArn: arn,
        type: 'STANDARD',
        creationDate: seconds(createdAt),
      })),
    }),
  };
}

// ---- Reading ----

function invalid(field: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}

function text(input: Body, field: string): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ServiceError('SerializationException', `${field} is not a string`);
  return value;
}

function required(input: Body, field: string): string {
  const value = text(input, field);
  if (value === undefined || value === '') throw invalid(field, 'Member must not be null');
  return value;
}

function flag(input: Body, field: string): boolean | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean')
    throw new ServiceError('SerializationException', `${field} is not a boolean`);
  return value;
}

/** `maxResults`: 1 to 1,000; 0 and absent are the default of 100. */
function limitOf(input: Body): number {
  const value = input.maxResults ?? 0;
  if (!Number.isInteger(value))
    throw new ServiceError('SerializationException', 'maxResults is not an integer');
  const limit = Number(value);
  if (limit < 0 || limit > 1000) throw invalid('maxResults', 'Member must have value between 0 and 1000');
  return limit === 0 ? 100 : limit;
}

function tokenFor(cursor: string): string {
  return Buffer.from(`next:${cursor}`).toString('base64url');
}

function cursorOf(input: Body): string | undefined {
  const token = text(input, 'nextToken');
  if (token === undefined) return undefined;
  const plain = Buffer.from(token, 'base64url').toString('utf8');
  if (!plain.startsWith('next:')) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return plain.slice('next:'.length);
}

function failureIn(input: Body): Failure {
  const error = text(input, 'error');
  const cause = text(input, 'cause');
  if (error !== undefined && error.length > 256)
    throw invalid('error', 'Member must have length less than or equal to 256');
  if (cause !== undefined && cause.length > 32_768) {
    throw invalid('cause', 'Member must have length less than or equal to 32768');
  }
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

// ---- Writing ----

/** Timestamps are epoch seconds in AWS JSON. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

function machineOf({ arn, machineName, requestedArn }: Execution): Body {
  const { region = '', accountId = '' } =
    /^arn:[^:]+:states:(?<region>[^:]+):(?<accountId>[^:]+):/.exec(arn)?.groups ?? {};
  const stateMachineArn = machineArn({ region, accountId }, machineName);
  const qualifier = parseMachineArn(requestedArn)?.qualifier;
  return { stateMachineArn, ...qualified(`${stateMachineArn}:${qualifier}`, qualifier) };
}

function qualified(arn: string, qualifier: string | undefined): Body {
  if (qualifier === undefined) return {};
  return /^\d+$/.test(qualifier) ? { stateMachineVersionArn: arn } : { stateMachineAliasArn: arn };
}

function described(execution: Execution, now: number): Body {
  const { arn, name, status, startedAt, stoppedAt, input, output, failure, redriveCount, redrivenAt } =
    execution;
  const reason = notRedrivable(execution, now);
  return {
    executionArn: arn,
    ...machineOf(execution),
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
    input: JSON.stringify(input),
    inputDetails: { included: true },
    ...(output !== undefined && { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(failure?.error !== undefined && { error: failure.error.slice(0, 256) }),
    ...(failure?.cause !== undefined && { cause: failure.cause.slice(0, 32_768) }),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason !== undefined && { redriveStatusReason: reason }),
  };
}

function listed({
  arn,
  name,
  requestedArn,
  status,
  startedAt,
  stoppedAt,
  redriveCount,
  redrivenAt,
}: ExecutionSummary): Body {
  const qualifier = parseMachineArn(requestedArn)?.qualifier;
  const plain = qualifier === undefined ? requestedArn : requestedArn.slice(0, -(qualifier.length + 1));
  return {
    executionArn: arn,
    stateMachineArn: plain,
    ...qualified(requestedArn, qualifier),
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
  };
}

function machineDescribed({ name, machine, createdAt }: ServedMachine, arn: string): Body {
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition: JSON.stringify(machine.definition),
    roleArn: 'arn:aws:iam::000000000000:role/local',
    type: 'STANDARD',
    creationDate: seconds(createdAt),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    ...(machine.comment !== undefined && { description: machine.comment }),
  };
}

const DATA_FIELDS = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

function eventOnWire(event: HistoryEvent, withData: boolean): Body {
  const wire: Body = { ...event, timestamp: seconds(event.timestamp) };
  if (withData) return wire;
  for (const [key, details] of Object.entries(wire)) {
    if (!isObject(details)) continue;
    wire[key] = Object.fromEntries(Object.entries(details).filter(([field]) => !DATA_FIELDS.has(field)));
  }
  return wire;
}
