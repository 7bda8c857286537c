import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import { type AccountConfig, account } from '../account.ts';
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
import { confirmEach } from '../each-found.ts';
import { dayAfter, lookedAgain, noEvidence, vendorAcknowledged, vendorStatus } from '../evidence.ts';
import { expectSubject, foldMailbox, mailboxesOf } from '../response.ts';
import { isRetainedOn, longestRetention, taxRetention } from '../retention.ts';
import { handlesBefore, idsAmong, standingOf } from '../standing.ts';
import { profileFields } from './api.ts';
import { type AccountSummary, createAccountClient } from './client.ts';
import { createMediaClient } from './media.ts';

/** A mailbox that came to an account so lately may be a thief's: a person looks before anything is used (TRUST.md A19). */
const freshMailboxMs = 14 * 86_400_000;

/** Our handles say what they name: `account:{id}`, `project:{id}`, `billing:{account}:{book year}`. */
function handleOf(kind: 'account' | 'project', id: string): string {
  return `${kind}:${id}`;
}

function idsOf(finding: Finding, kind: 'account' | 'project'): readonly string[] {
  return idsAmong(
    finding.holdings.map(({ handle }) => handle),
    kind,
  );
}

export function connect(config: AccountConfig, deps: ProcessorDependencies): Processor {
  const accounts = createAccountClient(config, deps);
  const media = createMediaClient(config, deps);

  async function lookUp(keys: SubjectKeys): Promise<readonly AccountSummary[]> {
    const found = new Map<string, AccountSummary>();
    for (const email of mailboxesOf(keys))
      for (const summary of await accounts.lookUp(email)) {
        expectHolder(summary, email);
        found.set(summary.accountId, summary);
      }
    return [...found.values()];
  }

  /** The account's mailbox, read again at every step: an id that now answers for someone else is not touched. */
  async function readOwn(keys: SubjectKeys, accountId: string) {
    const state = await accounts.read(accountId);
    if (state === undefined) return undefined;
    const addresses = [state.email, ...state.otherEmails].map(foldMailbox);
    if (!addresses.some((address) => mailboxesOf(keys).includes(address)))
      throw new QuarantineError('another-person');
    return state;
  }

  async function* stillOwn(keys: SubjectKeys, accountIds: readonly string[]) {
    for (const accountId of accountIds) {
      const state = await readOwn(keys, accountId);
      if (state !== undefined) yield state;
    }
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const accountIds = idsAmong(handlesBefore(input), 'account');
    const projectIds = idsAmong(handlesBefore(input), 'project');
    for (const accountId of accountIds) await readOwn(input.keys, accountId);
    // Videos first: they hang on the account, and without it nobody could find them again.
    for (const projectId of projectIds) await media.eraseProject(projectId);
    let until = '';
    let allGone = true;
    for (const accountId of accountIds) {
      const erasure = await accounts.erase(accountId, input.idempotencyKey);
      if (erasure === 'blocked')
        return { result: 'failed', code: 'open-subscription', evidence: noEvidence('open-subscription') };
      if (erasure === 'absent') continue;
      if (erasure.backupsGoneBy > until) until = erasure.backupsGoneBy;
      allGone &&= erasure.live === 'gone' && erasure.derived === 'gone' && erasure.backups === 'gone';
    }
    const handles = [...projectIds, ...accountIds];
    if (allGone)
      return { result: 'done', evidence: vendorStatus({ observation: 'erasure-complete', handles }) };
    const evidence = vendorStatus({ observation: 'erasure-under-way', handles });
    return { result: 'accepted', evidence, expectedBy: until };
  }

  async function change(
    input: ActInput,
    observation: string,
    apply: (accountId: string) => Promise<void>,
  ): Promise<ActResult> {
    const handles: string[] = [];
    for (const accountId of idsAmong(handlesBefore(input), 'account')) {
      if ((await readOwn(input.keys, accountId)) === undefined) continue;
      await apply(accountId);
      handles.push(accountId);
    }
    if (handles.length === 0)
      return { result: 'nothing-found', evidence: lookedAgain({ observation: 'account-404' }) };
    return { result: 'done', evidence: vendorAcknowledged({ observation, handles }) };
  }

  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    const accountIds = idsAmong(handlesBefore(input), 'account');
    const projectIds = idsAmong(handlesBefore(input), 'project');
    const handles = [...projectIds, ...accountIds];
    const stillThere = (code: string): Confirmation => ({
      seen: 'still-there',
      code,
      evidence: lookedAgain({ observation: code, handles }),
    });
    for (const projectId of projectIds)
      if ((await media.countVideos(projectId)) > 0) return stillThere('media-still-there');
    for (const accountId of accountIds)
      if ((await accounts.read(accountId)) !== undefined) return stillThere('account-still-there');
    // The mailbox must no longer lead to the old account; a new one that the person has made since is theirs to keep.
    const back = (await lookUp(input.keys)).some((summary) => accountIds.includes(summary.accountId));
    if (back) return stillThere('account-still-found');
    let pendingUntil = '';
    for (const accountId of accountIds) {
      const erasure = await accounts.readErasure(accountId);
      if (erasure === undefined) return stillThere('erasure-unknown');
      const isOverdue = (year: number) => !isRetainedOn(taxRetention(year), dayAfter(deps.now(), 0));
      if (erasure.keptBookYears.some(isOverdue)) return stillThere('books-kept-too-long');
      const gone = erasure.live === 'gone' && erasure.derived === 'gone' && erasure.backups === 'gone';
      if (!gone && erasure.backupsGoneBy > pendingUntil) pendingUntil = erasure.backupsGoneBy;
    }
    if (pendingUntil !== '')
      return {
        seen: 'pending',
        evidence: lookedAgain({ observation: 'gone-but-backups', handles }),
        expectedBy: pendingUntil,
      };
    return { seen: 'confirmed', evidence: lookedAgain({ observation: 'account-404', handles }) };
  }

  function confirmState(
    input: ConfirmInput,
    isAsWanted: (state: NonNullable<Awaited<ReturnType<typeof readOwn>>>) => boolean,
  ): Promise<Confirmation> {
    const handles = idsAmong(handlesBefore(input), 'account');
    return confirmEach(stillOwn(input.keys, handles), isAsWanted, { action: input.action, handles });
  }

  return {
    name: account.name,

    async find(keys): Promise<Finding> {
      const summaries = await lookUp(keys);
      const holdings: Holding[] = [];
      for (const summary of summaries) {
        holdings.push(accountHolding(summary), ...billingHoldings(summary, deps.now()));
        for (const projectId of summary.mediaProjectIds) {
          const count = await media.countVideos(projectId);
          holdings.push({
            handle: handleOf('project', projectId),
            category: 'media',
            count,
            createdAt: summary.createdAt,
          });
        }
      }
      const isFresh = summaries.some(
        (one) =>
          one.mailboxSince !== one.createdAt && Date.parse(one.mailboxSince) > deps.now() - freshMailboxMs,
      );
      const [only] = summaries;
      return {
        holdings,
        complete: true,
        ...(only === undefined || summaries.length > 1 ? {} : { keys: keysOf(only, keys) }),
        ...(summaries.length > 1 || isFresh ? { ambiguous: true } : {}),
      };
    },

    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const accountId of idsOf(finding, 'account')) {
        if ((await readOwn(keys, accountId)) === undefined) continue;
        yield* accounts.records(accountId);
      }
      for (const projectId of idsOf(finding, 'project')) yield* media.records(projectId);
    },

    async act(action, input): Promise<ActResult> {
      const nothing = lookedAgain({ observation: 'no-account', looked: 0 });
      const standing = standingOf(account.capabilities, action, input, nothing);
      if (standing !== undefined) return standing;
      switch (action) {
        case 'erase':
          return eraseOrKeep(input, erase);
        case 'rectify': {
          const changes = profileChanges(input.corrections ?? []);
          if (changes === undefined) return { result: 'manual', instructions: 'rectify' };
          return change(input, 'profile-changed', (id) =>
            accounts.rectify(id, changes, input.idempotencyKey),
          );
        }
        case 'restrict':
          return change(input, 'restricted', (id) => accounts.restrict(id, true));
        case 'lift':
          return change(input, 'restriction-lifted', (id) => accounts.restrict(id, false));
        case 'opt-out':
          return change(input, 'marketing-off', (id) => accounts.withdrawMarketing(id));
      }
    },

    async confirm(input): Promise<Confirmation> {
      switch (input.action) {
        case 'erase':
          return confirmErased(input);
        case 'rectify': {
          const wanted = profileChanges(input.corrections ?? []) ?? {};
          return confirmState(input, ({ profile }) =>
            profileFields.every((field) => wanted[field] === undefined || wanted[field] === profile[field]),
          );
        }
        case 'restrict':
          return confirmState(input, ({ restricted }) => restricted);
        case 'lift':
          return confirmState(input, ({ restricted }) => !restricted);
        case 'opt-out':
          return confirmState(input, ({ marketingConsent }) => !marketingConsent);
      }
    },

    async check() {
      await accounts.check();
      await media.check();
    },
  };
}

