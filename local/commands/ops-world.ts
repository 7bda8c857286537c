import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { EnvName, Runtime } from '../../functions/runtime/lambda.ts';
import { createLog } from '../../functions/runtime/log.ts';
import { createMetrics } from '../../functions/runtime/metrics.ts';
import { type StageName, stages } from '../../infra/config.ts';
import { liveAlias, names } from '../../infra/names.ts';
import { machineNames, stateMachineArn } from '../machines.ts';
import { resources, sdkEnvironment } from '../world.ts';

type Variables = Partial<Record<EnvName, string>>;

export class NotReachable extends Error {
  override readonly name = 'NotReachable';
}

/** The installation that a command works on, as a runtime that the product's own adapters understand. */
export function runtimeOf(place: StageName | 'local', dataDir: string): Runtime {
  const { variables, sdk } = place === 'local' ? localVariables(dataDir) : stageVariables(place);
  // The AWS SDK reads the process's own environment.
  Object.assign(process.env, sdk);
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    env: variables,
    now: Date.now,
    wallNow: Date.now,
    randomBytes,
    log: createLog({ function: 'ops', write, now: Date.now }),
    // Commands of a person are not the product's own doing, so nothing is counted.
    metrics: createMetrics({ write: () => {}, now: Date.now }),
  };
}

const running = v.object({
  endpoints: v.object({ aws: v.string(), dynamodb: v.string() }),
  processors: v.unknown(),
});

function localVariables(dataDir: string): { variables: Variables; sdk: Record<string, string> } {
  const file = join(dataDir, 'running.json');
  if (!existsSync(file))
    throw new NotReachable(`nothing runs on ${dataDir}: start it with npm start, or name a --stage`);
  const parsed = v.safeParse(running, JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new NotReachable(`${file} is of another version: start again`);
  return {
    variables: {
      TABLE_NAME: resources.table,
      SECRETS_ID: resources.ownKeys,
      PROCESSOR_SECRETS_ID: resources.processorSecrets,
      PROCESSORS: JSON.stringify(parsed.output.processors),
      RIGHTS_REQUEST_ARN: stateMachineArn(machineNames.rightsRequest),
      SLA_CLOCK_ARN: stateMachineArn(machineNames.slaClock),
    },
    sdk: sdkEnvironment(parsed.output.endpoints),
  };
}

const outputs = v.array(v.object({ OutputKey: v.string(), OutputValue: v.string() }));

function stageVariables(name: StageName): { variables: Variables; sdk: Record<string, string> } {
  const stage = stages[name];
  const known = names(stage);
  const answer = execFileSync(
    'aws',
    [
      ...[
        'cloudformation',
        'describe-stacks',
        '--region',
        stage.region,
        '--stack-name',
        `${known.prefix}-data`,
      ],
      ...['--query', 'Stacks[0].Outputs', '--output', 'json'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const found = new Map(
    v.parse(outputs, JSON.parse(answer)).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const output = (key: string): string => {
    const value = found.get(key);
    if (value === undefined) throw new NotReachable(`the stack ${known.prefix}-data has no output ${key}`);
    return value;
  };
  const account = output('SecretsId').split(':')[4];
  const live = (machine: string) =>
    `arn:aws:states:${stage.region}:${account}:stateMachine:${machine}:${liveAlias}`;
  return {
    variables: {
      TABLE_NAME: output('TableName'),
      SECRETS_ID: output('SecretsId'),
      PROCESSOR_SECRETS_ID: output('ProcessorSecretsId'),
      PROCESSORS: JSON.stringify(stage.processors),
      RIGHTS_REQUEST_ARN: live(known.machine('rights-request')),
      SLA_CLOCK_ARN: live(known.machine('sla-clock')),
    },
    sdk: { AWS_REGION: stage.region },
  };
}
