import { type Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface DeadLettersOptions {
  readonly queueName: string;
  readonly keptFor: Duration;
  /** A customer key, where messages may hold more than ids and codes. */
  readonly key?: Key;
}

/** A queue for what could not be delivered or handled: encrypted, TLS only, and forgotten after a while. */
export function deadLetters(scope: Construct, id: string, options: DeadLettersOptions): Queue {
  const queue = new Queue(scope, id, {
    queueName: options.queueName,
    retentionPeriod: options.keptFor,
    enforceSSL: true,
    ...(options.key
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: options.key }
      : { encryption: QueueEncryption.SQS_MANAGED }),
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue; the rule does not see queues that Lambda, SNS or Scheduler fill.',
  });
  return queue;
}

/** Lets one service, acting for one resource of ours, put messages. */
export function acceptFrom(queue: Queue, service: string, sourceArn: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': sourceArn } },
    }),
  );
}

/** What a function's role needs so that Lambda can put its failed events there. */
export function putStatements(queue: Queue, region: string, key?: Key): PolicyStatement[] {
  const put = new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
  if (!key) return [put];
  const encrypt = new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } },
  });
  return [put, encrypt];
}
