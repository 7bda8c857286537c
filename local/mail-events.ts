import { randomUUID } from 'node:crypto';
import type { SesEvent } from './aws/ses.ts';

/** What a function gets that is subscribed to the topic of SES's events: the event as JSON text inside an SNS notification. */
export function snsNotification(event: SesEvent, now: number) {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: 'arn:aws:sns:eu-central-1:000000000000:mail-events:local',
        Sns: {
          Type: 'Notification',
          MessageId: randomUUID(),
          TopicArn: 'arn:aws:sns:eu-central-1:000000000000:mail-events',
          Subject: 'Amazon SES Email Event Notification',
          Message: JSON.stringify(event),
          Timestamp: new Date(now).toISOString(),
          MessageAttributes: {},
        },
      },
    ],
  };
}
