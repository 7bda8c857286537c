import type { Context } from 'hono';
import { ApiProblem } from './problem.ts';

/** The version that a write was decided on. Every write names it (RFC 9110 If-Match; 428 without). */
export function expectedVersion(c: Context): number | 'any' {
  const header = c.req.header('if-match')?.trim();
  if (!header) throw new ApiProblem({ type: 'version-required' });
  if (header === '*') return 'any';
  const tag = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (tag === undefined) throw new ApiProblem({ type: 'version-changed' });
  return Number(tag);
}
