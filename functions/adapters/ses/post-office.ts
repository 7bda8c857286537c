import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { PermanentError, TransientError } from '../../domain/errors.ts';
import type { Mail } from '../../domain/ports.ts';
import { environment, type Runtime } from '../../runtime/lambda.ts';
import { perRuntime } from '../per-runtime.ts';

/** SES's answers that a later try may mend; every other refusal needs a person. */
const transient: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'ServiceUnavailable',
  'InternalFailure',
  'TimeoutError',
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
]);

const client = perRuntime(() => new SESClient({}));

export function createMail(runtime: Runtime): Mail {
  const ses = client(runtime);
  const from = environment(runtime, 'MAIL_FROM');
  const configurationSet = environment(runtime, 'MAIL_CONFIGURATION_SET');
  return {
    async send(letter) {
      try {
        const answer = await ses.send(
          new SendEmailCommand({
            Source: from,
            Destination: { ToAddresses: [letter.to] },
            Message: {
              Subject: { Data: letter.subject, Charset: 'UTF-8' },
              Body: {
                Text: { Data: letter.text, Charset: 'UTF-8' },
                Html: { Data: letter.html, Charset: 'UTF-8' },
              },
            },
            ConfigurationSetName: configurationSet,
            // Events about this mail come back with these: ids and codes only.
            Tags: [
              { Name: 'reference', Value: letter.reference },
              { Name: 'letter', Value: letter.kind },
              { Name: 'letter-id', Value: letter.letterId },
            ],
          }),
        );
        return answer.MessageId ?? 'unknown';
      } catch (error) {
        const name = error instanceof Error ? error.name : 'unknown';
        const fault = error instanceof Error && '$fault' in error ? error.$fault : undefined;
        // No answer at all (no fault from SES) may have sent the mail or not: trying again costs at most one duplicate.
        if (transient.has(name) || fault !== 'client') throw new TransientError('mail-not-taken');
        runtime.metrics.emit('LetterFailed', 1);
        throw new PermanentError('mail-refused');
      }
    },
  };
}
