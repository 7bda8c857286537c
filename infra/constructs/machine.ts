import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { startLive } from '../grants.ts';
import { machineArns } from '../machine-arns.ts';
import { definitionOf, type MachineName, machines, ownSubstitutions, placeholderOf } from '../machines.ts';
import { liveAlias, names } from '../names.ts';
import type { DeclaredFunction } from './declared-function.ts';

export interface MachineProps {
  readonly stage: StageConfig;
  readonly functions: ReadonlyMap<string, DeclaredFunction>;
  readonly logKey: Key;
}

/** A state machine from its file, with the grants that its own calls need, a version for every change and the alias that new requests start on. */
export class Machine extends Construct {
  constructor(scope: Construct, name: MachineName, props: MachineProps) {
    super(scope, name);
    const { stage, functions, logKey } = props;
    const known = names(stage);
    const calls = machines[name];

    const functionArns = calls.functions.map((functionName) => {
      const called = functions.get(functionName);
      if (!called) throw new Error(`${name} calls ${functionName}, which this stack does not have`);
      return [placeholderOf(functionName), called.lambda.functionArn] as const;
    });
    const startedArns = calls.starts.map((started) => {
      const arns = machineArns(this, known.machine(started));
      return [placeholderOf(started), arns] as const;
    });

    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `What the states of ${name} call`,
      inlinePolicies: {
        calls: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: functionArns.map(([, arn]) => arn),
            }),
            ...startedArns.map(([, arns]) => startLive(arns)),
          ],
        }),
      },
    });

    const definition = definitionOf(name);
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: known.machine(name),
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: {
        ...Object.fromEntries(functionArns),
        ...Object.fromEntries(startedArns.map(([placeholder, arns]) => [placeholder, arns.live])),
        ...ownSubstitutions(definition),
      },
      role,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: known.vendedLogGroup(name),
          retention: stage.logDays,
          encryptionKey: logKey,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray, which CDK adds, have no resources to name.',
    });

    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      // Every change of the definition replaces this resource by a new version.
      stateMachineRevisionId: machine.stateMachineRevisionId,
    });
    // Open requests finish on the version they began with, so no deploy takes one away.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnStateMachineAlias(this, 'Live', {
      name: liveAlias,
      routingConfiguration: [{ stateMachineVersionArn: version.ref, weight: 100 }],
    });
  }
}
