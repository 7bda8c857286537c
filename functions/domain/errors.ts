/**
 * Four families. The name string is the interface: the state machine's Retry and Catch match on it, and a literal survives the minifier.
 * Codes are from closed sets and never hold personal data or a vendor's words.
 */
class CodedError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** May work later: retried by the state machine with back-off. `retryAfterMs` is what the other side asked for. */
export class TransientError extends CodedError {
  override readonly name = 'TransientError';
  readonly retryAfterMs: number | undefined;
  constructor(code: string, retryAfterMs?: number) {
    super(code);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Will not work again by itself: ends in a task for staff. */
export class PermanentError extends CodedError {
  override readonly name = 'PermanentError';
}

/** An answer that we do not trust (unknown shape, another person's record, too large): not used, kept from everything, told to staff. */
export class QuarantineError extends CodedError {
  override readonly name = 'QuarantineError';
}

/** Somebody else changed the row first: read again and converge. */
export class ConflictError extends CodedError {
  override readonly name = 'ConflictError';
}

/** The domain refuses: the asked-for change would be unlawful or out of order. */
export class RefusedByDomain extends CodedError {
  override readonly name = 'RefusedByDomain';
}

/** Input that no retry mends. `field` is the path of the first failing field where there is one. */
export class InvalidInput extends CodedError {
  override readonly name = 'InvalidInput';
  readonly field: string | undefined;
  constructor(code: string, field?: string) {
    super(code);
    this.field = field;
  }
}

/** Configuration that a person must mend before this part can run. */
export class ConfigurationError extends CodedError {
  override readonly name = 'ConfigurationError';
}

/** The names of all of them: of these, and of no other error, the message is a code. */
export const codedErrors = [
  'TransientError',
  'PermanentError',
  'QuarantineError',
  'ConflictError',
  'RefusedByDomain',
  'InvalidInput',
  'ConfigurationError',
] as const;
