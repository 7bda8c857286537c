import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bundleFunctions } from '../../infra/bundle.ts';
import { functionNames } from '../../infra/functions.ts';
import { createEdition } from '../../local/edition.ts';

const run = promisify(execFile);

async function inTemporary<Answer>(work: (directory: string) => Promise<Answer>): Promise<Answer> {
  const directory = mkdtempSync(join(tmpdir(), 'rights-desk-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Slowest first; between them lies what twelve vendors differ by. In ms. */
const vendorMs = (at: number): number => 600 + at * 100;

/** From the first search to the wait for the decision, over the slowest search. Every vendor answers by a pace of its own, in real time. */
export async function fanOutRatio(): Promise<number> {
  return inTemporary(async (dataDir) => {
    let seen = 0;
    let slowest = 0;
    let firstAt = Number.POSITIVE_INFINITY;
    let decisionAt = 0;
    const edition = await createEdition({
      dataDir,
      async around({ function: name }, proceed) {
        if (name === 'await-decision') decisionAt ||= performance.now();
        if (name !== 'find-at-processor') return proceed();
        const startedAt = performance.now();
        firstAt = Math.min(firstAt, startedAt);
        seen += 1;
        await sleep(vendorMs(seen));
        const answer = await proceed();
        slowest = Math.max(slowest, performance.now() - startedAt);
        return answer;
      },
    });
    try {
      const post = async (path: string, body: object) => {
        const answer = await fetch(edition.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        // The API's document of a submission; a verification's is not looked into.
        const read: { submitted: { reference: string }[] } = JSON.parse(await answer.text());
        await edition.settle();
        return read;
      };
      const { submitted } = await post('/api/requests', {
        email: 'ada@example.com',
        rights: ['erasure'],
        language: 'en',
      });
      const code = /\b(\d{6})\b/.exec(edition.outbox().at(-1)?.text ?? '')?.[1];
      await post('/api/verifications', { reference: submitted[0]?.reference, code });
      if (decisionAt === 0) throw new Error('the search did not end');
      return (decisionAt - firstAt) / slowest;
    } finally {
      await edition.stop();
    }
  });
}

/** Node without its compilers' timing and helper threads: the same instructions again, within a few tenths of a percent. */
const fixedFlags = ['--single-threaded', '--predictable', '--jitless'];

/** Instructions until each bundle is loaded, beyond those of an empty Node. Undefined where valgrind is not installed. */
export async function initInstructions(
  names: readonly string[],
): Promise<Record<string, number> | undefined> {
  const there = await run('valgrind', ['--version']).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  return inTemporary(async (directory) => {
    await bundleFunctions(functionNames, directory);
    const empty = join(directory, 'empty.mjs');
    writeFileSync(empty, '');
    const floor = await instructions(empty);
    const counted: Record<string, number> = {};
    for (const name of names)
      counted[name] = (await instructions(join(directory, name, 'index.mjs'))) - floor;
    return counted;
  });
}

async function instructions(file: string): Promise<number> {
  const { stderr } = await run('valgrind', [
    '--tool=callgrind',
    '--callgrind-out-file=/dev/null',
    process.execPath,
    ...fixedFlags,
    file,
  ]);
  const counted = /Collected\s*:\s*(\d+)/.exec(stderr)?.[1];
  if (!counted) throw new Error('callgrind gave no count');
  return Number(counted);
}

export interface EngineRates {
  readonly inMemory: number;
  readonly durable: number;
  readonly heapPerWaiting: number;
}

/** The engine's own bench, in a process of its own. */
export async function engineRates(): Promise<EngineRates> {
  const { stdout } = await run(process.execPath, ['local/run.mjs', 'test/bench/engine.bench.ts']);
  const of = (label: RegExp): number => {
    const line = stdout.split('\n').find((one) => label.test(one)) ?? '';
    const value = /\s(-?\d+) (?:transitions|bytes)/.exec(line)?.[1];
    if (value === undefined) throw new Error(`the engine's bench has no line ${label}`);
    return Number(value);
  };
  return {
    inMemory: of(/in memory, without history/),
    durable: of(/50 at a time/),
    heapPerWaiting: of(/heap per waiting/),
  };
}

/** Whole lives of requests in a minute, by `npm run simulate`; whether an invariant broke is for its own tests to say. */
export async function simulatedPerMinute(cases: number): Promise<number> {
  const args = ['local/run.mjs', 'local/commands/simulate.ts', '--cases', String(cases), '--json'];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, (_error, text) => resolve(text));
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error('the simulation gave no numbers');
  const whole: { cases: number; seconds: number } = JSON.parse(last);
  return Math.round((whole.cases / whole.seconds) * 60);
}

export interface Start {
  /** Until the first page has been answered, in seconds. */
  readonly seconds: number;
  /** Resident memory of all its processes, in MB. */
  readonly megabytes: number;
  /** The form as it travels, in bytes, with all that it loads. */
  readonly pageBytes: number;
  /** Of the form, once everything is warm, in ms. */
  readonly firstByteMs: number;
}

export async function startOfEdition(): Promise<Start> {
  return inTemporary(async (dataDir) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['local/start.mjs'], {
      env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stdout.on('data', (part) => {
          text += part;
          const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
          if (found) resolve(found);
        });
        child.once('exit', () => reject(new Error('the edition did not start')));
      });
      const page = await (await fetch(`${url}/`)).text();
      const seconds = (performance.now() - startedAt) / 1000;
      const megabytes = residentBytes(child.pid ?? 0) / 1e6;
      const assets = [
        ...new Set([...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)),
      ];
      let pageBytes = page.length;
      for (const path of assets) pageBytes += (await (await fetch(`${url}${path}`)).arrayBuffer()).byteLength;
      const times: number[] = [];
      for (let time = 0; time < 20; time += 1) {
        const askedAt = performance.now();
        const answer = await fetch(`${url}/`);
        times.push(performance.now() - askedAt);
        await answer.arrayBuffer();
      }
      return { seconds, megabytes, pageBytes, firstByteMs: times.sort((a, b) => a - b)[10] ?? 0 };
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  });
}

/** Of a process and all that it has started, from /proc; 0 on systems without it. */
function residentBytes(pid: number): number {
  if (!existsSync('/proc/self/status')) return 0;
  const processes = readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return [{ pid: Number(entry), parent: field('PPid'), rss: field('VmRSS') * 1024 }];
    } catch {
      // Ended between the listing and the reading.
      return [];
    }
  });
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const one of processes)
      if (family.has(one.parent) && !family.has(one.pid)) {
        family.add(one.pid);
        grown = true;
      }
  }
  return processes.filter((one) => family.has(one.pid)).reduce((sum, one) => sum + one.rss, 0);
}
