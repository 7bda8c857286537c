import type { Actor, Case, Child, StaffTask } from '../../domain/case.ts';
import { retainedOf } from '../../domain/dispositions.ts';
import type { Fact } from '../../domain/lifecycle.ts';
import { actionFor } from '../../domain/policy.ts';
import { retryAsked } from '../../domain/progress.ts';
import { actions } from '../../domain/words.ts';
import { ApiProblem } from '../problem.ts';
import { act, actorOf, type Colleague, type StaffPorts, sealWords } from './cases.ts';

export type TaskAnswer =
  | {
      readonly outcome: 'done' | 'nothing-found' | 'not-applicable' | 'retained';
      readonly evidence: string;
      readonly until?: string;
    }
  | { readonly action: 'retry' };

/** Manual work reported done with its evidence, or a failed step asked for again. */
export function answerTask(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  processor: string,
  answer: TaskAnswer,
  now: number,
  operation?: string,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async (current) => {
    const task = current.tasks.find(
      (one) =>
        one.processor === processor &&
        one.state === 'open' &&
        (operation === undefined || one.operation === operation),
    );
    if (!task) throw new ApiProblem({ type: 'not-found' });
    const done: Child = { kind: 'task', value: { ...task, state: 'done', doneAt: at, doneBy: by } };
    if ('action' in answer) return retryFacts(current, task, done, by, at);
    const words = await sealWords(ports, current.row, 'evidence', { text: answer.evidence, by });
    return [
      {
        type: 'task-done',
        by,
        at,
        data: { processor: task.processor, operation: task.operation, outcome: answer.outcome, ...words },
        children: [done, ...dispositionBy(current, task, answer, by, at)],
      },
    ];
  });
}

/** The system is asked again as if for the first time: the failed record is dated back, so that the next look finds it due. */
function retryFacts(current: Case, task: StaffTask, done: Child, by: Actor, at: string): readonly Fact[] {
  const failed = current.dispositions.find(
    (one) => one.processor === task.processor && one.disposition === 'failed',
  );
  const finding = current.findings.find(
    (one) => one.processor === task.processor && (one.state === 'failed' || one.state === 'ambiguous'),
  );
  const longAgo = new Date(Date.parse(at) - 2 * 86_400_000).toISOString();
  const dueAgain: Child[] = [
    ...(failed
      ? [{ kind: 'disposition', value: { ...failed, code: retryAsked, at: longAgo } } as const]
      : []),
    ...(finding
      ? [{ kind: 'finding', value: { ...finding, state: 'failed', code: retryAsked } } as const]
      : []),
  ];
  return [
    {
      type: 'task-retried',
      by,
      at,
      data: { processor: task.processor, operation: task.operation },
      children: [done, ...dueAgain],
    },
  ];
}

/** The letter that came back has reached the subject on another way: it counts as sent, and the request goes on as answered. */
function reachedOtherwise(current: Case, task: StaffTask, at: string): readonly Child[] {
  const letter = current.letters.find((one) => `letter-${one.id}` === task.operation);
  return letter ? [{ kind: 'letter', value: { ...letter, state: 'sent', at } }] : [];
}

function dispositionBy(
  current: Case,
  task: StaffTask,
  answer: Extract<TaskAnswer, { outcome: string }>,
  by: Actor,
  at: string,
): readonly Child[] {
  if (task.instructions === 'letter-bounced') return reachedOtherwise(current, task, at);
  if (task.processor === 'request' || task.processor === 'staff') return [];
  const before = current.dispositions.find((one) => one.processor === task.processor);
  if (task.operation === 'find') {
    return [
      {
        kind: 'finding',
        value: {
          processor: task.processor,
          at,
          state: answer.outcome === 'nothing-found' ? 'nothing' : 'by-hand',
          holdings: [],
        },
      },
    ];
  }
  const action = [...actions, 'export' as const].find((name) => name === task.operation) ?? before?.action;
  const decided = current.row.decision && actionFor(current.row);
  // Work of an earlier phase (a restriction while an objection was weighed) says nothing of what has been decided since.
  if (before?.action !== undefined && before.action !== action && before.action === decided) return [];
  // As after a call: an erasure by hand leaves what the law keeps, and payment records are never silently erased (AWR art. 52(4)).
  const kept =
    task.operation === 'erase' && answer.outcome === 'done'
      ? retainedOf(current.findings.find((one) => one.processor === task.processor)?.holdings ?? [])
      : undefined;
  const retainedUntil = kept?.until ?? answer.until;
  const disposition = (
    {
      done: kept ? 'retained-by-law' : 'done-by-hand',
      'nothing-found': 'nothing-found',
      'not-applicable': 'not-applicable',
      retained: 'retained-by-law',
    } as const
  )[answer.outcome];
  return [
    {
      kind: 'disposition',
      value: {
        processor: task.processor,
        disposition,
        ...(action ? { action } : {}),
        at,
        by,
        looks: before?.looks ?? 0,
        ...(retainedUntil ? { retainedUntil } : {}),
        ...(disposition === 'retained-by-law'
          ? { ground: kept?.ground ?? ('tax-records-awr-52-4' as const) }
          : {}),
        evidence: {
          class: 'staff-statement',
          looked: 1,
          requestIds: [],
          handles: [],
          observation: 'statement-sealed',
        },
      },
    },
  ];
}
