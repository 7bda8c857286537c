import type { Acted, Seen } from '../domain/dispositions.ts';
import type { RetentionGround } from '../domain/grounds.ts';
import type { Text } from '../domain/register-record.ts';
import type { Action, DataCategory, Right } from '../domain/words.ts';

/**
 * What we may search for: the mailbox the subject proved, and the ids that our own account system holds for that mailbox.
 * Nothing typed into the form gets in here (DESIGN.md §3.5).
 */
export interface SubjectKeys {
  /** The verified mailbox, as the subject typed it. */
  readonly email: string;
  /** Further addresses the account system knows as verified for the same account. */
  readonly otherEmails?: readonly string[];
  readonly accountId?: string;
  readonly gaClientIds?: readonly string[];
  readonly gaUserIds?: readonly string[];
  readonly stripeCustomerIds?: readonly string[];
  /** Adyen: one per payment; each can be looked at and erased by itself. */
  readonly adyenPspReferences?: readonly string[];
  readonly adyenShopperReference?: string;
  readonly paypalCustomerId?: string;
  readonly telegramChatIds?: readonly string[];
  readonly googleOauthTokenIds?: readonly string[];
  readonly hotjarUserIds?: readonly string[];
}

/** One thing a processor holds about the subject. `handle` is the vendor's own id: what acting uses, so that a later look-alike is never touched. */
export interface Holding {
  readonly handle: string;
  readonly category: DataCategory;
  readonly count: number;
  /** A law keeps this holding: it is told to the subject and never erased. */
  readonly retained?: { readonly ground: RetentionGround /** YYYY-MM-DD */; readonly until: string };
  /** Why acting must stop at this processor until a person has looked. */
  readonly blocker?: Blocker;
  /** RFC 3339 instant at which the vendor says the record was created, where it says so. */
  readonly createdAt?: string;
}

export const blockers = [
  'open-subscription',
  'open-dispute',
  'open-invoice',
  'open-payment',
  'recurring-token',
] as const;
export type Blocker = (typeof blockers)[number];

export interface Finding {
  readonly holdings: readonly Holding[];
  /** False when a page was cut or a scope did not answer: the finding may lack records and must not be called complete. */
  readonly complete: boolean;
  /** Ids that only the account system gives; merged into the subject's keys. */
  readonly keys?: Partial<Omit<SubjectKeys, 'email'>>;
  /** More than one person may be behind these keys (shared or recycled mailbox): a person must look before anything is used. */
  readonly ambiguous?: boolean;
}

