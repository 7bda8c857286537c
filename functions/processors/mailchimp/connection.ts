import { PermanentError } from '../../domain/errors.ts';
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
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { changeEach, confirmEach } from '../each-found.ts';
import { lookedAgain, vendorAcknowledged } from '../evidence.ts';
import { type MailchimpConfig, mailchimp } from '../mailchimp.ts';
import { mailboxesOf } from '../response.ts';
import { handlesBefore, isOlderThan, standingOf } from '../standing.ts';
import { createMailchimpApi, hashOf, type Member } from './api.ts';

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

export function connect(config: MailchimpConfig, deps: ProcessorDependencies): Processor {
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

  async function* stillThere(input: ActInput): AsyncIterable<Member> {
    for (const handle of handlesBefore(input).map(handleOf)) {
      const member = await readFound(input, handle);
      if (member !== undefined) yield member;
    }
  }

  function change(
    input: ActInput,
    observation: string,
    patchFor: (member: Member) => object | undefined,
  ): Promise<ActResult> {
    const apply = async (member: Member) => {
      const patch = patchFor(member);
      if (patch !== undefined) await api.changeMember(member.list_id, member.id, patch);
    };
    return changeEach(stillThere(input), apply, { observation, handles: handlesBefore(input) });
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

  const confirmState = (input: ConfirmInput, isAsWanted: (member: Member) => boolean) =>
    confirmEach(stillThere(input), isAsWanted, { action: input.action, handles: handlesBefore(input) });

  return {
    name: mailchimp.name,

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
      const standing = standingOf(
        mailchimp.capabilities,
        action,
        input,
        lookedAgain({ observation: 'no-member' }),
      );
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
function patchOf(
  config: MailchimpConfig,
  corrections: readonly Correction[],
): MemberPatch | 'by-hand' | undefined {
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

function tagOf(config: MailchimpConfig, named: string): string | undefined {
  return Object.hasOwn(config.mergeFields, named) ? config.mergeFields[named] : undefined;
}

function hasValues(member: Member, patch: MemberPatch): boolean {
  const merged = Object.entries(patch.merge_fields ?? {});
  return (
    merged.every(([tag, value]) => member.merge_fields?.[tag] === value) &&
    (patch.language === undefined || member.language === patch.language)
  );
}
