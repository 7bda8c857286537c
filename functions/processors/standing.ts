import type { Action } from '../domain/words.ts';
import type { ActInput, ActResult, Capabilities, Evidence } from './contract.ts';
import { noEvidence } from './evidence.ts';

/**
 * What an action comes to before any call is made: not applicable there, nothing to act on, or for a person to do. Undefined: act.
 * @param nothing evidence for `nothing-found`; what the finding rested on differs per vendor
 */
export function standingOf(
  capabilities: Capabilities,
  action: Action,
  input: ActInput,
  nothing: Evidence,
): ActResult | undefined {
  if (capabilities[action] === 'none') return { result: 'not-applicable', why: `no-${action}-there` };
  if (input.finding.holdings.length === 0) {
    // An empty finding that was cut short shows nothing: saying "nothing found" on it could be false.
    if (!input.finding.complete)
      return { result: 'failed', code: 'finding-incomplete', evidence: noEvidence('finding-incomplete') };
    return { result: 'nothing-found', evidence: nothing };
  }
  return capabilities[action] === 'manual' ? { result: 'manual', instructions: action } : undefined;
}

/**
 * Whether a record is from before the cut-off; what came later belongs to somebody's new start (TRUST.md A55). Where the vendor does not
 * say when a record was made, it counts as old.
 */
export function isOlderThan(cutoff: string, createdAt: string | undefined): boolean {
  return createdAt === undefined || Date.parse(createdAt) <= Date.parse(cutoff);
}

/** The ids among handles that are written `kind:id`, of one kind. */
export function idsAmong(handles: readonly string[], kind: string): readonly string[] {
  const prefix = `${kind}:`;
  return handles.filter((handle) => handle.startsWith(prefix)).map((handle) => handle.slice(prefix.length));
}

/** Handles of what may be acted on: not kept by law, and from before the cut-off. */
export function handlesBefore(input: ActInput): readonly string[] {
  return input.finding.holdings
    .filter((holding) => holding.retained === undefined && isOlderThan(input.cutoff, holding.createdAt))
    .map((holding) => holding.handle);
}
