import * as v from 'valibot';
import type { Action } from '../domain/words.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  ManualTask,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import { dayAfter, noEvidence, vendorAcknowledged } from './evidence.ts';
import { refusalOf } from './refusal.ts';
import { mailboxesOf, readJson } from './response.ts';
import { handlesBefore, standingOf } from './standing.ts';
import { failureTasks } from './tasks.ts';

const name = 'hotjar';

const siteId = v.pipe(v.string(), v.regex(/^\d+$/));
const shared = {
  /** Our sites in Hotjar; a user id that our pages gave to the Identify API is looked up at each of them. */
  sites: v.pipe(v.array(siteId), v.minLength(1)),
  /** True where surveys ask for the mailbox: then everybody with an account may have left it there. */
  surveys: v.optional(v.boolean(), false),
};
const configuration = v.variant('plan', [
  v.strictObject({
    ...shared,
    plan: v.literal('scale'),
    baseUrl: baseUrl('https://api.hotjar.io'),
    organizationId: v.pipe(v.string(), v.regex(/^\d+$/)),
    /** Keys of Hotjar end after one year. */
    clientIdSecret: secretName('hotjar/client-id'),
    clientSecretSecret: secretName('hotjar/client-secret'),
  }),
  // Below the Scale plan there is no interface: every operation is a person's work in Hotjar's settings.
  v.strictObject({ ...shared, plan: v.literal('other') }),
]);
type Config = v.InferOutput<typeof configuration>;
type ScaleConfig = Extract<Config, { plan: 'scale' }>;

const capabilities = {
  find: 'automated',
  export: 'manual',
  rectify: 'none',
  erase: 'automated',
  restrict: 'manual',
  lift: 'manual',
  'opt-out': 'manual',
} as const;

/** Hotjar gives itself up to thirty days. */
const deletionDays = 30;
const marginMs = 60_000;

const access = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.pipe(v.number(), v.minValue(1)),
});
/** What a look-up answers is not documented beyond being JSON; an error in it is at least told apart. */
const lookupAnswer = v.object({
  error: v.optional(v.undefined()),
  errors: v.optional(v.undefined()),
  status: v.optional(v.string()),
});

const consentOff =
  'Set analytics consent of the account to refused, so that the Hotjar script stops for this person at the next page.';
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks('User Lookup in Hotjar', ['find']),
  export: {
    instructions: [
      'In Hotjar open Settings, User Lookup, choose our organisation, and enter the mailbox and the user ids of the account.',
      'Download the report, take out what is not about the subject, and add it to the package.',
      'Text inside recordings and heatmaps is not searched by Hotjar; recordings end by themselves after 365 days. Write that into the answer.',
    ],
    evidence: 'What was looked up, how many results the report had, and the name of the file added.',
  },
  erase: {
    instructions: [
      'In Hotjar open Settings, User Lookup, choose our organisation, and enter the mailbox and the user ids of the account.',
      'Choose delete all. Hotjar takes up to thirty days; recordings without an id end after 365 days by themselves.',
      'Look again after thirty days: the report must be empty.',
    ],
    evidence: 'Date of the deletion, number of results deleted, date and result of the second look.',
  },
  restrict: { instructions: [consentOff], evidence: 'When the consent flag was set and by whom.' },
  lift: {
    instructions: ['Let the account choose analytics consent again; never switch it on for the person.'],
    evidence: 'When the block was taken off and by whom.',
  },
  'opt-out': {
    instructions: [
      consentOff,
      'If consent was withdrawn, start an erasure of this processor from the case as well: what was recorded rested on that consent.',
    ],
    evidence: 'When the consent flag was set; the reference of the erasure, if one was started.',
  },
};

export const hotjar: ProcessorDefinition<unknown> = {
  name,
  title: 'Hotjar (Hotjar Limited)',
  capabilities,
  ownController: false,
  // 3,000 requests a minute are allowed; nobody needs a tenth of that here.
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks,
  origins: (config) => {
    const parsed = parseConfig(name, configuration, config);
    return parsed.plan === 'scale' ? [originOf(parsed.baseUrl)] : [];
  },
  connect: (config, deps) => connect(parseConfig(name, configuration, config), deps),
  exampleConfig: { plan: 'scale', organizationId: '123456', sites: ['654321'] },
};

