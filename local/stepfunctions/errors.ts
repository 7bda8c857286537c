// The error names of the States Language and how Retry and Catch match them.
import type { JsonObject } from './json.ts';

/** What a failed state reports; a Fail state may leave out either. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** The Error Output of the States Language. */
export function errorOutputOf({ error, cause }: Failure): JsonObject {
  return { ...(error !== undefined && { Error: error }), ...(cause !== undefined && { Cause: cause }) };
}

/** Thrown inside the interpreter; becomes the state's error, which Retry and Catch look at. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.error ?? 'state failed');
    this.failure = failure;
  }
}

/**
 * Throw this from `invoke` to choose error and cause exactly, for example a failure of the Lambda service itself
 * (`Lambda.TooManyRequestsException`, `Lambda.ServiceException`, `Lambda.SdkClientException` ...).
 */
export class InvocationFailure extends Error {
  override readonly name = 'InvocationFailure';
  readonly failure: Failure;

  constructor(error: string, cause?: string) {
    super(error);
    this.failure = cause === undefined ? { error } : { error, cause };
  }
}

/** The names that the States Language reserves; any other name that starts with `States.` is refused when loading. */
export const RESERVED_ERRORS = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/** Whether a retrier or catcher with these names takes this error (Step Functions guide, "Error names"). */
export function matches(errorEquals: readonly string[], error: string | undefined): boolean {
  if (error === 'States.Runtime') return false;
  for (const name of errorEquals) {
    if (name === error) return true;
    if (name === 'States.Timeout' && error === 'States.HeartbeatTimeout') return true;
    if (error === 'States.DataLimitExceeded') continue;
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed' && error !== 'States.Timeout') return true;
  }
  return false;
}

/** The error that a thrown value of a function becomes: Lambda's own shape, so that ASL sees the error's name. */
export function failureOfThrown(thrown: unknown): Failure {
  if (thrown instanceof InvocationFailure) return thrown.failure;
  if (thrown instanceof Error) {
    if (thrown.name.startsWith('Lambda.')) return { error: thrown.name, cause: thrown.message };
    const cause = { errorType: thrown.name, errorMessage: thrown.message, trace: [] };
    return { error: thrown.name, cause: JSON.stringify(cause) };
  }
  const cause = { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { error: 'Lambda.Unknown', cause: JSON.stringify(cause) };
}
