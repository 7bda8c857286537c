import type { Case } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import type { CaseStore, Transmissions } from '../domain/ports.ts';
import { transmissionFailed, transmissionLookAt } from '../domain/transmission.ts';

interface Ports {
  readonly store: CaseStore;
  readonly transmissions: Transmissions;
}

/** Starts a transmission whose start was lost, and ends one that was never heard of again, so that the subject may ask anew. Safe at any time. */
export async function careTransmission(ports: Ports, current: Case, at: string): Promise<Case> {
  const { id, transmission } = current.row;
  const endsAt = transmissionLookAt(current);
  if (transmission === undefined || endsAt === undefined) return current;
  if (endsAt <= at)
    return converge(ports.store, id, (latest) =>
      transmissionFailed(latest, { number: transmission.number, code: 'lost' }, at),
    );
  await ports.transmissions.start(id, transmission.number);
  return current;
}
