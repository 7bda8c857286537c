import * as v from 'valibot';
import { type StepInput, type StepName, type StepOutput, steps } from '../../workflows/contract.ts';
import { codedErrors, InvalidInput } from '../domain/errors.ts';
import type { Handler } from '../runtime/lambda.ts';
import { errorFields, type Log } from '../runtime/log.ts';

/** Wraps a step's logic: parse by the contract, run, log codes only, and let errors pass to the state machine's Retry and Catch. */
export function step<Name extends StepName>(
  name: Name,
  log: Log,
  run: (input: StepInput<Name>) => Promise<StepOutput<Name>>,
): Handler {
  return async (event) => {
    const parsed = v.safeParse(steps[name].input, event);
    if (!parsed.success) throw new InvalidInput('payload-not-as-agreed');
    // The schema was looked up by the same name that the types were, which TypeScript does not connect.
    const input = parsed.output as StepInput<Name>;
    try {
      return await run(input);
    } catch (error) {
      log.warn('step failed', { step: name, requestId: parsed.output.requestId, ...errorFields(error) });
      throw speakable(error);
    }
  };
}

/**
 * What a step throws stands in the history of its execution, message and trace, so a message goes there only where it is a code: libraries
 * quote in theirs what they were given. The name stays, because Retry and Catch match on it.
 */
function speakable(error: unknown): unknown {
  if (!(error instanceof Error) || codedErrors.some((name) => name === error.name)) return error;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const told = new Error('withheld');
  told.name = error.name;
  told.stack = [`${error.name}: withheld`, ...frames].join('\n');
  return told;
}
