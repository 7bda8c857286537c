import type { AuditEvent } from './audit.ts';
import type { Case, Child, RequestRow } from './case.ts';
import type { Change } from './lifecycle.ts';
import type { TransmissionFailure } from './transmission.ts';
import type { Language, LetterKind, Right } from './words.ts';

/** The places the product talks to, as the domain sees them. Adapters implement these; tests and the simulation have doubles. */

/** One submission: what a person sent at once. Its code and link verify exactly its own requests. */
export interface Submission {
  readonly id: string;
  readonly references: readonly string[];
  readonly language: Language;
  readonly mailbox: string;
  readonly createdAt: string;
  readonly verifiedAt?: string;
  /** Keyed hash of the link's token, and until when it may be spent. */
  readonly token?: { readonly hash: string; readonly expiresAt: string };
  /** Keyed hash of the typed code; `tries` counts wrong guesses at this code. */
  readonly code?: { readonly hash: string; readonly expiresAt: string; readonly tries: number };
  /** Wrong guesses in the submission's whole life: a fresh code does not reset it (TRUST.md A9). */
  readonly totalTries: number;
  /** Codes sent in its life. */
  readonly codesSent: number;
  /** How many of them had been sent when the mailbox was last proved: the cap on codes counts from there. */
  readonly codesProved?: number;
  /** Keyed hash of the cookie that the submitting browser got: lets its own link be spent by the page's button (A5). */
  readonly browser?: string;
}

/** A key that at most one owner can hold: the open request of a person for a right, a spent idempotency key. */
export interface Claim {
  readonly key: string;
  readonly value: string;
  /** RFC 3339; the claim may vanish after it. */
  readonly expiresAt?: string;
}

/** What one transaction writes. All of it or nothing; throws `ConflictError` when any part was decided on old knowledge. */
export interface Commit {
  readonly changes: readonly Change[];
  readonly claims?: readonly Claim[];
  readonly releases?: readonly string[];
  readonly submission?: { readonly before: Submission | undefined; readonly after: Submission };
  /** Words of requests that this commit creates. */
  readonly words?: readonly SealedWords[];
}

/** Sealed and not yet stored: bytes that only the vault can open, and the place where it looks for them. */
export interface SealedWords {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Ids of those that stand in the list and are of a shape that this version does not know: a newer one's, or damaged (F30). */
  readonly unreadable?: readonly string[];
  readonly cursor?: string;
}

