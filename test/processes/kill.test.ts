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

async function undisturbed(): Promise<EndState[]> {
  const data = dataFolder();
  const edition = await startEditionProcess({ dataDir: data.path });
  try {
    return await walkAll(
      () => edition,
      async (error) => {
        throw error;
      },
    );
  } finally {
    await edition.kill();
    data.remove();
  }
}

async function walkAll(
  edition: () => EditionProcess,
  onFailure: (error: unknown) => Promise<void>,
): Promise<EndState[]> {
  const ends: EndState[] = [];
  for (const journey of journeys()) {
    await walk(edition, journey, onFailure);
    ends.push(await endStateOf(edition(), journey));
  }
  return ends;
}

/** Walks the same journeys while the edition is killed again and again, at moments that the seed chooses. */
async function killed(seed: number, times: number): Promise<{ ends: EndState[]; kills: number }> {
  const random = seeded(seed);
  const data = dataFolder();
  let edition = await startEditionProcess({ dataDir: data.path });
  let kills = 0;
  let restarting: Promise<void> | undefined;
  let over = false;

  async function restart(): Promise<void> {
    await edition.kill();
    kills++;
    edition = await startEditionProcess({ dataDir: data.path, port: edition.port });
  }
  const killer = (async () => {
    while (kills < times && !over) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 500));
      if (over) return;
      restarting = restart();
      await restarting;
    }
  })();
  try {
    const ends = await walkAll(
      () => edition,
      async (error) => {
        if (!restarting && kills >= times) throw error;
        await restarting;
      },
    );
    over = true;
    await killer;
    return { ends, kills };
  } finally {
    over = true;
    await killer.catch(() => undefined);
    await edition.kill();
    data.remove();
  }
}

test('killed at random moments, the edition brings every case to the same end', async () => {
  const expected = await undisturbed();
  expect(expected.map(({ status }) => status)).toEqual(['closed', 'closed']);
  const { ends, kills } = await killed(7, 8);
  expect(kills).toBeGreaterThanOrEqual(4);
  expect(ends).toEqual(expected);
}, 120_000);
