import { PermanentError, QuarantineError, TransientError } from '../domain/errors.ts';
import { urlOf } from '../domain/transmission-target.ts';
import { type CircuitView, createCircuit } from './circuit.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './contract.ts';
import { createGate } from './gate.ts';

const defaultTimeoutMs = 20_000;
const defaultMaxBytes = 5 * 1024 * 1024;
/** Waits inside one call stay short: a Lambda that sleeps is paid for, and the state machine waits for nothing. */
const longestWaitMs = 5_000;
/** What a vendor may ask us to stay away at most; a larger wish is a mistake or an attack on the deadline. */
const longestRetryAfterMs = 6 * 3_600_000;
const attempts = 3;

export interface ObservableHttpClient extends HttpClient {
  /** For staff and metrics: whether this processor is being called at all. */
  circuit(): CircuitView;
}

export interface HttpClientOptions {
  readonly processor: string;
  /** The only origins that may be called. */
  readonly origins: readonly string[];
  readonly limits: { readonly concurrency: number; readonly perSecond: number };
  /** Epoch milliseconds; a virtual clock in the local edition. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly fetch?: typeof fetch;
  readonly onCircuitChange?: (processor: string, view: CircuitView) => void;
}

/**
 * The one way out to a vendor (contract.ts `HttpClient`). Gives the answer whatever its status is, except: 429 and 5xx that outlast the
 * retries (`TransientError` `rate-limited` or `unavailable`, with the vendor's wish in `retryAfterMs`), lost connections and time-outs
 * (`TransientError` `connection-lost`, `timeout`), a processor that has just failed again and again (`TransientError` `circuit-open`),
 * redirects (`PermanentError` `redirected`), hosts outside the configuration (`PermanentError` `host-not-allowed`) and bodies over the
 * cap (`QuarantineError` `response-too-large`).
 */
export function createHttpClient(options: HttpClientOptions): ObservableHttpClient {
  const origins = new Set(options.origins.map((origin) => new URL(origin).origin));
  const gate = createGate({ ...options.limits, sleep: options.sleep });
  const circuit = createCircuit({
    now: options.now,
    onChange: (view) => options.onCircuitChange?.(options.processor, view),
  });
  const send = options.fetch ?? fetch;

  /** One attempt: what came back, or why nothing usable did. */
  async function attempt(request: HttpRequest): Promise<Attempt> {
    circuit.enter();
    const release = await gate.enter();
    try {
      const response = await exchange(send, request);
      if (response.status === 429) {
        // A vendor that limits us is alive: the circuit is for those that are not.
        circuit.succeed();
        return failed('rate-limited', true, retryAfterOf(response, options.now()));
      }
      if (response.status >= 500 || response.status === 408) {
        circuit.fail();
        // 503 with Retry-After says that the request was turned away; other 5xx may have done their work.
        const wish = retryAfterOf(response, options.now());
        return failed('unavailable', response.status === 503 && wish !== undefined, wish);
      }
      circuit.succeed();
      return { response };
    } catch (error) {
      if (error instanceof LostExchange) {
        circuit.fail();
        return failed(error.message, error.notSent, undefined);
      }
      circuit.succeed();
      throw error;
    } finally {
      release();
    }
  }

  async function sendWithRetries(request: HttpRequest): Promise<HttpResponse> {
    assertAllowed(request.url, origins);
    const repeatable = request.repeatable ?? request.method === 'GET';
    for (let round = 1; ; round += 1) {
      const outcome = await attempt(request);
      if ('response' in outcome) return outcome.response;
      const backOff = 250 * 2 ** (round - 1) * (0.5 + options.random());
      const wait = Math.max(outcome.retryAfterMs ?? 0, backOff);
      const mayRepeat = repeatable || outcome.notDone;
      if (!mayRepeat || round >= attempts || wait > longestWaitMs)
        throw new TransientError(outcome.code, outcome.retryAfterMs);
      await options.sleep(wait);
    }
  }

  return { send: sendWithRetries, circuit: circuit.view };
}

type Attempt =
  | { readonly response: HttpResponse }
  /** `notDone`: the vendor certainly did not act on it, so that any request may be sent again. */
  | { readonly code: string; readonly notDone: boolean; readonly retryAfterMs: number | undefined };

function failed(code: string, notDone: boolean, retryAfterMs: number | undefined): Attempt {
  return { code, notDone, retryAfterMs };
}

function assertAllowed(address: string, origins: ReadonlySet<string>): void {
  if (!origins.has(urlOf(address)?.origin ?? '')) throw new PermanentError('host-not-allowed');
}

/** The exchange broke off: no answer that could be read to its end. */
class LostExchange extends Error {
  override readonly name = 'LostExchange';
  /** True when the connection was never made. */
  readonly notSent: boolean;
  constructor(code: 'timeout' | 'connection-lost', notSent: boolean) {
    super(code);
    this.notSent = notSent;
  }
}

async function exchange(send: typeof fetch, request: HttpRequest): Promise<HttpResponse> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), request.timeoutMs ?? defaultTimeoutMs);
  try {
    const response = await send(request.url, {
      method: request.method,
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal: abort.signal,
    });
    if (response.status >= 300 && response.status < 400 && response.status !== 304) {
      await response.body?.cancel();
      throw new PermanentError('redirected');
    }
    const body = await readCapped(response, request.maxBytes ?? defaultMaxBytes);
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    if (error instanceof PermanentError || error instanceof QuarantineError) throw error;
    // The reason text of fetch may quote addresses, so only a code of ours goes on.
    if (abort.signal.aborted) throw new LostExchange('timeout', false);
    throw new LostExchange('connection-lost', neverConnected(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Reads the body while counting bytes after decompression, so that neither a lying length nor a packed bomb fills the memory. */
async function readCapped(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new QuarantineError('response-too-large');
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

const connectFailures = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Looks at the shape, not the class: the error may come from another realm. */
function neverConnected(error: unknown): boolean {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return (
    typeof cause === 'object' && cause !== null && 'code' in cause && connectFailures.has(String(cause.code))
  );
}

/** Retry-After as milliseconds from now (seconds or HTTP date, RFC 9110 §10.2.3), capped; undefined where absent or unreadable. */
function retryAfterOf(response: HttpResponse, nowMs: number): number | undefined {
  const value = response.headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  const wish = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  if (Number.isNaN(wish)) return undefined;
  return Math.min(Math.max(wish, 0), longestRetryAfterMs);
}
