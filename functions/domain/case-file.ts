import { type AuditEvent, canonicalJson, sha256 } from './audit.ts';
import type { Case } from './case.ts';
import { controller } from './register-record.ts';

/** The case file: everything that proves how a request was handled, without a word of the person in the open. docs/case-file.md says how to read it. */
export const caseFileForm = 'rights-desk-case-file-1';
export const receiptForm = 'rights-desk-receipt-1';
export const transmissionReceiptForm = 'rights-desk-transmission-receipt-1';

/** A sealed value as the chain's reader sees it: a hash that tells nothing without the salt, which is destroyed with the words. */
export interface Commitment {
  readonly name: string;
  /** SHA-256 (hex) of the salt, a newline, and the canonical JSON of the value. */
  readonly commitment: string;
}

/** What opens a commitment. Cutting it out of the file leaves the rest valid. */
export interface Opening {
  readonly name: string;
  /** 32 bytes in hex. */
  readonly salt: string;
  /** Canonical JSON as text, so that no reader has to print it the same way. */
  readonly value: string;
}

export function commitmentOf(salt: string, value: string): string {
  return sha256(`${salt}\n${value}`);
}

/** Commits to sealed words, in the order of their names. */
export function commit(
  words: readonly { readonly name: string; readonly value: unknown }[],
  salt: () => string,
): { readonly commitments: readonly Commitment[]; readonly openings: readonly Opening[] } {
  const openings = [...words]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }): Opening => ({ name, salt: salt(), value: JSON.stringify(value) }));
  return {
    openings,
    commitments: openings.map((one) => ({
      name: one.name,
      commitment: commitmentOf(one.salt, one.value),
    })),
  };
}

/** The part that is signed. Everything in it is codes, counts, days and hashes. */
export function caseFileBody(
  { row, dispositions, letters, tasks }: Case,
  events: readonly AuditEvent[],
  about: {
    readonly issuedAt: string;
    readonly publicKey: string;
    readonly commitments: readonly Commitment[];
  },
) {
  return {
    form: caseFileForm,
    issuedAt: about.issuedAt,
    controller: { name: controller.name, chamberOfCommerce: controller.chamberOfCommerce },
    /** SHA-256 (hex) of the PEM text: a reader compares it with what they have from elsewhere. */
    signedWith: sha256(about.publicKey),
    request: {
      reference: row.id,
      right: row.right,
      channel: row.channel,
      language: row.language,
      receivedAt: row.receivedAt,
      status: row.status,
      outcome: row.outcome,
      plannedBy: row.plannedBy,
      legalBy: row.legalBy,
      verifiedAt: row.verifiedAt,
      answeredAt: row.answeredAt,
      closedAt: row.closedAt,
      wordsDestroyedAt: row.anonymisedAt,
      decision: row.decision,
      extension: row.extension,
      pauses: row.pauses,
      siblings: row.siblings,
      mergedInto: row.mergedInto,
    },
    events,
    head: row.head,
    dispositions: byKey(dispositions, (one) => one.processor).map(({ job: _, ...one }) => one),
    letters: byKey(letters, (one) => `${one.at} ${one.id}`).map(({ messageId: _, ...one }) => one),
    tasks: byKey(tasks, (one) => `${one.processor} ${one.operation}`),
    packages: events
      .filter((event) => event.type === 'package-built' || event.type === 'released')
      .map(({ seq, at, type, data }) => ({ seq, at, event: type, hash: data.hash, bytes: data.bytes })),
    sealed: about.commitments,
  };
}
export type CaseFileBody = ReturnType<typeof caseFileBody>;

/** What the subject holds against a case file that they are shown later: the trail as it stood, signed. */
export function receiptBody(
  events: readonly AuditEvent[],
  about: { readonly reference: string; readonly issuedAt: string; readonly publicKey: string },
) {
  return {
    form: receiptForm,
    issuedAt: about.issuedAt,
    reference: about.reference,
    signedWith: sha256(about.publicKey),
    events: events.length,
    head: events.at(-1)?.hash ?? '',
  };
}
export type ReceiptBody = ReturnType<typeof receiptBody>;

/** That a package went to another controller: which bytes, to which host, when, and which event of the trail says so. */
export function transmissionReceiptBody(
  event: AuditEvent,
  about: { readonly reference: string; readonly issuedAt: string; readonly publicKey: string },
) {
  const { host, hash, bytes, number } = event.data;
  return {
    form: transmissionReceiptForm,
    issuedAt: about.issuedAt,
    reference: about.reference,
    signedWith: sha256(about.publicKey),
    transmission: { number, host, package: hash, bytes, at: event.at },
    /** How many events there were, this one included, and its hash: what any receipt says of the trail. */
    events: event.seq + 1,
    head: event.hash,
  };
}
export type TransmissionReceiptBody = ReturnType<typeof transmissionReceiptBody>;

/** Everything that is signed with our key. `form` is part of what is signed, so that no kind can pass for another. */
export type SignedBody = CaseFileBody | ReceiptBody | TransmissionReceiptBody;

/** A signed body as it is sent: canonical JSON, whose every byte the verifier checks. */
export function sealFile(
  body: SignedBody,
  signature: string,
  publicKey: string,
  openings?: readonly Opening[],
): string {
  return canonicalJson({ body, signature, publicKey, openings });
}

export const bytesToSign = (body: SignedBody): Uint8Array => Buffer.from(canonicalJson(body));

function byKey<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