/** One exported record; `data` is plain JSON as the vendor gave it, less what is not about the subject. */
export interface ExportedRecord {
  readonly category: DataCategory;
  /** What the record is, in the vendor's words: "member", "conversation". */
  readonly type: string;
  readonly handle: string;
  readonly data: JsonValue;
  /** True when the subject gave this data themselves (art. 20 covers only such data). */
  readonly providedBySubject: boolean;
  /** Paths inside `data` that hold other people's words or addresses (art. 15(4)). */
  readonly othersAt?: readonly string[];
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface Correction {
  readonly field: string;
  readonly value: string;
}

/** Classes of evidence, weakest last; letters and the case file show which one a disposition rests on. */
export const evidenceClasses = [
  'looked-again',
  'vendor-status',
  'vendor-acknowledged',
  'staff-statement',
  'none',
] as const;
export type EvidenceClass = (typeof evidenceClasses)[number];

export interface Evidence {
  readonly class: EvidenceClass;
  /** How many things were looked at or acted on. */
  readonly looked: number;
  /** Vendor's own request ids, where it gives any; never personal data. */
  readonly requestIds: readonly string[];
  /** SHA-256 (hex, first 16) of each vendor id acted on, so that an auditor can match without us keeping the id. */
  readonly handles: readonly string[];
  /** A code from a closed set per processor that says what was seen, for example `member-404` or `contact-anonymised`. */
  readonly observation: string;
}

/** What one operation at one processor came to, before it becomes a disposition. */
export type ActResult = Acted;

/** What looking again showed. */
export type Confirmation = Seen;

/** `automated`: an API does it · `manual`: staff do it with instructions · `none`: nothing is held or the right does not apply there. */
export type Capability = 'automated' | 'manual' | 'none';

export interface Capabilities {
  readonly find: Capability;
  readonly export: Capability;
  readonly rectify: Capability;
  readonly erase: Capability;
  readonly restrict: Capability;
  readonly lift: Capability;
  readonly 'opt-out': Capability;
}

export interface ActInput {
  readonly keys: SubjectKeys;
  readonly finding: Finding;
  /** Stable per request × processor × action: the vendor's idempotency key where it has one. */
  readonly idempotencyKey: string;
  readonly corrections?: readonly Correction[];
  /** The right behind the action: withdrawing consent asks more of a payment provider than an objection to marketing does. */
  readonly right?: Right;
  /** RFC 3339: records created after this instant belong to somebody's new start and are not touched (TRUST.md A55). */
  readonly cutoff: string;
}

export interface ConfirmInput extends ActInput {
  readonly action: Action;
  /** The vendor's job handle that `accepted` gave. */
  readonly job?: string;
}

/** A connected processor. Every method may throw `TransientError`, `PermanentError` or `QuarantineError` (errors.ts) and nothing else. */
export interface Processor {
  readonly name: string;
  find(keys: SubjectKeys): Promise<Finding>;
  export(keys: SubjectKeys, finding: Finding): AsyncIterable<ExportedRecord>;
  act(action: Action, input: ActInput): Promise<ActResult>;
  confirm(input: ConfirmInput): Promise<Confirmation>;
  /** Where the vendor reports back by itself: the id that it will name, known before anything is asked of it. */
  reportsAs?(idempotencyKey: string): string;
  /** One read-only call that shows that address and credentials are right. */
  check(): Promise<void>;
}

/** Everything the registry knows about a system before it is connected. One per file (definition.ts makes them), listed in registry.ts. */
export interface ProcessorDefinition {
  readonly name: string;
  /** As told to people, for example "Mailchimp (Intuit Inc.)". */
  readonly title: string;
  readonly capabilities: Capabilities;
  /** True where the vendor is also a controller of its own: the subject is pointed to it. */
  readonly ownController: boolean;
  /** Concurrency and rate that the vendor allows us: calls in flight, calls per second. */
  readonly limits: { readonly concurrency: number; readonly perSecond: number };
  /** Manual work per operation, for staff; keys are the `instructions` of `manual` results and operation names. */
  readonly manualTasks: Readonly<Record<string, ManualTask>>;
  /**
   * The origins (`https://host[:port]`) that this processor calls under this configuration; its HTTP client reaches no others.
   * @throws ConfigurationError naming the processor and the fields
   */
  origins(config: unknown): readonly string[];
  /**
   * Loads the code that talks to this processor, and connects it; no call goes out yet.
   * @throws ConfigurationError naming the processor and the fields
   */
  connect(config: unknown, deps: ProcessorDependencies): Promise<Processor>;
  /** For documentation: an example of a valid configuration without secrets. */
  readonly exampleConfig: unknown;
}

export interface ManualTask {
  readonly instructions: readonly Text[];
  /** What staff must write down as evidence. */
  readonly evidence: string;
  /** What the subject is told where the vendor is a controller itself, per language. */
  readonly subjectText?: { readonly nl: string; readonly en: string };
}

export interface ProcessorDependencies {
  readonly http: HttpClient;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Secrets by name; never logged. */
  readonly secret: (name: string) => Promise<string>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * True when sending this again cannot do the effect twice (the vendor's idempotency key, or a call that is repeatable by its nature).
   * Only then, and for GET, is a request repeated after an answer was lost. Default: true for GET, else false.
   */
  readonly repeatable?: boolean;
  /** Milliseconds; default 20,000. */
  readonly timeoutMs?: number;
  /** Bytes of body accepted; default 5 MiB. Larger answers throw `QuarantineError('response-too-large')`. */
  readonly maxBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The one way out to vendors: only configured hosts, no redirects, time-outs, byte caps, rate and concurrency limits, retries of
 * 429 and 5xx with Retry-After honoured and capped. What is left after that is thrown as `TransientError`.
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
}
