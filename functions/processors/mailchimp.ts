import * as v from 'valibot';
import { PermanentError } from '../domain/errors.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Correction,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import { lookedAgain, vendorAcknowledged } from './evidence.ts';
import { createMailchimpApi, hashOf, type Member } from './mailchimp/api.ts';
import { mailboxesOf } from './response.ts';
import { handlesBefore, isOlderThan, standingOf } from './standing.ts';

const name = 'mailchimp';

const fieldTag = v.pipe(v.string(), v.regex(/^[A-Z0-9_]{1,10}$/));
const configuration = v.strictObject({
  /** With the data centre of the account in it: the part of the API key after its last hyphen. */
  baseUrl: v.unwrap(baseUrl('https://us1.api.mailchimp.com/3.0')),
  apiKeySecret: secretName('mailchimp/api-key'),
  /** Which merge field of our audiences holds which field of a correction. */
  mergeFields: v.optional(v.record(v.string(), fieldTag), {
    'first name': 'FNAME',
    'last name': 'LNAME',
    phone: 'PHONE',
    company: 'COMPANY',
  }),
});
type Config = v.InferOutput<typeof configuration>;

const capabilities = {
  find: 'automated',
  export: 'automated',
  rectify: 'automated',
  erase: 'automated',
  restrict: 'automated',
  lift: 'manual',
  'opt-out': 'automated',
} as const;

export const mailchimp: ProcessorDefinition<unknown> = {
  name,
  title: 'Mailchimp (Intuit Inc.)',
  capabilities,
  ownController: false,
  // Ten connections at once is the vendor's limit for all of a user's programs together.
  limits: { concurrency: 4, perSecond: 10 },
  manualTasks: {
    rectify: {
      instructions: [
        'The correction is of the e-mail address or of a name of more than two words, which our audiences keep in parts.',
        'Open the contact in every audience and correct it. For another address: have the subject confirm the new mailbox first.',
      ],
      evidence: 'In which audiences it was corrected. Write no values.',
    },
    erase: {
      instructions: [
        'Mailchimp refused to remove a contact, or the contact is still there. Open every audience and search for the address, archived contacts included.',
        'Choose "Delete permanently", not "Archive". If the choice is missing, ask Mailchimp support to remove the contact.',
        'Then retry, so that the system looks again.',
      ],
      evidence: 'Audience, what stood in the way, and the support ticket if there was one.',
    },
    lift: {
      instructions: [
        'The restriction stopped all campaigns. It may only be undone for someone who had consented: look in the audit trail of the contact.',
        'If the consent still stands, ask the subject whether they want the newsletter again; on a yes, set the contact to subscribed.',
      ],
      evidence: 'The answer of the subject, and what was set in which audience.',
    },
  },
  origins: (config) => [originOf(parseConfig(name, configuration, config).baseUrl)],
  connect: (config, deps) => connect(parseConfig(name, configuration, config), deps),
  exampleConfig: { baseUrl: 'https://us19.api.mailchimp.com/3.0' },
};

/** Audience, hash of the address, and the contact's own id, by which a later contact under the same address is told apart. */
interface Handle {
  readonly list: string;
  readonly hash: string;
  readonly contact: string;
}

function handleText(member: Member): string {
  return `${member.list_id}/${member.id}/${member.contact_id}`;
}

function handleOf(text: string): Handle {
  const [list, hash, contact] = text.split('/');
  if (list === undefined || hash === undefined || contact === undefined)
    throw new PermanentError('handle-unreadable');
  return { list, hash, contact };
}

