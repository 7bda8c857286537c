import * as v from 'valibot';
import type { Item } from './codec.ts';
import { translate } from './table.ts';

/** Where a list goes on; opaque to callers. */
export const encodeCursor = (key: Item): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const cursorKey = v.record(v.string(), v.strictObject({ S: v.string() }));

/** A cursor comes from outside: one that DynamoDB cannot start from is the caller's mistake, not ours. */
export async function fromCursor<Answer>(cursor: string | undefined, call: Promise<Answer>): Promise<Answer> {
  try {
    return await translate(call);
  } catch (error) {
    if (cursor !== undefined && error instanceof Error && error.name === 'ValidationException')
      throw new InvalidCursor('not a cursor of this list');
    throw error;
  }
}

class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export function decodeCursor(cursor: string): Item {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const parsed = v.safeParse(cursorKey, key);
    if (parsed.success) return parsed.output;
  } catch {
    // Falls through to the same answer as a well-formed text that is no cursor.
  }
  throw new InvalidCursor('not a cursor of this list');
}
