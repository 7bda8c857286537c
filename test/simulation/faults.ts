import { ConflictError, TransientError } from '../../functions/domain/errors.ts';
import type { Processor } from '../../functions/processors/contract.ts';
import { InvocationFailure } from '../../local/stepfunctions/errors.ts';

/**
 * What can go wrong at one call to the world. `crash-before`, `crash-after`: the process dies there · `refused`: throttled, nothing done ·
 * `lost-answer`: done, but the answer never came · `conflict`: somebody else wrote first · `delay`: others run in between.
 */
export const faultKinds = [
  'crash-before',
  'crash-after',
  'refused',
  'lost-answer',
  'conflict',
  'delay',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One call that changes something outside, or reads from outside. */
export interface Effect {
  readonly port: string;
  readonly method: string;
  readonly writes: boolean;
}

export type Inject = (effect: Effect) => FaultKind | undefined;

/** One invocation of a function: once it is dead, none of its calls has any effect or answer. */
export interface Life {
  dead: boolean;
  /** Rejects when it dies. */
  readonly ended: Promise<never>;
  die(): void;
  /** Letters handed over in this life; when it does not end well, nobody can know of them. */
  readonly letters: string[];
  ambiguous: boolean;
}

export function createLife(deathAs = 'Sandbox.Timedout'): Life {
  let end: (reason: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // A life that nobody waits for any more may still die.
  ended.catch(() => undefined);
  const life: Life = {
    dead: false,
    ended,
    letters: [],
    ambiguous: false,
    die() {
      life.dead = true;
      life.ambiguous = true;
      end(new InvocationFailure(deathAs, 'killed by the simulation'));
    },
  };
  return life;
}

/** A new one each time: whatever waits for one and the same promise would be kept, with its whole world, for as long as that lives. */
const never = () => new Promise<never>(() => undefined);

/** The calls that leave a trace; all others only read. */
const writing: Readonly<Record<string, ReadonlySet<string>>> = {
  store: new Set([
    'commit',
    'note',
    'touch',
    'expire',
    'saveSubmission',
    'takeTry',
    'claim',
    'replace',
    'release',
    'count',
    'saveToken',
    'dropToken',
  ]),
  vault: new Set(['put', 'shred']),
  files: new Set(['put', 'remove']),
  mail: new Set(['send']),
  engine: new Set(['startRequest', 'startClock', 'wake']),
  suppress: new Set(['call']),
  vendor: new Set(['act']),
};
/** Calls that answer at once and never leave the process. */
const local: ReadonlySet<string> = new Set(['export', 'definition', 'link', 'reportsAs']);
const mayConflict: ReadonlySet<string> = new Set(['commit', 'saveSubmission']);

type Call = (...args: never[]) => unknown;

/** A port whose every call asks `inject` first. */
export function withFaults<Port extends object>(name: string, port: Port, life: Life, inject: Inject): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function' || typeof property !== 'string' || local.has(property)) return member;
      return faulty(name, property, member as Call, life, inject);
    },
  });
}

export function faulty<Method extends Call>(
  port: string,
  method: string,
  call: Method,
  life: Life,
  inject: Inject,
): (...args: Parameters<Method>) => Promise<unknown> {
  return async (...args) => {
    if (life.dead) return never();
    const effect = { port, method, writes: writing[port]?.has(method) ?? false };
    const fault = inject(effect);
    if (fault === 'crash-before') {
      life.die();
      return never();
    }
    if (fault === 'refused') throw new TransientError(`${port}-refused`);
    if (fault === 'conflict' && mayConflict.has(method)) throw new ConflictError('row-changed');
    if (fault === 'delay') for (let turn = 0; turn < 25; turn += 1) await undefined;
    if (life.dead) return never();
    const answer = await call(...args);
    if (port === 'mail') life.letters.push(letterKey(args[0]));
    if (fault === 'crash-after') {
      life.die();
      return never();
    }
    if (fault === 'lost-answer') {
      life.ambiguous = true;
      throw new TransientError(`${port}-answer-lost`);
    }
    if (life.dead) return never();
    // A vault opened for one request is the same place, with the same faults.
    return port === 'vault' && method === 'open' ? withFaults(port, answer as object, life, inject) : answer;
  };
}

/** A letter's name over all requests. */
export function letterKey(letter: unknown): string {
  const { reference, letterId } = letter as { reference: string; letterId: string };
  return `${reference} ${letterId}`;
}

/** A connected system behind the same faults. */
export function vendorWithFaults(processor: Processor, life: Life, inject: Inject): Processor {
  return withFaults('vendor', processor, life, inject);
}
