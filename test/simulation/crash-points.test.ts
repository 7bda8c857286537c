import { firstBroken } from '../../functions/domain/audit.ts';
import { type Right, rights } from '../../functions/domain/words.ts';
import type { FaultKind } from './faults.ts';
import { endOf, live } from './journeys.ts';
import { createWorld, type World } from './world.ts';

/** How a process can die or lose its answer at one effect. */
const deaths: readonly FaultKind[] = ['crash-before', 'crash-after'];

/**
 * In the suite every third place, a different third for each right and each kind of death; `npm run crash-points` takes every one. A fault that is
 * put into a step shows at several places, so the slice still finds it.
 */
const stride = process.env.CRASH_POINTS === 'every' ? 1 : 3;

/** Lives the journey with one fault at the n-th effect; n = -1: none. */
async function lived(right: Right, point: number, fault: FaultKind, deathAs = 'Sandbox.Timedout') {
  const effects: string[] = [];
  const world = createWorld({
    seed: right,
    sweepEveryHours: 2,
    deathAs: () => deathAs,
    inject: ({ port, method, writes }, caller) => {
      if (!writes) return undefined;
      effects.push(`${caller} ${port}.${method}`);
      return effects.length - 1 === point ? fault : undefined;
    },
  });
  const id = await live(world, right);
  return { world, id, effects };
}

function duplicates(world: World): number {
  const all = world.mail.sent.map((letter) => `${letter.reference} ${letter.letterId}`);
  return all.length - new Set(all).size;
}

describe.each(rights.map((right, at) => [right, at] as const))(
  'F3 a death at the effects of a request for %s',
  (right, at) => {
    let calm: Awaited<ReturnType<typeof lived>>;
    beforeAll(async () => {
      calm = await lived(right, -1, 'crash-before');
    });

    test('the undisturbed life ends well', () => {
      expect(endOf(calm.world, calm.id)).toMatchObject({ status: 'closed', openTasks: [] });
      expect(calm.effects.length).toBeGreaterThan(20);
      expect(duplicates(calm.world)).toBe(0);
    });

    test.each(deaths)(
      'F1 F2 F44 %s: the same end, every vendor asked to the same effect, no chain broken',
      async (fault) => {
        const first = (at + deaths.indexOf(fault)) % stride;
        const expected = endOf(calm.world, calm.id);
        const wrong: string[] = [];
        for (let point = first; point < calm.effects.length; point += stride) {
          const { world, id } = await lived(right, point, fault);
          const where = `${fault} at ${point}, ${calm.effects[point]}`;
          const end = endOf(world, id);
          for (const field of Object.keys(expected) as (keyof typeof expected)[]) {
            if (JSON.stringify(end[field]) !== JSON.stringify(expected[field]))
              wrong.push(`${where}: ${field} ${JSON.stringify(end[field])}`);
          }
          if (firstBroken(await world.store.events(id)) !== -1) wrong.push(`${where}: chain`);
          // A letter may be doubled only where nobody can know that it went out.
          const ambiguous = (fault === 'crash-after' ? /mail\.send/ : /store\.replace/).test(
            calm.effects[point] ?? '',
          );
          if (duplicates(world) > (ambiguous ? 1 : 0)) wrong.push(`${where}: a letter twice`);
        }
        expect(wrong).toEqual([]);
      },
      240_000,
    );
  },
);

test('F3 a function that ran out of memory is tried again like one that ran out of time', async () => {
  const calm = await lived('consent-withdrawal', -1, 'crash-before');
  for (const point of [3, 10, Math.floor(calm.effects.length / 2)]) {
    const { world, id } = await lived('consent-withdrawal', point, 'crash-after', 'Lambda.Unknown');
    expect(endOf(world, id)).toEqual(endOf(calm.world, calm.id));
  }
});
