import { randomBytes } from 'node:crypto';
import type { Handler, LambdaFunction } from '../functions/runtime/lambda.ts';
import { createLog, errorFields } from '../functions/runtime/log.ts';
import { createMetrics } from '../functions/runtime/metrics.ts';

/** One call of a function; `around` hooks see it before it runs (tests crash, delay or duplicate calls there). */
export interface Invocation {
  readonly function: string;
  readonly event: unknown;
}
export type Around = (invocation: Invocation, proceed: () => Promise<unknown>) => Promise<unknown>;

export interface FunctionHostOptions {
  readonly functions: readonly LambdaFunction[];
  readonly env: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds, by which sessions age: real time, or a test's own. */
  readonly wallNow: () => number;
  /** Waits inside a call, in virtual ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Takes each line that a function writes: log lines and metrics. */
  readonly write: (line: string) => void;
  readonly around?: Around;
}

export interface FunctionHost {
  readonly names: readonly string[];
  /** Runs a function as Lambda does: JSON in, JSON out, within its time. Rejects with what the function threw. */
  invoke(name: string, event: unknown): Promise<unknown>;
  readonly isIdle: boolean;
  /** Resolves when no call is in flight. */
  idle(): Promise<void>;
  /** Writes an error to the log without the words in it: its name, its code and where it was thrown. */
  report(source: string, error: unknown): void;
}

/** Lambda's bound on a synchronous request or response, in bytes. */
export const payloadLimit = 6 * 1024 * 1024;

/** Enough of a stack to find the place. */
const framesKept = 8;

class LambdaServiceError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  const byName = new Map(options.functions.map((definition) => [definition.name, definition]));
  const wired = new Map<string, Handler>();
  let inFlight = 0;
  let waiting: (() => void)[] = [];

  function handlerOf(definition: LambdaFunction): Handler {
    const known = wired.get(definition.name);
    if (known) return known;
    // A function gets what it declared and the SDK's own variables, so that an undeclared one is missing here as it would be on AWS.
    const env = Object.fromEntries(
      Object.entries(options.env).filter(
        ([name]) => name.startsWith('AWS_') || definition.env.some((declared) => declared === name),
      ),
    );
    const handler = definition.create({
      env,
      now: options.now,
      wallNow: options.wallNow,
      randomBytes,
      sleep: options.sleep,
      log: createLog({ function: definition.name, write: options.write, now: options.now }),
      metrics: createMetrics({ write: options.write, now: options.now }),
    });
    wired.set(definition.name, handler);
    return handler;
  }

  function report(source: string, error: unknown): void {
    const frames =
      error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : [];
    const at = new Date(options.now()).toISOString();
    const line = { level: 'ERROR', message: 'uncaught-error', function: source, at, ...errorFields(error) };
    options.write(
      JSON.stringify({ ...line, frames: frames?.slice(0, framesKept).map((frame) => frame.trim()) }),
    );
  }

  async function run(definition: LambdaFunction, event: unknown): Promise<unknown> {
    const payload = JSON.stringify(event ?? {});
    if (Buffer.byteLength(payload) > payloadLimit) {
      throw new LambdaServiceError('Lambda.RequestTooLargeException', 'the payload is larger than 6 MB');
    }
    const handler = handlerOf(definition);
    const result = await withinTime(definition, handler(JSON.parse(payload)));
    const answer = JSON.stringify(result ?? null);
    if (Buffer.byteLength(answer) > payloadLimit) {
      throw new LambdaServiceError('Function.ResponseSizeTooLarge', 'the response is larger than 6 MB');
    }
    return JSON.parse(answer);
  }

  return {
    names: [...byName.keys()],
    async invoke(name, event) {
      const definition = byName.get(name);
      if (!definition) {
        throw new LambdaServiceError('Lambda.ResourceNotFoundException', `there is no function ${name}`);
      }
      inFlight++;
      try {
        const proceed = () => run(definition, event);
        return await (options.around ? options.around({ function: name, event }, proceed) : proceed());
      } catch (error) {
        report(name, error);
        throw error;
      } finally {
        inFlight--;
        if (inFlight === 0) {
          for (const wake of waiting) wake();
          waiting = [];
        }
      }
    },
    report,
    get isIdle() {
      return inFlight === 0;
    },
    async idle() {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

async function withinTime(definition: LambdaFunction, work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const seconds = definition.timeoutSeconds;
    timer = setTimeout(() => {
      reject(
        new LambdaServiceError('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`),
      );
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
