import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** This machine's edition as `npm start` runs it: a process of its own that can be stopped, and killed. */
export interface EditionProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The body of an answer that must be a success. */
  json<Body>(path: string, init?: RequestInit): Promise<Body>;
  advance(duration: string): Promise<void>;
  /** What it has written to its terminal. */
  output(): string;
  /** It and its children, with resident memory in bytes. */
  processes(): { readonly pid: number; readonly command: string; readonly rss: number }[];
  /** SIGKILL: resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM: resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface EditionProcessOptions {
  readonly dataDir: string;
  /** Default: a free one. A restart that must answer on the old links takes the old port. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const readyWithinMs = 20_000;

/** Rejects with the process's own words when it ends before it serves. */
export async function startEditionProcess(options: EditionProcessOptions): Promise<EditionProcess> {
  const child = spawn(process.execPath, [join(process.cwd(), 'local', 'start.mjs')], {
    env: { ...process.env, PORT: String(options.port ?? 0), DATA_DIR: options.dataDir, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const url = await untilServing(child, ended, () => output);
  const pid = child.pid ?? 0;
  const ask = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);

  async function json<Body>(path: string, init?: RequestInit): Promise<Body> {
    const answer = await ask(path, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  return {
    url,
    port: Number(new URL(url).port),
    pid,
    ask,
    json,
    async advance(duration) {
      await json('/local/clock', { method: 'POST', body: JSON.stringify({ advance: duration }) });
    },
    output: () => output,
    processes: () => familyOf(pid),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function untilServing(
  child: ChildProcess,
  ended: Promise<number | null>,
  output: () => string,
): Promise<string> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const giveUp = Date.now() + readyWithinMs;
  while (Date.now() < giveUp) {
    const url = /Rights desk on (http:\/\/127\.0\.0\.1:\d+)/.exec(output())?.[1];
    if (url) return url;
    if (isOver) throw new EditionEnded(output());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.kill('SIGKILL');
  throw new EditionEnded(`did not serve within ${readyWithinMs} ms\n${output()}`);
}

export class EditionEnded extends Error {
  override readonly name = 'EditionEnded';
}

/** A folder for one edition's data, under the system's folder for such things. */
export function dataFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rights-desk-process-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly rss: number;
}

function familyOf(root: number) {
  const all = allProcesses();
  const family = all.filter(({ pid }) => pid === root);
  // Children come into the list while it is walked, and theirs after them.
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family.map(({ pid, command, rss }) => ({ pid, command, rss }));
}

/** Running processes whose command line holds this text. */
export function processesWith(text: string): number[] {
  return allProcesses()
    .filter(({ command }) => command.includes(text))
    .map(({ pid }) => pid);
}

export function isRunning(pid: number): boolean {
  return allProcesses().some((one) => one.pid === pid);
}

function allProcesses(): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const number = (field: string) =>
          Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // A dead process that nobody has asked after is no longer running.
        if (/^State:\s+Z/m.test(status)) return [];
        return [{ pid: Number(name), parent: number('PPid'), command, rss: number('VmRSS') * 1024 }];
      } catch {
        return [];
      }
    });
}
