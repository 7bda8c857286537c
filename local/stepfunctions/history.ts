// Execution history in the shape of GetExecutionHistory.
import type { Failure } from './errors.ts';
import type { Json } from './json.ts';

/** An event; `timestamp` is in epoch milliseconds here and in seconds on the wire. Inputs and outputs are JSON text. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Record<string, unknown>;
}

export const HISTORY_LIMIT = 25_000;

/** Thrown when the next event would be the last one allowed; nothing catches it but the execution's end. */
export class HistoryLimitReached extends Error {
  override readonly name = 'HistoryLimitReached';
}

/** The fields for a JSON text, as AWS pairs them. */
export function textOf<K extends 'input' | 'output'>(key: K, value: Json): Record<string, unknown> {
  return { [key]: JSON.stringify(value), [`${key}Details`]: { truncated: false } };
}

/** `error` and `cause` cut to AWS's lengths (256 and 32,768 characters). */
export function failureFields({ error, cause }: Failure): Record<string, unknown> {
  return {
    ...(error !== undefined && { error: error.slice(0, 256) }),
    ...(cause !== undefined && { cause: cause.slice(0, 32_768) }),
  };
}
