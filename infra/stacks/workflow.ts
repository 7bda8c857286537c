import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import {
  AccountPrincipal,
  AnyPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type Code, EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { ConfigurationSetEventDestination, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { acceptFrom, deadLetters, putStatements } from '../constructs/dead-letters.ts';
import { DeclaredFunction, type FunctionSettings } from '../constructs/declared-function.ts';
import { Machine } from '../constructs/machine.ts';
import type { FunctionDeclaration, FunctionName } from '../functions.ts';
import { machineArns } from '../machine-arns.ts';
import { machineNames, machines } from '../machines.ts';
import { names } from '../names.ts';
import type { DataStack } from './data.ts';
import { type Addresses, settingsOf } from './settings.ts';

export interface WorkflowStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly data: DataStack;
  readonly addresses: Addresses;
  readonly declarations: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly code: (name: FunctionName) => Code;
}

/** What moves requests: the steps, the two state machines, the sweep, and the ear for what became of a mail. */
export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    const { stage, data } = props;
    const settings = settingsOf(this, props);

    const functions = new Map<string, DeclaredFunction>();
    for (const name of new Set(machineNames.flatMap((machine) => machines[machine].functions))) {
      functions.set(name, new DeclaredFunction(this, name, settings));
    }
    for (const machine of machineNames) {
      new Machine(this, machine, { stage, functions, logKey: data.storageKey });
    }
    this.addSweep(stage, settings);
    this.addExecutionEvents(stage, settings);
    this.addMailEvents(stage, data, settings);
  }

  private addSweep(stage: StageConfig, settings: FunctionSettings): void {
    const queue = deadLetters(this, 'SweepDead', {
      queueName: names(stage).queue('sweep-dead'),
      keptFor: Duration.days(14),
    });
    const sweep = new DeclaredFunction(this, 'sweep', settings, {
      statements: putStatements(queue, stage.region),
    });
    new EventInvokeConfig(this, 'SweepFailures', {
      function: sweep.lambda,
      // The next run comes in five minutes and reads everything again, so an old one is not worth repeating.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
      onFailure: new SqsDestination(queue),
    });

    const role = new Role(this, 'SweepScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      description: 'Lets the schedule start the sweep',
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sweep.lambda.functionArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
    const schedule = new CfnSchedule(this, 'SweepSchedule', {
      name: `${names(stage).prefix}-sweep`,
      description: 'Reads every open request: rings, restarts and looks again where something was lost',
      scheduleExpression: 'rate(5 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: sweep.lambda.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        deadLetterConfig: { arn: queue.queueArn },
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 300 },
      },
    });
    schedule.node.addDependency(role);
  }

  /** The engine tells the bus of every end; those that nobody meant reach the function, which has the sweep look at once. */
  private addExecutionEvents(stage: StageConfig, settings: FunctionSettings): void {
    const queue = deadLetters(this, 'ExecutionEndedDead', {
      queueName: names(stage).queue('execution-ended-dead'),
      keptFor: Duration.days(14),
    });
    const listener = new DeclaredFunction(this, 'execution-ended', settings, {
      statements: putStatements(queue, stage.region),
    });
    new EventInvokeConfig(this, 'ExecutionEndedFailures', {
      function: listener.lambda,
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(queue),
    });
    new Rule(this, 'ExecutionEndedRule', {
      description: 'Executions of requests that failed, ran out of time or were stopped',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [machineArns(this, names(stage).machine('rights-request')).machine],
        },
      },
      targets: [new LambdaFunction(listener.lambda, { deadLetterQueue: queue, retryAttempts: 8 })],
    });
  }

  /** The one role that may take undelivered mail events out of their queue, since they hold an address; whoever assumes it is in CloudTrail. */
  private addMailRepair(stage: StageConfig, queue: Queue, listener: DeclaredFunction, data: DataStack): void {
    const repair = new Role(this, 'MailRepair', {
      roleName: names(stage).mailRepair,
      description: 'Hands undelivered mail events to their function again (docs/runbook.md#dead-letters)',
      maxSessionDuration: Duration.hours(1),
      assumedBy: new AccountPrincipal(this.account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
      inlinePolicies: {
        repair: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueUrl'],
              resources: [queue.queueArn],
            }),
            new PolicyStatement({
              actions: ['kms:Decrypt'],
              resources: [data.storageKey.keyArn],
              conditions: { StringEquals: { 'kms:ViaService': `sqs.${stage.region}.amazonaws.com` } },
            }),
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [listener.lambda.functionArn],
            }),
          ],
        }),
      },
    });
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyRepairReads',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:ReceiveMessage', 'sqs:StartMessageMoveTask'],
        resources: [queue.queueArn],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': repair.roleArn } },
      }),
    );
  }

  /** SES tells a topic, the topic tells the function; only SES may speak on the topic (TRUST A58). */
  private addMailEvents(stage: StageConfig, data: DataStack, settings: FunctionSettings): void {
    const key = data.storageKey;
    // SES puts the recipient's address into its events and cannot leave it out: hence the customer key and the short time here.
    const queue = deadLetters(this, 'MailEventsDead', {
      queueName: names(stage).queue('mail-events-dead'),
      keptFor: Duration.days(4),
      key,
    });
    const topic = new Topic(this, 'MailEvents', { masterKey: key, enforceSSL: true });
    // CDK lets exactly our configuration set publish here and nobody else.
    new ConfigurationSetEventDestination(this, 'MailEventDestination', {
      configurationSet: data.mail.configurationSet,
      destination: EventDestination.snsTopic(topic),
      events: [
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.REJECT,
      ],
    });

    const listener = new DeclaredFunction(this, 'mail-events', settings, {
      statements: putStatements(queue, stage.region, key),
    });
    new EventInvokeConfig(this, 'MailEventsFailures', {
      function: listener.lambda,
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(queue),
    });
    new CfnPermission(this, 'MailEventsMayCall', {
      action: 'lambda:InvokeFunction',
      functionName: listener.lambda.functionArn,
      principal: 'sns.amazonaws.com',
      sourceArn: topic.topicArn,
    });
    new CfnSubscription(this, 'MailEventsSubscription', {
      topicArn: topic.topicArn,
      protocol: 'lambda',
      endpoint: listener.lambda.functionArn,
      redrivePolicy: { deadLetterTargetArn: queue.queueArn },
    });
    acceptFrom(queue, 'sns.amazonaws.com', topic.topicArn);
    this.addMailRepair(stage, queue, listener, data);
  }
}
