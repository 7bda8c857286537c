import { addDays, localDayOf } from '../domain/calendar.ts';
import type { Case, Child, LetterRecord } from '../domain/case.ts';
import { after, converge, mustLoad } from '../domain/converge.ts';
import { emptyEvidence, outcomeOf, taskOf } from '../domain/dispositions.ts';
import { PermanentError } from '../domain/errors.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { actionFor, interimActionFor, liftNoticeDays, packageDays, policyOf } from '../domain/policy.ts';
import type { CaseStore, Vault } from '../domain/ports.ts';
import { nextLookDue, progressOf, purgeWaitSeconds } from '../domain/progress.ts';
import { readExplanation, readSubject } from '../domain/sealed-subject.ts';
import { letterSent } from '../domain/tell.ts';
import { openClaimKey } from '../domain/verify.ts';
import type { Letter } from '../letters/letter.ts';
import { type PostPorts, post } from '../letters/post.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import type { KnownProcessors } from './processor-port.ts';
import { recipientResults } from './recipient-results.ts';
import { step } from './step.ts';

interface Ports extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly processors: KnownProcessors;
  readonly publicUrl: string;
}

/** Tells the subject what was done and what was not (art. 12(3), (4)). Sent first, recorded as answered in the same transaction as the letter. */
export function createAnswer(ports: Ports, runtime: Runtime): Handler {
  const { store, vault } = ports;
  return step('Answer', runtime.log, async ({ requestId }) => {
    const now = runtime.now();
    const at = new Date(now).toISOString();
    const before = await mustLoad(store, requestId);
    if (before.row.status === 'answered' || before.row.status === 'closed') return onwards(before, at);
    const current = withMissing(before, at);
    const outcome = outcomeOf(current);
    const explanation = await readExplanation(vault, current.row);
    const { email, name } = await readSubject(vault, requestId);
    const letters: LetterRecord[] = [];
    const letter = letterFor(current, at, explanation, name);
    letters.push(await post(ports, current, { id: letter.kind, to: email, now }, letter));
    const lifting = current.row.decision?.kind === 'refuse' && interimActionFor(current.row) !== undefined;
    const liftsOn = addDays(localDayOf(at), liftNoticeDays);
    if (lifting && restricted(current).length > 0) {
      // Art. 18(3): told before it is lifted.
      const notice: Letter = { kind: 'restriction-lifted', reference: requestId, liftsOn, name };
      letters.push(await post(ports, current, { id: notice.kind, to: email, now }, notice));
    }
    const result = await converge(
      store,
      requestId,
      (latest) => {
        if (latest.row.status === 'answered' || latest.row.status === 'closed') return [];
        const whole = withMissing(latest, at);
        const told = letters.map((one): Fact => letterSent(one));
        const children: Child[] = [
          ...missingChildren(latest, at),
          ...(lifting ? restricted(latest).map((child) => liftLater(child, liftsOn, at)) : []),
        ];
        const due = nextLookDue(whole);
        return [
          ...told,
          {
            type: 'answered',
            by: 'system',
            at,
            data: { outcome },
            set: { outcome, answeredAt: at, ...(due ? { lookAt: later(due, at) } : {}) },
            children,
          },
        ];
      },
      (latest) => ({ releases: [openClaimKey(latest.row)] }),
      before,
    );
    runtime.metrics.emit('Answered', 1, 'Count', { Outcome: outcome });
    return onwards(result, at);

    function letterFor(
      whole: Case,
      when: string,
      words: string | undefined,
      addressee: string | undefined,
    ): Letter {
      const { row } = whole;
      const about = {
        reference: row.id,
        right: row.right,
        statusUrl: `${ports.publicUrl}/requests/${row.id}`,
        name: addressee,
      };
      const decided = {
        decision: row.decision?.kind,
        reason: row.decision?.reason,
        explanation: words,
      };
      if (row.decision?.kind === 'refuse') {
        // The lifecycle lets no refusal through without one; a letter with an untrue ground would be worse than none.
        if (!row.decision.reason) throw new PermanentError('refusal-without-reason');
        return { kind: 'refusal', ...about, reason: row.decision.reason, explanation: words };
      }
      const recipients = recipientResults(whole.dispositions, ports.processors, row.language);
      if (policyOf(row.right).operation === 'export' && row.package) {
        return {
          kind: 'release',
          ...about,
          ...decided,
          right: row.right === 'portability' ? 'portability' : 'access',
          fetchUrl: `${ports.publicUrl}/requests/${row.id}`,
          expiresOn: addDays(localDayOf(when), packageDays),
          recipients,
          statement: { enabled: ports.processors.names, further: ports.processors.further },
        };
      }
      return {
        kind: 'answer',
        ...about,
        ...decided,
        outcome: outcome === 'fulfilled' || outcome === 'nothing-found' ? outcome : 'partly-fulfilled',
        recipients,
      };
    }
  });
}

/** Whether the answer was the end of it, or something is still to be looked at. */
function onwards(current: Case, at: string) {
  return {
    next: progressOf(current, 'purges', at)?.next ?? 'await',
    waitSeconds: purgeWaitSeconds(current, at),
  } as const;
}

/** Interim restrictions that are still in force. */
function restricted(current: Case) {
  return current.dispositions.filter(
    (one) =>
      one.action === 'restrict' &&
      // Promised or done by a person, it is in force all the same.
      (one.disposition === 'done-confirmed' ||
        one.disposition === 'done-by-hand' ||
        one.disposition === 'accepted'),
  );
}

function liftLater(record: Case['dispositions'][number], expectedBy: string, at: string): Child {
  return {
    kind: 'disposition',
    value: { ...record, action: 'lift', disposition: 'accepted', expectedBy, at },
  };
}

/** Systems that have left no disposition at all when the answer is due: named in it as open, with a task, never left out. */
function missingChildren(current: Case, at: string): Child[] {
  const { row } = current;
  const action = actionFor(row);
  if (row.decision?.kind === 'refuse' || action === undefined || row.outcome === 'nothing-found') return [];
  return (row.processors ?? [])
    .filter((name) => !current.dispositions.some((one) => one.processor === name))
    .flatMap((processor): Child[] => [
      {
        kind: 'disposition',
        value: {
          processor,
          action,
          disposition: 'failed',
          code: 'no-result',
          at,
          looks: 0,
          evidence: emptyEvidence('no-result'),
        },
      },
      {
        kind: 'task',
        value: taskOf({ processor, at, plannedBy: row.plannedBy, action }, action, 'no-result'),
      },
    ]);
}

function withMissing(current: Case, at: string): Case {
  const children = missingChildren(current, at);
  return after(current, { before: current.row.version, row: current.row, events: [], children });
}

const later = (a: string, b: string): string => (a > b ? a : b);
