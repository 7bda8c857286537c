import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';

const configuration = v.strictObject({
  /** By region of the workspace: api.eu, api (US) or api.au. */
  baseUrl: baseUrl('https://api.eu.intercom.io'),
  tokenSecret: secretName('intercom/token'),
  /** True when Intercom's `external_id` is our account id. */
  externalIdIsAccountId: v.optional(v.boolean(), true),
  /** Keeping reporting figures of deleted conversations; not keeping them needs a scope of its own. */
  retainMetrics: v.optional(v.boolean(), true),
});
export type IntercomConfig = v.InferOutput<typeof configuration>;

/** What staff do at Intercom where its interface cannot. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  find: {
    instructions: [
      'A contact carries the subject’s account id but another e-mail address. Open it in Intercom and compare it with the account.',
      'Merge or correct the contact if it is the subject’s; remove the account id from it if it is not. Then retry.',
    ],
    evidence: 'Whose contact it is, and what was changed. Write no values.',
  },
  rectify: {
    instructions: [
      'The correction is of the e-mail address. Have the subject confirm the new mailbox first.',
      'Then change the address on every contact of the subject in Intercom (there may be a user and several leads).',
    ],
    evidence: 'How many contacts were corrected.',
  },
  erase: {
    instructions: [
      'Read the code of the failure. "only-archived": open the contact and choose "Delete", not "Archive".',
      'If a conversation or ticket remains, open it and delete it. If our plan does not offer that, ask Intercom support.',
      'Then retry, so that the system looks again.',
    ],
    evidence: 'What remained, what was done, and the support ticket if there was one.',
  },
  restrict: {
    instructions: [
      'Archiving alone is no restriction: it undoes itself when the person comes back.',
      'Open every contact of the subject, archive it and block it. Ask the product team to switch the Messenger off for this account.',
      'Close open conversations without answering and add the tag "restricted".',
    ],
    evidence: 'How many contacts were blocked, and when the Messenger was switched off for the account.',
  },
  lift: {
    instructions: [
      'Unblock and unarchive every contact with the tag "restricted", and remove the tag.',
      'Ask the product team to switch the Messenger on for this account again.',
    ],
    evidence: 'How many contacts were released, and when the Messenger was switched on again.',
  },
};

export const intercom: ProcessorDefinition = defineProcessor({
  name: 'intercom',
  title: 'Intercom (Intercom R&D Unlimited Company)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'automated',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'automated',
  },
  ownController: false,
  limits: { concurrency: 4, perSecond: 40 },
  manualTasks,
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./intercom/connection.ts'),
  exampleConfig: { baseUrl: 'https://api.eu.intercom.io' },
});
