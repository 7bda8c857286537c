import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { AlarmRoute, StageConfig } from '../config.ts';
import { names } from '../names.ts';
import type { Severity } from '../watch/alarm.ts';
import { alarmCatalogue, type Watched } from '../watch/alarm-catalogue.ts';
import { officerDashboard, operatorDashboard } from '../watch/dashboards.ts';
import { addAlarm } from '../watch/watched-alarm.ts';

export interface WatchStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly topicKey: Key;
  /** Takes the stack, because names of other services' metrics hold its account and region. */
  readonly watched: (stack: Stack) => Omit<Watched, 'topics'>;
}

/** Alarms that the officer can act on; every other one is the operator's. */
const officerAlarms = new Set([
  'legal-breach',
  'planned-breach',
  'overdue-requests',
  'two-days-left',
  'seven-days-left',
  'forecast-late',
  'old-task',
  'letter-bounced',
  'letter-complained',
  'letter-failed',
]);

/** Alarms, the two routes they take, and a dashboard for each kind of reader. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const known = names(stage);
    const topics = {
      page: this.route('page', stage.alarmRoutes.page, props),
      notice: this.route('notice', stage.alarmRoutes.notice, props),
    };
    const watched: Watched = {
      ...props.watched(this),
      topics: { page: known.topic('page'), notice: known.topic('notice') },
    };

    const alarms = new Map<string, Alarm>();
    for (const definition of alarmCatalogue(watched)) {
      alarms.set(
        definition.name,
        addAlarm(this, definition, { alarmName: known.alarm, runbookUrl: stage.runbookUrl, topics }),
      );
    }
    officerDashboard(
      this,
      `${known.prefix}-officer`,
      [...alarms].flatMap(([name, alarm]) => (officerAlarms.has(name) ? [alarm] : [])),
    );
    operatorDashboard(this, `${known.prefix}-operator`, watched, [...alarms.values()]);
  }

  private route(severity: Severity, route: AlarmRoute, props: WatchStackProps): Topic {
    const topicName = names(props.stage).topic(severity);
    const topic = new Topic(this, `Route-${severity}`, {
      topicName,
      masterKey: props.topicKey,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyOurAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    for (const email of route.emails) topic.addSubscription(new EmailSubscription(email));
    for (const webhook of route.webhooks) topic.addSubscription(new UrlSubscription(webhook));
    return topic;
  }
}
