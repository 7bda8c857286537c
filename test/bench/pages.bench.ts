import { openSite } from '../pages/site.ts';

/** First byte of the main pages from a warm edition: `node local/run.mjs test/bench/pages.bench.ts`. Fails above the limit at the median. */
const limitMs = 50;
const rounds = 60;

async function bench(): Promise<void> {
  const site = await openSite();
  try {
    const { reference, session } = await site.confirmed('grace@example.com', 'erasure');
    const staff = await site.desk.edition.staffCookie('officer');
    const pages = [
      ['/', ''],
      ['/help', ''],
      [`/requests/${reference}`, session],
      ['/staff', staff],
      [`/staff/requests/${reference}`, staff],
      ['/staff/reports', staff],
    ] as const;
    for (const [path, cookie] of pages) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const began = performance.now();
        const answer = await fetch(site.desk.edition.url + path, {
          headers: { cookie, accept: 'text/html' },
        });
        times.push(performance.now() - began);
        await answer.text();
      }
      times.sort((a, b) => a - b);
      const median = times[rounds / 2] ?? 0;
      const shown = path.replace(reference, '{reference}');
      process.stdout.write(
        `${shown.padEnd(32)} median ${median.toFixed(1)} ms, 95 % ${(times[Math.floor(rounds * 0.95)] ?? 0).toFixed(1)} ms\n`,
      );
      if (median > limitMs) process.exitCode = 1;
    }
  } finally {
    await site.stop();
  }
}

bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
