import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type Code,
  Function as LambdaResource,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { type Environment, environmentOf } from '../environment.ts';
import type { FunctionDeclaration, FunctionName } from '../functions.ts';
import { type GrantTargets, statementsFor } from '../grants.ts';
import { names } from '../names.ts';
import { explainWildcards } from './wildcards.ts';

export interface FunctionSettings {
  readonly stage: StageConfig;
  readonly declarations: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly code: (name: FunctionName) => Code;
  readonly environment: Environment;
  readonly targets: GrantTargets;
}

/** A Lambda function as its own declaration asks for it: its variables, its grants, its time and memory, and nothing else. */
export class DeclaredFunction extends Construct {
  readonly lambda: LambdaResource;

  constructor(
    scope: Construct,
    name: FunctionName,
    settings: FunctionSettings,
    extra: { readonly statements?: readonly PolicyStatement[] } = {},
  ) {
    super(scope, name);
    const { stage, environment, targets } = settings;
    const declaration = settings.declarations[name];
    const known = names(stage);

    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: known.logGroup(name),
      retention: stage.logDays,
      encryptionKey: Key.fromKeyArn(this, 'LogKey', targets.storageKey.arn),
      // Logs are for operating, the audit trail is in the table: nothing is lost with them, and a kept group would block a new start.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const declared = statementsFor(declaration.grants, targets);
    const platform = [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      new PolicyStatement({
        actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
      }),
      ...(extra.statements ?? []),
    ];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} declares that it needs`,
      inlinePolicies: {
        // A function without any grant has no such policy: an empty one is refused.
        ...(declared.length > 0 ? { declared: new PolicyDocument({ statements: declared }) } : {}),
        platform: new PolicyDocument({ statements: platform }),
      },
    });
    explainWildcards(role, [...declared, ...platform], (pattern) => {
      if (pattern === '*') return 'X-Ray has no resources to name.';
      if (pattern.includes(':execution:')) return 'Executions are named when they start.';
      if (pattern.startsWith('arn:aws:s3:::')) return 'Packages are named when they are written.';
      return undefined;
    });

    const concurrency = stage.reservedConcurrency[name];
    this.lambda = new LambdaResource(this, 'Function', {
      functionName: known.lambda(name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: settings.code(name),
      handler: 'index.handler',
      // CDK would add its own statements; the role says everything already.
      role: role.withoutPolicyUpdates(),
      timeout: Duration.seconds(declaration.timeoutSeconds),
      memorySize: declaration.memoryMb,
      environment: environmentOf(declaration, environment),
      // Follows the trace of the machine that calls; a call of a site begins none, since its one segment would tell nothing.
      tracing: Tracing.PASS_THROUGH,
      logGroup,
      ...(concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency }),
    });
  }
}
