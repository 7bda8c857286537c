import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { measureBurst } from '../../test/load/burst.ts';
import { measureSweep } from '../../test/load/sweep.ts';
import { measureWaiting } from '../../test/load/waiting.ts';

/**
 * `npm run load`: a burst at the form, many requests that wait at once, the sweep over a large table. All on loopback, bounded in number, and
 * over when it is done. Ends with 1 when anything was lost, doubled or late; times are printed and never judged.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      burst: { type: 'string', default: '2000' },
      'at-once': { type: 'string', default: '50' },
      waiting: { type: 'string', default: '10000' },
      rows: { type: 'string', default: '100000' },
      overdue: { type: 'string', default: '2000' },
    },
  });
  // So that the heap is measured without what nobody holds any more.
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc');
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const ms = (value: number) => `${Math.round(value)} ms`;

  const burst = await measureBurst(Number(values.burst), Number(values['at-once']));
  say(
    `burst: ${burst.submissions} submissions, ${values['at-once']} at once: ${burst.taken} taken, ${burst.heldBack} held back (429), ${burst.other} other answers, ${burst.cut} connections cut`,
  );
  say(
    `  answered within ${ms(burst.p50)} (median), ${ms(burst.p99)} (p99); ${Math.round(burst.perSecond)} a second; ${burst.rows} requests stand, ${burst.lost} lost`,
  );
  say(`  memory of the whole edition: ${(burst.bytesPerCase / 1024).toFixed(1)} kB for each that waits`);

  const waiting = await measureWaiting(Number(values.waiting));
  say(
    `waiting: ${waiting.cases} requests, ${waiting.executions} executions at once; ${(waiting.heapBytesPerCase / 1024).toFixed(1)} kB of heap for each, its rows included`,
  );
  say(`  ${waiting.letters} reminders in 13 days, the furthest ${waiting.worstDriftMs} ms from its due time`);

  const sweep = await measureSweep(Number(values.rows), Number(values.overdue));
  const working = sweep.runs.filter((run) => run.seen > 0);
  const longest = Math.max(...sweep.runs.map((run) => run.seconds));
  say(
    `sweep: ${sweep.rows} rows, ${sweep.overdue} overdue: ${working.length} runs of at most ${Math.max(...working.map((run) => run.seen))}, the longest ${longest.toFixed(1)} s; ${sweep.missed} missed, ${sweep.twice} twice`,
  );
  for (const [name, run] of [
    ['first run', sweep.runs[0]],
    ['idle run', sweep.runs.at(-1)],
  ] as const)
    say(
      `  ${name}: ${Object.entries(run?.calls ?? {})
        .map(([command, count]) => `${command.replace('Command', '')} ${count}`)
        .join(', ')}`,
    );

  const lost = burst.lost + burst.other + sweep.missed + sweep.twice;
  return lost === 0 && burst.rows === burst.taken && waiting.worstDriftMs <= 1000 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
