export interface Gate {
  /** Resolves when the call may start; what it gives must be called when the call has ended. */
  enter(): Promise<() => void>;
}

/**
 * Keeps calls to one processor within what the vendor allows: so many in flight, so many starts a second, first come first served.
 * Starts are spaced by the real clock (`performance.now`), because the vendor lives on that one even where ours is virtual.
 */
export function createGate(options: {
  readonly concurrency: number;
  readonly perSecond: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds from any fixed point. */
  readonly monotonic?: () => number;
}): Gate {
  const monotonic = options.monotonic ?? (() => performance.now());
  const waiting: (() => void)[] = [];
  const spacingMs = 1000 / options.perSecond;
  let inFlight = 0;
  let nextStart = 0;

  function leave(): void {
    inFlight -= 1;
    waiting.shift()?.();
  }

  return {
    async enter() {
      while (inFlight >= options.concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
      inFlight += 1;
      const now = monotonic();
      // Up to one second's worth may start at once; after that they are spaced.
      const start = Math.max(nextStart, now - 1000);
      nextStart = start + spacingMs;
      if (start > now) await options.sleep(start - now);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        leave();
      };
    },
  };
}
