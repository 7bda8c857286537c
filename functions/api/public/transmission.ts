import * as v from 'valibot';
import type { AuditEvent } from '../../domain/audit.ts';
import type { Case } from '../../domain/case.ts';
import { converge } from '../../domain/converge.ts';
import { InvalidInput, RefusedByDomain, TransientError } from '../../domain/errors.ts';
import type { Transmissions } from '../../domain/ports.ts';
import { commitWords } from '../../domain/sealed-words.ts';
import {
  askTransmission,
  nextNumber,
  receiverName,
  transmissionAddressName,
  transmissionsLeft,
  transmissionsOf,
} from '../../domain/transmission.ts';
import { type Reach, type Target, targetOf } from '../../domain/transmission-target.ts';
import { ApiProblem } from '../problem.ts';
import { type CodePorts, proveCode, spendCode } from './fresh-code.ts';
import { knownBrowser } from './sessions.ts';
import type { SubmitWorld } from './submit.ts';

export interface TransmissionPorts extends CodePorts {
  readonly transmissions: Transmissions;
  readonly transmissionReach: Reach;
}

/** `host` is said once more by whoever asks: what they believe they send their data to must be what the address leads to. */
export const transmissionInput = v.strictObject({
  receiver: receiverName,
  url: v.pipe(v.string(), v.minLength(1, 'empty'), v.maxLength(4096, 'not-an-address')),
  host: v.pipe(v.string(), v.minLength(1, 'empty'), v.maxLength(253, 'too-long')),
  code: v.pipe(v.string(), v.regex(/^\d{6}$/, 'six-digits')),
});
export type TransmissionInput = v.InferOutput<typeof transmissionInput>;

/** All transmissions of a request and how many more it allows. */
export function transmissionList(current: Case, events: readonly AuditEvent[]) {
  return {
    transmissions: transmissionsOf(events),
    left: transmissionsLeft(current, events),
  };
}

/** The address, looked at before anything is asked of anybody. Throws `InvalidInput`, also where the host is another than the one confirmed. */
export function confirmedTarget(
  ports: TransmissionPorts,
  { url, host }: Pick<TransmissionInput, 'url' | 'host'>,
): Target {
  const target = targetOf(url, ports.transmissionReach);
  if (target.host !== host.trim().toLowerCase())
    throw new InvalidInput('not-the-host-of-the-address', 'host');
  return target;
}

/**
 * Asks for a released package to be sent to another controller (art. 20(2)). The caller has shown that the request is the subject's own; a fresh
 * code on top, because what leaves does not come back. 410 and 429 as for a download, 409 and 422 with the domain's code.
 */
export async function startTransmission(
  ports: TransmissionPorts,
  world: SubmitWorld,
  own: { readonly current: Case; readonly events: readonly AuditEvent[] },
  input: TransmissionInput,
  known: string | undefined,
): Promise<number> {
  const { store, vault, transmissions } = ports;
  const { row } = own.current;
  const at = new Date(world.now()).toISOString();
  const { url, host } = confirmedTarget(ports, input);
  const number = nextNumber(own.current);
  const receiver = commitWords({ kind: 'receiver' }, { name: input.receiver, host }, world.randomBytes(32));
  const asked = { number, host, receiver: receiver.data };
  // What cannot be sent does not spend the code.
  refusing(() => askTransmission(own.current, own.events, asked, at));
  const asker = await knownBrowser(ports, known, row.mailbox, world.wallNow());
  await spendCode(ports, await proveCode(ports, row.submissionId, input.code, at, asker), at);
  // Sealed first: an event without its address could never be carried out.
  await vault.put(row.id, receiver.name, receiver.sealed);
  await vault.put(row.id, transmissionAddressName(number), url.href);
  try {
    await converge(store, row.id, async (latest) => [
      askTransmission(latest, await store.events(row.id), asked, at),
    ]);
  } catch (error) {
    if (error instanceof RefusedByDomain) throw problemOfRefusal(error);
    throw error;
  }
  try {
    await transmissions.start(row.id, number);
  } catch (error) {
    // The row says it is under way: the sweep starts it.
    if (!(error instanceof TransientError)) throw error;
  }
  return number;
}

function refusing(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (error instanceof RefusedByDomain) throw problemOfRefusal(error);
    throw error;
  }
}

function problemOfRefusal({ code }: RefusedByDomain): ApiProblem {
  if (code === 'package-not-available') return new ApiProblem({ type: 'gone', detail: 'package-expired' });
  if (code === 'transmission-limit') return new ApiProblem({ type: 'too-many-requests', detail: code });
  return new ApiProblem({ type: code === 'transmission-under-way' ? 'conflict' : 'refused', detail: code });
}
