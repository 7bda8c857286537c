import { TransientError } from '../domain/errors.ts';

export interface CircuitView {
  readonly state: 'closed' | 'open' | 'probing';
  /** Failures in a row since the last answer that made sense. */
  readonly failures: number;
  /** Epoch milliseconds of the last change of state; undefined while it never changed. */
  readonly changedAt: number | undefined;
}

const failuresToOpen = 5;
const openForMs = 30_000;

export interface Circuit {
  /** @throws TransientError `circuit-open` while the processor is left alone */
  enter(): void;
  succeed(): void;
  fail(): void;
  view(): CircuitView;
}

/**
 * Leaves a processor alone for a while after it failed several times in a row, then lets one call through to see. A broken vendor so costs
 * each case one quick answer instead of three time-outs.
 */
export function createCircuit(options: {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onChange: (view: CircuitView) => void;
}): Circuit {
  let current: CircuitView = { state: 'closed', failures: 0, changedAt: undefined };
  let callsFrom = 0;

  function become(state: CircuitView['state'], failures: number): void {
    const changed = state !== current.state;
    current = { state, failures, changedAt: changed ? options.now() : current.changedAt };
    if (changed) options.onChange(current);
  }

  return {
    enter() {
      if (current.state === 'closed') return;
      const rest = callsFrom - options.now();
      if (rest > 0) throw new TransientError('circuit-open', rest);
      // A probe that never comes back must not keep the circuit shut for ever, so the next one may try after the same time.
      callsFrom = options.now() + openForMs;
      become('probing', current.failures);
    },
    succeed() {
      become('closed', 0);
    },
    fail() {
      const failures = current.failures + 1;
      const opens = current.state !== 'closed' || failures >= failuresToOpen;
      if (opens) callsFrom = options.now() + openForMs;
      become(opens ? 'open' : 'closed', failures);
    },
    view: () => current,
  };
}