function connect(config: Config, deps: ProcessorDependencies): Processor {
  const api = createMailchimpApi(config, deps);

  /** The member that was found, or undefined when it is gone or another contact stands under its address now. */
  async function readFound(input: Pick<ActInput, 'keys'>, handle: Handle): Promise<Member | undefined> {
    const member = await api.readMember(input.keys, handle.list, handle.hash);
    return member?.contact_id === handle.contact ? member : undefined;
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    for (const handle of handles.map(handleOf)) {
      const member = await readFound(input, handle);
      if (member === undefined) continue;
      const answer = await api.deletePermanently(handle.list, handle.hash);
      if (answer === 'refused' && (await readFound(input, handle)) !== undefined)
        return {
          result: 'failed',
          code: 'cannot-be-removed',
          evidence: lookedAgain({ observation: 'member-still-there', handles }),
        };
    }
    return { result: 'done', evidence: vendorAcknowledged({ observation: 'delete-permanent-204', handles }) };
  }

  async function change(
    input: ActInput,
    observation: string,
    patchFor: (member: Member) => object | undefined,
  ): Promise<ActResult> {
    const handles = handlesBefore(input);
    for (const handle of handles.map(handleOf)) {
      const member = await readFound(input, handle);
      const patch = member === undefined ? undefined : patchFor(member);
      if (patch !== undefined) await api.changeMember(handle.list, handle.hash, patch);
    }
    return { result: 'done', evidence: vendorAcknowledged({ observation, handles }) };
  }

  /** Everyone in any audience under a mailbox of the subject, and whether both ways of looking agree. */
  async function findMembers(keys: SubjectKeys): Promise<{ members: readonly Member[]; complete: boolean }> {
    const members: Member[] = [];
    const lists = await api.listIds();
    for (const mailbox of mailboxesOf(keys))
      for (const list of lists) {
        const member = await api.readMember(keys, list, hashOf(mailbox));
        if (member !== undefined) members.push(member);
      }
    const known = new Set(members.map((member) => `${member.list_id}/${member.contact_id}`));
    let complete = true;
    for (const mailbox of mailboxesOf(keys))
      for (const found of await api.search(mailbox))
        complete &&= known.has(`${found.list_id}/${found.contact_id}`);
    return { members, complete };
  }

  /** Looks in every audience again, not only where something was found: who is left from before the cut-off was missed or kept. */
  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    const handles = handlesBefore(input);
    const { members, complete } = await findMembers(input.keys);
    const left = members.filter(
      (member) => handles.includes(handleText(member)) || isOlderThan(input.cutoff, createdAtOf(member)),
    );
    if (left.length === 0 && complete)
      return { seen: 'confirmed', evidence: lookedAgain({ observation: 'member-404', handles }) };
    const code =
      left.length === 0
        ? 'member-still-found'
        : left.every(({ status }) => status === 'archived')
          ? 'only-archived'
          : 'member-still-there';
    return { seen: 'still-there', code, evidence: lookedAgain({ observation: code, handles }) };
  }

  async function confirmState(
    input: ConfirmInput,
    isAsWanted: (member: Member) => boolean,
  ): Promise<Confirmation> {
    const handles = handlesBefore(input);
    for (const handle of handles.map(handleOf)) {
      const member = await readFound(input, handle);
      if (member !== undefined && !isAsWanted(member))
        return {
          seen: 'still-there',
          code: 'unchanged',
          evidence: lookedAgain({ observation: 'unchanged', handles }),
        };
    }
    return { seen: 'confirmed', evidence: lookedAgain({ observation: `${input.action}-seen`, handles }) };
  }

  return {
    name,

    async find(keys): Promise<Finding> {
      const { members, complete } = await findMembers(keys);
      return { holdings: members.map(holdingOf), complete };
    },

    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const { handle } of finding.holdings) {
        const { list, hash, contact } = handleOf(handle);
        const member = await api.readMember(keys, list, hash);
        if (member?.contact_id !== contact) continue;
        yield { category: 'marketing', type: 'member', handle, data: member.raw, providedBySubject: true };
        yield* api.memberRecords(list, hash, handle);
      }
    },

    async act(action, input): Promise<ActResult> {
      const standing = standingOf(capabilities, action, input, lookedAgain({ observation: 'no-member' }));
      if (standing !== undefined) return standing;
      switch (action) {
        case 'erase':
          return erase(input);
        case 'rectify': {
          const patch = patchOf(config, input.corrections ?? []);
          if (patch === 'by-hand') return { result: 'manual', instructions: 'rectify' };
          if (patch === undefined) return { result: 'not-applicable', why: 'field-not-held' };
          return change(input, 'member-changed', () => patch);
        }
        case 'restrict':
          return change(input, 'unsubscribed', (member) =>
            isMailed(member) ? { status: 'unsubscribed' } : undefined,
          );
        case 'opt-out':
          return change(input, 'unsubscribed', optOutPatch);
        case 'lift':
          return { result: 'manual', instructions: 'lift' };
      }
    },

    async confirm(input): Promise<Confirmation> {
      switch (input.action) {
        case 'erase':
          return confirmErased(input);
        case 'rectify': {
          const patch = patchOf(config, input.corrections ?? []);
          if (patch === 'by-hand' || patch === undefined) return confirmState(input, () => true);
          return confirmState(input, (member) => hasValues(member, patch));
        }
        case 'restrict':
          return confirmState(input, (member) => !isMailed(member));
        case 'opt-out':
          return confirmState(input, (member) => optOutPatch(member) === undefined);
        case 'lift':
          return {
            seen: 'cannot-look',
            evidence: lookedAgain({ observation: 'consent-is-the-subjects', looked: 0 }),
          };
      }
    },

    async check() {
      await api.listIds();
    },
  };
}

