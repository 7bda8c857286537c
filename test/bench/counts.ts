import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleSize, bundleFunctions } from '../../infra/bundle.ts';
import { callsOf } from '../../infra/cost/cost-page.ts';
import { measureAll } from '../../infra/cost/measure.ts';
import { measuredRights, type UsageByRight } from '../../infra/cost/usage.ts';
import { functionNames } from '../../infra/functions.ts';
import { createEdition } from '../../local/edition.ts';
import { machineNames, productMachines } from '../../local/machines.ts';
import { createEngine } from '../../local/stepfunctions/engine.ts';
import { createMemoryStore } from '../../local/stepfunctions/store-memory.ts';

/** What does not depend on the machine: the same sources give the same counts. */
export interface Counts {
  readonly usage: UsageByRight;
  readonly bundles: readonly BundleSize[];
  /** Calls to AWS that wait for one another while a new request is taken in. */
  readonly intakeRoundTrips: number;
  /** Events of one execution whose every call fails as often as its Retry allows. */
  readonly worstHistory: number;
}

export async function countAll(): Promise<Counts> {
  return {
    usage: await measureAll(),
    bundles: await bundleSizes(),
    intakeRoundTrips: await intakeRoundTrips(),
    worstHistory: await countWorstHistory(),
  };
}

/** One line for each count, for comparing with the baseline. */
export function flat(counts: Counts): Readonly<Record<string, number>> {
  const lines: Record<string, number> = {
    intakeRoundTrips: counts.intakeRoundTrips,
    worstHistory: counts.worstHistory,
  };
  for (const right of measuredRights) {
    const usage = counts.usage[right];
    lines[`${right}.transitions`] = usage.transitions;
    lines[`${right}.historyEvents`] = usage.historyEvents;
    lines[`${right}.calls`] = callsOf(usage);
    lines[`${right}.writeUnits`] = usage.writeUnits;
    lines[`${right}.readUnits`] = usage.readUnits;
    lines[`${right}.s3Writes`] = usage.s3Writes;
    lines[`${right}.mails`] = usage.mails;
  }
  for (const { name, atStart, whole } of counts.bundles) {
    lines[`bundle.${name}`] = atStart;
    lines[`bundle.${name}.whole`] = whole;
  }
  return lines;
}

async function inTemporary<Answer>(work: (directory: string) => Promise<Answer>): Promise<Answer> {
  const directory = mkdtempSync(join(tmpdir(), 'rights-desk-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const bundleSizes = (): Promise<readonly BundleSize[]> =>
  inTemporary(async (directory) => (await bundleFunctions(functionNames, directory)).sizes);

interface Call {
  readonly startedAt: number;
  endedAt: number;
}

/** The longest chain of calls of which each began after the one before had ended, in a warm function. */
async function intakeRoundTrips(): Promise<number> {
  return inTemporary(async (dataDir) => {
    const within = new AsyncLocalStorage<Map<unknown, Call>>();
    let calls = new Map<unknown, Call>();
    const edition = await createEdition({
      dataDir,
      around: ({ function: name }, proceed) =>
        name === 'public-api' ? within.run(calls, proceed) : within.exit(proceed),
    });
    // Both channels carry the request by Node's documentation.
    const begin = (message: unknown) => {
      const { request } = message as { request: object };
      within.getStore()?.set(request, { startedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY });
    };
    const finish = (message: unknown) => {
      const { request } = message as { request: object };
      const call = calls.get(request);
      if (call) call.endedAt = performance.now();
    };
    subscribe('http.client.request.start', begin);
    subscribe('http.client.response.finish', finish);
    try {
      for (const address of ['first@example.com', 'second@example.com']) {
        calls = new Map();
        const answer = await fetch(`${edition.url}/api/requests`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: address, rights: ['access'], language: 'en' }),
        });
        if (answer.status !== 202) throw new Error(`intake answered ${answer.status}`);
        await edition.settle();
      }
      return chainOf([...calls.values()]);
    } finally {
      unsubscribe('http.client.request.start', begin);
      unsubscribe('http.client.response.finish', finish);
      await edition.stop();
    }
  });
}

function chainOf(calls: readonly Call[]): number {
  let length = 0;
  let freeAt = Number.NEGATIVE_INFINITY;
  for (const call of [...calls].sort((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt < freeAt) continue;
    length += 1;
    freeAt = call.endedAt;
  }
  return length;
}

class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** Twelve systems, one purge; each call fails until its Retry has one try left. */
export async function countWorstHistory(): Promise<number> {
  const processors = Array.from({ length: 12 }, (_, at) => `system-${at}`);
  let now = Date.parse('2026-03-05T09:00:00Z');
  let looks = 0;
  const failures = new Map<string, number>();
  const day = 86_400;
  const answers: Readonly<Record<string, () => object>> = {
    'plan-search': () => ({ processors, meanwhile: [], waitSeconds: day }),
    'begin-acting': () => ({
      processors: processors.slice(1),
      ownSystem: processors.slice(0, 1),
      workSeconds: day,
    }),
    answer: () => ({ next: 'await', waitSeconds: day }),
    'look-again': () => ({ waitSeconds: day }),
    'confirm-receipt': () => ({ waitSeconds: day }),
  };
  const wakes: Readonly<Record<string, () => object | undefined>> = {
    'await-identity': () => ({ next: 'find' }),
    'await-decision': () => ({ next: 'cool', waitSeconds: day }),
    'await-cooling-off': () => ({ next: 'act' }),
    'await-work': () => ({ next: 'answer' }),
    'await-purges': () => (looks++ === 0 ? undefined : { next: 'end' }),
  };
  const engine = createEngine({
    machines: productMachines(),
    async invoke(arn, payload) {
      const name = arn.split(':').at(-1) ?? '';
      const processor = isRecord(payload) ? payload.processor : undefined;
      const key = `${name} ${String(processor)} ${looks}`;
      const failed = failures.get(key) ?? 0;
      const mayFail = processor === undefined ? 8 : 12;
      if (failed < mayFail) {
        failures.set(key, failed + 1);
        throw new TransientError('out of order');
      }
      const told = wakes[name]?.();
      if (told && isRecord(payload) && typeof payload.token === 'string')
        await engine.sendTaskSuccess(payload.token, JSON.stringify(told));
      return answers[name]?.() ?? {};
    },
    clock: { now: () => now },
    store: createMemoryStore(),
    random: () => 0.5,
  });
  const requestId = '0123456789abcdefghjkmnpqrs';
  const { executionArn } = await engine.startExecution({
    machine: machineNames.rightsRequest,
    name: requestId,
    input: JSON.stringify({ requestId }),
  });
  for (let step = 0; step < 5000; step += 1) {
    await engine.idle();
    const { items } = await engine.history(executionArn, 1, true);
    if (items[0]?.type === 'ExecutionSucceeded') {
      await engine.stop();
      return items[0].id;
    }
    now = (await engine.nextDueAt()) ?? now;
    await engine.runDue();
  }
  throw new Error('the execution of the worst case did not end');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
