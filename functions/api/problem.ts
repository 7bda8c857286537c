import type { Context } from 'hono';
import * as v from 'valibot';

/** RFC 9457 problems: the `type` is stable and the same for a kind of mistake; the failing fields are named; nothing sent is repeated. */
export const problemTypes = {
  'invalid-input': [400, 'Something in the request is not as it should be'],
  'invalid-json': [400, 'The body is not readable JSON'],
  'not-signed-in': [401, 'Sign in first'],
  'not-allowed': [403, 'You may not do this'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'This address does not take this method'],
  conflict: [409, 'Somebody else was first'],
  gone: [410, 'This code or link is not valid, or not any more'],
  'version-changed': [412, 'The case has changed since you read it'],
  'body-too-large': [413, 'The body is larger than 64 KiB'],
  'unsupported-media-type': [415, 'Send application/json'],
  'key-reused': [422, 'This idempotency key was used for a different request'],
  refused: [422, 'The law or the order of steps does not allow this'],
  'version-required': [428, 'Say with If-Match which version you decided on'],
  'too-many-requests': [429, 'Too many tries; wait a while'],
  unavailable: [503, 'Try again shortly'],
  internal: [500, 'Something went wrong on our side'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemType = keyof typeof problemTypes;

export interface FieldError {
  readonly field: string;
  readonly code: string;
}

export interface Problem {
  readonly type: ProblemType;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

/** Thrown anywhere below an API route, answered at its edge. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.type);
    this.problem = problem;
  }
}

export function problemResponse(c: Context, problem: Problem): Response {
  const [status, title] = problemTypes[problem.type];
  if (problem.retryAfterSeconds !== undefined) c.header('Retry-After', String(problem.retryAfterSeconds));
  return c.body(
    JSON.stringify({
      type: `/problems/${problem.type}`,
      title,
      status,
      ...(problem.detail === undefined ? {} : { detail: problem.detail }),
      ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    }),
    status,
    { 'Content-Type': 'application/problem+json' },
  );
}

/** Reads a value by a schema or throws the problem that names every failing field. */
export function readInput<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new ApiProblem({ type: 'invalid-input', errors: fieldErrors(parsed.issues) });
}

export function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  return issues.map((issue) => ({
    field: issue.path?.map((part) => String(part.key)).join('.') || 'body',
    code: codeOf(issue),
  }));
}

// Our own rules name their code as message; valibot's own messages quote what was sent, so they are replaced.
function codeOf(issue: v.BaseIssue<unknown>): string {
  if (/^[a-z-]+$/.test(issue.message)) return issue.message;
  if (issue.type === 'strict_object') return issue.expected === 'never' ? 'unknown-field' : 'missing';
  return issue.received === 'undefined' ? 'missing' : 'wrong-type';
}
