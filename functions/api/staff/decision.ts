import type { Case } from '../../domain/case.ts';
import { mustLoad } from '../../domain/converge.ts';
import { decide } from '../../domain/decide.ts';
import { ConflictError } from '../../domain/errors.ts';
import { type Fact, record } from '../../domain/lifecycle.ts';
import type { DecisionAsked } from '../../domain/policy.ts';
import { ApiProblem } from '../problem.ts';
import { act, actorOf, type Colleague, mustNotBeOwn, type StaffPorts, sealWords } from './cases.ts';

/** First decision wins; the one that came second is told so, and both stand in the trail (A46). */
export async function decideCase(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: DecisionAsked,
  now: number,
): Promise<{ readonly current: Case; readonly state: 'decided' | 'proposed' }> {
  const by = actorOf(colleague);
  const at = new Date(now).toISOString();
  const before = await ports.store.load(id);
  if (!before) throw new ApiProblem({ type: 'not-found' });
  const second = async (current: Case) => {
    await recordQuietly(ports, current, {
      type: 'decision-came-second',
      by,
      at,
      data: { decision: asked.decision, reason: asked.reason ?? '' },
    });
    throw new ApiProblem({ type: 'conflict', detail: 'already-decided' });
  };
  if (before.row.decision) return second(before);
  let state: 'decided' | 'proposed' = 'decided';
  try {
    const current = await act(ports, id, expected, now, async (read) => {
      await mustNotBeOwn(ports, read, colleague);
      // Refused before anything is sealed.
      decide(read, asked, by, at);
      const words = asked.explanation
        ? { words: await sealWords(ports, read.row, 'explanation', { text: asked.explanation }) }
        : {};
      const taken = decide(read, { ...asked, ...words }, by, at);
      state = taken.state;
      return taken.facts;
    });
    return { current, state };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problem.type !== 'version-changed') throw error;
    const latest = await mustLoad(ports.store, id);
    if (latest.row.decision) return second(latest);
    throw error;
  }
}

/** An event about something that did not change the request; losing a race for it is tried again a few times. */
async function recordQuietly(ports: StaffPorts, current: Case, fact: Fact): Promise<void> {
  let latest = current;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await ports.store.commit({ changes: [record(latest, [fact])] });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      latest = await mustLoad(ports.store, latest.row.id);
    }
  }
}