function createdAtOf(member: Member): string | undefined {
  return [member.timestamp_signup, member.timestamp_opt].find((one) => one !== undefined && one !== '');
}

function holdingOf(member: Member): Holding {
  const createdAt = createdAtOf(member);
  return {
    handle: handleText(member),
    category: 'marketing',
    count: 1,
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

/** Campaigns go to these only. */
function isMailed(member: Member): boolean {
  return member.status === 'subscribed' || member.status === 'pending';
}

/** What still has to be switched off, or undefined when nothing is on any more. */
function optOutPatch(member: Member): object | undefined {
  const interests = Object.entries(member.interests ?? {}).filter(([, isOn]) => isOn);
  const permissions = (member.marketing_permissions ?? []).filter(({ enabled }) => enabled);
  const patch = {
    ...(isMailed(member) ? { status: 'unsubscribed' } : {}),
    ...(interests.length > 0 ? { interests: Object.fromEntries(interests.map(([id]) => [id, false])) } : {}),
    ...(permissions.length > 0
      ? {
          marketing_permissions: permissions.map(({ marketing_permission_id }) => ({
            marketing_permission_id,
            enabled: false,
          })),
        }
      : {}),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

interface MemberPatch {
  readonly merge_fields?: Readonly<Record<string, string>>;
  readonly language?: string;
}

/** Undefined where no correction names anything that is held here. */
function patchOf(config: Config, corrections: readonly Correction[]): MemberPatch | 'by-hand' | undefined {
  const merged: Record<string, string> = {};
  let language: string | undefined;
  for (const { field, value } of corrections) {
    const named = field.trim().toLowerCase();
    const tag = tagOf(config, named);
    const parts = value.trim().split(/\s+/);
    const [first, last] = [tagOf(config, 'first name'), tagOf(config, 'last name')];
    if (tag !== undefined) merged[tag] = value;
    else if (named === 'language') language = value;
    else if (named === 'name' && parts.length === 2 && first && last)
      Object.assign(merged, { [first]: parts[0], [last]: parts[1] });
    // A longer name cannot be split without guessing, and another address is another key.
    else if (named === 'name' || named === 'email') return 'by-hand';
  }
  const patch = {
    ...(Object.keys(merged).length > 0 ? { merge_fields: merged } : {}),
    ...(language === undefined ? {} : { language }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function tagOf(config: Config, named: string): string | undefined {
  return Object.hasOwn(config.mergeFields, named) ? config.mergeFields[named] : undefined;
}

function hasValues(member: Member, patch: MemberPatch): boolean {
  const merged = Object.entries(patch.merge_fields ?? {});
  return (
    merged.every(([tag, value]) => member.merge_fields?.[tag] === value) &&
    (patch.language === undefined || member.language === patch.language)
  );
}
