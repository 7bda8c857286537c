import type { AuditEvent } from '../domain/audit.ts';
import type { Case } from '../domain/case.ts';
import {
  bytesToSign,
  caseFileBody,
  commit,
  receiptBody,
  sealFile,
  transmissionReceiptBody,
} from '../domain/case-file.ts';
import { ConflictError } from '../domain/errors.ts';
import type { CaseStore, Signer, Vault } from '../domain/ports.ts';
import { isSecret } from '../domain/sealed-words.ts';

interface Ports {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly signer: Signer;
}

interface World {
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** Row and trail are read apart; a change in between would make a file whose head is not its last event. */
const readings = 5;

export async function readTogether(
  store: Pick<CaseStore, 'load' | 'events'>,
  id: string,
): Promise<{ readonly current: Case; readonly events: readonly AuditEvent[] } | undefined> {
  for (let reading = 0; reading < readings; reading += 1) {
    const current = await store.load(id);
    if (!current) return undefined;
    const events = await store.events(id);
    if (events.at(-1)?.hash === current.row.head && events.length === current.row.version)
      return { current, events };
  }
  throw new ConflictError('changing-too-fast');
}

/** The signed case file as canonical JSON; `withWords` adds what opens the sealed words' commitments. */
export async function caseFile(
  { store, vault, signer }: Ports,
  world: World,
  id: string,
  withWords: boolean,
): Promise<string | undefined> {
  const read = await readTogether(store, id);
  if (!read) return undefined;
  const names = (await vault.names(id)).filter((name) => !isSecret(name));
  const words = await Promise.all(names.map(async (name) => ({ name, value: await vault.get(id, name) })));
  const { commitments, openings } = commit(
    words.filter(({ value }) => value !== undefined),
    () => Buffer.from(world.randomBytes(32)).toString('hex'),
  );
  const publicKey = await signer.publicKey();
  const body = caseFileBody(read.current, read.events, {
    issuedAt: new Date(world.now()).toISOString(),
    publicKey,
    commitments,
  });
  const signature = await signer.sign(bytesToSign(body));
  return sealFile(body, signature, publicKey, withWords ? openings : undefined);
}

/** The subject's receipt for a trail that was just read. */
export async function signedReceipt(
  signer: Signer,
  reference: string,
  events: readonly AuditEvent[],
  now: number,
): Promise<string> {
  const publicKey = await signer.publicKey();
  const body = receiptBody(events, { reference, issuedAt: new Date(now).toISOString(), publicKey });
  return sealFile(body, await signer.sign(bytesToSign(body)), publicKey);
}

/** The subject's receipt for one transmission that the other side took. */
export async function signedTransmissionReceipt(
  signer: Signer,
  reference: string,
  event: AuditEvent,
  now: number,
): Promise<string> {
  const publicKey = await signer.publicKey();
  const about = { reference, issuedAt: new Date(now).toISOString(), publicKey };
  const body = transmissionReceiptBody(event, about);
  return sealFile(body, await signer.sign(bytesToSign(body)), publicKey);
}