/** The look-up must answer for the mailbox that was asked about. */
function expectHolder(summary: AccountSummary, email: string): void {
  const addresses = [summary.email, ...summary.otherEmails].map(foldMailbox);
  expectSubject(
    { email },
    addresses.find((address) => address === foldMailbox(email)),
  );
}

function accountHolding(summary: AccountSummary): Holding {
  const records = summary.counts.reduce((sum, { count }) => sum + count, 0);
  return {
    handle: handleOf('account', summary.accountId),
    category: 'account',
    count: Math.max(records, 1),
    createdAt: summary.createdAt,
    ...(summary.openSubscription ? { blocker: 'open-subscription' } : {}),
  };
}

/** One holding per book year: each has an end of its own, and a year that the law has let go is payment data like any other. */
function billingHoldings(summary: AccountSummary, nowMs: number): readonly Holding[] {
  const today = dayAfter(nowMs, 0);
  return summary.billing.map(({ bookYear, count }) => {
    const retained = taxRetention(bookYear);
    return {
      handle: `billing:${summary.accountId}:${bookYear}`,
      category: 'payment',
      count,
      ...(isRetainedOn(retained, today) ? { retained } : {}),
    };
  });
}

function keysOf(summary: AccountSummary, keys: SubjectKeys): NonNullable<Finding['keys']> {
  const known = mailboxesOf(keys);
  const others = [summary.email, ...summary.otherEmails].filter((one) => !known.includes(foldMailbox(one)));
  const linked = Object.fromEntries(
    Object.entries(summary.linked).filter(([, ids]) => ids !== undefined && ids.length > 0),
  );
  return { accountId: summary.accountId, ...(others.length > 0 ? { otherEmails: others } : {}), ...linked };
}

