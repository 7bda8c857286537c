import { localDayOf } from '../domain/calendar.ts';
import type { LetterRecord } from '../domain/case.ts';
import { mustLoad } from '../domain/converge.ts';
import type { Vault } from '../domain/ports.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { type PostPorts, post } from '../letters/post.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { type AwaitPorts, awaiting } from './await.ts';

interface Ports extends AwaitPorts, PostPorts {
  readonly store: AwaitPorts['store'];
  readonly vault: Vault;
  readonly publicUrl: string;
}

/** Tells the subject what will be done and how to stop it, then waits for the end of the time in which they can (TRUST.md A56). */
export function createAwaitCoolingOff(ports: Ports, runtime: Runtime): Handler {
  return awaiting('AwaitCoolingOff', 'cooling-off', ports, runtime, () => [], tell);

  async function tell(requestId: string, at: string): Promise<LetterRecord | undefined> {
    const current = await mustLoad(ports.store, requestId);
    const { row } = current;
    if (row.status !== 'cooling-off' || row.coolingOffUntil === undefined) return undefined;
    const { email, name } = await readSubject(ports.vault, requestId);
    return post(
      ports,
      current,
      { id: 'cooling-off', to: email, now: Date.parse(at) },
      {
        kind: 'cooling-off',
        reference: requestId,
        right: row.right,
        statusUrl: `${ports.publicUrl}/requests/${requestId}`,
        name,
        beginsOn: localDayOf(row.coolingOffUntil),
      },
    );
  }
}
