// A store in this process' memory: for simulation and tests.
import type { Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { Json } from './json.ts';
import { type Commit, type OpenExecution, RevisionConflict, type Store, summaryOf } from './store.ts';

export interface MemoryStoreOptions {
  /**
   * Keep copies, as a store on disk would, so that an engine that dies mid-way leaves only what it committed.
   * Without it the store shares its objects with the engine, which is several times faster.
   */
  readonly copies?: boolean;
}

interface Kept {
  /** The object itself, or its JSON text where copies are kept. */
  execution: Execution | string;
  revision: number;
  readonly events: HistoryEvent[];
}

export function createMemoryStore({ copies = false }: MemoryStoreOptions = {}): Store {
  const executions = new Map<string, Kept>();
  const byMachine = new Map<string, Kept[]>();
  const opened = new Map<string, OpenExecution>();
  const definitions = new Map<string, Json>();
  const load = ({ execution }: Kept): Execution =>
    typeof execution === 'string' ? JSON.parse(execution) : execution;

  return {
    open: async () => {},
    openExecutions: async () => [...opened.values()],
    read: async (arn) => {
      const kept = executions.get(arn);
      return kept && load(kept);
    },
    commit: async ({ execution, events, open }: Commit) => {
      const kept = executions.get(execution.arn);
      if ((kept?.revision ?? 0) !== execution.revision - 1) throw new RevisionConflict(execution.arn);
      const stored = copies ? JSON.stringify(execution) : execution;
      if (kept) {
        kept.execution = stored;
        kept.revision = execution.revision;
        kept.events.push(...events);
      } else {
        const fresh = { execution: stored, revision: execution.revision, events: [...events] };
        executions.set(execution.arn, fresh);
        const siblings = byMachine.get(execution.machineName);
        if (siblings) siblings.push(fresh);
        else byMachine.set(execution.machineName, [fresh]);
      }
      if (open) opened.set(execution.arn, open);
      else opened.delete(execution.arn);
    },
    events: async (arn, limit, reverse, cursor) => {
      const events = executions.get(arn)?.events ?? [];
      const from = cursor === undefined ? 0 : Number(cursor);
      const ordered = reverse ? events.toReversed() : events;
      const items = ordered.slice(from, from + limit);
      return from + limit < events.length ? { items, cursor: String(from + limit) } : { items };
    },
    list: async (machineName, status, limit, cursor) => {
      const all = (byMachine.get(machineName) ?? []).toReversed().map((kept) => summaryOf(load(kept)));
      const chosen = status === undefined ? all : all.filter((one) => one.status === status);
      const from = cursor === undefined ? 0 : Number(cursor);
      const items = chosen.slice(from, from + limit);
      return from + limit < chosen.length ? { items, cursor: String(from + limit) } : { items };
    },
    putDefinition: async (hash, definition) => {
      definitions.set(hash, definition);
    },
    definition: async (hash) => definitions.get(hash),
  };
}
