import { dataFolder, type EditionProcess, startEditionProcess } from './edition.ts';
import { type EndState, endStateOf, type Journey, walk } from './journey.ts';

const journeys = (): Journey[] => [
  { email: 'ada@example.com', right: 'erasure', key: 'journey-erasure' },
  { email: 'lin@example.com', right: 'objection', key: 'journey-objection' },
];

/** Repeatable randomness (mulberry32), so that a failure can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Walks the journeys while one step in three is hit by a kill -9 at a moment that the seed chooses. */
async function walkAll(options: { readonly seed: number; readonly kills: number }) {
  const random = seeded(options.seed);
  const data = dataFolder();
  let edition = await startEditionProcess({ dataDir: data.path });
  let kills = 0;

  async function killAfter(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await edition.kill();
    kills++;
  }

  async function step(take: (edition: EditionProcess) => Promise<boolean>): Promise<boolean> {
    if (kills >= options.kills || random() > 1 / 3) return take(edition);
    // The step fails, half done, wherever the kill meets it; or it is through before.
    const [taken] = await Promise.allSettled([take(edition), killAfter(random() * 250)]);
    edition = await startEditionProcess({ dataDir: data.path, port: edition.port });
    return taken.status === 'fulfilled' ? taken.value : true;
  }

  try {
    const ends: EndState[] = [];
    for (const journey of journeys()) {
      await walk(step, journey);
      ends.push(await endStateOf(edition, journey));
    }
    return { ends, kills };
  } finally {
    await edition.kill();
    data.remove();
  }
}

test('killed at random moments, the edition brings every case to the same end', async () => {
  const undisturbed = await walkAll({ seed: 1, kills: 0 });
  expect(undisturbed.ends.map(({ status }) => status)).toEqual(['closed', 'closed']);
  const killed = await walkAll({ seed: 7, kills: 8 });
  expect(killed.kills).toBe(8);
  expect(killed.ends).toEqual(undisturbed.ends);
}, 300_000);
