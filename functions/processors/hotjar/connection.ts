import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { dayAfter, noEvidence, vendorAcknowledged } from '../evidence.ts';
import { type HotjarConfig, hotjar } from '../hotjar.ts';
import { mailboxesOf } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { createLookup, type LookupSubject } from './lookup.ts';

/** Hotjar gives itself up to thirty days. */
const deletionDays = 30;
const userPrefix = 'user/';
const mailboxHandle = 'mailbox';

export function connect(config: HotjarConfig, deps: ProcessorDependencies): Processor {
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
    name: hotjar.name,
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
      const standing = standingOf(hotjar.capabilities, action, input, noEvidence('no-linked-id'));
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
