import type { Case } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { isSettled, outcomeOf } from '../domain/dispositions.ts';
import type { Fact } from '../domain/lifecycle.ts';
import { caseRetention } from '../domain/policy.ts';
import type { CaseStore, Vault } from '../domain/ports.ts';
import { lastToldAt, newsSince } from '../domain/results.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { letterId, letterSent } from '../domain/tell.ts';
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

/** Closes an answered request once every system has its disposition and the subject knows it; tells of the other endings. */
export function createClose(ports: Ports, runtime: Runtime): Handler {
  const { store, vault } = ports;
  return step('Close', runtime.log, async ({ requestId }) => {
    const now = runtime.now();
    const at = new Date(now).toISOString();
    const current = await mustLoad(store, requestId);
    const letter = await lastLetter(current);
    const told = letter && (await tell(current, letter));
    const closing = (latest: Case): readonly Fact[] => {
      const facts = told && !latest.letters.some((one) => one.id === told.id) ? [letterSent(told)] : [];
      if (latest.row.status !== 'answered') return facts;
      const settled = isSettled(latest) && latest.tasks.every((task) => task.state === 'done');
      if (!settled) return facts;
      const outcome = outcomeOf(latest);
      const wordsGoAt = new Date(now + caseRetention.wordsDays * 86_400_000).toISOString();
      return [
        ...facts,
        ...(told?.kind === 'supplement'
          ? [{ type: 'supplemented', by: 'system', at, data: { outcome } } as const]
          : []),
        {
          type: 'closed',
          by: 'system',
          at,
          data: { outcome },
          set: { outcome, closedAt: at, lookAt: wordsGoAt },
        },
      ];
    };
    await converge(store, requestId, closing, undefined, current);
    return {};

    async function tell(whole: Case, about: Letter) {
      const { email } = await readSubject(vault, requestId);
      const number = whole.letters.filter((one) => one.kind === 'supplement').length + 1;
      const id = about.kind === 'supplement' ? letterId('supplement', number) : about.kind;
      return post(ports, whole, { id, to: email, now }, about);
    }
  });

  async function lastLetter(current: Case): Promise<Letter | undefined> {
    const { row } = current;
    const statusUrl = `${ports.publicUrl}/requests/${row.id}`;
    const about = { reference: row.id, right: row.right, statusUrl };
    if (row.outcome === 'withdrawn' && row.verifiedAt) return { kind: 'withdrawn', ...about };
    if (row.outcome === 'merged' && row.mergedInto) {
      const into = await mustLoad(store, row.mergedInto);
      return { kind: 'merged', ...about, intoReference: into.row.id, plannedBy: into.row.plannedBy };
    }
    const news =
      row.status === 'answered' && row.outcome !== 'refused' ? newsSince(current, lastToldAt(current)) : [];
    if (news.length === 0) return undefined;
    return {
      kind: 'supplement',
      ...about,
      recipients: recipientResults(news, ports.processors, row.language),
    };
  }
}
