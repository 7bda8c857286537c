import type { StepInput, StepName } from '../../workflows/contract.ts';
import type { Case, LetterRecord } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import type { Fact } from '../domain/lifecycle.ts';
import type { CaseStore, Engine, Wait } from '../domain/ports.ts';
import { progressOf } from '../domain/progress.ts';
import { letterSent, toldAlready } from '../domain/tell.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { step } from './step.ts';

export interface AwaitPorts {
  readonly store: CaseStore;
  readonly engine: Pick<Engine, 'wake'>;
}

type AwaitStep = Extract<
  StepName,
  'AwaitIdentity' | 'AwaitDecision' | 'AwaitCoolingOff' | 'AwaitWork' | 'AwaitRelease' | 'AwaitPurges'
>;

/**
 * The shape of every wait: record what is due on the way in, save the token, then look whether the row already has the news. In this
 * order, whoever changes the row in between finds the token or is found by the look (TRUST.md F14, F15).
 */
export function awaiting<Name extends AwaitStep>(
  name: Name,
  wait: Wait,
  { store, engine }: AwaitPorts,
  runtime: Runtime,
  onTheWayIn: (current: Case, at: string) => readonly Fact[] = () => [],
  /** Sends what the subject must know before the wait begins; once, however often the row changes meanwhile. */
  tell: (requestId: string, at: string) => Promise<LetterRecord | undefined> = async () => undefined,
): Handler {
  return step(name, runtime.log, async (input: StepInput<Name>) => {
    const { requestId, token } = input;
    const at = new Date(runtime.now()).toISOString();
    await store.saveToken(requestId, wait, token, at);
    const letter = await tell(requestId, at);
    const current = await converge(store, requestId, (before) => [
      ...(letter && !toldAlready(before, letter.id) ? [told(before, letter)] : []),
      ...onTheWayIn(before, at),
    ]);
    const progress = progressOf(current, wait, at);
    if (!progress) return {};
    await engine.wake(token, { ...progress });
    await store.dropToken(requestId, wait, token);
    return {};
  });
}

/** The row is due for a look when it was before: a letter alone is no progress. */
function told(current: Case, letter: LetterRecord): Fact {
  return { ...letterSent(letter), set: { lookAt: current.row.lookAt } };
}
