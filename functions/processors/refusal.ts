import { PermanentError, TransientError } from '../domain/errors.ts';
import type { HttpResponse } from './contract.ts';

/**
 * The error for an answer that the call did not expect. The vendor's own words stay out of it: they may quote the subject.
 * The HTTP client has already dealt with 429 and 5xx; a client that did not gets the same families here.
 */
export function refusalOf(response: HttpResponse): PermanentError | TransientError {
  switch (response.status) {
    case 401:
      return new PermanentError('credentials-refused');
    case 403:
      return new PermanentError('access-refused');
    case 404:
      return new PermanentError('not-found');
    case 408:
    case 409:
    case 425:
    case 429:
      return new TransientError('try-later');
    default:
      return response.status >= 500 ? new TransientError('unavailable') : new PermanentError('rejected');
  }
}
