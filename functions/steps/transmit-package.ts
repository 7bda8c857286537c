import type { Case } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { InvalidInput } from '../domain/errors.ts';
import { packageAvailability, packageLastDay } from '../domain/package.ts';
import { packageKey } from '../domain/package-files.ts';
import type { CaseStore, Files, Uploaded, Uploads, Vault } from '../domain/ports.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { letterId, letterSent, toldAlready } from '../domain/tell.ts';
import {
  type Transmission,
  transmissionAddressName,
  transmissionFailed,
  transmissionsOf,
  transmitted,
  underWay,
} from '../domain/transmission.ts';
import { type PostPorts, post } from '../letters/post.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import { step } from './step.ts';

interface Ports extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly files: Pick<Files, 'get'>;
  readonly uploads: Uploads;
  readonly publicUrl: string;
}

/** Sends a released package to the controller that the subject named (art. 20(2)), or records that it could not be done; then tells the subject. */
export function createTransmitPackage(ports: Ports, runtime: Runtime): Handler {
  const { store, vault, files, uploads } = ports;
  return step('TransmitPackage', runtime.log, async ({ requestId, number, error }) => {
    let current = await mustLoad(store, requestId);
    if (underWay(current, number)) {
      const outcome: Outcome =
        error === undefined ? await send(current, number) : { outcome: 'failed', code: 'not-reached' };
      const at = new Date(runtime.now()).toISOString();
      const asked = transmissionsOf(await store.events(requestId)).find((one) => one.number === number);
      const host = asked?.host ?? '';
      current = await converge(store, requestId, (latest) =>
        outcome.outcome === 'taken'
          ? transmitted(latest, { number, host, bytes: outcome.bytes }, at)
          : transmissionFailed(latest, failureOf(number, outcome), at),
      );
      if (outcome.outcome === 'failed') runtime.metrics.emit('TransmissionFailed', 1);
    }
    await forget(requestId, number);
    await tell(current, number);
    return {};
  });

  type Outcome =
    | { readonly outcome: 'taken'; readonly bytes: number }
    | Extract<Uploaded, { outcome: 'failed' }>;

  function failureOf(number: number, { code, status }: Extract<Outcome, { outcome: 'failed' }>) {
    return { number, code, ...(status === undefined ? {} : { status }) };
  }

  async function send(current: Case, number: number): Promise<Outcome> {
    const { row } = current;
    const at = new Date(runtime.now()).toISOString();
    const { package: built, transmission } = row;
    if (!built || built.hash !== transmission?.hash || packageAvailability(current, at) !== 'available')
      return { outcome: 'failed', code: 'package-gone' };
    const address = await vault.get(row.id, transmissionAddressName(number));
    if (typeof address !== 'string') return { outcome: 'failed', code: 'address-gone' };
    const body = await files.get(packageKey(row.id, built.hash));
    if (body === undefined) return { outcome: 'failed', code: 'package-gone' };
    const { bytes, hash } = built;
    try {
      const uploaded = await uploads.put(address, { bytes, hash, body });
      return uploaded.outcome === 'taken' ? { outcome: 'taken', bytes } : uploaded;
    } catch (thrown) {
      // What was asked under a wider reach than this one is refused here as well.
      if (thrown instanceof InvalidInput) return { outcome: 'failed', code: 'host-not-public' };
      throw thrown;
    }
  }

  /** The address opens somebody's store: it is of no more use, so it is not kept. */
  async function forget(id: string, number: number): Promise<void> {
    const name = transmissionAddressName(number);
    if (typeof (await vault.get(id, name)) === 'string') await vault.put(id, name, null);
  }

  /** Data that left for a stranger's host is told to the mailbox, also because somebody else may have asked for it. */
  async function tell(current: Case, number: number): Promise<void> {
    const { row } = current;
    const id = letterId('transmission', number);
    if (row.anonymisedAt || toldAlready(current, id)) return;
    const events = await store.events(row.id);
    const about = transmissionsOf(events).find((one) => one.number === number);
    if (about === undefined || about.state === 'under-way') return;
    const letter = await post(ports, current, await envelope(id), letterOf(about));
    await converge(store, row.id, (latest) => (toldAlready(latest, id) ? [] : [letterSent(letter)]));

    async function envelope(letter: string) {
      return { id: letter, to: (await readSubject(vault, row.id)).email, now: runtime.now() };
    }

    function letterOf({ host, failure }: Transmission) {
      return {
        kind: 'transmission',
        reference: row.id,
        right: row.right,
        host,
        ...(failure === undefined ? {} : { failure }),
        ...(row.answeredAt === undefined ? {} : { fetchUntil: packageLastDay(row.answeredAt) }),
        statusUrl: `${ports.publicUrl}/requests/${row.id}`,
      } as const;
    }
  }
}
