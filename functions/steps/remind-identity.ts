import { localDayOf } from '../domain/calendar.ts';
import type { Case, LetterRecord } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { ConflictError, PermanentError } from '../domain/errors.ts';
import { type Fact, record } from '../domain/lifecycle.ts';
import { identitySchedule } from '../domain/policy.ts';
import type { CaseStore, Engine, Vault } from '../domain/ports.ts';
import { identityDue, identityWaitSeconds, progressOf } from '../domain/progress.ts';
import { reconcile } from '../domain/reconcile.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { letterId, letterSent } from '../domain/tell.ts';
import { mergeableUnconfirmed, openClaimKey, pendingClaimKey } from '../domain/verify.ts';
import { type PostPorts, post } from '../letters/post.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { freshProof, siblingsOf, speaks } from './identity-letter.ts';
import { step } from './step.ts';

interface Ports extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly engine: Engine;
  readonly publicUrl: string;
}

/** A letter that is due and not this request's to send comes from its sibling: looked for by the hour, since each look costs history. */
const forSiblingSeconds = (current: Case, at: string): number => (identityDue(current) <= at ? 3600 : 1);

/**
 * The next letter to a subject who has not confirmed the mailbox: two reminders, then the closing letter in the form of art. 12(4), one
 * letter for the whole submission.
 */
export function createRemindIdentity(ports: Ports, runtime: Runtime): Handler {
  const { store, vault } = ports;
  return step('RemindIdentity', runtime.log, async ({ requestId }) => {
    const now = runtime.now();
    const at = new Date(now).toISOString();
    let current = await mustLoad(store, requestId);
    if (current.row.status === 'awaiting-identity' && identityDue(current) <= at) {
      const merged = await mergeIntoOpen(current, at);
      if (!merged) await write(current, now, at);
      current = await mustLoad(store, requestId);
    }
    const progress = progressOf(current, 'identity', at);
    return {
      next: progress?.next ?? 'await',
      waitSeconds: Math.max(forSiblingSeconds(current, at), identityWaitSeconds(current, at)),
    };
  });

  /** The person has confirmed the same mailbox for another request for this right: this one adds nothing to it, its words included. */
  async function mergeIntoOpen(current: Case, at: string): Promise<boolean> {
    if (!mergeableUnconfirmed(current.row)) return false;
    const into = await store.claimed(openClaimKey(current.row));
    if (!into || into === current.row.id) return false;
    await converge(
      store,
      current.row.id,
      ({ row }) =>
        row.status === 'awaiting-identity'
          ? [
              {
                type: 'merged',
                by: 'system',
                at,
                data: { into },
                set: { mergedInto: into, outcome: 'merged', closedAt: at },
              },
            ]
          : [],
      ({ row }) => ({ releases: [pendingClaimKey(row)] }),
    );
    return true;
  }

  async function write(current: Case, now: number, at: string): Promise<void> {
    const siblings = await siblingsOf(store, current);
    const submission = await store.submission(current.row.submissionId);
    if (!submission) throw new PermanentError('submission-missing');
    const waiting = [current, ...siblings].filter(({ row }) => row.status === 'awaiting-identity');
    const speaker = speaks(current, siblings, submission);
    const closing = current.row.reminders >= 2;
    // A sibling that speaks has written for this one too, or will within minutes.
    if (!speaker) return;
    const { email } = await readSubject(vault, current.row.id);
    const letter = closing
      ? await post(
          ports,
          current,
          { id: 'refusal', to: email, now },
          {
            kind: 'refusal',
            reference: current.row.id,
            right: current.row.right,
            reason: 'identity-not-confirmed',
            also: waiting.slice(1).map(({ row }) => ({ reference: row.id, right: row.right })),
          },
        )
      : await remind();
    const affected = closing
      ? waiting
      : [current, ...siblings.filter(({ row }) => row.status === 'awaiting-identity')];
    const changes = affected.map((one) =>
      record(one, closing ? closingFacts(letter, at) : reminded(one, letter, at)),
    );
    await store.commit({
      changes,
      ...(closing ? { releases: affected.map(({ row }) => pendingClaimKey(row)) } : {}),
    });
    const others = affected.filter(({ row }) => row.id !== current.row.id);
    await Promise.all(
      others.map(({ row }) => reconcile(store, ports.engine, row.id, { now: at, restart: false })),
    );

    async function remind(): Promise<LetterRecord> {
      const number = current.row.reminders === 0 ? 1 : 2;
      const fresh = await store.submission(current.row.submissionId);
      if (!fresh) throw new ConflictError('submission-changed');
      const world = { now, randomBytes: runtime.randomBytes, publicUrl: ports.publicUrl };
      const { row } = current;
      const schedule = identitySchedule(row.receiptAt ?? row.recordedAt, row.plannedBy);
      return post(
        ports,
        current,
        { id: letterId('identity-reminder', number), to: email, now },
        {
          kind: 'identity-reminder',
          write: async () => ({
            kind: 'identity-reminder',
            reference: row.id,
            right: row.right,
            number,
            ...(await freshProof(ports, fresh, world, row.id)),
            closesOn: localDayOf(schedule.closesAt),
          }),
        },
      );
    }
  }
}

function reminded(current: Case, letter: LetterRecord, at: string): readonly Fact[] {
  const row = { ...current.row, reminders: current.row.reminders + 1 };
  return [
    letterSent(letter),
    {
      type: 'identity-reminded',
      by: 'system',
      at,
      data: { number: row.reminders },
      set: { reminders: row.reminders, lookAt: identityDue({ ...current, row }) },
    },
  ];
}

function closingFacts(letter: LetterRecord, at: string): readonly Fact[] {
  return [
    letterSent(letter),
    { type: 'identity-not-confirmed', by: 'system', at, set: { outcome: 'not-verified', closedAt: at } },
  ];
}
