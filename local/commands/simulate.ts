import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Simulated, simulate } from '../../test/simulation/simulate.ts';

/**
 * `npm run simulate -- --cases 10000 --seed 7`: whole lives of requests, more than a year each, with faults at every call to the world.
 * Prints one line per broken invariant with the command that repeats it, and ends with 1 if there was any.
 */

/** Requests that share one world: enough to get in each other's way, few enough to be read when one goes wrong. */
const casesPerWorld = 25;

interface Job {
  readonly seed: number;
  readonly cases: number;
  readonly faultRate: number | undefined;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string' },
      faults: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const cases = numberOf('cases', values.cases);
  const seed = numberOf('seed', values.seed);
  const faultRate = values.faults === undefined ? undefined : Number(values.faults);
  const workers =
    values.workers === undefined ? Math.min(cpus().length, 8) : numberOf('workers', values.workers);

  const jobs: Job[] = [];
  for (let done = 0; done < cases; done += casesPerWorld)
    jobs.push({ seed: seed + jobs.length, cases: Math.min(casesPerWorld, cases - done), faultRate });
  const startedAt = performance.now();
  const results: Simulated[] = [];
  let next = 0;

  function employ(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(process.argv[1] ?? '', { workerData: 'simulate', argv: [] });
      const give = () => {
        const job = jobs[next];
        next += 1;
        if (job) worker.postMessage(job);
        else void worker.terminate();
      };
      worker.on('message', (result: Simulated) => {
        results.push(result);
        for (const { invariant, reference, what, at } of result.broken)
          process.stdout.write(
            `BROKEN ${invariant} ${reference} at ${at}: ${what} (repeat: npm run simulate -- --cases ${casesPerWorld} --seed ${result.seed})\n`,
          );
        if (results.length % 20 === 0) progress(results, jobs.length, startedAt);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      give();
    });
  }

  Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, employ)).then(
    () => {
      const whole = summaryOf(results, (performance.now() - startedAt) / 1000);
      process.stdout.write(values.json ? `${JSON.stringify(whole)}\n` : `${textOf(whole)}\n`);
      process.exitCode = whole.broken > 0 || results.length < jobs.length ? 1 : 0;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`--${name} takes a whole number above zero\n`);
  process.exit(2);
}

function progress(results: readonly Simulated[], worlds: number, startedAt: number): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`${results.length} of ${worlds} worlds, ${seconds} s\n`);
}

function summaryOf(results: readonly Simulated[], seconds: number) {
  const sum = (of: (one: Simulated) => number) => results.reduce((total, one) => total + of(one), 0);
  const outcomes: Record<string, number> = {};
  for (const one of results)
    for (const [name, count] of Object.entries(one.outcomes)) outcomes[name] = (outcomes[name] ?? 0) + count;
  return {
    cases: sum((one) => one.cases),
    closed: sum((one) => one.closed),
    outcomes,
    faults: sum((one) => one.faults),
    letters: sum((one) => one.letters),
    bounces: sum((one) => one.bounces),
    complaints: sum((one) => one.complaints),
    copies: sum((one) => one.copies),
    calls: sum((one) => one.invocations),
    broken: sum((one) => one.broken.length),
    seconds: Math.round(seconds * 10) / 10,
  };
}

function textOf(whole: ReturnType<typeof summaryOf>): string {
  const outcomes = Object.entries(whole.outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  return [
    `${whole.cases} requests lived through, ${whole.closed} closed (${outcomes})`,
    `${whole.calls} calls of functions, ${whole.faults} faults, ${whole.seconds} s`,
    `${whole.letters} letters, ${whole.bounces} came back, ${whole.complaints} unwanted; ${whole.copies} copies fetched`,
    whole.broken === 0 ? 'no invariant was broken' : `${whole.broken} invariants were broken`,
  ].join('\n');
}

function work(): void {
  parentPort?.on('message', (job: Job) => {
    const { faultRate, ...rest } = job;
    simulate({ ...rest, ...(faultRate === undefined ? {} : { faultRate }) }).then(
      (result) => parentPort?.postMessage(result),
      (error: unknown) => {
        throw error;
      },
    );
  });
}

if (isMainThread) main();
else if (workerData === 'simulate') work();
