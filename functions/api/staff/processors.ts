import type { CaseStore } from '../../domain/ports.ts';
import { type ProcessorHealth, readHealth } from '../../domain/processor-health.ts';
import { recipientOf } from '../../domain/register.ts';
import { builtInProcessors } from '../../domain/words.ts';

export interface ProcessorView extends ProcessorHealth {
  readonly name: string;
  /** As told to people. */
  readonly title: string;
  readonly enabled: boolean;
}

/** The enabled systems by name; the others that ship with the product follow them. */
interface KnownSystems {
  readonly names: readonly string[];
  definition(name: string): { readonly title: string };
}

/** How every system of the product fares, those that are switched on first. */
export async function readProcessors(
  store: Pick<CaseStore, 'counted' | 'claimed'>,
  systems: KnownSystems,
  nowMs: number,
): Promise<readonly ProcessorView[]> {
  const on = systems.names;
  const off = builtInProcessors.filter((name) => !on.includes(name));
  const views = on.map(async (name) => ({
    name,
    title: systems.definition(name).title,
    enabled: true,
    ...(await readHealth(store, name, nowMs)),
  }));
  return [
    ...(await Promise.all(views)),
    ...off.map((name) => ({
      name,
      title: recipientOf(name).title,
      enabled: false,
      failuresLast24h: 0,
      circuit: 'closed' as const,
    })),
  ];
}