const userPrefix = 'user/';
const mailboxHandle = 'mailbox';

function connect(config: Config, deps: ProcessorDependencies): Processor {
  const lookup = config.plan === 'scale' ? createLookup(config, deps) : undefined;

  async function erase(input: ActInput): Promise<ActResult> {
    if (lookup === undefined) return { result: 'manual', instructions: 'erase' };
    const handles = handlesBefore(input);
    for (const subject of subjectsOf(handles, input.keys, config.sites)) await lookup.deleteAll(subject);
    return {
      result: 'accepted',
      evidence: vendorAcknowledged({ observation: 'deletion-submitted', handles }),
      expectedBy: dayAfter(deps.now(), deletionDays),
      job: new Date(deps.now()).toISOString(),
    };
  }

  return {
    name,
    async find(keys): Promise<Finding> {
      const users = [...new Set(keys.hotjarUserIds ?? [])].map((id) => userPrefix + id);
      const mailbox = config.surveys && keys.accountId !== undefined ? [mailboxHandle] : [];
      const holdings = [...users, ...mailbox].map(
        (handle) => ({ handle, category: 'usage', count: 1 }) as const,
      );
      return { holdings, complete: true };
    },
    // The look-up gives a report for reading in Hotjar, not data for a program.
    async *export() {},
    async act(action: Action, input: ActInput): Promise<ActResult> {
      const standing = standingOf(capabilities, action, input, noEvidence('no-linked-id'));
      return standing ?? (await erase(input));
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const evidence = vendorAcknowledged({
        observation: 'deletion-submitted',
        handles: handlesBefore(input),
      });
      const expectedBy = dayAfter(Date.parse(input.job ?? input.cutoff), deletionDays);
      if (dayAfter(deps.now(), 0) < expectedBy) return { seen: 'pending', evidence, expectedBy };
      // The answer of a look-up does not say what is held, so it cannot show that nothing is.
      return { seen: 'cannot-look', evidence };
    },
    async check() {
      await lookup?.signIn();
    },
  };
}

type LookupSubject =
  | { readonly data_subject_email: string }
  | { readonly data_subject_site_id_to_user_id_map: Readonly<Record<string, string>> };

/** One look-up takes one mailbox or one user id per site. */
function subjectsOf(
  handles: readonly string[],
  keys: SubjectKeys,
  sites: readonly string[],
): readonly LookupSubject[] {
  const users = handles
    .filter((handle) => handle.startsWith(userPrefix))
    .map((handle) => handle.slice(userPrefix.length))
    .map((id) => ({
      data_subject_site_id_to_user_id_map: Object.fromEntries(sites.map((site) => [site, id])),
    }));
  const mailboxes = handles.includes(mailboxHandle)
    ? mailboxesOf(keys).map((mailbox) => ({ data_subject_email: mailbox }))
    : [];
  return [...users, ...mailboxes];
}

function createLookup(config: ScaleConfig, deps: ProcessorDependencies) {
  let current: { readonly value: string; readonly endsAt: number } | undefined;

  async function signIn(): Promise<string> {
    if (current !== undefined && deps.now() < current.endsAt - marginMs) return current.value;
    const response = await deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/v1/oauth/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: await deps.secret(config.clientIdSecret),
        client_secret: await deps.secret(config.clientSecretSecret),
      }).toString(),
      repeatable: true,
    });
    if (response.status !== 200) throw refusalOf(response);
    const token = readJson(response, access);
    current = { value: `Bearer ${token.access_token}`, endsAt: deps.now() + token.expires_in * 1000 };
    return current.value;
  }

  return {
    signIn,
    async deleteAll(subject: LookupSubject): Promise<void> {
      const response = await deps.http.send({
        method: 'POST',
        url: `${config.baseUrl}/v1/organizations/${config.organizationId}/user-lookup`,
        headers: {
          authorization: await signIn(),
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify({ ...subject, delete_all_hits: true }),
        // Deleting all hits twice deletes no more than once.
        repeatable: true,
      });
      // 404 speaks of the organisation and never of the person: it is no proof that nothing is held.
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, lookupAnswer);
    },
  };
}
