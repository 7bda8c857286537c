/**
 * Structured log lines. Only codes, ids and numbers get in: the type of a field allows nothing that could hold a person's words,
 * and every string is checked against what an id or code can look like, so a slip shows as `"[withheld]"` instead of leaking.
 */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface LogOptions {
  readonly function: string;
  readonly write: (line: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Ids, codes, dates, ARNs and error names; an address (`@`), a blank or a line break never passes. */
const codeLike = /^[A-Za-z0-9_.:/#=+-]{0,300}$/;

export function createLog(options: LogOptions): Log {
  function line(level: string, message: string, fields: LogFields = {}): void {
    const safe: Record<string, unknown> = {
      level,
      message,
      function: options.function,
      at: new Date(options.now()).toISOString(),
    };
    for (const [name, value] of Object.entries(fields)) {
      safe[name] = typeof value === 'string' && !codeLike.test(value) ? '[withheld]' : value;
    }
    options.write(JSON.stringify(safe));
  }
  return {
    info: (message, fields) => line('INFO', message, fields),
    warn: (message, fields) => line('WARN', message, fields),
    error: (message, fields) => line('ERROR', message, fields),
  };
}

/** What may be logged of an unknown error: its name and code, never its message (vendors and libraries quote input in it). */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { error: error.name, code };
}
