import type { Case } from './case.ts';
import { clockOf, milestonesPassed } from './clock.ts';
import { converge } from './converge.ts';
import type { Fact } from './lifecycle.ts';
import type { CaseStore } from './ports.ts';

/** Where milestones are heard: the metrics port fits. */
export interface Bell {
  emit(name: string, value: number, unit?: 'Count', dimensions?: Readonly<Record<string, string>>): void;
}

/**
 * Rings every milestone that has passed and has not rung: an event in the chain, then the metric. Both the watch and the sweep call it, so that
 * either may be dead. `now` is epoch milliseconds.
 */
export async function ring(store: CaseStore, bell: Bell, current: Case, now: number): Promise<Case> {
  const at = new Date(now).toISOString();
  let due: readonly string[] = [];
  const toRing = ({ row }: Case): readonly Fact[] => {
    due = unrung(row, at);
    return due.map((name) => ({
      type: 'milestone-rung',
      by: 'system',
      at,
      data: { milestone: name },
      set: { rung: [...row.rung, ...due] },
    }));
  };
  const after = await converge(store, current.row.id, toRing, undefined, current);
  for (const name of due) {
    bell.emit('MilestoneRung', 1, 'Count', { Milestone: name });
    if (name === 'planned-breach') bell.emit('PlannedBreach', 1);
    if (name === 'legal-breach') bell.emit('LegalBreach', 1);
  }
  return after;
}

function unrung(row: Case['row'], at: string): readonly string[] {
  if (row.status === 'answered' || row.status === 'closed') return [];
  return milestonesPassed(clockOf(row), at)
    .map((milestone) => milestone.name)
    .filter((name) => !row.rung.includes(name));
}
