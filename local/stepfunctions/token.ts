// Task tokens: opaque to callers, but they say by themselves which task they answer.
import { isObject } from './json.ts';

export interface TaskToken {
  readonly executionArn: string;
  readonly threadId: number;
  readonly attempt: number;
  readonly nonce: string;
}

/** URL-safe text; unguessable as far as `nonce` is. */
export function tokenOf(executionArn: string, threadId: number, attempt: number, nonce: string): string {
  return Buffer.from(JSON.stringify({ e: executionArn, t: threadId, a: attempt, n: nonce })).toString(
    'base64url',
  );
}

/** Undefined for what was never a token of this engine. */
export function parseToken(text: string): TaskToken | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { e, t, a, n } = value;
  if (typeof e !== 'string' || typeof t !== 'number' || typeof a !== 'number' || typeof n !== 'string')
    return undefined;
  return { executionArn: e, threadId: t, attempt: a, nonce: n };
}
