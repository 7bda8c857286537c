import { ConflictError, TransientError } from './errors.ts';
import type { CaseStore } from './ports.ts';

/** How a system fared lately, for staff: counters by the hour, its last failure, and whether calls to it are held back at present. */
export interface ProcessorHealth {
  readonly failuresLast24h: number;
  readonly circuit: CircuitState;
  /** `at` is an RFC 3339 instant; `code` is from a closed set, never a vendor's words. */
  readonly lastFailure?: { readonly at: string; readonly code: string };
}

export const circuitStates = ['closed', 'open', 'probing'] as const;
export type CircuitState = (typeof circuitStates)[number];

const hourMs = 3_600_000;
/** The last failure is of use for about as long as a case takes. */
const rememberedMs = 60 * 24 * hourMs;
/** An instance that died with its circuit open says nothing more; one that lives renews this with every probe. */
const circuitHeardMs = hourMs / 4;

const counterOf = (processor: string) => `failures.${processor}`;
const lastFailureKey = (processor: string) => `last-failure.${processor}`;
const circuitKey = (processor: string) => `circuit.${processor}`;
const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
const instantOf = (ms: number) => new Date(ms).toISOString();

/** Writes down a failed operation. What is only for showing must never stop the work, so a store that cannot is passed over. */
export async function noteFailure(
  store: Pick<CaseStore, 'count' | 'replace'>,
  processor: string,
  code: string,
  nowMs: number,
): Promise<void> {
  await unlessUnavailable(async () => {
    await store.count(counterOf(processor), {
      key: hourOf(nowMs),
      expiresAt: instantOf(nowMs + 26 * hourMs),
    });
    await store.replace({
      key: lastFailureKey(processor),
      value: `${instantOf(nowMs)} ${code}`,
      expiresAt: instantOf(nowMs + rememberedMs),
    });
  });
}

/** Writes down that calls to a system are held back, tried again or free; each instance of a function has a circuit of its own. */
export async function noteCircuit(
  store: Pick<CaseStore, 'replace'>,
  processor: string,
  state: CircuitState,
  nowMs: number,
): Promise<void> {
  await unlessUnavailable(() =>
    store.replace({
      key: circuitKey(processor),
      value: state,
      expiresAt: instantOf(nowMs + circuitHeardMs),
    }),
  );
}

export async function readHealth(
  store: Pick<CaseStore, 'counted' | 'claimed'>,
  processor: string,
  nowMs: number,
): Promise<ProcessorHealth> {
  const now = instantOf(nowMs);
  const [failuresLast24h, failure, circuit] = await Promise.all([
    store.counted(counterOf(processor), hourOf(nowMs - 24 * hourMs)),
    store.claimed(lastFailureKey(processor), now),
    store.claimed(circuitKey(processor), now),
  ]);
  const [at, code] = failure?.split(' ') ?? [];
  return {
    failuresLast24h,
    circuit: circuitStates.find((state) => state === circuit) ?? 'closed',
    ...(at !== undefined && code !== undefined ? { lastFailure: { at, code } } : {}),
  };
}

async function unlessUnavailable(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof TransientError || error instanceof ConflictError)) throw error;
  }
}