export interface CaseStore {
  row(id: string): Promise<RequestRow | undefined>;
  load(id: string): Promise<Case | undefined>;
  events(id: string): Promise<readonly AuditEvent[]>;
  commit(commit: Commit): Promise<void>;
  /** Writes one record beside a row without an event: results of single processors, gathered into one event by the next step. */
  note(id: string, child: Child): Promise<void>;
  /** Open requests by the day they are planned for, soonest first; `dueBefore` (YYYY-MM-DD) is exclusive. */
  open(query: {
    readonly dueBefore?: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<RequestRow>>;
  /** Closed requests, latest first. */
  closed(query: { readonly limit: number; readonly cursor?: string }): Promise<Page<RequestRow>>;
  /** Requests that the sweep must look at by now: their `lookAt` has passed. */
  overdueForLook(query: {
    readonly before: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<RequestRow>>;
  /** Moves the time at which the sweep looks again; nothing else changes, and nothing at all when the row has changed since. */
  touch(row: RequestRow, lookAt: string): Promise<void>;
  /** The same whatever has happened to the row, and also to one that cannot be read. */
  lookBy(id: string, lookAt: string): Promise<void>;
  /** Lets everything of a request vanish after an instant (RFC 3339): the end of what proves its handling. */
  expire(id: string, at: string): Promise<void>;
  /** How many requests are open; with a bound so that counting never reads without end. */
  countOpen(bound: number): Promise<number>;

  submission(id: string): Promise<Submission | undefined>;
  submissionByToken(tokenHash: string): Promise<Submission | undefined>;
  saveSubmission(before: Submission | undefined, after: Submission): Promise<void>;
  /** Counts one wrong guess if both limits still allow it; returns the submission as it was, or `undefined` when no try is left. */
  takeTry(
    id: string,
    limits: { readonly perCode: number; readonly total: number; readonly now: string },
  ): Promise<Submission | undefined>;

  claim(claim: Claim, now: string): Promise<'claimed' | { readonly heldBy: string }>;
  /** The value of a claim that has not expired at `now` (RFC 3339). */
  claimed(key: string, now?: string): Promise<string | undefined>;
  /** Writes a claim whoever holds it. */
  replace(claim: Claim): Promise<void>;
  release(key: string): Promise<void>;
  /** Keys and values of all claims that start with a prefix, at most `limit`. */
  claims(
    prefix: { readonly owner: string; readonly startsWith: string },
    limit: number,
  ): Promise<readonly Claim[]>;
  /** Counts one use in a window of time; returns the count including this one. */
  count(counter: string, window: { readonly key: string; readonly expiresAt: string }): Promise<number>;
  /** The uses of a counter in all windows from this key on, by the order of their keys. */
  counted(counter: string, fromKey: string): Promise<number>;

  /** The task token that an execution waits with. A newer token replaces an older one. */
  saveToken(id: string, wait: Wait, token: string, at: string): Promise<void>;
  tokens(id: string): Promise<readonly { readonly wait: Wait; readonly token: string }[]>;
  dropToken(id: string, wait: Wait, token: string): Promise<void>;
}

export const waits = ['identity', 'decision', 'cooling-off', 'work', 'release', 'purges'] as const;
export type Wait = (typeof waits)[number];

/** Sealed words: personal data encrypted under a key per request that can be destroyed. Values are JSON. */
export interface Vault {
  /** Seals a first value for a request that does not exist yet, to be stored by the commit that creates it. */
  sealFor(id: string, name: string, value: unknown): Promise<readonly SealedWords[]>;
  put(id: string, name: string, value: unknown): Promise<void>;
  get(id: string, name: string): Promise<unknown>;
  /** The same vault with all that is sealed for one request read at once: for work that needs several of its values. */
  open(id: string): Promise<Vault>;
  /** Names of what is sealed, without opening it. */
  names(id: string): Promise<readonly string[]>;
  /** Destroys the request's key and every sealed value: nothing of it can be read again. */
  shred(id: string): Promise<void>;
}

/** Hashes that cannot be made or matched without our key. Results are base64url. */
export interface KeyedHash {
  of(
    purpose: 'mailbox' | 'folded-mailbox' | 'token' | 'code' | 'session' | 'suppression' | 'idempotency',
    text: string,
  ): Promise<string>;
}

export interface OutgoingLetter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly letterId: string;
  readonly kind: LetterKind;
  readonly reference: string;
}

export interface Mail {
  /** Hands a letter over and returns its message id. Throws `TransientError` when it may be tried again, `PermanentError` otherwise. */
  send(letter: OutgoingLetter): Promise<string>;
}

export interface Engine {
  /** Starts an execution; `already` when one with this name exists. Throws `TransientError` when throttled. */
  startRequest(id: string, executions: number): Promise<'started' | 'already'>;
  startClock(id: string): Promise<'started' | 'already'>;
  requestState(id: string, executions: number): Promise<'running' | 'ended' | 'absent'>;
  /** Tells a waiting execution that the row has news. `stale` when nobody waits with this token any more. */
  wake(token: string, output: Readonly<Record<string, string | number>>): Promise<'woken' | 'stale'>;
}

/** Large things: exported records and packages. Keys are our own names. */
export interface Files {
  put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<{ readonly bytes: number }>;
  /** The bytes from `from` (default 0) to the end. */
  get(key: string, from?: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  list(prefix: string): Promise<readonly { readonly key: string; readonly bytes: number }[]>;
  remove(keys: readonly string[]): Promise<void>;
  /** An address that gives the file once fetched within `seconds`, as an attachment under `name`. */
  link(key: string, seconds: number, name: string): Promise<string>;
}

export interface Transmissions {
  /** Starts the execution that sends a released package to another controller; `already` when one with this number exists. */
  start(id: string, number: number): Promise<'started' | 'already'>;
}

/** What the other side made of an upload. */
export type Uploaded =
  | { readonly outcome: 'taken' }
  /** Final: asking again at the same address would give the same. */
  | { readonly outcome: 'failed'; readonly code: TransmissionFailure; readonly status?: number };

export interface Uploads {
  /**
   * Sends bytes by HTTP PUT to an address that a stranger named: only where the reach allows it once the name is resolved, following no
   * redirect, within a time. Throws `InvalidInput` as `targetOf` does, `TransientError` where trying again may help, and whatever `body` throws.
   */
  put(
    address: string,
    file: { readonly bytes: number; readonly hash: string; readonly body: AsyncIterable<Uint8Array> },
  ): Promise<Uploaded>;
}

export interface Signer {
  /** ECDSA P-256 over SHA-256 of the bytes; DER, base64. */
  sign(bytes: Uint8Array): Promise<string>;
  /** PEM, so that a stranger can verify. */
  publicKey(): Promise<string>;
}

export interface OpenRequestKey {
  readonly mailbox: string;
  readonly right: Right;
}
