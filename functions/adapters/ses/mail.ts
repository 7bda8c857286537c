import type { Mail } from '../../domain/ports.ts';
import type { Adapter } from '../../runtime/lambda.ts';
import { onFirstCall } from '../on-first-call.ts';

export const mail: Adapter<Mail> = {
  env: ['MAIL_FROM', 'MAIL_CONFIGURATION_SET'],
  grants: [{ resource: 'mail', actions: ['ses:SendEmail'] }],
  create: (runtime) =>
    onFirstCall<Mail>({ send: true }, async () => (await import('./post-office.ts')).createMail(runtime)),
};
