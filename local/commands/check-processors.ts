import type { Processor } from '../../functions/processors/contract.ts';

export interface CheckResult {
  readonly processor: string;
  readonly ok: boolean;
  /** Why not, as a code: never a vendor's words, never a secret. */
  readonly code?: string;
  readonly ms: number;
}

/** One reading call per connected processor, all at once. */
export async function checkProcessors(
  processors: ReadonlyMap<string, Processor>,
): Promise<readonly CheckResult[]> {
  return Promise.all(
    [...processors].map(async ([processor, connection]) => {
      const start = performance.now();
      const code = await connection.check().then(
        () => undefined,
        (error: unknown) => codeOf(error),
      );
      const ms = Math.round(performance.now() - start);
      return { processor, ok: code === undefined, ...(code === undefined ? {} : { code }), ms };
    }),
  );
}

const families = new Set([
  'TransientError',
  'PermanentError',
  'QuarantineError',
  'ConfigurationError',
  'MissingSecret',
]);

/** Messages of these errors are codes or names of secrets; any other message might quote anything. */
function codeOf(error: unknown): string {
  return error instanceof Error && families.has(error.name) ? error.message : 'unexpected-error';
}
