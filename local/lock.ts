import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
}

const holder = v.object({ pid: v.number(), started: v.string() });

/**
 * Two editions on one folder would each keep half of the truth in memory. The lock names the process that holds it; one left by a
 * killed process is taken over. Returns what frees it.
 */
export function lockDataDir(file: string): () => void {
  if (existsSync(file)) {
    const parsed = v.safeParse(holder, parseJson(readFileSync(file, 'utf8')));
    if (parsed.success && isRunning(parsed.output)) {
      throw new DataDirInUse(
        `another edition (process ${parsed.output.pid}) uses this data folder; stop it, or choose another with DATA_DIR`,
      );
    }
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  return () => rmSync(file, { force: true });
}

function isRunning({ pid, started }: v.InferOutput<typeof holder>): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // The number may belong to another process by now; its time of start tells.
  return startOf(pid) === started;
}

/** Linux: the process's start in clock ticks since boot. Elsewhere unknown, which leaves the number alone to decide. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
