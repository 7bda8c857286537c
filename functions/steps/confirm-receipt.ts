import { localDayOf } from '../domain/calendar.ts';
import type { Case } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { PermanentError } from '../domain/errors.ts';
import type { Fact } from '../domain/lifecycle.ts';
import type { CaseStore, Vault } from '../domain/ports.ts';
import { identityDue, identityWaitSeconds } from '../domain/progress.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { letterSent, toldAlready } from '../domain/tell.ts';
import { type PostPorts, post } from '../letters/post.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { freshProof, siblingsOf } from './identity-letter.ts';
import { step } from './step.ts';

interface Ports extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly publicUrl: string;
}

/** One receipt per submission, the same for known and unknown mailboxes, with the code and the link (TRUST.md A3). */
export function createConfirmReceipt(ports: Ports, runtime: Runtime): Handler {
  const { store, vault } = ports;
  return step('ConfirmReceipt', runtime.log, async ({ requestId, machineVersion }) => {
    const now = runtime.now();
    const at = new Date(now).toISOString();
    const current = await mustLoad(store, requestId);
    const submission = await store.submission(current.row.submissionId);
    if (!submission) throw new PermanentError('submission-missing');
    const speaker = submission.references[0] === requestId;
    const version = machineVersion === undefined ? {} : { machineVersion };
    if (current.row.receiptAt || current.row.status === 'closed') {
      await converge(store, requestId, moved, undefined, current);
      return { waitSeconds: identityWaitSeconds(current, at) };
    }
    const letter = speaker && !toldAlready(current, 'receipt') ? await send(submission) : undefined;
    // Only a mailbox that was written to too often gets no letter: somebody enters it again and again.
    if (letter?.state === 'withheld') runtime.metrics.emit('IntakeThrottled', 1);
    const receipt = (before: Case): readonly Fact[] => {
      if (before.row.receiptAt) return [];
      const set = {
        ...version,
        receiptAt: at,
        lookAt: identityDue({ ...before, row: { ...before.row, receiptAt: at } }),
      };
      const told = letter ?? { id: 'receipt', kind: 'receipt' as const, state: 'withheld' as const, at };
      // A request whose sibling speaks for it records that it was told there.
      return [{ ...letterSent(told), set }];
    };
    const after = await converge(store, requestId, receipt, undefined, current);
    return { waitSeconds: identityWaitSeconds(after, at) };

    /** A request that was started anew may have come to another definition than it began on. */
    function moved({ row }: Case): readonly Fact[] {
      if (machineVersion === undefined || row.machineVersion === machineVersion || row.status === 'closed')
        return [];
      const data = { number: row.executions, machineVersion };
      return [
        { type: 'execution-started', by: 'system', at, data, set: { machineVersion, lookAt: row.lookAt } },
      ];
    }

    async function send(spoken: NonNullable<typeof submission>) {
      const all = [current, ...(await siblingsOf(store, current))];
      const { email } = await readSubject(vault, requestId);
      const world = { now, randomBytes: runtime.randomBytes, publicUrl: ports.publicUrl };
      const { row } = current;
      return post(
        ports,
        current,
        { id: 'receipt', to: email, now },
        {
          kind: 'receipt',
          write: async () => ({
            kind: 'receipt',
            requests: all.map((one) => ({
              right: one.row.right,
              reference: one.row.id,
              plannedBy: one.row.plannedBy,
            })),
            statusUrl: `${ports.publicUrl}/requests/${requestId}`,
            // Whoever has proved the mailbox in this browser is not asked again (A22).
            ...(spoken.verifiedAt ? {} : { proof: await freshProof(ports, spoken, world, requestId) }),
            ...(row.channel === 'form' ? {} : { receivedOn: localDayOf(row.receivedAt) }),
          }),
        },
      );
    }
  });
}