/** Records that only the tax law keeps are not erased; everything else is. */
async function eraseOrKeep(
  input: ActInput,
  erase: (input: ActInput) => Promise<ActResult>,
): Promise<ActResult> {
  if (input.finding.holdings.some(({ blocker }) => blocker === 'open-subscription'))
    return { result: 'failed', code: 'open-subscription', evidence: noEvidence('open-subscription') };
  const erasable = input.finding.holdings.filter(({ retained }) => retained === undefined);
  if (erasable.length > 0) return erase(input);
  const retained = longestRetention(input.finding.holdings);
  if (retained === undefined) throw new PermanentError('nothing-to-erase');
  const handles = input.finding.holdings.map(({ handle }) => handle);
  const evidence = lookedAgain({ observation: 'only-retained-records', handles });
  return { result: 'retained', evidence, ...retained };
}

/** Field → new value, or undefined where a correction names something that is for a person to change. */
function profileChanges(
  corrections: readonly Correction[],
): Partial<Record<(typeof profileFields)[number], string>> | undefined {
  const changes: Partial<Record<(typeof profileFields)[number], string>> = {};
  for (const { field, value } of corrections) {
    const known = profileFields.find((one) => one === field.trim().toLowerCase());
    if (known === undefined) return undefined;
    changes[known] = value;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}
